-- Persons, their sessions and refresh tokens. Small letters of an address are made before it comes here.

-- name: account_by_email
SELECT user_id::text, email, password_hash, data::text, created_at, updated_at, last_sign_in_at,
       disabled_at IS NOT NULL AS disabled
FROM auth_identities
WHERE email = $1;

-- name: account_by_id
SELECT user_id::text, email, password_hash, data::text, created_at, updated_at, last_sign_in_at,
       disabled_at IS NOT NULL AS disabled
FROM auth_identities
WHERE user_id = $1::uuid;

-- name: accounts
SELECT user_id::text, email, password_hash, data::text, created_at, updated_at, last_sign_in_at,
       disabled_at IS NOT NULL AS disabled
FROM auth_identities
ORDER BY created_at, email;

-- name: add_person
INSERT INTO users (id, kind) VALUES ($1::uuid, 'person');

-- name: add_payer
-- Rows of the ledger belong to the device that paid; to it a person's own programs, and each of her
-- keys, are one more device of hers.
INSERT INTO devices (hardware_hash, user_id) VALUES ($2, $1::uuid) ON CONFLICT (hardware_hash) DO NOTHING;

-- name: add_identity
INSERT INTO auth_identities (user_id, email, password_hash, data)
VALUES ($1::uuid, $2, $3, $4::text::jsonb)
ON CONFLICT (email) DO NOTHING
RETURNING user_id::text, email, password_hash, data::text, created_at, updated_at, last_sign_in_at,
          disabled_at IS NOT NULL AS disabled;

-- name: signed_in
-- Nothing has come between the look at the password and this: neither another password nor a disabling.
UPDATE auth_identities
SET last_sign_in_at = $3, password_hash = coalesce(nullif($4, ''), password_hash)
WHERE user_id = $1::uuid AND password_hash = $2 AND disabled_at IS NULL
RETURNING user_id::text, email, password_hash, data::text, created_at, updated_at, last_sign_in_at,
          disabled_at IS NOT NULL AS disabled;

-- name: change_account
-- Empty texts and NULL leave what is there; $4 is laid over the data, and the names in $5 are taken from it.
UPDATE auth_identities
SET email = coalesce(nullif($2, ''), email),
    password_hash = coalesce(nullif($3, ''), password_hash),
    data = (data || coalesce($4::text::jsonb, '{}')) - $5::text[],
    updated_at = clock_timestamp()
WHERE user_id = $1::uuid
RETURNING user_id::text, email, password_hash, data::text, created_at, updated_at, last_sign_in_at,
          disabled_at IS NOT NULL AS disabled;

-- name: disable_account
UPDATE auth_identities
SET disabled_at = CASE WHEN $2 THEN coalesce(disabled_at, clock_timestamp()) END, updated_at = clock_timestamp()
WHERE user_id = $1::uuid
RETURNING user_id::text, email, password_hash, data::text, created_at, updated_at, last_sign_in_at,
          disabled_at IS NOT NULL AS disabled;

-- name: disabled_changes
SELECT user_id::text, disabled_at IS NOT NULL AS disabled, updated_at AS changed_at
FROM auth_identities
WHERE updated_at > coalesce($1::timestamptz, '-infinity') AND (disabled_at IS NOT NULL OR $1::timestamptz IS NOT NULL);

-- name: open_session
INSERT INTO auth_sessions (id, user_id, created_at, not_after) VALUES ($1::uuid, $2::uuid, $3, $4);

-- name: session_by_id
SELECT created_at, not_after, revoked_at IS NOT NULL AS revoked
FROM auth_sessions
WHERE id = $1::uuid AND user_id = $2::uuid;

-- name: session_of_token
-- Whoever comes with a token of this session waits here for whoever came before.
SELECT session.id::text, session.user_id::text, session.created_at, session.not_after,
       session.revoked_at IS NOT NULL AS revoked
FROM auth_refresh_tokens AS token JOIN auth_sessions AS session ON session.id = token.session_id
WHERE token.hash = $1
FOR UPDATE OF session;

-- name: keep_refresh_token
INSERT INTO auth_refresh_tokens (hash, session_id, user_id, created_at) VALUES ($1, $2::uuid, $3::uuid, $4);

-- name: use_of_token
SELECT used_at FROM auth_refresh_tokens WHERE hash = $1;

-- name: use_token
UPDATE auth_refresh_tokens SET used_at = $2 WHERE hash = $1 AND used_at IS NULL;

-- name: end_session
UPDATE auth_sessions SET revoked_at = clock_timestamp()
WHERE id = $1::uuid AND user_id = $2::uuid AND revoked_at IS NULL
RETURNING id::text, revoked_at AS changed_at;

-- name: end_sessions
-- All of a person's, or all but one.
UPDATE auth_sessions SET revoked_at = clock_timestamp()
WHERE user_id = $1::uuid AND revoked_at IS NULL AND ($2::uuid IS NULL OR id <> $2::uuid)
RETURNING id::text, revoked_at AS changed_at;

-- name: sweep_sessions
SELECT nexy_sweep_sessions($1::integer) AS swept;

-- name: ended_changes
-- No access token lives longer than a day (access.tokens.access_seconds), so older ends need not be known.
SELECT id::text, revoked_at AS changed_at
FROM auth_sessions
WHERE revoked_at > coalesce($1::timestamptz, now() - interval '25 hours');
