-- Every list arrives as one JSON text, so that a batch is one statement whatever its size.

-- name: persons
SELECT device, nexy_person_of(device) AS person
FROM unnest($1::text[]) AS device;

-- name: keep_sessions
INSERT INTO sessions (id, user_id, hardware_hash, server, started_at, last_turn_at)
SELECT session, min(person::text)::uuid, min(device), min(server), min(began_at), max(ended_at)
FROM jsonb_to_recordset($1::text::jsonb)
    AS turn (session uuid, person uuid, device text, server text, began_at timestamptz, ended_at timestamptz)
GROUP BY session
ORDER BY session
ON CONFLICT (id) DO UPDATE
SET state = 'active', ended_at = NULL, last_turn_at = EXCLUDED.last_turn_at, server = EXCLUDED.server
-- A turn that was written before changes nothing: its session may have ended since.
WHERE sessions.last_turn_at < EXCLUDED.last_turn_at;

-- name: keep_commands
INSERT INTO commands (id, user_id, session_id, prompt, created_at)
SELECT id, person, session, prompt, began_at
FROM jsonb_to_recordset($1::text::jsonb)
    AS turn (id uuid, person uuid, session uuid, prompt text, began_at timestamptz)
ON CONFLICT (id) DO NOTHING;

-- name: keep_answers
INSERT INTO llm_answers (id, user_id, content, action, outcome, created_at)
SELECT id, person, answer, action, outcome, ended_at
FROM jsonb_to_recordset($1::text::jsonb)
    AS turn (id uuid, person uuid, answer text, action jsonb, outcome text, ended_at timestamptz)
ON CONFLICT (id) DO UPDATE SET outcome = EXCLUDED.outcome
-- Kept as complete, then cut before its end had left.
WHERE llm_answers.outcome = 'complete' AND EXCLUDED.outcome <> 'complete';

-- name: keep_screenshots
INSERT INTO screenshots (id, user_id, sha256, path, bytes, width, height, created_at, expires_at)
SELECT id, person, picture ->> 'sha256', picture ->> 'path', (picture ->> 'size')::bigint,
    (picture ->> 'width')::integer, (picture ->> 'height')::integer, began_at, (picture ->> 'expires_at')::timestamptz
FROM jsonb_to_recordset($1::text::jsonb) AS turn (id uuid, person uuid, picture jsonb, began_at timestamptz)
WHERE jsonb_typeof(picture) = 'object'
ON CONFLICT (id) DO NOTHING;

-- name: keep_metrics
INSERT INTO performance_metrics (id, user_id, name, value, created_at)
SELECT turn.id, turn.person, metric.key, metric.value::double precision, turn.ended_at
FROM jsonb_to_recordset($1::text::jsonb) AS turn (id uuid, person uuid, metrics jsonb, ended_at timestamptz),
    jsonb_each_text(turn.metrics) AS metric
ON CONFLICT (id, name) DO NOTHING;

-- name: close_run
UPDATE sessions
SET state = $2::text, ended_at = CASE WHEN $2::text = 'ended' THEN $3::text::timestamptz ELSE last_turn_at END
WHERE server = $1::text AND state = 'active' AND last_turn_at <= $3::text::timestamptz;

-- name: end_idle_sessions
UPDATE sessions
SET state = 'ended', ended_at = last_turn_at
WHERE server = $1::text AND state = 'active' AND last_turn_at < now() - make_interval(secs => $2::double precision);

-- name: abandon_strays
-- A home that is gone never starts again to say so itself.
UPDATE sessions
SET state = 'abandoned', ended_at = last_turn_at
WHERE server <> $1::text AND state = 'active' AND last_turn_at < now() - interval '1 day';

-- name: expire_screenshots
UPDATE screenshots SET path = NULL WHERE path IS NOT NULL AND expires_at <= now();
