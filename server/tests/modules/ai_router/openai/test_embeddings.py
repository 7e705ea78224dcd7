"""The JSON of embeddings (OpenAI API Reference, "Embeddings")."""

import msgspec
import pytest

from nexy.config.ai_router_section import OpenAiConfig, WordsConfig
from nexy.contracts.errors import Unavailable
from nexy.modules.ai_router.openai.embeddings import OpenAiEmbeddings

DIALECT = OpenAiEmbeddings(WordsConfig(openai=OpenAiConfig(api_key="sk-1", embedding_model="e")))


def test_all_texts_go_in_one_request() -> None:
    """As numbers, with the key; a lone surrogate stops nothing."""
    outgoing = DIALECT.outgoing(["a", "b\ud83d"], "m")
    assert outgoing.url == "https://api.openai.com/v1/embeddings"
    assert outgoing.headers["Authorization"] == "Bearer sk-1"
    assert msgspec.json.decode(outgoing.body) == {"model": "m", "input": ["a", "b?"], "encoding_format": "float"}
    assert DIALECT.model == "e"


def test_vectors_are_placed_by_index() -> None:
    """Where the server tells none, they are in the order of the texts."""
    data = [{"index": 1, "embedding": [1.0]}, {"index": 0, "embedding": [0.0]}]
    assert DIALECT.read(msgspec.json.encode({"data": data, "model": "x"}), "m").vectors == [[0.0], [1.0]]
    bare = [{"embedding": [1]}, {"embedding": [0]}]
    found = DIALECT.read(msgspec.json.encode({"data": bare}), "m")
    assert (found.vectors, found.model, found.input_tokens) == ([[1.0], [0.0]], "m", 0)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"data": [{"embedding": "AAAA"}]}', b'{"data": [{"embedding": [NaN]}]}']
)
def test_what_is_no_answer_is_garbage(body: bytes) -> None:
    """Base64 was not asked for, and not a number is none."""
    with pytest.raises(Unavailable) as caught:
        DIALECT.read(body, "m")
    assert caught.value.code == "provider_garbage"
