"""/rest/v1/*: the door to rows for the Supabase clients, and for plain curl."""
