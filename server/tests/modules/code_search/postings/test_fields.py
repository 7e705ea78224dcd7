"""Fields and their weights."""

import pytest

from nexy.modules.code_search.postings.fields import Field, FieldWeight, FieldWeights


@pytest.mark.parametrize("field", list(Field))
def test_every_field_has_the_weight_of_its_name(field: Field) -> None:
    """The columns of the postings and the names of the weights agree."""
    weight = FieldWeight(boost=7.5, b=0.25)
    assert FieldWeights(**{field.name.lower(): weight}).of(field) is weight


def test_the_columns_are_those_that_are_stored() -> None:
    """Changing the order needs a new VERSION, so it is pinned here."""
    assert [field.name for field in Field] == ["NAME", "OWNER", "SIGNATURE", "COMMENT", "CODE", "PATH"]
    assert [int(field) for field in Field] == list(range(6))
