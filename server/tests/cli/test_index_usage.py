"""What `nexy index` and `nexy search` cost, on a real database and with a provider's vectors."""

import json
from pathlib import Path

import pytest

from support.fake_ollama import FakeOllama
from support.nexy_process import LASTING, Finished, nexy
from support.postgres import open_home
from support.source_tree import plant

pytestmark = pytest.mark.slow
MODEL = ("--set", "code_search.vectors.model=ollama:nomic-embed-text")


async def test_vectors_of_a_provider_come_into_the_ledger(tmp_path: Path) -> None:
    """Those of the index and that of the question, by source and model."""
    home = open_home()
    shop = plant(tmp_path / "shop", {"login.py": "def login(name):\n    return name\n"})
    async with FakeOllama() as model:

        async def run(*arguments: str) -> Finished:
            return await nexy(home, *arguments, OLLAMA_URL=model.base_url, LLM_PROVIDER="ollama", **LASTING)

        indexed = await run("index", str(shop), "--json", *MODEL)
        found = await run("search", "login", "--json", *MODEL)
        costs = await run("report", "costs", "--by", "source,model", "--format", "json")
    assert (indexed.code, indexed.err) == (0, "")
    report = json.loads(indexed.out)
    assert (report["vectors"], [call["provider"] for call in report["calls"]]) == (report["chunks"], ["ollama"])
    assert (found.code, found.err) == (0, "")
    (row,) = json.loads(costs.out)["rows"]
    assert (row["source"], row["model"], row["calls"]) == ("embeddings", "nomic-embed-text", 2)
