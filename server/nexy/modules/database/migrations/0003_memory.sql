-- What is remembered. A fact is corrected by a newer one or withdrawn; forgetting overwrites its text with NULL.

CREATE TABLE memory_facts (
    id            uuid PRIMARY KEY,
    user_id       uuid NOT NULL REFERENCES users (id),
    -- What the fact is about ("name", "likes:tea"): a newer fact of the same subject corrects the older one.
    subject       text,
    content       text,
    state         text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'corrected', 'withdrawn', 'forgotten')),
    source_turn   uuid,
    superseded_by uuid REFERENCES memory_facts (id) DEFERRABLE INITIALLY DEFERRED,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX memory_facts_user ON memory_facts (user_id, state, created_at);
CREATE UNIQUE INDEX memory_facts_one_active ON memory_facts (user_id, subject) WHERE state = 'active';

CREATE TABLE memory_short_term (
    user_id    uuid PRIMARY KEY REFERENCES users (id),
    content    text,
    updated_at timestamptz NOT NULL DEFAULT now()
);
