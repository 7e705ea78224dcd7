"""Every module starts with its own section."""

from dataclasses import replace

import pytest

from nexy.config.database_section import DatabaseSection
from nexy.config.history_section import HistorySection
from nexy.config.module_sections import section_of
from nexy.config.outbox_section import OutboxSection
from nexy.config.sections import FlagsSection, OutsideConfig, UnifiedConfig
from nexy.config.usage_section import UsageSection

CONFIG = replace(UnifiedConfig(), home="/home/you/nexy", outside=OutsideConfig(database_url="postgresql://there/db"))


@pytest.mark.parametrize(
    ("capability", "kind"),
    [
        ("global_flags", FlagsSection),
        ("database", DatabaseSection),
        ("outbox", OutboxSection),
        ("history", HistorySection),
        ("token_usage", UsageSection),
    ],
)
def test_a_module_that_keeps_something_is_told_where(capability: str, kind: type) -> None:
    """The home stands in the section, because no module looks at the whole configuration."""
    section = section_of(CONFIG, capability)
    assert isinstance(section, kind)
    assert section.home == "/home/you/nexy"  # type: ignore[attr-defined]


def test_the_database_is_told_its_address() -> None:
    """DATABASE_URL reaches the module that needs it, and is not shown."""
    section = section_of(CONFIG, "database")
    assert isinstance(section, DatabaseSection)
    assert section.url == "postgresql://there/db"
    assert "there" not in repr(section)


def test_other_modules_get_their_part_as_it_is() -> None:
    """A section of the same name, or nothing where there is nothing to configure."""
    assert section_of(CONFIG, "text_filtering") is CONFIG.text_filtering
    assert section_of(CONFIG, "interrupt_handling") is None
