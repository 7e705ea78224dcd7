"""Reading the places where values are written: YAML files, config.env files, the environment, flags."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nexy.contracts.errors import ConfigurationInvalid

_FastLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)", re.DOTALL)
_QUOTED = re.compile(r"""(?:"((?:[^"\\]|\\.)*)"|'([^']*)')\s*(?:#.*)?""")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One value as it was found; `textual` where the place knows only text."""

    path: str
    value: object
    origin: str
    textual: bool = False


class _StrictLoader(_FastLoader):  # type: ignore[misc]  # the C loader where it was built
    """A key that stands twice is a mistake that YAML itself would keep quiet about."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [str(key.value) for key, _ in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.MarkedYAMLError(problem=f"the key {twice!r} stands twice", problem_mark=node.start_mark)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def read_yaml(file: Path) -> Mapping[str, object]:
    """The file's values by dotted path; a file that is not there holds none.

    Raises `ConfigurationInvalid` that names the file, for what cannot be read or is not a mapping.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigurationInvalid(f"{file}: cannot be read: {_cause(problem)}", field=str(file)) from problem
    return flatten(parse_yaml(text, file), file)


def parse_yaml(text: str, file: Path) -> object:
    """The text's value; the error names line and problem and never quotes the text, which may hold secrets."""
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506  a safe loader made stricter
    except (yaml.YAMLError, ValueError, RecursionError) as problem:  # a date such as 2026-13-99 is a ValueError
        mark = getattr(problem, "problem_mark", None)
        where = f"{file}:{mark.line + 1}" if mark else str(file)
        what = getattr(problem, "problem", None) or "not YAML"
        raise ConfigurationInvalid(f"{where}: {what}", field=str(file)) from problem


def flatten(tree: object, file: Path) -> Mapping[str, object]:
    """Nested sections as dotted paths; raises `ConfigurationInvalid` where a path is given twice."""
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise ConfigurationInvalid(f"{file}: sections with keys are expected", field=str(file))
    flat: dict[str, object] = {}
    for path, value in _walk(tree, ""):
        if path in flat:
            raise ConfigurationInvalid(f"{file}: {path} stands twice", field=path)
        flat[path] = value
    return flat


def _walk(tree: Mapping[Any, object], prefix: str) -> Iterator[tuple[str, object]]:
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _walk(value, path + ".")
        else:
            yield path, value


def read_env_file(file: Path) -> Mapping[str, str]:
    """The `NAME=value` lines of a config.env; a file that is not there holds none.

    Knows comments, `export`, single and double quotes. Raises `ConfigurationInvalid` that names file and line.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigurationInvalid(f"{file}: cannot be read: {_cause(problem)}", field=str(file)) from problem
    return dict(_assignments(lines, file))


def _assignments(lines: Iterable[str], file: Path) -> Iterator[tuple[str, str]]:
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = _ASSIGNMENT.fullmatch(line)
        if found is None:
            raise ConfigurationInvalid(f"{file}:{number}: NAME=value is expected", field=f"{file}:{number}")
        yield found[1], _unquoted(found[2], f"{file}:{number}")


def _unquoted(value: str, where: str) -> str:
    if value[:1] in ("'", '"'):
        found = _QUOTED.fullmatch(value)
        if found is None:
            raise ConfigurationInvalid(f"{where}: the quote is not closed", field=where)
        if found[2] is not None:
            return found[2]
        return re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), found[1])
    return re.split(r"(?:^|\s)#", value, maxsplit=1)[0].rstrip()


def _cause(problem: OSError | UnicodeDecodeError) -> str:
    return "not UTF-8" if isinstance(problem, UnicodeDecodeError) else (problem.strerror or type(problem).__name__)
