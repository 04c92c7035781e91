-- What the tests' cluster has beyond docker/postgres/roles.sql, and no other one: the owner makes the tests' databases, and a test
-- that runs as `tracker` may become the owner on purpose, to empty the tables or to switch a protection off.
ALTER ROLE tracker_owner CREATEDB;
GRANT tracker_owner TO tracker WITH INHERIT FALSE, SET TRUE, ADMIN FALSE;
-- … which in a test's end wants no trigger to keep the rows.
GRANT SET ON PARAMETER session_replication_role TO tracker_owner;
