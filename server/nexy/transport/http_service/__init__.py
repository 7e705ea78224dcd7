"""HTTP in and out: health and status, and the API."""
