"""Guesses at misspelt names."""

from nexy.config.near_names import hint_of


def test_the_nearest_name_or_all_of_them() -> None:
    """A guess where one is near, else what there is."""
    assert hint_of("code_reviw", ("testing", "code_review")) == "did you mean code_review?"
    assert hint_of("x", ("testing", "code_review")) == "there are testing, code_review"
