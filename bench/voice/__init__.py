"""The voice path beside a bare grpc.aio server that makes the same LLM call and sends the same messages."""
