"""The parts of Debian that every test here may ask for."""

from support.debian_postgres import debian, outside

__all__ = ["debian", "outside"]
