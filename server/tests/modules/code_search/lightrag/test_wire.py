"""Replies of LightRAG, read."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.code_search.lightrag.wire import Asked, Prose, encode_question, read_passages

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["status", "data", "chunks", "content"]), inner)
    ),
    max_leaves=12,
)


def reply(**members: object) -> bytes:
    return msgspec.json.encode({"status": "success", "message": "", "data": {}, "metadata": {}} | members)


def test_a_question_has_the_members_of_the_wire() -> None:
    """Query, mode and how many passages, by the names that the server knows."""
    told = encode_question(Asked(query="где", mode="mix", chunk_top_k=3))
    assert msgspec.json.decode(told) == {"query": "где", "mode": "mix", "chunk_top_k": 3}


def test_passages_are_read_and_the_rest_is_left() -> None:
    """Entities, relationships and members of tomorrow do not disturb; a passage without an id gets its number."""
    data = {
        "entities": [{"entity_name": "x", "created_at": 7}],
        "relationships": [{"weight": 1.0}],
        "chunks": [{"content": "one", "file_path": "a.md", "chunk_id": "c", "reference_id": "1"}, {"content": "two"}],
        "references": [{"reference_id": "1", "file_path": "a.md"}],
    }
    assert read_passages(reply(data=data, tomorrow=1)) == [
        Prose(id="c", document="a.md", text="one"),
        Prose(id="1", document="", text="two"),
    ]


def test_blank_passages_are_no_passages() -> None:
    """What says nothing takes no place."""
    assert read_passages(reply(data={"chunks": [{"content": " \n"}, {"content": ""}]})) == []


@pytest.mark.parametrize(
    ("message", "facts", "found"),
    [
        ("No relevant document chunks found.", {"failure_reason": "no_results"}, True),
        ("Query returned empty dataset.", {"query_mode": "mix"}, True),
        ("Query failed: graph is gone", {}, False),
        ("Missing tokenizer, cannot build LLM context.", {"query_mode": "mix"}, False),
    ],
)
def test_empty_is_told_from_broken(message: str, facts: dict[str, str], found: bool) -> None:
    """Both are called failures by the server; only a broken search is one."""
    passages = read_passages(reply(status="failure", message=message, metadata=facts))
    assert (passages is not None) is found
    assert not passages


@given(_JSON)
def test_no_json_is_more_than_refused(document: object) -> None:
    """Any JSON is passages, a failure or a `ValueError`; nothing else is raised."""
    try:
        read_passages(msgspec.json.encode(document))
    except ValueError:
        return


@given(st.binary(max_size=60))
def test_no_bytes_are_more_than_refused(body: bytes) -> None:
    """Neither is anything else."""
    with pytest.raises(ValueError):  # noqa: PT011  whichever of them
        read_passages(b"\xff" + body)
