#!/bin/bash
# The postgres image runs it when it creates its volume: the roles, then the database that `tracker_owner` owns. Run it again after
# an update that changes the roles (docs/operations.md): what is there already stays.
set -euo pipefail

as_superuser() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" "$@"; }

as_superuser --dbname template1 --file "${ROLES_SQL:-/roles.sql}"
# Read inside psql: as arguments the passwords would stand in the list of processes.
as_superuser --dbname postgres <<'SQL'
\getenv owner_password TRACKER_OWNER_DB_PASSWORD
\getenv password TRACKER_DB_PASSWORD
ALTER ROLE tracker_owner PASSWORD :'owner_password';
ALTER ROLE tracker PASSWORD :'password';
SELECT 'CREATE DATABASE tracker OWNER tracker_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'tracker')
\gexec
SQL
as_superuser --dbname tracker --file "${ROLES_SQL:-/roles.sql}"
