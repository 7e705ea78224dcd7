-- How persons sign in, the keys of their programs, and the rows that are theirs alone.

CREATE TABLE auth_identities (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id         uuid NOT NULL UNIQUE REFERENCES users (id),
    -- Small letters throughout.
    email           text NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 320),
    -- argon2id in its own text form; NULL: no password opens it.
    password_hash   text,
    data            jsonb NOT NULL DEFAULT '{}',
    disabled_at     timestamptz,
    last_sign_in_at timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
-- What has changed is asked for every second, as below.
CREATE INDEX auth_identities_updated ON auth_identities (updated_at);

CREATE TABLE auth_sessions (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    not_after  timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX auth_sessions_user ON auth_sessions (user_id) WHERE revoked_at IS NULL;
CREATE INDEX auth_sessions_revoked ON auth_sessions (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX auth_sessions_over ON auth_sessions (least(not_after, revoked_at));

-- Every refresh token that a session ever had: one that comes back after its use ends the session.
CREATE TABLE auth_refresh_tokens (
    hash       text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
    session_id uuid NOT NULL REFERENCES auth_sessions (id),
    user_id    uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at    timestamptz
);
CREATE INDEX auth_refresh_tokens_session ON auth_refresh_tokens (session_id);

CREATE TABLE api_keys (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id    uuid NOT NULL REFERENCES users (id),
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    hash       text NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
    -- Enough of it to be told from others.
    beginning  text NOT NULL,
    scopes     text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX api_keys_user ON api_keys (user_id);
CREATE INDEX api_keys_changed ON api_keys (changed_at);

-- As the Supabase clients and their policies know it; the claims are those of the transaction.
-- A body after RETURN is understood once, here: no search_path of a caller changes what it means.
CREATE SCHEMA IF NOT EXISTS auth;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE
    RETURN nullif(current_setting('nexy.user_id', true), '')::uuid;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE
    RETURN current_user::text;
CREATE OR REPLACE FUNCTION nexy_current_user() RETURNS uuid LANGUAGE sql STABLE
    RETURN nullif(current_setting('nexy.user_id', true), '')::uuid;
CREATE OR REPLACE FUNCTION nexy_is_service() RETURNS boolean LANGUAGE sql STABLE
    RETURN coalesce(current_setting('nexy.service', true), '') = 'on';

CREATE TABLE projects (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id     uuid NOT NULL DEFAULT auth.uid() REFERENCES users (id),
    name        text NOT NULL,
    description text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (id, user_id)
);
CREATE INDEX projects_user ON projects (user_id, created_at);

CREATE TABLE code_snippets (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id        uuid NOT NULL DEFAULT auth.uid() REFERENCES users (id),
    project_id     uuid,
    title          text,
    code           text,
    language       text,
    analysis       jsonb,
    test_timestamp timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now(),
    -- A foreign key looks past row-level security: only a project of the same person may be named.
    FOREIGN KEY (project_id, user_id) REFERENCES projects (id, user_id) ON DELETE SET NULL (project_id)
);
CREATE INDEX code_snippets_user ON code_snippets (user_id, created_at);
CREATE INDEX code_snippets_project ON code_snippets (project_id);

-- owned: rows of one person that she may also delete, through /rest/v1 and in the roles of that door.
-- passing: kept as long as it can matter; nobody deletes, but nexy_sweep_sessions takes away what is long over.
ALTER TABLE nexy_protection DROP CONSTRAINT nexy_protection_kind_check;
ALTER TABLE nexy_protection ADD CONSTRAINT nexy_protection_kind_check
    CHECK (kind IN ('kept', 'ledger', 'owned', 'passing'));

INSERT INTO nexy_protection (table_name, kind, owner_column) VALUES
    ('auth_identities', 'kept', 'user_id'),
    ('auth_sessions', 'passing', 'user_id'),
    ('auth_refresh_tokens', 'passing', 'user_id'),
    ('api_keys', 'kept', 'user_id'),
    ('projects', 'owned', 'user_id'),
    ('code_snippets', 'owned', 'user_id');

CREATE FUNCTION nexy_refuse_but_sweep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('nexy.sweeping', true), '') <> 'on' THEN
        RAISE EXCEPTION '% on % is refused: what is long over goes by nexy_sweep_sessions', TG_OP, TG_TABLE_NAME
            USING ERRCODE = '42501';
    END IF;
    RETURN NULL;
END
$$;

-- Every sign-in leaves a session, and every renewal a token. By those that ended a week ago nobody comes in any more:
-- an access token lives a day at most. Takes away as many sessions as are asked for, and says how many there were.
CREATE FUNCTION nexy_sweep_sessions(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    long_over uuid[];
BEGIN
    IF NOT public.nexy_is_service() THEN
        RAISE EXCEPTION 'only the service sweeps' USING ERRCODE = '42501';
    END IF;
    long_over := ARRAY(SELECT id FROM public.auth_sessions
                       WHERE least(not_after, revoked_at) < now() - interval '7 days'
                       LIMIT most FOR UPDATE SKIP LOCKED);
    PERFORM set_config('nexy.sweeping', 'on', true);
    DELETE FROM public.auth_refresh_tokens WHERE session_id = ANY (long_over);
    DELETE FROM public.auth_sessions WHERE id = ANY (long_over);
    PERFORM set_config('nexy.sweeping', '', true);
    RETURN cardinality(long_over);
END
$$;

CREATE OR REPLACE FUNCTION nexy_protect() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    guarded nexy_protection;
    takes   text;
BEGIN
    FOR guarded IN SELECT * FROM nexy_protection ORDER BY table_name LOOP
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, nexy_app, nexy_derived, anon, authenticated', guarded.table_name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO nexy_app', guarded.table_name);
        IF guarded.kind <> 'ledger' THEN
            EXECUTE format('GRANT UPDATE ON %I TO nexy_app', guarded.table_name);
        END IF;
        EXECUTE format('DROP POLICY IF EXISTS nexy_own_rows ON %I', guarded.table_name);
        EXECUTE format('DROP POLICY IF EXISTS nexy_rest_rows ON %I', guarded.table_name);
        takes := 'PUBLIC';
        IF guarded.kind = 'owned' THEN
            -- The owner, whatever it is called here, must see every row: it makes the backups.
            takes := 'nexy_app, pg_database_owner';
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO authenticated', guarded.table_name);
            EXECUTE format('GRANT SELECT ON %I TO anon', guarded.table_name);
            EXECUTE format('CREATE POLICY nexy_rest_rows ON %I TO anon, authenticated
                            USING (%I = (SELECT auth.uid())) WITH CHECK (%I = (SELECT auth.uid()))',
                           guarded.table_name, guarded.owner_column, guarded.owner_column);
        ELSE
            EXECUTE format('CREATE OR REPLACE TRIGGER nexy_no_delete BEFORE DELETE ON %I
                            FOR EACH STATEMENT EXECUTE FUNCTION %I()', guarded.table_name,
                           CASE guarded.kind WHEN 'passing' THEN 'nexy_refuse_but_sweep' ELSE 'nexy_refuse' END);
            -- ALWAYS: not even session_replication_role = replica passes it by.
            EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER nexy_no_delete', guarded.table_name);
        END IF;
        EXECUTE format('CREATE OR REPLACE TRIGGER nexy_no_truncate BEFORE TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION nexy_refuse()', guarded.table_name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER nexy_no_truncate', guarded.table_name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded.table_name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded.table_name);
        EXECUTE format('CREATE POLICY nexy_own_rows ON %I TO %s
                        USING ((SELECT nexy_is_service()) OR %I = (SELECT nexy_current_user()))
                        WITH CHECK ((SELECT nexy_is_service()) OR %I = (SELECT nexy_current_user()))',
                       guarded.table_name, takes, guarded.owner_column, guarded.owner_column);
    END LOOP;
    REVOKE ALL ON schema_migrations, nexy_protection FROM PUBLIC, nexy_app, nexy_derived, anon, authenticated;
    GRANT SELECT ON schema_migrations, nexy_protection TO nexy_app;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO nexy_app', current_database());
    EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC, nexy_app, nexy_derived, anon, authenticated',
                   current_database());
    REVOKE CREATE ON SCHEMA public, auth FROM PUBLIC, nexy_app, nexy_derived, anon, authenticated;
    GRANT USAGE ON SCHEMA public, auth TO nexy_app, anon, authenticated;
    PERFORM nexy_protect_functions();
    PERFORM nexy_let_app_become_rest();
END
$$;

-- Our functions are for the app, and none of them is for the roles of the REST door except those of the schema auth.
CREATE FUNCTION nexy_protect_functions() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made record;
BEGIN
    FOR made IN SELECT pg_proc.oid::regprocedure::text AS signature, nspname = 'auth' AS for_rest,
                       proname NOT LIKE 'nexy\_protect%' AND proname NOT LIKE 'nexy\_refuse%'
                           AND proname <> 'nexy_let_app_become_rest' AS for_app,
                       prosqlbody IS NULL AND coalesce(array_to_string(proconfig, ' '), '') !~ 'search_path=' AS loose
                FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
                WHERE nspname = 'public' AND proname LIKE 'nexy\_%' OR nspname = 'auth' AND proname IN ('uid', 'role')
                ORDER BY 1 LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, nexy_app, nexy_derived, anon, authenticated',
                       made.signature);
        IF made.loose THEN
            EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', made.signature);
        END IF;
        IF made.for_app THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO nexy_app', made.signature);
        END IF;
        IF made.for_rest THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO anon, authenticated', made.signature);
        END IF;
    END LOOP;
END
$$;

-- The app takes the roles of the REST door for one transaction at a time, and has none of their rights otherwise.
-- Roles belong to the whole server: what an administrator or another database's Nexy has granted is left as it is.
CREATE FUNCTION nexy_let_app_become_rest() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    grants_say CONSTANT boolean := current_setting('server_version_num')::integer >= 160000;
    takes      CONSTANT text := CASE WHEN grants_say THEN 'SET' ELSE 'MEMBER' END;
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['anon', 'authenticated'] LOOP
        FOR tries IN 1 .. 20 LOOP
            EXIT WHEN pg_has_role('nexy_app', wanted, takes) AND NOT pg_has_role('nexy_app', wanted, 'USAGE');
            BEGIN
                IF grants_say THEN
                    EXECUTE format('GRANT %I TO nexy_app WITH INHERIT FALSE, SET TRUE', wanted);
                ELSE
                    -- Before 16 it is the member that says whether it inherits.
                    IF (SELECT rolinherit FROM pg_roles WHERE rolname = 'nexy_app') THEN
                        ALTER ROLE nexy_app NOINHERIT;
                    END IF;
                    EXECUTE format('GRANT %I TO nexy_app', wanted);
                END IF;
                -- Still inherited: by a grant that only its maker takes back. The start refuses such a login.
                EXIT;
            EXCEPTION WHEN internal_error OR unique_violation THEN
                -- Another database's Nexy was quicker.
                PERFORM pg_sleep(0.05);
            END;
        END LOOP;
    END LOOP;
END
$$;

SELECT nexy_protect();
