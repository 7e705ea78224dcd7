-- name: tables
SELECT c.relname::text AS table_name,
       format('%I.%I', n.nspname, c.relname) AS table_sql,
       a.attname::text AS column_name,
       quote_ident(a.attname) AS column_sql,
       -- With -1 "bpchar" is one of any length; with NULL it would be "character", of length 1.
       format_type(a.atttypid, -1) AS type_sql,
       a.attlen AS width,
       CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS default_sql,
       coalesce(a.attnum = ANY (k.indkey), false) AS in_key,
       ARRAY(SELECT r.name FROM unnest($1::text[]) AS r (name)
             WHERE has_schema_privilege(r.name, n.oid, 'USAGE')
               AND (has_table_privilege(r.name, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
                    OR has_any_column_privilege(r.name, c.oid, 'SELECT, INSERT, UPDATE'))) AS roles
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_index AS k ON k.indrelid = c.oid AND k.indisprimary
WHERE n.nspname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY c.relname, a.attnum
