"""The weights of the ranking."""

from dataclasses import fields

import pytest

from nexy.config.code_ranking_section import IdentifierSignals, PathSignals, RankingConfig, SentenceSignals
from nexy.config.unified_config import load_config
from nexy.modules.code_search.ranking.signals import Signal


@pytest.mark.parametrize("form", [SentenceSignals, IdentifierSignals, PathSignals])
def test_every_signal_has_a_weight_in_every_form(form: type[SentenceSignals]) -> None:
    """And every weight has a signal."""
    assert {key.name.upper() for key in fields(form)} == {signal.name for signal in Signal}


def test_a_name_goes_by_names_and_a_path_by_paths() -> None:
    """The strongest signal is the one that the form is about."""
    config = RankingConfig()
    assert max(fields(config.identifier), key=lambda key: float(getattr(config.identifier, key.name))).name == "exact"
    assert max(fields(config.path), key=lambda key: float(getattr(config.path, key.name))).name == "path"


def test_stand_ins_never_weigh_more_than_the_word() -> None:
    """The asked word is 1."""
    words = RankingConfig().words
    assert max(words.form, words.derived, words.alike, words.spelt, words.translated) <= 1


def test_the_packaged_values_are_those_of_the_code() -> None:
    """Whoever builds a section by hand gets what the server has."""
    assert load_config({}).config.code_search.ranking == RankingConfig()
