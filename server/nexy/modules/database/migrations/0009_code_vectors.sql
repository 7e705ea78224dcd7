-- The same numbers once more in a form that pgvector compares: real[] turns into its vector without the extension
-- being a part of the schema, so that a backup goes into a database that has none. NULL: not for comparing here.
ALTER TABLE code_vectors ADD COLUMN embedding real[];
