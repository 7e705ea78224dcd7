"""The index in PostgreSQL: projects and their leases, contents with their pieces, the files of each branch."""
