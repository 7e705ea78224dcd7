-- Contents, their pieces and the files of branches; what is written is written by a run that holds the project.

-- name: known_blobs
SELECT digest, language, chunks, masked FROM code_blobs WHERE project_id = $1

-- name: files_of
SELECT path, digest, is_test, is_generated FROM code_files WHERE project_id = $1 AND branch = $2

-- name: published
-- One statement: the files are those of the revision that it names.
SELECT revision, path, digest, language, is_test, is_generated
FROM code_projects AS project JOIN code_files AS file ON project_id = project.id AND file.branch = project.branch
JOIN code_blobs USING (project_id, digest)
WHERE project.id = $1 AND revision > 0
ORDER BY path COLLATE "C"

-- name: forwards
SELECT digest, forward FROM code_blobs WHERE project_id = $1 AND digest = ANY ($2::bytea[]) AND version = $3

-- name: add_blobs
-- Not used yet: a run that breaks off leaves them to the next one, and in the end to the sweep.
INSERT INTO code_blobs (project_id, version, digest, language, chunks, masked, forward, unused_since)
SELECT $1, $2, digest, language, chunks, masked, forward, now()
FROM unnest($3::bytea[], $4::text[], $5::integer[], $6::integer[], $7::bytea[])
    AS blob (digest, language, chunks, masked, forward)

-- name: add_chunks
INSERT INTO code_chunks (project_id, digest, ordinal, kind, symbol, start_line, end_line, content)
SELECT $1, digest, ordinal, kind, symbol, start_line, end_line, content
FROM unnest($2::bytea[], $3::integer[], $4::text[], $5::text[], $6::integer[], $7::integer[], $8::text[])
    AS chunk (digest, ordinal, kind, symbol, start_line, end_line, content)

-- name: add_branch
INSERT INTO code_branches (project_id, branch, head, published_at) VALUES ($1, $2, $3, clock_timestamp())
ON CONFLICT (project_id, branch) DO UPDATE SET head = EXCLUDED.head, published_at = EXCLUDED.published_at

-- name: remove_files
DELETE FROM code_files WHERE project_id = $1 AND branch = $2 AND path = ANY ($3::text[])

-- name: put_files
INSERT INTO code_files (project_id, branch, path, digest, is_test, is_generated)
SELECT $1, $2, path, digest, is_test, is_generated
FROM unnest($3::text[], $4::bytea[], $5::boolean[], $6::boolean[]) AS file (path, digest, is_test, is_generated)
ON CONFLICT (project_id, branch, path) DO UPDATE
SET digest = EXCLUDED.digest, is_test = EXCLUDED.is_test, is_generated = EXCLUDED.is_generated

-- name: mark_used
UPDATE code_blobs SET unused_since = NULL
WHERE project_id = $1 AND digest = ANY ($2::bytea[]) AND unused_since IS NOT NULL

-- name: mark_unused
UPDATE code_blobs SET unused_since = now()
WHERE project_id = $1 AND digest = ANY ($2::bytea[]) AND unused_since IS NULL
  AND NOT EXISTS (SELECT FROM code_files AS file
                  WHERE file.project_id = code_blobs.project_id AND file.digest = code_blobs.digest)

-- name: sweep_branches
DELETE FROM code_branches
WHERE project_id = $1 AND branch <> (SELECT branch FROM code_projects WHERE id = $1)
  AND published_at < now() - make_interval(secs => $2)

-- name: mark_all_unused
UPDATE code_blobs SET unused_since = now()
WHERE project_id = $1 AND unused_since IS NULL
  AND NOT EXISTS (SELECT FROM code_files AS file
                  WHERE file.project_id = code_blobs.project_id AND file.digest = code_blobs.digest)

-- name: sweep_blobs
DELETE FROM code_blobs
WHERE project_id = $1 AND digest IN (
    SELECT digest FROM code_blobs
    WHERE project_id = $1 AND unused_since < now() - make_interval(secs => $2) LIMIT $3)

-- name: remove_branches
DELETE FROM code_branches WHERE project_id = $1

-- name: remove_blobs
DELETE FROM code_blobs
WHERE project_id = $1 AND digest IN (SELECT digest FROM code_blobs WHERE project_id = $1 LIMIT $2)

-- name: something_named
-- One of the first pieces with a name, the longest of them: the more it is like itself alone.
SELECT symbol, path FROM (
    SELECT symbol, path, digest, ordinal, is_test OR is_generated AS damped
    FROM code_files JOIN code_chunks USING (project_id, digest)
    WHERE project_id = $1 AND branch = $2 AND kind IN ('function', 'method', 'class') AND symbol <> ''
    LIMIT $3) AS named
ORDER BY damped, length(symbol) DESC, path, ordinal LIMIT 1

-- name: some_path
SELECT path FROM code_files WHERE project_id = $1 AND branch = $2 ORDER BY is_test OR is_generated, path LIMIT 1
