"""Sound for sentences. The GPL engine lives in processes of its own (`worker`), never in the server's."""
