"""NEXY_HOME/switches.yaml: live values that an operator set, above every other source."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path

import yaml

from nexy.config.leaf import all_leaves
from nexy.config.sources import read_yaml
from nexy.contracts.errors import ConfigurationInvalid
from nexy.contracts.home import using_home
from nexy.contracts.switches import FeaturesConfig, KillSwitches, SwitchBoard

LIVE_KEYS = tuple(
    [f"features.{field.name}" for field in fields(FeaturesConfig)]
    + [f"kill_switches.{field.name}" for field in fields(KillSwitches)]
)
_HEADER = "# Live switches, written by `nexy switch`; above every other source of configuration.\n"


def switches_path(home: Path) -> Path:
    """Where the live switches of this home stand."""
    return home / "switches.yaml"


def read_switches(home: Path) -> Mapping[str, bool]:
    """The switches that are set, by full path; none without a file.

    Raises `ConfigurationInvalid` that names the key, or the file where it cannot be read.
    """
    file = switches_path(home)
    return {
        path: _as_bool(path, value, str(file)) for path, value in read_yaml(file).items() if _is_live(path, str(file))
    }


def write_switch(home: Path, key: str, value: str | bool | None) -> str:
    """Set one switch, or with None return it to its configured value; the reply is the key's full path.

    `key` is a full path or its last part; `value` a bool or on/off, true/false, yes/no, 1/0. Other switches stay
    as they are; readers see the old file or the new one, whole. Raises `ConfigurationInvalid` that names the key,
    also where the present file is broken: it is never overwritten blindly; or the home, where it cannot be used.
    """
    path = full_key(key)
    wanted = None if value is None else _as_bool(path, value, "nexy switch")
    with using_home(home), _only_writer(home):
        switches = dict(read_switches(home))
        switches.pop(path, None)
        if wanted is not None:
            switches[path] = wanted
        _replace(switches_path(home), _HEADER + yaml.safe_dump(switches, sort_keys=True) if switches else _HEADER)
    return path


def full_key(key: str) -> str:
    """The full path of a live key given whole or by its last part; raises `ConfigurationInvalid` for others."""
    for path in LIVE_KEYS:
        if key in (path, path.partition(".")[2]):
            return path
    near = get_close_matches(key, [name for path in LIVE_KEYS for name in (path, path.partition(".")[2])], n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(LIVE_KEYS)}"
    raise ConfigurationInvalid(f"{key}: not a live switch; {hint}", code="unknown_switch", field=key)


def switched(board: SwitchBoard, switches: Mapping[str, bool]) -> SwitchBoard:
    """The board with these switches above its values."""
    return SwitchBoard(
        features=FeaturesConfig(**_section("features", board.features, switches)),
        kill_switches=KillSwitches(**_section("kill_switches", board.kill_switches, switches)),
        routing=board.routing,
    )


def _section(name: str, configured: FeaturesConfig | KillSwitches, switches: Mapping[str, bool]) -> dict[str, bool]:
    return {
        field.name: switches.get(f"{name}.{field.name}", getattr(configured, field.name))
        for field in fields(configured)
    }


def _is_live(path: str, origin: str) -> bool:
    if path in LIVE_KEYS:
        return True
    raise ConfigurationInvalid(f"{path}: not a live switch ({origin})", code="unknown_switch", field=path)


def _as_bool(path: str, value: object, origin: str) -> bool:
    leaf = all_leaves()[path]
    try:
        return bool(leaf.convert(value, textual=isinstance(value, str)))
    except ValueError:
        complaint = f"{path}: {leaf.quoted(value)} ({origin}) is not allowed; allowed: {leaf.allowed()}"
        raise ConfigurationInvalid(complaint, field=path) from None


@contextmanager
def _only_writer(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    folder = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _replace(file: Path, text: str) -> None:
    fresh = file.with_suffix(".yaml.new")
    with fresh.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
