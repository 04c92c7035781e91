#!/bin/bash
# Runs once, when the postgres image creates its volume: the roles, then the database that `tracker` owns.
set -euo pipefail

as_superuser() { psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" "$@"; }

as_superuser --dbname template1 --file "${ROLES_SQL:-/roles.sql}"
# Read inside psql: as an argument the password would stand in the list of processes.
as_superuser --dbname postgres <<'SQL'
\getenv password TRACKER_DB_PASSWORD
ALTER ROLE tracker PASSWORD :'password';
CREATE DATABASE tracker OWNER tracker;
SQL
as_superuser --dbname tracker --file "${ROLES_SQL:-/roles.sql}"
