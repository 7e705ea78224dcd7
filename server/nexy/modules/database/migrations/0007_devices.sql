-- A device that was paired belongs to a person and must show its token; code that knows nothing of it goes on.

ALTER TABLE devices
    ADD COLUMN name       text NOT NULL DEFAULT '' CHECK (length(name) <= 60),
    -- SHA-256; NULL: no token opens it.
    ADD COLUMN token_hash text CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    ADD COLUMN paired_at  timestamptz,
    ADD COLUMN revoked_at timestamptz,
    ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now(),
    -- NULL: it was paired before it spoke for the first time.
    ALTER COLUMN last_seen DROP NOT NULL;
CREATE INDEX devices_changed ON devices (changed_at) WHERE paired_at IS NOT NULL;

-- As before, and whoever asks holds the device to its person until the end of the transaction: a pairing waits for
-- what is being written, and what is written while it runs finds the new person.
CREATE OR REPLACE FUNCTION nexy_person_of(hash text) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    service CONSTANT text := coalesce(current_setting('nexy.service', true), '');
    person uuid;
    seen   timestamptz;
BEGIN
    PERFORM set_config('nexy.service', 'on', true);
    SELECT user_id, last_seen INTO person, seen FROM devices WHERE hardware_hash = hash FOR KEY SHARE;
    IF person IS NULL THEN
        person := nexy_uuid5('6f1c8e52-3b0d-4c55-9a27-5d2e4b7f9c10', hash);
        INSERT INTO users (id) VALUES (person) ON CONFLICT (id) DO NOTHING;
        INSERT INTO devices (hardware_hash, user_id) VALUES (hash, person) ON CONFLICT (hardware_hash) DO NOTHING;
        SELECT user_id INTO person FROM devices WHERE hardware_hash = hash FOR KEY SHARE;
    ELSIF seen IS NULL OR seen < now() - interval '1 minute' THEN
        UPDATE devices SET last_seen = now()
        WHERE hardware_hash = hash AND (last_seen IS NULL OR last_seen < now() - interval '1 minute');
    END IF;
    PERFORM set_config('nexy.service', service, true);
    RETURN person;
END
$$;

-- The same for what is no device: a person's token or key spends for her from its first row on.
CREATE FUNCTION nexy_person_of(hash text, payer uuid) RETURNS uuid LANGUAGE plpgsql AS $$
BEGIN
    IF payer IS NOT NULL THEN
        INSERT INTO devices (hardware_hash, user_id) VALUES (hash, payer) ON CONFLICT (hardware_hash) DO NOTHING;
    END IF;
    RETURN nexy_person_of(hash);
END
$$;

-- The one way in which rows of the ledger change hands: from the anonymous user that a device had by itself to the
-- person that it is paired with. Nothing else about a row changes, and nobody can name other users.
CREATE FUNCTION nexy_follow_device(hash text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    nobody CONSTANT uuid := public.nexy_uuid5('6f1c8e52-3b0d-4c55-9a27-5d2e4b7f9c10', hash);
    person uuid;
    moved  bigint;
BEGIN
    IF NOT public.nexy_is_service() THEN
        RAISE EXCEPTION 'only the service moves rows of the ledger' USING ERRCODE = '42501';
    END IF;
    SELECT user_id INTO person FROM public.devices WHERE hardware_hash = hash AND paired_at IS NOT NULL;
    UPDATE public.token_usage SET user_id = person WHERE user_id = nobody AND person IS NOT NULL AND person <> nobody;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END
$$;

SELECT nexy_protect();
