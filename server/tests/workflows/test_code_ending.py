"""The name of an end."""

import asyncio

import pytest

from nexy.contracts.errors import BudgetExhausted, ValidationFailed
from nexy.workflows.code_ending import Ending


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (ValidationFailed("no"), "validation_error"),
        (BudgetExhausted("spent"), "budget_exhausted"),
        (asyncio.CancelledError(), "cancelled"),
        (GeneratorExit(), "cancelled"),
        (ZeroDivisionError(), "internal"),
    ],
)
def test_a_failure_gives_its_name_and_goes_on(failure: BaseException, status: str) -> None:
    """Nothing is swallowed; what nobody foresaw stays what it was before the end."""
    ending = Ending()
    with pytest.raises(type(failure)), ending:
        raise failure
    assert ending.status == status


def test_an_end_without_a_failure_is_well() -> None:
    """Only when the block has ended."""
    with Ending() as ending:
        assert ending.status == "internal"
    assert ending.status == "ok"
