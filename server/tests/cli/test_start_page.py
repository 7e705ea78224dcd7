"""The start-up page tells where what must last is kept."""

import io
from collections.abc import Mapping

import pytest
from rich.console import Console

from nexy.cli.start_page import print_start_page
from nexy.cli.surroundings import Surroundings
from nexy.config.unified_config import load_config
from nexy.contracts.database import DatabaseFacts
from nexy.contracts.demo import DEMO_EMAIL, Demo
from nexy.contracts.module import ModuleState, ModuleStatus
from nexy.core.server_report import ServerReport
from nexy.messages.catalogue import Catalogue


def page(
    database: DatabaseFacts | None,
    language: str = "en",
    demo: Demo = Demo.OFF,
    modules: Mapping[str, ModuleStatus] | None = None,
    **told: str,
) -> str:
    loaded = load_config({"NEXY_HOME": "/home/you/nexy", **told})
    surroundings = Surroundings(loaded=loaded, language=language, words=Catalogue(language))
    report = ServerReport(
        version="1",
        environment="dev",
        uptime_seconds=0.0,
        accepts_work=True,
        modules=modules or {},
        database=database,
        demo=demo,
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


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("demo", Demo)
def test_the_demo_account_is_told_unless_it_is_off(demo: Demo, language: str) -> None:
    """On, waiting, not to be had or ignored: each has its own words, and nobody is told of one that is off."""
    told = page(None, language, demo)
    assert (DEMO_EMAIL in told) is (demo is not Demo.OFF)
    assert ("NEXY_DEMO" in told) is (demo in (Demo.ON, Demo.IGNORED))


@pytest.mark.parametrize(("language", "off"), [("en", "switched off with"), ("ru", "выключено вместе с")])
def test_what_was_switched_off_is_not_called_unbuilt(language: str, off: str) -> None:
    """Parts that need the database stand apart from those that do not exist yet."""
    absent = ModuleStatus(state=ModuleState.ABSENT)
    modules = {"database": absent, "token_usage": absent, "n8n": absent}
    lines = page(None, language, modules=modules, DATABASE_ENABLED="false").splitlines()
    (switched_off,) = [line for line in lines if line.startswith(off)]
    assert switched_off.endswith(": database, token_usage")
    unbuilt = Catalogue(language).text("serve.absent", names="n8n")
    assert unbuilt in lines
