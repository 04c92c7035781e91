-- docker/postgres/roles.sql as it was while `tracker` was the only login: what clusters of that time were made with.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['tracker', 'tracker_tenant', 'tracker_platform'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I', wanted);
        END IF;
    END LOOP;
END
$$;

-- The login role owns the tables and migrates; CREATEDB is for test databases. It matches no policy: unscoped, it sees nothing.
ALTER ROLE tracker LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB NOCREATEROLE NOREPLICATION;
ALTER ROLE tracker_tenant NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
ALTER ROLE tracker_platform NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;

-- INHERIT FALSE: a policy for these roles applies only after SET ROLE, never to the bare login role.
GRANT tracker_tenant, tracker_platform TO tracker WITH INHERIT FALSE, SET TRUE, ADMIN FALSE;

CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Under row security an operator that is not leakproof is checked after the policy, so it cannot use an index. `tsvector @@ tsquery`
-- puts no value of a row into its errors. Without this line search gives the same answers, only slower.
ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF;
