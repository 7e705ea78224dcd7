-- Devices and their persons. Every statement of a pairing runs with the service claim, in one transaction.

-- name: take_time
-- A long history moves in one piece.
SELECT set_config('statement_timeout', $1, true);

-- name: person_by_address
SELECT user_id FROM auth_identities WHERE email = lower($1) AND disabled_at IS NULL;

-- name: known_address
SELECT 1 FROM auth_identities WHERE email = lower($1);

-- name: make_anonymous
INSERT INTO users (id) VALUES ($1) ON CONFLICT (id) DO NOTHING;

-- name: make_device
-- It has not spoken yet.
INSERT INTO devices (hardware_hash, user_id, last_seen) VALUES ($1, $2, NULL) ON CONFLICT (hardware_hash) DO NOTHING;

-- name: lock_device
-- Waits for every transaction that writes rows of this device, and holds back those that come.
SELECT user_id, paired_at IS NOT NULL AND revoked_at IS NULL AS paired FROM devices WHERE hardware_hash = $1 FOR UPDATE;

-- name: one_writer_each
-- As the memory itself locks a person's, in the same order.
SELECT pg_advisory_xact_lock(hashtextextended('memory ' || person, 0)) FROM unnest($1::text[]) AS person;

-- name: point_device
UPDATE devices
SET user_id = $2, token_hash = $3, name = coalesce(nullif($4::text, ''), nullif(name, ''), $5),
    paired_at = now(), revoked_at = NULL
WHERE hardware_hash = $1;

-- name: correct_older_facts
-- Of two facts about one thing the newer one holds.
WITH pairs AS (
    SELECT CASE WHEN (its.created_at, its.id) > (hers.created_at, hers.id) THEN hers.id ELSE its.id END AS older,
           CASE WHEN (its.created_at, its.id) > (hers.created_at, hers.id) THEN its.id ELSE hers.id END AS newer
    FROM memory_facts AS its JOIN memory_facts AS hers ON hers.subject = its.subject
    WHERE its.user_id = $1 AND hers.user_id = $2 AND its.state = 'active' AND hers.state = 'active'
)
UPDATE memory_facts SET state = 'corrected', superseded_by = pairs.newer, updated_at = clock_timestamp()
FROM pairs WHERE memory_facts.id = pairs.older;

-- name: move_facts
UPDATE memory_facts SET user_id = $2 WHERE user_id = $1;

-- name: take_short_term
INSERT INTO memory_short_term AS hers (user_id, content, updated_at)
SELECT $2, content, updated_at FROM memory_short_term WHERE user_id = $1 AND content IS NOT NULL
ON CONFLICT (user_id) DO UPDATE SET content = EXCLUDED.content, updated_at = EXCLUDED.updated_at
WHERE hers.content IS NULL OR hers.updated_at < EXCLUDED.updated_at;

-- name: clear_short_term
UPDATE memory_short_term SET content = NULL, updated_at = clock_timestamp() WHERE user_id = $1 AND content IS NOT NULL;

-- name: move_sessions
UPDATE sessions SET user_id = $2 WHERE user_id = $1;

-- name: move_commands
UPDATE commands SET user_id = $2 WHERE user_id = $1;

-- name: move_answers
UPDATE llm_answers SET user_id = $2 WHERE user_id = $1;

-- name: move_screenshots
UPDATE screenshots SET user_id = $2 WHERE user_id = $1;

-- name: move_metrics
UPDATE performance_metrics SET user_id = $2 WHERE user_id = $1;

-- name: add_quotas
INSERT INTO quota_usage AS hers (user_id, period, starts_on, tokens, cost_usd)
SELECT $2, period, starts_on, tokens, cost_usd FROM quota_usage
WHERE user_id = $1 AND (tokens > 0 OR cost_usd > 0) ORDER BY period, starts_on
ON CONFLICT (user_id, period, starts_on) DO UPDATE
SET tokens = hers.tokens + EXCLUDED.tokens, cost_usd = hers.cost_usd + EXCLUDED.cost_usd, updated_at = now();

-- name: clear_quotas
UPDATE quota_usage SET tokens = 0, cost_usd = 0, updated_at = now() WHERE user_id = $1 AND (tokens > 0 OR cost_usd > 0);

-- name: move_usage
SELECT nexy_follow_device($1);

-- name: mark_changed
-- Last of all: whoever reads changes a moment later must not miss a transaction that took long.
UPDATE devices SET changed_at = clock_timestamp() WHERE hardware_hash = $1;

-- name: paired
SELECT hardware_hash, name, email, paired_at, last_seen, revoked_at IS NOT NULL AS revoked
FROM devices JOIN auth_identities USING (user_id)
WHERE paired_at IS NOT NULL AND ($1::text = '' OR email = lower($1)) AND starts_with(hardware_hash, $2)
ORDER BY paired_at, hardware_hash;

-- name: revoke
UPDATE devices SET revoked_at = coalesce(revoked_at, now()), token_hash = NULL, changed_at = clock_timestamp()
WHERE hardware_hash = $1;

-- name: changes
-- A person who may not come in takes her devices with her.
WITH changed AS (
    SELECT hardware_hash FROM devices
    WHERE paired_at IS NOT NULL AND changed_at > coalesce($1::timestamptz, '-infinity')
    UNION
    SELECT hardware_hash FROM auth_identities JOIN devices USING (user_id)
    WHERE paired_at IS NOT NULL AND auth_identities.updated_at > coalesce($1::timestamptz, 'infinity')
)
SELECT hardware_hash, user_id, coalesce(token_hash, '') AS token_hash,
       revoked_at IS NOT NULL OR disabled_at IS NOT NULL AS revoked,
       greatest(changed_at, auth_identities.updated_at) AS changed_at
FROM changed JOIN devices USING (hardware_hash) JOIN auth_identities USING (user_id);
