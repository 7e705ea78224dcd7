"""Who is asked, in which order, and who is left alone for a while."""
