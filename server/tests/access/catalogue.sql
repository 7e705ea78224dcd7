-- name: relations
SELECT c.oid::bigint AS id, format('%I.%I', nspname, relname) AS name, relkind::text AS kind,
       coalesce((SELECT owner_column FROM nexy_protection WHERE nspname = 'public' AND table_name = relname),
                (SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND NOT attisdropped
                 AND attname IN ('user_id', 'owner_id') ORDER BY attname DESC LIMIT 1), '') AS owner_column,
       ARRAY(SELECT attname::text FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
             WHERE indrelid = c.oid AND indisprimary ORDER BY attnum) AS key
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
ORDER BY 2

-- name: columns
SELECT attrelid::bigint AS id, attname::text AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS needed,
       atthasdef AS has_default, attgenerated <> '' OR attidentity <> '' AS made_by_server,
       ARRAY(SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint
             WHERE conrelid = attrelid AND contype = 'c' AND conkey = ARRAY[attnum]) AS checks
FROM pg_attribute WHERE attrelid = ANY ($1::bigint[]) AND attnum > 0 AND NOT attisdropped ORDER BY 1, attnum

-- name: foreign_keys
SELECT conrelid::bigint AS id, format('%I.%I', nspname, relname) AS target,
       ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS k (number, place)
             JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place) AS columns,
       ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY AS k (number, place)
             JOIN pg_attribute ON attrelid = confrelid AND attnum = number ORDER BY place) AS target_columns
FROM pg_constraint JOIN pg_class ON pg_class.oid = confrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE contype = 'f' AND conrelid = ANY ($1::bigint[]) ORDER BY 1, cardinality(conkey) DESC, conname

-- name: functions
SELECT format('%I.%I', nspname, proname) AS name, p.oid::regprocedure::text AS signature,
       ARRAY(SELECT format_type(type, NULL) FROM unnest(proargtypes) WITH ORDINALITY AS a (type, place) ORDER BY place)
           AS arguments
FROM pg_proc AS p JOIN pg_namespace ON pg_namespace.oid = pronamespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND prokind = 'f' AND prorettype <> 'trigger'::regtype
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
ORDER BY 2
