"""/auth/v1/*: the door for the Supabase clients."""
