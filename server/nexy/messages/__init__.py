"""Messages to people, in Russian and English."""
