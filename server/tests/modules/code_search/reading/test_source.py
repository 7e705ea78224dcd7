"""What may be named as a source."""

from pathlib import Path

import pytest

from nexy.contracts.errors import ValidationFailed
from nexy.modules.code_search.reading.source import check_branch, source_of


@pytest.mark.parametrize(
    ("url", "kept", "name"),
    [
        ("https://example.com/group/tool.git", "https://example.com/group/tool.git", "tool"),
        ("https://example.com:8443/tool/", "https://example.com:8443/tool", "tool"),
        ("ssh://git@example.com:22/a/b.git", "ssh://git@example.com:22/a/b.git", "b"),
        ("git@example.com:a/b.git", "git@example.com:a/b.git", "b"),
        ("git@example.com:b", "git@example.com:b", "b"),
        (" file:///srv/a.git ", "file:///srv/a.git", "a"),
        ("https://[::1]/x", "https://[::1]/x", "x"),
    ],
)
def test_urls_of_repositories(url: str, kept: str, name: str) -> None:
    """Without blanks and a last slash, and named by their last part."""
    source = source_of(url)
    assert (source.kept, source.name, source.is_url) == (kept, name, True)


@pytest.mark.parametrize(
    "hostile",
    [
        "ext::sh -c 'touch /tmp/x'",
        "fd::17",
        "http://example.com/a.git",
        "git://example.com/a.git",
        "ftp://example.com/a",
        "https://-oProxyCommand=x/a",
        "ssh://-oProxyCommand=x/a",
        "git@-oProxyCommand=x:a",
        "git@host:-x",
        "https:///a",
        "https://h/x.git?private_token=abc",
        "https://h/x.git#abc",
        "ssh://-oProxyCommand=x@h/a",
        "ssh://%2DoProxyCommand=x@h/a",
        "ssh://-h/a",
        "https://example.com",
        "https://example.com/a b",
        "file://host/a",
        "https://example.com/..",
        "",
        "  ",
        "a\nb",
        "a\x00b",
    ],
)
def test_what_is_never_fetched(hostile: str) -> None:
    """Other transports, options in disguise and addresses without a repository are refused before git sees them."""
    with pytest.raises(ValidationFailed) as refused:
        source_of(hostile)
    assert refused.value.field == "source"


@pytest.mark.parametrize("url", ["https://anna:pass@example.com/a.git", "https://token@example.com/a", "ssh://a:b@h/x"])
def test_passwords_stay_out_of_urls(url: str) -> None:
    """It would be stored and shown; the message names the way that keeps it, and not the secret."""
    with pytest.raises(ValidationFailed, match="credential helper") as refused:
        source_of(url)
    assert "pass@" not in refused.value.message
    assert "token@" not in refused.value.message


def test_a_folder_is_known_by_its_real_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it was reached: relatively, with dots, through a link."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(folder)
    for named in (".", "../shop", str(tmp_path / "link"), f"{folder}/"):
        source = source_of(named)
        assert (source.kept, source.name, source.is_url) == (str(folder), "shop", False)


def test_a_folder_may_have_the_name_of_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Colons alone make no URL."""
    (tmp_path / "a:b").mkdir()
    monkeypatch.chdir(tmp_path)
    assert source_of("a:b").kept == str(tmp_path / "a:b")


def test_what_is_no_folder(tmp_path: Path) -> None:
    """A missing one, a file, a loop of links and a bare repository each say what to do instead."""
    (tmp_path / "file.py").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    bare = tmp_path / "bare.git"
    (bare / "objects").mkdir(parents=True)
    (bare / "refs").mkdir()
    (bare / "HEAD").touch()
    for name, said in (
        ("none", "no folder"), ("file.py", "is a file"), ("loop", "no folder"), ("bare.git", f"file://{bare}"),
    ):  # fmt: skip
        with pytest.raises(ValidationFailed, match=said):
            source_of(str(tmp_path / name))


@pytest.mark.parametrize("branch", ["main", "feature/a-b", "v1.2", "ветка", "a@b"])
def test_branches(branch: str) -> None:
    """What git takes."""
    check_branch(branch)


@pytest.mark.parametrize(
    "branch", ["-x", "--upload-pack=x", "a..b", "a b", "a:b", "a\nb", "", "a/", "a.lock", "a@{1}", "a\udcff"]
)
def test_no_branches(branch: str) -> None:
    """Options in disguise and what git would refuse later."""
    with pytest.raises(ValidationFailed) as refused:
        check_branch(branch)
    assert refused.value.field == "branch"
