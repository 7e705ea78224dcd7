-- name: export_snapshot
SELECT pg_export_snapshot()

-- name: fixed_output
SELECT set_config('nexy.service', 'on', true), set_config('DateStyle', 'ISO, YMD', true),
       set_config('TimeZone', 'UTC', true), set_config('IntervalStyle', 'iso_8601', true),
       set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true),
       set_config('xmloption', 'content', true), set_config('lc_monetary', 'C', true),
       set_config('quote_all_identifiers', 'off', true), set_config('search_path', 'public, pg_catalog', true),
       set_config('lock_timeout', '30s', true)

-- name: tables
SELECT nspname || '.' || relname AS name, format('%I.%I', nspname, relname) AS quoted,
       pg_relation_size(pg_class.oid) + 8192 AS weight,
       has_table_privilege(pg_class.oid, 'SELECT') AND has_schema_privilege(pg_namespace.oid, 'USAGE') AS readable,
       relrowsecurity AND NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AND (
           EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND NOT polpermissive)
           -- A policy is for everybody (0) or for named roles: it must be for us.
           OR NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND polname = 'nexy_own_rows'
                          AND pg_get_expr(polqual, polrelid) LIKE '%nexy_is_service()%'
                          AND EXISTS (SELECT FROM unnest(polroles) AS given (id)
                                      WHERE CASE id WHEN 0 THEN true ELSE pg_has_role(id, 'USAGE') END))) AS hidden
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
ORDER BY 1

-- name: hold_table
LOCK TABLE ONLY {table} IN ACCESS SHARE MODE

-- name: table_figures
SELECT count(*) AS rows,
       left(encode(sha256(convert_to(concat(sum(('x' || left(digest, 16))::bit(64)::bigint), ':',
                                            sum(('x' || right(digest, 16))::bit(64)::bigint)), 'UTF8')), 'hex'), 32) AS checksum
FROM (SELECT left(encode(sha256(convert_to((content.*)::text, 'UTF8')), 'hex'), 32) AS digest
      FROM ONLY {table} AS content) AS digests

-- name: make_roles
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['nexy_app', 'nexy_derived', 'anon', 'authenticated'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;
            END;
        END IF;
    END LOOP;
END
$$

-- name: first_object
SELECT nspname || '.' || relname AS name
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relpersistence <> 't'
  AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
ORDER BY 1 LIMIT 1

-- name: others
SELECT count(*) AS count, coalesce(string_agg(DISTINCT coalesce(nullif(application_name, ''), '?'), ', '), '') AS names
FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() AND usename IS NOT NULL

-- name: try_workshop
SELECT pg_try_advisory_lock(hashtextextended('nexy workshop ' || $1, 0))

-- name: may_create
SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user

-- name: is_owner
SELECT pg_has_role(current_user, datdba, 'USAGE') FROM pg_database WHERE datname = $1

-- name: leftovers
SELECT datname::text AS name FROM pg_database WHERE starts_with(datname::text, $1) AND substr(datname::text, length($1) + 1) ~ '^\d{8}t\d{6}z_[0-9a-f]{6}$'

-- name: create_like
SELECT format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L', $2::text,
              pg_encoding_to_char(encoding), datcollate, datctype)
       || CASE datlocprovider
              WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))
              WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', to_jsonb(d) ->> 'datlocale')
              ELSE ' LOCALE_PROVIDER libc' END
FROM pg_database AS d WHERE datname = $1

-- name: create_from_template1
SELECT format('CREATE DATABASE %I TEMPLATE template1', $2::text)
FROM pg_database AS d JOIN pg_database AS t
  ON t.datname = 'template1' AND d.encoding = t.encoding AND d.datcollate = t.datcollate AND d.datctype = t.datctype
     AND d.datlocprovider = t.datlocprovider
     AND coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', '')
         = coalesce(to_jsonb(t) ->> 'datlocale', to_jsonb(t) ->> 'daticulocale', '')
WHERE d.datname = $1

-- name: drop
SELECT format('DROP DATABASE IF EXISTS %I WITH (FORCE)', $1::text)

-- name: rename
SELECT format('ALTER DATABASE %I RENAME TO %I', $1::text, $2::text)
