-- name: find_person
SELECT user_id FROM devices WHERE hardware_hash = $1

-- name: one_writer
-- Two servers never merge into one person's memory at once.
SELECT pg_advisory_xact_lock(hashtextextended('memory ' || $1::text, 0))

-- name: newest_facts
SELECT content FROM memory_facts
WHERE user_id = $1 AND state = 'active' AND content IS NOT NULL
ORDER BY created_at DESC, id DESC
LIMIT $2

-- name: active_facts
SELECT id, subject, content FROM memory_facts
WHERE user_id = $1 AND state = 'active' AND content IS NOT NULL
ORDER BY created_at, id

-- name: all_facts
SELECT id, subject, content, state, created_at FROM memory_facts
WHERE user_id = $1 AND (state = 'active' OR $2)
ORDER BY created_at, id

-- name: correct_fact
UPDATE memory_facts SET state = 'corrected', superseded_by = $3, updated_at = clock_timestamp()
WHERE user_id = $1 AND id = $2 AND state = 'active'

-- name: add_fact
INSERT INTO memory_facts (id, user_id, subject, content, source_turn, created_at, updated_at)
VALUES ($2, $1, $3, $4, $5, clock_timestamp(), clock_timestamp())

-- name: withdraw_fact
UPDATE memory_facts SET state = 'withdrawn', updated_at = clock_timestamp()
WHERE user_id = $1 AND id = $2 AND state = 'active'

-- name: forget_facts
-- The subject says as much as the content, so it goes too.
UPDATE memory_facts SET subject = NULL, content = NULL, state = 'forgotten', updated_at = clock_timestamp()
WHERE user_id = $1 AND state <> 'forgotten' AND id = ANY ($2::uuid[])

-- name: read_short_term
SELECT content FROM memory_short_term WHERE user_id = $1 AND content IS NOT NULL AND updated_at > $2

-- name: persons
SELECT device, nexy_person_of(device) AS person FROM unnest($1::text[]) AS device

-- name: one_writer_each
SELECT pg_advisory_xact_lock(hashtextextended('memory ' || person, 0)) FROM unnest($1::text[]) AS person

-- name: facts_of_all
SELECT user_id, id, subject, content FROM memory_facts
WHERE user_id = ANY ($1::uuid[]) AND state = 'active' AND content IS NOT NULL
ORDER BY created_at, id

-- name: short_terms_of_all
SELECT user_id, content FROM memory_short_term
WHERE user_id = ANY ($1::uuid[]) AND content IS NOT NULL AND updated_at > $2

-- name: write_short_terms
INSERT INTO memory_short_term (user_id, content, updated_at)
SELECT person, content, $3 FROM unnest($1::uuid[], $2::text[]) AS said (person, content) ORDER BY person
ON CONFLICT (user_id) DO UPDATE SET content = EXCLUDED.content, updated_at = EXCLUDED.updated_at

-- name: clear_short_term
UPDATE memory_short_term SET content = NULL, updated_at = clock_timestamp()
WHERE user_id = $1 AND content IS NOT NULL
