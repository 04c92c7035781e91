-- The roles of the tenant wall, and what only a superuser may prepare. Plain SQL, safe to run again, run by a superuser in
-- template1 (new databases, the tests' ones too, are copies of it) and in the database `tracker`. Used by docker/postgres/init.sh
-- and by tracker_portal/embedded/postgres.py; each of them then sets the passwords of both logins and creates their database.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['tracker_owner', 'tracker', 'tracker_tenant', 'tracker_platform'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I', wanted);
        END IF;
    END LOOP;
END
$$;

-- The owner has the tables and migrates. It bypasses row security: a foreign key added over filled tables is not checked otherwise.
ALTER ROLE tracker_owner LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
-- Web, worker and beat log in as `tracker`. It owns nothing and matches no policy: unscoped, it sees nothing.
ALTER ROLE tracker LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
ALTER ROLE tracker_tenant NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
ALTER ROLE tracker_platform NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;

-- INHERIT FALSE: a policy for these roles applies only after SET ROLE, never to a bare login.
GRANT tracker_tenant, tracker_platform TO tracker_owner, tracker WITH INHERIT FALSE, SET TRUE, ADMIN FALSE;

-- What the owner will make, `tracker` may use. An append-only table takes UPDATE and DELETE back (orgs/tenancy/row_security.py).
ALTER DEFAULT PRIVILEGES FOR ROLE tracker_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tracker;

-- A database of the time when `tracker` was the only login and owned everything: its tables go to the owner, their use stays.
DO $$
DECLARE
    mine regclass;
BEGIN
    FOR mine IN
        SELECT oid FROM pg_class
        WHERE relowner = 'tracker'::regrole AND relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO tracker_owner', mine);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO tracker', mine);
        IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = mine AND tgname = 'append_only') THEN
            EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM tracker', mine);
        END IF;
    END LOOP;
END
$$;
REASSIGN OWNED BY tracker TO tracker_owner; -- the rest: functions, and the databases themselves

CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Under row security an operator that is not leakproof is checked after the policy, so it cannot use an index. `tsvector @@ tsquery`
-- puts no value of a row into its errors. Without this line search gives the same answers, only slower.
ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF;
