-- What the tests' cluster has beyond docker/postgres/roles.sql, and no other one: the owner makes the tests' databases, and a test
-- that runs as `tracker` may become the owner on purpose, to empty the tables or to switch a protection off.
ALTER ROLE tracker_owner CREATEDB;
GRANT tracker_owner TO tracker WITH INHERIT FALSE, SET TRUE, ADMIN FALSE;
