"""Reading YAML and config.env files."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.sources import flatten, parse_yaml, read_env_file, read_yaml
from nexy.contracts.errors import ConfigurationInvalid

FILE = Path("some.yaml")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=1", "1"),
        ("  A = 1  ", "1"),
        ("export A=1", "1"),
        ("A=a b # why", "a b"),
        ("A=a#b", "a#b"),
        ("A=# nothing", ""),
        ("A='a # b' # why", "a # b"),
        ('A="a\\"b\\n"', 'a"b\n'),
        ("A='a\\n'", "a\\n"),
        ("A=", ""),
        ("A=postgres://u:p@h/d?x=1", "postgres://u:p@h/d?x=1"),
    ],
)
def test_lines_of_config_env(line: str, value: str, tmp_path: Path) -> None:
    """The usual ways of writing a variable are understood."""
    file = tmp_path / "config.env"
    file.write_text(f"# a comment\n\n{line}\n", encoding="utf-8")
    assert read_env_file(file) == {"A": value}


@pytest.mark.parametrize("line", ["canary", "A B=canary", "1A=canary", "A='canary", 'A="canary" x'])
def test_a_line_that_is_no_assignment_is_named_by_number_only(line: str, tmp_path: Path) -> None:
    """The text of a wrong line may be a secret, so only its number is told."""
    file = tmp_path / "config.env"
    file.write_text(f"B=1\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigurationInvalid) as raised:
        read_env_file(file)
    assert raised.value.message.startswith(f"{file}:2: ")
    assert "canary" not in raised.value.message


def test_missing_files_hold_nothing(tmp_path: Path) -> None:
    """No file is needed."""
    assert read_env_file(tmp_path / "config.env") == {}
    assert read_yaml(tmp_path / "config.yaml") == {}


@pytest.mark.parametrize("read", [read_yaml, read_env_file])
def test_a_file_that_is_not_utf8_is_named(read: object, tmp_path: Path) -> None:
    """Bytes of another encoding are no silent question marks."""
    file = tmp_path / "file"
    file.write_bytes(b"A=\xff\xfe")
    with pytest.raises(ConfigurationInvalid, match="cannot be read: not UTF-8"):
        read(file)  # type: ignore[operator]


@pytest.mark.parametrize("read", [read_yaml, read_env_file])
def test_a_folder_in_place_of_a_file_is_named(read: object, tmp_path: Path) -> None:
    """What cannot be opened ends in one line with the cause."""
    with pytest.raises(ConfigurationInvalid, match="cannot be read: Is a directory"):
        read(tmp_path)  # type: ignore[operator]


@pytest.mark.parametrize("text", ["a: 1\na: 2", "a: {b: 1, b: 2}", "a: {b: 1}\na.b: 2"])
def test_a_key_that_stands_twice_is_refused(text: str) -> None:
    """Neither of two values wins silently."""
    with pytest.raises(ConfigurationInvalid, match="twice"):
        flatten(parse_yaml(text, FILE), FILE)


@pytest.mark.parametrize("text", ["- 1", "7", "text"])
def test_only_sections_make_a_configuration(text: str) -> None:
    """A list or a word is refused with the file's name."""
    with pytest.raises(ConfigurationInvalid, match=r"some\.yaml: sections with keys are expected"):
        flatten(parse_yaml(text, FILE), FILE)


def test_yaml_makes_no_objects() -> None:
    """Tags that would run code are refused."""
    with pytest.raises(ConfigurationInvalid, match=r"some\.yaml:1"):
        parse_yaml("a: !!python/object/apply:os.getcwd []", FILE)


def test_merge_keys_are_no_duplicates() -> None:
    """YAML's own way of sharing values keeps working."""
    assert flatten(parse_yaml("a: &x {b: 1, c: 2}\nd: {<<: *x, b: 3}", FILE), FILE)["d.b"] == 3


@pytest.mark.parametrize("text", ["a: 2026-13-99", "a: 0b2", "? [1]: 2", "a: *b", "\x00", "[" * 5000])
def test_every_kind_of_broken_yaml_is_refused_or_read(text: str) -> None:
    """Nothing in a file gets past as another kind of failure."""
    with suppress(ConfigurationInvalid):
        flatten(parse_yaml(text, FILE), FILE)


@given(st.text())
def test_any_text_parses_or_is_refused(text: str) -> None:
    """The same for texts that nobody thought of."""
    with suppress(ConfigurationInvalid):
        flatten(parse_yaml(text, FILE), FILE)
