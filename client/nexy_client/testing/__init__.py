"""A server that answers from a script: for tests, demos and load runs of whatever speaks the voice contract."""
