"""What `view` draws and says."""
