-- The demo account and its rows; $1 is always its id, which is the same everywhere.

-- name: kept
SELECT email, password_hash, disabled_at IS NOT NULL AS disabled FROM auth_identities WHERE user_id = $1::uuid;

-- name: taken
SELECT email FROM auth_identities WHERE email = $2 AND user_id <> $1::uuid;

-- name: add_person
INSERT INTO users (id, kind) VALUES ($1::uuid, 'person') ON CONFLICT (id) DO NOTHING;

-- name: hold
-- Several servers that start at once make its rows one after the other, and so only once.
SELECT id FROM users WHERE id = $1::uuid FOR UPDATE;

-- name: restore
INSERT INTO auth_identities (user_id, email, password_hash) VALUES ($1::uuid, $2, $3)
ON CONFLICT (user_id) DO UPDATE
SET email = EXCLUDED.email, password_hash = EXCLUDED.password_hash, data = '{}', disabled_at = NULL,
    updated_at = clock_timestamp()
RETURNING updated_at;

-- name: switch_off
UPDATE auth_identities SET disabled_at = clock_timestamp(), updated_at = clock_timestamp()
WHERE user_id = $1::uuid AND disabled_at IS NULL
RETURNING updated_at;

-- name: add_rows
WITH made AS (
    INSERT INTO projects (user_id, name, description)
    SELECT $1::uuid, name, description
    FROM (VALUES ('lighthouse', 'A web service that tells ships where the rocks are'),
                 ('weather-mast', 'Readings of a mast, cleaned and stored')) AS demo (name, description)
    WHERE NOT EXISTS (SELECT 1 FROM projects WHERE user_id = $1::uuid AND projects.name = demo.name)
    RETURNING id, name
)
INSERT INTO code_snippets (user_id, project_id, title, language, code)
SELECT $1::uuid, made.id, title, language, code
FROM made
JOIN (VALUES
    ('lighthouse', 'Flash pattern', 'typescript',
     E'export function isLit(second: number): boolean {\n  return second % 10 < 2;\n}\n'),
    ('lighthouse', 'Distance to a ship', 'python',
     E'def distance(ship: complex, rock: complex) -> float:\n    return abs(ship - rock)\n'),
    ('weather-mast', 'Leave out broken readings', 'python',
     E'def whole(readings: list[float | None]) -> list[float]:\n    return [one for one in readings if one is not None]\n')
) AS demo (project, title, language, code) ON demo.project = made.name;
