-- Who may do what. Tables say in nexy_protection what they are; nexy_protect() puts it into force, again and again.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['nexy_app', 'nexy_derived', 'anon', 'authenticated'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                -- Roles belong to the whole server: another database's migration was quicker.
                NULL;
            END;
        END IF;
    END LOOP;
END
$$;

-- kept: people, money, history, memory (the app may SELECT, INSERT, UPDATE; nobody deletes).
-- ledger: kept, and the app may not UPDATE either.
CREATE TABLE nexy_protection (
    table_name   text PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('kept', 'ledger')),
    owner_column text NOT NULL DEFAULT 'user_id'
);

INSERT INTO nexy_protection (table_name, kind, owner_column) VALUES
    ('users', 'kept', 'id'),
    ('devices', 'kept', 'user_id'),
    ('sessions', 'kept', 'user_id'),
    ('commands', 'kept', 'user_id'),
    ('llm_answers', 'kept', 'user_id'),
    ('screenshots', 'kept', 'user_id'),
    ('performance_metrics', 'kept', 'user_id'),
    ('memory_facts', 'kept', 'user_id'),
    ('memory_short_term', 'kept', 'user_id'),
    ('token_usage', 'ledger', 'user_id'),
    ('quota_usage', 'kept', 'user_id'),
    ('subscriptions', 'kept', 'user_id'),
    ('subscription_events', 'kept', 'user_id'),
    ('payments', 'kept', 'user_id');

-- The claims of the transaction: set_config('nexy.user_id', …, true), set_config('nexy.service', …, true).
CREATE FUNCTION nexy_current_user() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('nexy.user_id', true), '')::uuid
$$;

CREATE FUNCTION nexy_is_service() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('nexy.service', true), '') = 'on'
$$;

CREATE FUNCTION nexy_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: rows are kept, forgetting overwrites content with NULL', TG_OP, TG_TABLE_NAME
        USING ERRCODE = '42501';
END
$$;

CREATE FUNCTION nexy_protect() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    guarded nexy_protection;
BEGIN
    FOR guarded IN SELECT * FROM nexy_protection ORDER BY table_name LOOP
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, nexy_app, nexy_derived, anon, authenticated', guarded.table_name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO nexy_app', guarded.table_name);
        IF guarded.kind <> 'ledger' THEN
            EXECUTE format('GRANT UPDATE ON %I TO nexy_app', guarded.table_name);
        END IF;
        EXECUTE format('CREATE OR REPLACE TRIGGER nexy_no_delete BEFORE DELETE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION nexy_refuse()', guarded.table_name);
        EXECUTE format('CREATE OR REPLACE TRIGGER nexy_no_truncate BEFORE TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION nexy_refuse()', guarded.table_name);
        -- ALWAYS: not even session_replication_role = replica passes it by.
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER nexy_no_delete', guarded.table_name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER nexy_no_truncate', guarded.table_name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded.table_name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded.table_name);
        EXECUTE format('DROP POLICY IF EXISTS nexy_own_rows ON %I', guarded.table_name);
        EXECUTE format('CREATE POLICY nexy_own_rows ON %I
                        USING ((SELECT nexy_is_service()) OR %I = (SELECT nexy_current_user()))
                        WITH CHECK ((SELECT nexy_is_service()) OR %I = (SELECT nexy_current_user()))',
                       guarded.table_name, guarded.owner_column, guarded.owner_column);
    END LOOP;
    REVOKE ALL ON schema_migrations, nexy_protection FROM PUBLIC, nexy_app, nexy_derived, anon, authenticated;
    GRANT SELECT ON schema_migrations, nexy_protection TO nexy_app;
    REVOKE ALL ON FUNCTION nexy_person_of(text), nexy_protect() FROM PUBLIC, anon, authenticated, nexy_derived;
    REVOKE ALL ON FUNCTION nexy_protect() FROM nexy_app;
    GRANT EXECUTE ON FUNCTION nexy_person_of(text) TO nexy_app;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO nexy_app', current_database());
    EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC, nexy_app', current_database());
    GRANT USAGE ON SCHEMA public TO nexy_app;
    REVOKE CREATE ON SCHEMA public FROM PUBLIC, nexy_app;
