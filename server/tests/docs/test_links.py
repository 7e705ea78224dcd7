"""What a document points at is there."""

import re
from pathlib import Path

import pytest

from support.markdown import ROOT, documents, prose_of

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:server|client|protocol|docs|bench|\.ci|\.github)/[\w./-]+")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
DOCUMENTS = [pytest.param(path, id=str(path.relative_to(ROOT))) for path in documents()]


def _slug(heading: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


def _problem(document: Path, link: str) -> str:
    """Why the link leads nowhere; empty when it does not."""
    name, _, anchor = link.partition("#")
    target = (document.parent / name).resolve() if name else document
    if not target.exists():
        return f"{link}: no such file"
    if anchor and anchor not in {_slug(heading) for heading in _HEADING.findall(prose_of(target))}:
        return f"{link}: no such heading"
    return ""


@pytest.mark.parametrize("document", DOCUMENTS)
def test_relative_links_lead_somewhere(document: Path) -> None:
    """Every file and heading that a document links to exists."""
    links = [link for link in _LINK.findall(prose_of(document)) if "://" not in link]
    assert [problem for link in links if (problem := _problem(document, link))] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_named_paths_exist(document: Path) -> None:
    """Every path of the repository that a document names as code exists."""
    named = [text for text in _CODE.findall(prose_of(document)) if _PATH.fullmatch(text)]
    assert [path for path in named if not (ROOT / path).exists() and "NNNN" not in path] == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    """The check itself can fail, for a file and for a heading."""
    document = tmp_path / "a.md"
    document.write_text("# Here\n", "utf-8")
    assert _problem(document, "b.md") == "b.md: no such file"
    assert _problem(document, "#there") == "#there: no such heading"
    assert _problem(document, "a.md#here") == ""
