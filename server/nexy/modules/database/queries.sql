-- name: make_ledger
CREATE TABLE IF NOT EXISTS schema_migrations (
    version    integer PRIMARY KEY,
    name       text NOT NULL,
    checksum   text NOT NULL,
    post       boolean NOT NULL DEFAULT false,
    applied_at timestamptz NOT NULL DEFAULT now()
)

-- name: lock_ledger
SELECT pg_advisory_lock(hashtext('nexy schema_migrations'))

-- name: unlock_ledger
SELECT pg_advisory_unlock(hashtext('nexy schema_migrations'))

-- name: has_ledger
SELECT to_regclass('schema_migrations') IS NOT NULL

-- name: read_ledger
SELECT version, name, checksum, post FROM schema_migrations ORDER BY version

-- name: write_ledger
INSERT INTO schema_migrations (version, name, checksum, post) VALUES ($1, $2, $3, $4)

-- name: rights
SELECT rolsuper OR rolcreaterole AS makes_roles,
       has_schema_privilege('public', 'USAGE') AS sees_schema,
       has_schema_privilege('public', 'CREATE') AS makes_tables,
       (SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()) AS owns_database,
       (SELECT count(*) = 4 FROM pg_roles WHERE rolname IN ('nexy_app', 'nexy_derived', 'anon', 'authenticated'))
           AS roles_exist
FROM pg_roles WHERE rolname = current_user

-- name: fit_for_app
SELECT rolsuper OR rolbypassrls AS above_all, pg_has_role($1::text, 'USAGE') AS is_app
FROM pg_roles WHERE rolname = current_user

-- name: describe
SELECT current_setting('server_version') AS version,
       pg_database_size(current_database()) AS bytes

-- name: has_vectors
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'vector')

-- name: table_sizes
SELECT relname AS name, pg_total_relation_size(oid) AS bytes, greatest(reltuples, 0)::bigint AS rows
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname

-- name: has_database
SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)

-- name: has_login
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)

-- name: protect
SELECT nexy_protect()

-- name: protected_tables
SELECT table_name, kind, coalesce(relrowsecurity AND relforcerowsecurity, false) AS row_security
FROM nexy_protection LEFT JOIN pg_class ON pg_class.oid = to_regclass(table_name) ORDER BY table_name

-- name: unprotected_tables
SELECT relname AS table_name FROM pg_class
JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'user_id' AND NOT attisdropped
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT (relrowsecurity AND relforcerowsecurity)
ORDER BY relname
