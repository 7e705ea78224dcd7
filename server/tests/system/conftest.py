"""The parts of Debian that every test here may ask for."""

from support.debian_postgres import debian, outside
from support.debian_redis import debian_redis

__all__ = ["debian", "debian_redis", "outside"]
