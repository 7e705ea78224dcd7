-- What is known of projects, and who works on them.

-- name: find_named
SELECT id, source, revision FROM code_projects WHERE name = $2 AND user_id IS NOT DISTINCT FROM $1::uuid

-- name: add
-- Somebody else may have been quicker. A person's project is one with the project of that name which /rest/v1 shows her.
WITH mine AS (
    SELECT id FROM projects
    WHERE user_id = $1::uuid AND name = $2 AND NOT EXISTS (SELECT FROM code_projects WHERE code_projects.id = projects.id)
    ORDER BY created_at LIMIT 1
), made AS (
    INSERT INTO code_projects (id, user_id, public, name, source)
    VALUES (coalesce((SELECT id FROM mine), gen_random_uuid()), $1::uuid, $1::uuid IS NULL, $2, $3)
    ON CONFLICT DO NOTHING
    RETURNING id, user_id, name
), shown AS (
    INSERT INTO projects (id, user_id, name)
    SELECT id, user_id, name FROM made WHERE user_id IS NOT NULL AND NOT EXISTS (SELECT FROM mine)
)
SELECT id FROM made

-- name: move
UPDATE code_projects SET source = $2 WHERE id = $1

-- name: take
UPDATE code_projects
SET fence = fence + 1, heartbeat_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => $2),
    state = 'indexing', problem = '', stage = 'fetch', stage_done = 0, stage_total = 0
WHERE id = $1 AND (lease_until IS NULL OR lease_until < clock_timestamp())
RETURNING fence, revision, branch

-- name: held_for
SELECT name, greatest(extract(epoch FROM lease_until - clock_timestamp()), 0)::float8 AS seconds
FROM code_projects WHERE id = $1

-- name: renew
-- Nobody else takes the project before this transaction ends, and what came too late touches nothing.
UPDATE code_projects
SET heartbeat_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => $3),
    stage = $4, stage_done = $5, stage_total = $6
WHERE id = $1 AND fence = $2

-- name: publish
UPDATE code_projects
SET revision = fence, branch = $3, published_at = clock_timestamp(), test_query = NULL, test_rank = NULL
WHERE id = $1 AND fence = $2

-- name: describe
UPDATE code_projects
SET files = $3, chunks = $4, languages = $5::text::jsonb, skipped = $6::text::jsonb, masked = $7
WHERE id = $1 AND fence = $2

-- name: tested
UPDATE code_projects SET test_query = $3, test_rank = $4 WHERE id = $1 AND fence = $2

-- name: ready
UPDATE code_projects SET state = 'ready' WHERE id = $1 AND fence = $2

-- name: release
-- Without a state it stays as it is: what broke off says so.
UPDATE code_projects
SET lease_until = NULL, stage = '', stage_done = 0, stage_total = 0,
    state = coalesce($3::text, state), problem = coalesce($4::text, problem)
WHERE id = $1 AND fence = $2

-- name: empty
UPDATE code_projects SET revision = 0, branch = '', state = 'empty', files = 0, chunks = 0 WHERE id = $1 AND fence = $2

-- name: remove
DELETE FROM code_projects WHERE id = $1 AND fence = $2

-- name: newest
SELECT branch, revision FROM code_projects WHERE id = $1

-- name: facts
SELECT id, name, source, user_id, public, branch, revision, state, problem, stage, stage_done, stage_total,
       coalesce(lease_until > clock_timestamp(), false) AS held,
       extract(epoch FROM clock_timestamp() - heartbeat_at)::float8 AS heartbeat_seconds,
       files, chunks, languages::text, skipped::text, masked, test_query, test_rank, published_at,
       vectors.model, vectors.pieces
FROM code_projects
LEFT JOIN LATERAL (
    -- The model of the most; the same content at two paths counts twice, as it does among the chunks.
    SELECT model, count(*) AS pieces FROM code_files JOIN code_vectors USING (project_id, digest)
    WHERE project_id = code_projects.id AND code_files.branch = code_projects.branch
    GROUP BY model ORDER BY count(*) DESC, model LIMIT 1
) AS vectors ON true
ORDER BY name, id
