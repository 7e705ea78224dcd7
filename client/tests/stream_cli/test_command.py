"""The command line as a whole: help, languages, wrong arguments."""

import re
from dataclasses import fields

import pytest
from client.tests.stream_cli.conftest import told

from nexy_client.catalogue import texts_of
from nexy_client.stream_cli.command import shown
from nexy_client.stream_cli.invocation import PACKAGE
from nexy_client.stream_cli.problem import CannotDo
from nexy_client.validation.outputs.html_report import _PACKAGE as OUTPUTS
from nexy_client.validation.thresholds import Thresholds

COMMANDS = ("check", "view")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_every_option_in_both_languages(name: str, language: str) -> None:
    """Usage, groups and options, exit code 0; in Russian nothing of argparse's English is left."""
    page = told(name, "--help", "--language", language)
    assert page.code == 0
    for option in ("--server", "--tls, --no-tls", "--ca", "--api-key", "--channels", "--from", "--encoding"):
        assert option in page.out
    if language == "ru":
        assert not re.search(r"\b(usage|options|show this help|positional)\b", page.out)
        assert "использование: " in page.out


@pytest.mark.parametrize("language", ["en", "ru"])
def test_help_of_check_documents_every_threshold_and_the_exit_codes(language: str) -> None:
    """With its usual value, so that nobody needs the source."""
    page = told("check", "--help", "--language", language).out
    for one in fields(Thresholds):
        assert f"{one.name}={getattr(Thresholds(), one.name):g} " in page
    assert all(f"{code} " in page for code in (0, 1, 2))


def test_without_arguments_it_shows_what_there_is() -> None:
    """Both commands and examples; a version for the bug report."""
    page = told()
    assert (page.code, "nexy-stream check" in page.out, "nexy-stream view" in page.out) == (0, True, True)
    assert told("--help").out == page.out
    assert re.match(r"nexy-stream \S+\n", told("--version").out)


@pytest.mark.parametrize("package", [PACKAGE, OUTPUTS])
def test_both_languages_have_the_same_texts_with_the_same_places(package: str) -> None:
    """No key is missing, no place is lost."""
    english, russian = texts_of(package, "en"), texts_of(package, "ru")
    assert english.keys() == russian.keys()
    for key, text in english.items():
        places = re.compile(r"\{(\w+)")
        assert set(places.findall(text)) == set(places.findall(russian[key])), key


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "--frobnicate"), "--frobnicate: there is no such option"),
        (("check", "--server"), "--server needs a value"),
        (("check", "--live=yes"), "--live takes no value"),
        (("check", "--nfft", "1000"), "power of two"),
        (("check", "more"), "more: there is no such option"),
        (("view", "--report", "x"), "--report"),
        (("bogus",), "bogus: there is no such command"),
        (("check", "--job", "1-1", "--nfft", "256"), "--nfft does not go with --job"),
        (("check", "--job", "1-1", "--from", "3"), "--from does not go with --job"),
        (("check", "--live", "--from", "3"), "--live does not go with"),
        (("check", "--from", "5", "--to", "2"), "--to lies before --from"),
        (("check", "--from", "+5", "--to", "+5"), "--to lies before --from"),
        (("check", "--view-type", "single", "--channels", "1-4"), "shows one channel, not 1 to 4"),
        (("check", "--no-tls", "--ca", "x.pem"), "contradict"),
        (("check", "--ca", "nowhere.pem"), "nowhere.pem: there is no such file"),
        (("check", "--thresholds", "nowhere.toml"), "nowhere.toml"),
        (("check", "--report", "nowhere/r.html"), "the folder"),
    ],
)
def test_wrong_arguments_end_in_a_sentence(arguments: tuple[str, ...], words: str) -> None:
    """Exit code 2, nothing on standard output, no traceback, no connection tried."""
    ended = told(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err
    assert "Traceback" not in ended.err


def test_the_language_is_the_persons() -> None:
    """From the environment, over it the option; a wrong option is told in Russian too."""
    russian = {"LANG": "ru_RU.UTF-8"}
    assert "такого параметра нет" in told("check", "--frobnicate", environment=russian).err
    assert "no such option" in told("check", "--frobnicate", "--language", "en", environment=russian).err
    assert "степень двойки" in told("check", "--nfft", "3", "--language=ru").err


def test_a_command_of_a_server_finds_it_by_its_home() -> None:
    """--home is known there, the usual server is that of the home, and none is told with the way out."""
    asked = []
    ended = told("check", "--home", "/x", program="nexy stream", find_server=lambda home: asked.append(home))
    assert ended.code == 2
    assert "No server runs on this NEXY_HOME" in ended.err
    assert [str(home) for home in asked] == ["/x"]
    assert "nexy stream check" in told("check", "--help", program="nexy stream", find_server=lambda _: None).out
    assert "no such option" in told("check", "--home", "/x").err


def test_a_reader_who_had_enough_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """As behind `head`: exit code 0; Ctrl-C is told in a word."""

    def gone(*_: object) -> int:
        raise BrokenPipeError

    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("nexy_client.stream_cli.command._dispatch", gone)
    assert told("check").code == 0
    monkeypatch.setattr("nexy_client.stream_cli.command._dispatch", interrupted)
    ended = told("check")
    assert (ended.code, "Interrupted" in ended.err) == (130, True)


def test_the_words_of_a_server_do_not_steer_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control characters in a refusal are shown as question marks."""

    def refused(*_: object) -> int:
        raise CannotDo("refused: \x1b]0;other title\x07")

    monkeypatch.setattr("nexy_client.stream_cli.command._dispatch", refused)
    assert told("check").err == "refused: ?]0;other title?\n"


@pytest.mark.parametrize("key", [("--api-key", "s3cret"), ("--api-key=s3cret",)])
def test_the_command_line_is_told_without_its_key(key: tuple[str, ...]) -> None:
    """Reports are handed on."""
    told_line = shown("nexy-stream", ["check", *key, "--source", "a b"])
    assert "s3cret" not in told_line
    assert "***" in told_line
    assert told_line.endswith("--source 'a b'")
