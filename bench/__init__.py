"""Benchmarks, each beside its baseline; `python -m bench.voice` measures the voice path."""
