-- What was spent and what was paid. A row is written once, by its key, and never changed or removed.

CREATE TABLE token_usage (
    key           text PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 300),
    user_id       uuid NOT NULL REFERENCES users (id),
    hardware_hash text NOT NULL REFERENCES devices (hardware_hash),
    session_id    text NOT NULL DEFAULT '',
    source        text NOT NULL CHECK (source IN ('main_llm', 'memory_analyzer', 'browser_agent', 'code', 'embeddings')),
    provider      text NOT NULL DEFAULT '',
    model         text NOT NULL,
    input_tokens  bigint NOT NULL CHECK (input_tokens >= 0),
    output_tokens bigint NOT NULL CHECK (output_tokens >= 0),
    -- NULL: the model had no price when the row was kept.
    cost_usd      numeric(18, 9) CHECK (cost_usd >= 0),
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX token_usage_user_time ON token_usage (user_id, created_at);
CREATE INDEX token_usage_device_time ON token_usage (hardware_hash, created_at);
CREATE INDEX token_usage_time ON token_usage (created_at);

CREATE TABLE quota_usage (
    user_id    uuid NOT NULL REFERENCES users (id),
    period     text NOT NULL CHECK (period IN ('day', 'week', 'month')),
    starts_on  date NOT NULL,
    tokens     bigint NOT NULL DEFAULT 0 CHECK (tokens >= 0),
    cost_usd   numeric(18, 9) NOT NULL DEFAULT 0 CHECK (cost_usd >= 0),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, period, starts_on)
);

CREATE TABLE subscriptions (
    id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id            uuid NOT NULL REFERENCES users (id),
    plan               text NOT NULL,
    state              text NOT NULL,
    current_period_end timestamptz,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX subscriptions_user ON subscriptions (user_id);

CREATE TABLE subscription_events (
    id              text PRIMARY KEY,
    user_id         uuid NOT NULL REFERENCES users (id),
    subscription_id uuid REFERENCES subscriptions (id),
    kind            text NOT NULL,
    body            jsonb NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX subscription_events_user ON subscription_events (user_id);

CREATE TABLE payments (
    id              text PRIMARY KEY,
    user_id         uuid NOT NULL REFERENCES users (id),
    subscription_id uuid REFERENCES subscriptions (id),
    amount_minor    bigint NOT NULL,
    currency        text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    state           text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX payments_user ON payments (user_id);
