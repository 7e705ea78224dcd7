"""Named queries of a module's own .sql files."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def named_sql(package: str, file: str = "queries.sql") -> Mapping[str, str]:
    """The queries of `file` in `package` by name: each begins with a line `-- name: the_name`."""
    pieces = _NAME.split((files(package) / file).read_text(encoding="utf-8"))
    return MappingProxyType({name: text.strip() for name, text in zip(pieces[1::2], pieces[2::2], strict=True)})
