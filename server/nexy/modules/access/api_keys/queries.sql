-- API keys. The key itself is never here, only its digest.

-- name: owner_by_email
SELECT user_id::text, email, disabled_at IS NOT NULL AS disabled FROM auth_identities WHERE email = $1;

-- name: add_key
WITH made AS (
    INSERT INTO api_keys (id, user_id, name, hash, beginning, scopes, expires_at, changed_at)
    VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6::text[], $7, clock_timestamp())
    RETURNING *
)
SELECT made.id::text, made.user_id::text, made.name, made.hash, made.beginning, made.scopes, made.created_at,
       made.expires_at, made.revoked_at IS NOT NULL AS revoked, made.last_used_at, made.changed_at, owner.email
FROM made JOIN auth_identities AS owner USING (user_id);

-- name: keys
SELECT key.id::text, key.user_id::text, key.name, key.hash, key.beginning, key.scopes, key.created_at,
       key.expires_at, key.revoked_at IS NOT NULL AS revoked, key.last_used_at, key.changed_at, owner.email
FROM api_keys AS key JOIN auth_identities AS owner USING (user_id)
WHERE $1 = '' OR owner.email = $1
ORDER BY key.created_at, key.id;

-- name: keys_meant
-- A whole key ($2: its digest) means itself; else $1 is an id, or where it is long enough ($3) a beginning of an id or
-- of a key, of which as much can be compared as is kept.
SELECT key.id::text, key.beginning, key.name, owner.email
FROM api_keys AS key JOIN auth_identities AS owner USING (user_id)
WHERE CASE WHEN $2 <> '' THEN key.hash = $2
           ELSE key.id::text = lower($1)
                OR $3 AND (starts_with(key.id::text, lower($1)) OR starts_with(key.beginning, $1)
                           OR starts_with($1, key.beginning)) END
ORDER BY key.created_at, key.id;

-- name: revoke_key
WITH gone AS (
    UPDATE api_keys SET revoked_at = coalesce(revoked_at, clock_timestamp()), changed_at = clock_timestamp()
    WHERE id = $1::uuid
    RETURNING *
)
SELECT gone.id::text, gone.user_id::text, gone.name, gone.hash, gone.beginning, gone.scopes, gone.created_at,
       gone.expires_at, gone.revoked_at IS NOT NULL AS revoked, gone.last_used_at, gone.changed_at, owner.email
FROM gone JOIN auth_identities AS owner USING (user_id);

-- name: key_changes
SELECT id::text, user_id::text, hash, scopes, expires_at, revoked_at IS NOT NULL AS revoked, changed_at
FROM api_keys
WHERE changed_at > coalesce($1::timestamptz, '-infinity') AND (revoked_at IS NULL OR $1::timestamptz IS NOT NULL);

-- name: keep_last_use
-- `changed_at` stays: nobody need read the key again for this.
UPDATE api_keys AS key SET last_used_at = used.at
FROM unnest($1::uuid[], $2::timestamptz[]) AS used (id, at)
WHERE key.id = used.id AND (key.last_used_at IS NULL OR key.last_used_at < used.at);
