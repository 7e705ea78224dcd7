"""The packages of the extra `code` that reading needs, imported when they are first used."""

from types import ModuleType

from nexy.contracts.errors import Unavailable


def pathspec() -> ModuleType:
    """What `.gitignore` patterns mean; raises `Unavailable` (`code_extra_missing`) where it is not installed."""
    try:
        import pathspec as package
    except ImportError as missing:
        raise _absent("pathspec") from missing
    return package


def watchfiles() -> ModuleType:
    """Changes of a tree as the system tells them; raises `Unavailable` (`code_extra_missing`) like the other."""
    try:
        import watchfiles as package
    except ImportError as missing:
        raise _absent("watchfiles") from missing
    return package


def _absent(package: str) -> Unavailable:
    return Unavailable(
        f"search over code needs the package {package}: pip install 'nexy-server[code]'", code="code_extra_missing"
    )
