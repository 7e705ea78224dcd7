"""The start-up page tells where what must last is kept."""

import io

import pytest
from rich.console import Console

from nexy.cli.start_page import print_start_page
from nexy.cli.surroundings import Surroundings
from nexy.config.unified_config import load_config
from nexy.contracts.database import DatabaseFacts
from nexy.core.server_report import ServerReport
from nexy.messages.catalogue import Catalogue


def page(database: DatabaseFacts | None, language: str = "en") -> str:
    loaded = load_config({"NEXY_HOME": "/home/you/nexy"})
    surroundings = Surroundings(loaded=loaded, language=language, words=Catalogue(language))
    report = ServerReport(
        version="1", environment="dev", uptime_seconds=0.0, accepts_work=True, modules={}, database=database
    )
    console = Console(file=io.StringIO(), width=120, record=True)
    print_start_page(report, surroundings, console)
    return console.export_text()


@pytest.mark.parametrize(("embedded", "kind"), [(True, "embedded"), (False, "outside")])
def test_the_database_is_named(embedded: bool, kind: str) -> None:
    """Version, kind and address, without a password."""
    facts = DatabaseFacts(
        version="18.4", address="nexy_app@here/nexy", embedded=embedded, schema_version=4, vectors=True
    )
    assert f"PostgreSQL 18.4, {kind}: nexy_app@here/nexy" in page(facts)


@pytest.mark.parametrize(("language", "words"), [("en", "no database"), ("ru", "без базы данных")])
def test_a_server_without_a_database_says_what_that_means(language: str, words: str) -> None:
    """The person reads that nothing will be remembered."""
    assert words in page(None, language)
