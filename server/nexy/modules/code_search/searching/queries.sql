-- What is read for an answer, always with the claims of who asks: row-level security says what there is.

-- name: visible_projects
-- A run that holds a project may still be adding vectors to what it published.
SELECT id, name, user_id, revision, state <> 'ready' AS stale,
       coalesce(lease_until > clock_timestamp(), false) AS held
FROM code_projects ORDER BY name, id

-- name: contents
-- In the order of the places; what is gone meanwhile is missing.
SELECT wanted.place, kind, symbol, language, start_line, end_line, content
FROM unnest($1::uuid[], $2::bytea[], $3::integer[]) WITH ORDINALITY AS wanted (project_id, digest, ordinal, place)
JOIN code_chunks USING (project_id, digest, ordinal)
JOIN code_blobs USING (project_id, digest)
ORDER BY place

-- name: members
-- All pieces of a class and of what it holds; of a class longer than $4 characters only how each of them begins.
SELECT place, ordinal, symbol, start_line, end_line, whole,
       CASE WHEN whole THEN content ELSE left(content, $5) END AS content
FROM (SELECT *, sum(length(content)) OVER (PARTITION BY place) <= $4 AS whole
      FROM unnest($1::uuid[], $2::bytea[], $3::text[]) WITH ORDINALITY AS wanted (project_id, digest, class, place)
      JOIN code_chunks USING (project_id, digest)
      WHERE symbol = class OR starts_with(symbol, class || '.')) AS piece
ORDER BY place, ordinal
