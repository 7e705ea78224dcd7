"""The embedder without a model."""

import numpy as np

from nexy.modules.code_search.vectors.scripted import ScriptedEmbedder

KNOWN = [-0.4044, 0.2703, 0.7044, -0.517]


async def test_words_in_common_bring_texts_together() -> None:
    """A question is nearer to the text that has its words, however they are written."""
    vectors = (await ScriptedEmbedder().embed(["open the file", "def openFile(path)", "socket.close"])).vectors
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


async def test_the_same_text_has_the_same_vector_everywhere() -> None:
    """Fixed numbers: vectors that one process stored are those that another one asks with."""
    vectors = (await ScriptedEmbedder(4).embed(["read", "", "\ud800"])).vectors
    assert np.allclose(vectors[0], KNOWN, atol=1e-4)
    assert vectors.shape == (3, 4)


async def test_it_remembers_what_it_was_asked() -> None:
    """In order, and its name tells its length."""
    embedder = ScriptedEmbedder(8)
    await embedder.embed(["a", "b"])
    await embedder.embed(["c"], query=True)
    assert (embedder.texts, embedder.model) == (["a", "b", "c"], "scripted/8")
    await embedder.close()
