-- The index of code: projects, the files of each branch, and what their contents were cut into.
-- All of it can be made again from the sources.

CREATE TABLE code_projects (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    -- NULL: the operator's own; such a project is public.
    user_id        uuid REFERENCES users (id),
    public         boolean NOT NULL DEFAULT false,
    name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    -- A folder, or the URL of a repository.
    source         text NOT NULL,
    -- The branch of the newest complete revision; "" for a folder without git.
    branch         text NOT NULL DEFAULT '',
    -- The fence of the run that published last: no two runs ever make the same one. 0: nothing is complete yet.
    revision       bigint NOT NULL DEFAULT 0,
    published_at   timestamptz,
    state          text NOT NULL DEFAULT 'empty' CHECK (state IN ('empty', 'indexing', 'ready', 'failed')),
    problem        text NOT NULL DEFAULT '',
    -- A run holds the project until `lease_until`; every run gets a higher fence, and writes only while it is its own.
    lease_until    timestamptz,
    heartbeat_at   timestamptz,
    fence          bigint NOT NULL DEFAULT 0,
    stage          text NOT NULL DEFAULT '',
    stage_done     bigint NOT NULL DEFAULT 0,
    stage_total    bigint NOT NULL DEFAULT 0,
    -- Of the newest complete revision.
    files          bigint NOT NULL DEFAULT 0,
    chunks         bigint NOT NULL DEFAULT 0,
    languages      jsonb NOT NULL DEFAULT '{}',
    skipped        jsonb NOT NULL DEFAULT '{}',
    masked         bigint NOT NULL DEFAULT 0,
    -- NULL: not tested yet. A rank of 0: it was not found.
    test_query     text,
    test_rank      integer,
    created_at     timestamptz NOT NULL DEFAULT now(),
    CHECK (user_id IS NOT NULL OR public)
);
CREATE UNIQUE INDEX code_projects_name
    ON code_projects (coalesce(user_id, '00000000-0000-0000-0000-000000000000'), name);

-- A content is kept once, however many paths and branches have it.
CREATE TABLE code_blobs (
    project_id   uuid NOT NULL REFERENCES code_projects (id) ON DELETE CASCADE,
    -- 16 bytes of the rules that cut it, the language and the content: other rules make another blob.
    digest       bytea NOT NULL CHECK (length(digest) = 16),
    language     text NOT NULL,
    -- Of the form of `forward`; an older one cannot be read.
    version      integer NOT NULL,
    chunks       integer NOT NULL,
    -- How many secrets were taken out.
    masked       integer NOT NULL DEFAULT 0,
    -- Terms and names of each chunk, see postings/forward.py.
    forward      bytea NOT NULL,
    -- NULL: some branch has it.
    unused_since timestamptz,
    PRIMARY KEY (project_id, digest)
);
-- Compressing what is small numbers already costs more than it saves.
ALTER TABLE code_blobs ALTER COLUMN forward SET STORAGE EXTERNAL;
CREATE INDEX code_blobs_unused ON code_blobs (project_id, unused_since) WHERE unused_since IS NOT NULL;

CREATE TABLE code_chunks (
    project_id uuid NOT NULL,
    digest     bytea NOT NULL,
    ordinal    integer NOT NULL,
    kind       text NOT NULL,
    symbol     text NOT NULL,
    start_line integer NOT NULL,
    end_line   integer NOT NULL,
    content    text NOT NULL,
    PRIMARY KEY (project_id, digest, ordinal),
    FOREIGN KEY (project_id, digest) REFERENCES code_blobs (project_id, digest) ON DELETE CASCADE
);

-- What was published of a branch; one that nobody indexes any more goes with its files.
CREATE TABLE code_branches (
    project_id   uuid NOT NULL REFERENCES code_projects (id) ON DELETE CASCADE,
    branch       text NOT NULL,
    -- The commit; "" for a folder without git.
    head         text NOT NULL DEFAULT '',
    published_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, branch)
);

-- The files of the newest complete revision of each branch; changed in the transaction that publishes.
CREATE TABLE code_files (
    project_id   uuid NOT NULL,
    branch       text NOT NULL,
    path         text NOT NULL,
    digest       bytea NOT NULL,
    is_test      boolean NOT NULL DEFAULT false,
    is_generated boolean NOT NULL DEFAULT false,
    PRIMARY KEY (project_id, branch, path),
    FOREIGN KEY (project_id, branch) REFERENCES code_branches (project_id, branch) ON DELETE CASCADE,
    FOREIGN KEY (project_id, digest) REFERENCES code_blobs (project_id, digest)
);
CREATE INDEX code_files_digest ON code_files (project_id, digest);

-- Unit length, float16, little endian.
CREATE TABLE code_vectors (
    project_id uuid NOT NULL,
    digest     bytea NOT NULL,
    ordinal    integer NOT NULL,
    model      text NOT NULL,
    vector     bytea NOT NULL,
    PRIMARY KEY (project_id, model, digest, ordinal),
    FOREIGN KEY (project_id, digest) REFERENCES code_blobs (project_id, digest) ON DELETE CASCADE
);
CREATE INDEX code_vectors_digest ON code_vectors (project_id, digest);

-- derived: can be made again; a person sees her own and what is public, only the service writes and removes.
-- derived_part: belongs to a row of code_projects, and is seen by whoever sees that.
ALTER TABLE nexy_protection DROP CONSTRAINT nexy_protection_kind_check;
ALTER TABLE nexy_protection ADD CONSTRAINT nexy_protection_kind_check
    CHECK (kind IN ('kept', 'ledger', 'owned', 'passing', 'derived', 'derived_part'));

