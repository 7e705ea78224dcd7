"""Fetches the packages with their registries' own clients into a cache outside the repository."""

import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from bench.search.packages import Package

_SECONDS = 300


class NotFetched(Exception):
    """A package could not be had, or is not the one that was measured before."""


def cache() -> Path:
    """NEXY_BENCH_CACHE, by default below the folder for temporary files."""
    chosen = os.environ.get("NEXY_BENCH_CACHE", "")
    return Path(chosen) if chosen else Path(tempfile.gettempdir()) / "nexy-bench-cache"


def fetched(package: Package, home: Path) -> Path:
    """The package's root below `home`, unpacked once; raises `NotFetched`."""
    kept = home / f"{package.name}-{package.version}"
    if not kept.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home) as made:
            unpacked = Path(made) / "unpacked"
            _unpack(_downloaded(package, Path(made)), unpacked)
            unpacked.rename(kept)
    return kept / package.root


def _downloaded(package: Package, folder: Path) -> Path:
    ended = subprocess.run(_command(package), cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False)
    got = [path for path in folder.iterdir() if path.is_file()]
    if ended.returncode or len(got) != 1:
        raise NotFetched(f"{package.package} {package.version} from {package.registry}: {ended.stderr.strip()[-500:]}")
    return got[0]


def _command(package: Package) -> Sequence[str]:
    match package.registry:
        case "pypi":
            pinned = f"{package.package}=={package.version}"
            return (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                    "--only-binary", ":all:", pinned)  # fmt: skip
        case "npm":
            return ("npm", "pack", "--silent", "--ignore-scripts", f"{package.package}@{package.version}")
        case "debian":
            return ("apt-get", "download", "-qq", f"{package.package}={package.version}")
        case other:
            raise NotFetched(f"registry of {package.name}: {other!r} is none of pypi, npm, debian")


def _unpack(archive: Path, into: Path) -> None:
    into.mkdir()
    match archive.suffix:
        case ".whl":
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(into)
        case ".deb":
            subprocess.run(("dpkg-deb", "-x", str(archive), str(into)), check=True, timeout=_SECONDS)
        case _:
            with tarfile.open(archive) as packed:
                packed.extractall(into, filter="data")
