"""The list of packages, which part is set aside, and how they are had."""

import dataclasses
from pathlib import Path

import pytest
from bench.search import fetching, taken
from bench.search.fetching import NotFetched, cache, fetched
from bench.search.packages import Package, Part, held_out, packages, part_of
from bench.search.taken import Taken, digest

_DOOR = Package(name="door", language="python", registry="pypi", package="door", version="1.0", digest="", root="door",
                leave_out=("tests/*",))  # fmt: skip
_WEB = ("django", "flask", "fastapi", "starlette", "express", "koa", "axum", "actix", "gin", "requests", "httpx",
        "axios", "hyper", "reqwest", "aiohttp")  # fmt: skip


def test_there_are_enough_packages_of_enough_languages() -> None:
    """At least nine, of Python, JavaScript or TypeScript, Go and Rust; no web framework and no HTTP client."""
    listed = packages()
    assert len(listed) >= 9
    assert {each.family for each in listed} == {"python", "javascript", "go", "rust"}
    assert not [each.name for each in listed if each.name in _WEB]
    assert all(len(each.digest) == 64 and each.version for each in listed)


def test_about_a_third_of_each_family_is_set_aside() -> None:
    """Whole packages, each family has some on both sides, and the choice depends on nothing but the names."""
    listed = packages()
    aside = held_out(listed)
    for family in {each.family for each in listed}:
        names = {each.name for each in listed if each.family == family}
        assert names & aside
        assert names - aside
    assert 0.25 <= len(aside) / len(listed) <= 0.4
    assert held_out(list(reversed(listed))) == aside


def test_the_parts_are_those_that_were_chosen_first() -> None:
    """A change of this line means that the tuning has seen what it must not see."""
    listed = packages()
    assert held_out(listed) == {"boltons", "networkx", "date-fns", "raft", "tokio"}
    assert part_of("raft", listed) is Part.HELD_OUT
    assert part_of("zap", listed) is Part.TUNING


def _unpacked(home: Path) -> Path:
    root = home / "door-1.0" / "door"
    (root / "tests").mkdir(parents=True)
    (root / "b.py").write_text("def b(): ...\n")
    (root / "a.py").write_bytes(b"name = '\xff'\n")
    (root / "tests" / "c.py").write_text("def c(): ...\n")
    (root / "notes.md").write_text("no code\n")
    return root


def test_only_sources_that_are_not_left_out_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of their paths; a wrong byte becomes a mark; nothing is fetched that is there."""
    monkeypatch.setenv("NEXY_BENCH_CACHE", str(tmp_path))
    _unpacked(tmp_path)
    right = digest([Taken(path="a.py", text="name = '�'\n"), Taken(path="b.py", text="def b(): ...\n")])
    files = taken.taken(dataclasses.replace(_DOOR, digest=right))
    assert [file.path for file in files] == ["a.py", "b.py"]


def test_other_files_than_before_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures of other sources would compare with nothing."""
    monkeypatch.setenv("NEXY_BENCH_CACHE", str(tmp_path))
    _unpacked(tmp_path)
    with pytest.raises(NotFetched, match="other files"):
        taken.taken(_DOOR)


def test_an_unknown_registry_is_named(tmp_path: Path) -> None:
    """A wrong row of the list says which one it is, and leaves nothing behind."""
    with pytest.raises(NotFetched, match="door"):
        fetched(dataclasses.replace(_DOOR, registry="shelf"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_download_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the client said is in the message."""
    monkeypatch.setattr(fetching, "_command", lambda _: ("sh", "-c", "echo no such door >&2; exit 1"))
    with pytest.raises(NotFetched, match="no such door"):
        fetched(_DOOR, tmp_path)


def test_the_cache_lies_outside_the_repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By default below the folder for temporary files; NEXY_BENCH_CACHE moves it."""
    monkeypatch.delenv("NEXY_BENCH_CACHE", raising=False)
    assert not cache().is_relative_to(Path(__file__).parents[3])
    monkeypatch.setenv("NEXY_BENCH_CACHE", str(tmp_path))
    assert cache() == tmp_path