END
$$;

-- The UUID of version 5 (RFC 9562), as Python's uuid.uuid5 makes it: SHA-1, which PostgreSQL itself does not offer.
CREATE FUNCTION nexy_uuid5(namespace uuid, name text) RETURNS uuid LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    message bytea := uuid_send(namespace) || convert_to(name, 'UTF8');
    bits    bigint := length(message) * 8;
    low     CONSTANT bigint := 4294967295;
    h       bigint[] := ARRAY[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
    w       bigint[];
    a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; mixed bigint;
    result  bytea := '';
BEGIN
    message := message || '\x80'::bytea;
    message := message || decode(repeat('00', (120 - length(message) % 64) % 64), 'hex') || int8send(bits);
    FOR block IN 0 .. length(message) / 64 - 1 LOOP
        FOR i IN 0 .. 15 LOOP
            w[i] := 0;
            FOR j IN 0 .. 3 LOOP
                w[i] := (w[i] << 8) | get_byte(message, block * 64 + i * 4 + j);
            END LOOP;
        END LOOP;
        FOR i IN 16 .. 79 LOOP
            mixed := w[i - 3] # w[i - 8] # w[i - 14] # w[i - 16];
            w[i] := ((mixed << 1) | (mixed >> 31)) & low;
        END LOOP;
        a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
        FOR i IN 0 .. 79 LOOP
            CASE
                WHEN i < 20 THEN f := (b & c) | ((~b) & low & d); k := 1518500249;
                WHEN i < 40 THEN f := b # c # d; k := 1859775393;
                WHEN i < 60 THEN f := (b & c) | (b & d) | (c & d); k := 2400959708;
                ELSE f := b # c # d; k := 3395469782;
            END CASE;
            mixed := ((((a << 5) | (a >> 27)) & low) + f + e + k + w[i]) & low;
            e := d; d := c; c := ((b << 30) | (b >> 2)) & low; b := a; a := mixed;
        END LOOP;
        h := ARRAY[(h[1] + a) & low, (h[2] + b) & low, (h[3] + c) & low, (h[4] + d) & low, (h[5] + e) & low];
    END LOOP;
    FOR i IN 1 .. 4 LOOP
        result := result || substring(int8send(h[i]) FROM 5);
    END LOOP;
    result := set_byte(result, 6, (get_byte(result, 6) & 15) | 80);
    result := set_byte(result, 8, (get_byte(result, 8) & 63) | 128);
    RETURN encode(result, 'hex')::uuid;
END
$$;

-- The person behind a device: after pairing devices.user_id is the truth, before it an anonymous one of its own.
-- It runs with the service claim, because a device that is seen for the first time belongs to nobody yet.
CREATE FUNCTION nexy_person_of(hash text) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    service CONSTANT text := coalesce(current_setting('nexy.service', true), '');
    person uuid;
    seen   timestamptz;
BEGIN
    PERFORM set_config('nexy.service', 'on', true);
    SELECT user_id, last_seen INTO person, seen FROM devices WHERE hardware_hash = hash;
    IF person IS NULL THEN
        person := nexy_uuid5('6f1c8e52-3b0d-4c55-9a27-5d2e4b7f9c10', hash);
        INSERT INTO users (id) VALUES (person) ON CONFLICT (id) DO NOTHING;
        INSERT INTO devices (hardware_hash, user_id) VALUES (hash, person) ON CONFLICT (hardware_hash) DO NOTHING;
        SELECT user_id INTO person FROM devices WHERE hardware_hash = hash;
    ELSIF seen < now() - interval '1 minute' THEN
        UPDATE devices SET last_seen = now() WHERE hardware_hash = hash AND last_seen < now() - interval '1 minute';
    END IF;
    PERFORM set_config('nexy.service', service, true);
    RETURN person;
END
$$;

SELECT nexy_protect();