INSERT INTO nexy_protection (table_name, kind, owner_column) VALUES
    ('code_projects', 'derived', 'user_id'),
    ('code_blobs', 'derived_part', 'project_id'),
    ('code_chunks', 'derived_part', 'project_id'),
    ('code_branches', 'derived_part', 'project_id'),
    ('code_files', 'derived_part', 'project_id'),
    ('code_vectors', 'derived_part', 'project_id');

CREATE FUNCTION nexy_refuse_but_service() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT public.nexy_is_service() THEN
        RAISE EXCEPTION '% on % is refused: only the service changes the index', TG_OP, TG_TABLE_NAME
            USING ERRCODE = '42501';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION nexy_protect() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    guarded nexy_protection;
BEGIN
    FOR guarded IN SELECT * FROM nexy_protection ORDER BY table_name LOOP
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, nexy_app, nexy_derived, anon, authenticated', guarded.table_name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO nexy_app', guarded.table_name);
        IF guarded.kind <> 'ledger' THEN
            EXECUTE format('GRANT UPDATE ON %I TO nexy_app', guarded.table_name);
        END IF;
        IF guarded.kind <> 'owned' THEN
            EXECUTE format('CREATE OR REPLACE TRIGGER nexy_no_delete BEFORE DELETE ON %I
                            FOR EACH STATEMENT EXECUTE FUNCTION %I()', guarded.table_name,
                           CASE WHEN guarded.kind = 'passing' THEN 'nexy_refuse_but_sweep'
                                WHEN guarded.kind LIKE 'derived%' THEN 'nexy_refuse_but_service'
                                ELSE 'nexy_refuse' END);
            -- ALWAYS: not even session_replication_role = replica passes it by.
            EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER nexy_no_delete', guarded.table_name);
        END IF;
        EXECUTE format('CREATE OR REPLACE TRIGGER nexy_no_truncate BEFORE TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION nexy_refuse()', guarded.table_name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER nexy_no_truncate', guarded.table_name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded.table_name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded.table_name);
        PERFORM nexy_protect_rows(guarded);
    END LOOP;
    REVOKE ALL ON schema_migrations, nexy_protection FROM PUBLIC, nexy_app, nexy_derived, anon, authenticated;
    GRANT SELECT ON schema_migrations, nexy_protection TO nexy_app;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO nexy_app', current_database());
    EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC, nexy_app, nexy_derived, anon, authenticated',
                   current_database());
    REVOKE CREATE ON SCHEMA public, auth FROM PUBLIC, nexy_app, nexy_derived, anon, authenticated;
    GRANT USAGE ON SCHEMA public, auth TO nexy_app, anon, authenticated;
    GRANT USAGE ON SCHEMA public TO nexy_derived;
    PERFORM nexy_protect_functions();
    GRANT EXECUTE ON FUNCTION nexy_is_service(), nexy_current_user() TO nexy_derived;
    PERFORM nexy_let_app_become_rest();
END
$$;

-- Which rows of a table are whose.
CREATE FUNCTION nexy_protect_rows(guarded nexy_protection) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    hers  CONSTANT text := format('%I = (SELECT nexy_current_user())', guarded.owner_column);
    mine  CONSTANT text := '(SELECT nexy_is_service()) OR ' || hers;
    takes text := 'PUBLIC';
BEGIN
    EXECUTE format('DROP POLICY IF EXISTS nexy_own_rows ON %I', guarded.table_name);
    EXECUTE format('DROP POLICY IF EXISTS nexy_rest_rows ON %I', guarded.table_name);
    EXECUTE format('DROP POLICY IF EXISTS nexy_visible_rows ON %I', guarded.table_name);
    IF guarded.kind LIKE 'derived%' THEN
        -- The role for what can be made again; the app has its verbs, since it is what indexes.
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO nexy_app, nexy_derived', guarded.table_name);
        EXECUTE format('CREATE POLICY nexy_own_rows ON %I USING ((SELECT nexy_is_service()))
                        WITH CHECK ((SELECT nexy_is_service()))', guarded.table_name);
        EXECUTE format('CREATE POLICY nexy_visible_rows ON %I FOR SELECT USING (%s)', guarded.table_name,
                       -- What is seen of code_projects is for its own policies to say.
                       CASE guarded.kind WHEN 'derived' THEN 'public OR ' || hers
                       ELSE format('%I IN (SELECT id FROM code_projects)', guarded.owner_column) END);
        RETURN;
    END IF;
    IF guarded.kind = 'owned' THEN
        -- The owner, whatever it is called here, must see every row: it makes the backups.
        takes := 'nexy_app, pg_database_owner';
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO authenticated', guarded.table_name);
        EXECUTE format('GRANT SELECT ON %I TO anon', guarded.table_name);
        EXECUTE format('CREATE POLICY nexy_rest_rows ON %I TO anon, authenticated
                        USING (%I = (SELECT auth.uid())) WITH CHECK (%I = (SELECT auth.uid()))',
                       guarded.table_name, guarded.owner_column, guarded.owner_column);
    END IF;
    EXECUTE format('CREATE POLICY nexy_own_rows ON %I TO %s USING (%s) WITH CHECK (%s)',
                   guarded.table_name, takes, mine, mine);
END
$$;

SELECT nexy_protect();
