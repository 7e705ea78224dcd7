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
       NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'auth' AND NOT has_schema_privilege(oid, 'CREATE'))
           AS makes_functions,
       -- auth.uid() and auth.role() of a Supabase project; ours read the transaction's claims.
       EXISTS (SELECT FROM pg_proc WHERE pronamespace = to_regnamespace('auth') AND proname IN ('uid', 'role')
               AND pronargs = 0 AND pg_get_functiondef(oid) !~* 'nexy\.user_id|CURRENT_USER') AS is_supabase,
       (SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()) AS owns_database,
       (SELECT count(*) = 4 FROM pg_roles WHERE rolname IN ('nexy_app', 'nexy_derived', 'anon', 'authenticated'))
           AS roles_exist
FROM pg_roles WHERE rolname = current_user

-- name: roles_to_grant
-- Those that the app cannot become yet, or whose rights it has at all times, and that this login may not grant to it.
SELECT rest.rolname::text AS name
FROM pg_roles AS app CROSS JOIN pg_roles AS rest JOIN pg_roles AS me ON me.rolname = current_user
CROSS JOIN (SELECT current_setting('server_version_num')::integer >= 160000 AS grants_say) AS server
WHERE app.rolname = 'nexy_app' AND rest.rolname IN ('anon', 'authenticated')
  AND (pg_has_role(app.oid, rest.oid, 'USAGE')
       OR NOT pg_has_role(app.oid, rest.oid, CASE WHEN grants_say THEN 'SET' ELSE 'MEMBER' END))
  AND NOT (me.rolsuper OR (NOT grants_say AND me.rolcreaterole)
           OR (pg_has_role(me.oid, rest.oid, 'MEMBER WITH ADMIN OPTION') AND (grants_say OR NOT app.rolinherit)))
ORDER BY 1

-- name: fit_for_app
SELECT rolsuper OR rolbypassrls AS above_all, pg_has_role($1::text, 'USAGE') AS is_app,
       ARRAY(SELECT rest.rolname::text FROM pg_roles AS rest
             WHERE rest.rolname IN ('anon', 'authenticated') AND pg_has_role(rest.oid, 'USAGE') ORDER BY 1) AS has_rest,
       (SELECT count(*) = 2 FROM pg_roles AS rest
        WHERE rest.rolname IN ('anon', 'authenticated')
          AND pg_has_role(rest.oid, CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET'
                                         ELSE 'MEMBER' END)) AS becomes_rest
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
SELECT table_name, kind, owner_column, coalesce(relrowsecurity AND relforcerowsecurity, false) AS row_security
FROM nexy_protection LEFT JOIN pg_class ON pg_class.oid = to_regclass(table_name) ORDER BY table_name

-- name: unprotected_tables
SELECT relname AS table_name FROM pg_class
JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'user_id' AND NOT attisdropped
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT (relrowsecurity AND relforcerowsecurity)
ORDER BY relname

-- name: open_views
-- A view that does not ask with the rights of whoever reads it shows every row.
SELECT format('%I.%I', nspname, relname) AS name FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('v', 'm') AND nspname IN ('public', 'auth')
  AND (relkind = 'm' OR NOT EXISTS (SELECT FROM pg_options_to_table(reloptions)
                                    WHERE option_name = 'security_invoker'
                                      AND option_value IN ('true', 'on', '1', 'yes')))
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
ORDER BY 1

-- name: open_functions
-- One of ours whose search_path is the caller's, or that a role of the REST door may call with its maker's rights.
SELECT pg_proc.oid::regprocedure::text AS name FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
CROSS JOIN LATERAL (SELECT bool_or(has_function_privilege(rest.name, pg_proc.oid, 'EXECUTE')) AS callable
                    FROM unnest(ARRAY['anon', 'authenticated']) AS rest (name)) AS rest
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND (callable AND prosecdef
       OR (nspname = 'public' AND proname LIKE 'nexy\_%' OR nspname = 'auth')
          AND (callable AND (nspname <> 'auth' OR proname NOT IN ('uid', 'role'))
               OR prosqlbody IS NULL AND coalesce(array_to_string(proconfig, ' '), '') !~ 'search_path='))
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
ORDER BY 1

-- name: owned_by_callers
-- Nobody who serves owns anything: an owner does with it what he likes.
SELECT coalesce(pg_identify_object(classid, objid, objsubid)::text, objid::text) AS name, rolname::text AS role
FROM pg_shdepend JOIN pg_roles ON pg_roles.oid = refobjid
WHERE refclassid = 'pg_authid'::regclass AND deptype = 'o'
  AND (rolname IN ('nexy_app', 'nexy_derived', 'anon', 'authenticated') OR rolname = $1)
  AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
ORDER BY 1

-- name: strange_grants
-- What a role of the REST door may do with a table beyond what the table's kind says.
SELECT format('%I.%I', nspname, relname) AS name, role.name AS role, string_agg(verb, ', ' ORDER BY verb) AS verbs
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
CROSS JOIN unnest(ARRAY['anon', 'authenticated']) AS role (name)
CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS verb
LEFT JOIN nexy_protection ON nspname = 'public' AND table_name = relname
WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND has_table_privilege(role.name, pg_class.oid, verb)
  AND NOT (coalesce(kind, '') = 'owned' AND (
      role.name = 'authenticated' AND verb IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
      OR role.name = 'anon' AND verb = 'SELECT'))
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
GROUP BY 1, 2 ORDER BY 1, 2
