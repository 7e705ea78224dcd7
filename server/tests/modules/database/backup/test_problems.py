"""Every refusal reads in both languages."""

import re
from pathlib import Path
from string import Formatter

import pytest

import nexy.modules.database.backup as package
from nexy.messages.catalogue import LANGUAGES, Catalogue, load_texts
from nexy.modules.database.backup.problems import BackupRefused, unwritable

SOURCE = Path(package.__file__).parent
RAISED = re.compile(r'BackupRefused\(\s*"(\w+)"')
STEPS = re.compile(r'told\("(\w+)"')


def sources() -> str:
    folders = (SOURCE, SOURCE.parents[2] / "cli")
    return "\n".join(file.read_text("utf-8") for folder in folders for file in sorted(folder.glob("*.py")))


@pytest.mark.parametrize("reason", sorted(set(RAISED.findall(sources()))))
def test_every_reason_has_its_line(reason: str) -> None:
    """One line in each language, with every value that the code gives and no hole."""
    text = load_texts("en")[f"backup.{reason}"]
    values = {name: "value" for _, name, _, _ in Formatter().parse(text) if name}
    refused = BackupRefused(reason, **values)
    lines = {refused.in_words(Catalogue(language)) for language in LANGUAGES}
    assert len(lines) == 2
    assert refused.message in lines
    assert refused.code == f"backup_{reason}"
    assert not any("\n" in line or "{" in line for line in lines)


def test_reasons_and_steps_are_found_at_all() -> None:
    """The search above sees the code, and every step of long work has its word."""
    assert len(set(RAISED.findall(sources()))) > 25
    steps = {step for step in STEPS.findall(sources()) if f"backup.step_{step}" in load_texts("en")}
    assert steps == {"figures", "dump", "verify", "load", "prove", "off_site"}


def test_the_system_says_why_something_cannot_be_written() -> None:
    """The place and the reason, no traceback."""
    assert unwritable("/b", OSError(28, "No space left on device")).message == (
        "/b cannot be written: No space left on device"
    )
