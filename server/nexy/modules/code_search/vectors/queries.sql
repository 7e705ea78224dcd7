-- Vectors of the pieces of code. What is written is written by a run that holds the project.

-- name: count_missing
SELECT count(*) AS missing
FROM code_chunks AS chunk
WHERE project_id = $1
  AND EXISTS (SELECT FROM code_files AS file
              WHERE file.project_id = $1 AND file.branch = $2 AND file.digest = chunk.digest)
  AND NOT EXISTS (SELECT FROM code_vectors AS made
                  WHERE made.project_id = $1 AND made.model = $3 AND made.digest = chunk.digest
                    AND made.ordinal = chunk.ordinal)

-- name: missing
-- The next pieces after one.
SELECT chunk.digest, ordinal, symbol, left(content, $6) AS content
FROM code_chunks AS chunk
WHERE project_id = $1 AND (chunk.digest, ordinal) > ($4, $5)
  AND EXISTS (SELECT FROM code_files AS file
              WHERE file.project_id = $1 AND file.branch = $2 AND file.digest = chunk.digest)
  AND NOT EXISTS (SELECT FROM code_vectors AS made
                  WHERE made.project_id = $1 AND made.model = $3 AND made.digest = chunk.digest
                    AND made.ordinal = chunk.ordinal)
ORDER BY chunk.digest, ordinal LIMIT $7

-- name: add
-- A content may have gone since it was read.
INSERT INTO code_vectors (project_id, model, digest, ordinal, vector, embedding)
SELECT $1, $2, digest, ordinal, vector, embedding::real[]
FROM unnest($3::bytea[], $4::integer[], $5::bytea[], $6::text[]) AS made (digest, ordinal, vector, embedding)
WHERE EXISTS (SELECT FROM code_blobs AS blob WHERE blob.project_id = $1 AND blob.digest = made.digest)
ON CONFLICT (project_id, model, digest, ordinal) DO UPDATE
SET vector = EXCLUDED.vector, embedding = EXCLUDED.embedding

-- name: forget_others
-- Vectors of models that are not used any more, some at a time.
DELETE FROM code_vectors WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM code_vectors WHERE project_id = $1 AND model <> $2 LIMIT $3))

-- name: stored
SELECT digest, ordinal, vector FROM code_vectors
WHERE project_id = $1 AND model = $2 AND (digest, ordinal) > ($3, $4)
ORDER BY digest, ordinal LIMIT $5

-- name: compares
-- Whether the database itself can compare vectors.
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'vector') AS compares

-- name: branch_size
SELECT coalesce(sum(chunks), 0)::bigint AS pieces
FROM code_files JOIN code_blobs USING (project_id, digest) WHERE project_id = $1 AND branch = $2

-- name: comparable
-- Those with vectors of the model, all of them in the form that is compared here.
SELECT project_id FROM code_vectors WHERE project_id = ANY ($1::uuid[]) AND model = $2
GROUP BY project_id
HAVING count(*) = count(embedding) AND EXISTS (SELECT FROM pg_extension WHERE extname = 'vector')

-- name: near
SELECT project.id AS project_id, digest, ordinal, likeness
FROM code_projects AS project CROSS JOIN LATERAL (
    SELECT digest, ordinal, -(embedding::vector <#> $3::real[]::vector) AS likeness
    FROM code_vectors
    WHERE project_id = project.id AND model = $2 AND cardinality(embedding) = cardinality($3::real[])
      AND digest IN (SELECT file.digest FROM code_files AS file
                     WHERE file.project_id = project.id AND file.branch = project.branch)
    ORDER BY likeness DESC, digest, ordinal LIMIT $4) AS nearest
WHERE project.id = ANY ($1::uuid[])
ORDER BY project_id, likeness DESC, digest, ordinal
