-- Persons, their devices, and what was said. Rows are never deleted: forgetting overwrites content with NULL.

CREATE TABLE users (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind         text NOT NULL DEFAULT 'anonymous' CHECK (kind IN ('anonymous', 'person')),
    display_name text,
    created_at   timestamptz NOT NULL DEFAULT now()
);

-- An unpaired device owns an anonymous user; pairing re-points it. The id itself is never stored, only its hash.
CREATE TABLE devices (
    hardware_hash text PRIMARY KEY CHECK (hardware_hash ~ '^[0-9a-f]{64}$'),
    user_id       uuid NOT NULL REFERENCES users (id),
    first_seen    timestamptz NOT NULL DEFAULT now(),
    last_seen     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX devices_user ON devices (user_id);

CREATE TABLE sessions (
    id            uuid PRIMARY KEY,
    user_id       uuid NOT NULL REFERENCES users (id),
    hardware_hash text NOT NULL REFERENCES devices (hardware_hash),
    state         text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'ended', 'abandoned')),
    started_at    timestamptz NOT NULL DEFAULT now(),
    last_turn_at  timestamptz NOT NULL DEFAULT now(),
    ended_at      timestamptz,
    -- Which home's server holds it: after a crash only that home's sessions are abandoned.
    server        text NOT NULL DEFAULT ''
);
CREATE INDEX sessions_active ON sessions (server, last_turn_at) WHERE state = 'active';
CREATE INDEX sessions_user ON sessions (user_id, started_at);

CREATE TABLE commands (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users (id),
    session_id uuid NOT NULL REFERENCES sessions (id),
    prompt     text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX commands_user ON commands (user_id, created_at);
CREATE INDEX commands_session ON commands (session_id);

CREATE TABLE llm_answers (
    id         uuid PRIMARY KEY REFERENCES commands (id),
    user_id    uuid NOT NULL REFERENCES users (id),
    content    text,
    action     jsonb,
    outcome    text NOT NULL CHECK (outcome IN ('complete', 'interrupted', 'truncated', 'disconnected', 'failed')),
    cut        boolean NOT NULL GENERATED ALWAYS AS (outcome <> 'complete') STORED,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX llm_answers_user ON llm_answers (user_id, created_at);

-- The picture itself lies in a file under NEXY_HOME; after its time both are gone and the row stays.
CREATE TABLE screenshots (
    id         uuid PRIMARY KEY REFERENCES commands (id),
    user_id    uuid NOT NULL REFERENCES users (id),
    sha256     text NOT NULL,
    path       text,
    bytes      bigint NOT NULL CHECK (bytes >= 0),
    width      integer,
    height     integer,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX screenshots_expiry ON screenshots (expires_at) WHERE path IS NOT NULL;
CREATE INDEX screenshots_user ON screenshots (user_id);

CREATE TABLE performance_metrics (
    id         uuid NOT NULL REFERENCES commands (id),
    user_id    uuid NOT NULL REFERENCES users (id),
    name       text NOT NULL,
    value      double precision NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, name)
);
CREATE INDEX performance_metrics_user ON performance_metrics (user_id);
