"""The question that closes a run: does the new index find what is in it, on the way that everybody's questions go?"""

from nexy.config.code_search_section import CodeIndexingConfig
from nexy.contracts.code_search import FindCode, Found, SelfTest
from nexy.contracts.errors import NexyError
from nexy.modules.code_search.indexing.parts import Find
from nexy.modules.code_search.store.contents import ContentStore
from nexy.modules.code_search.store.model import Lease


async def self_test(
    contents: ContentStore, find: Find, lease: Lease, branch: str, config: CodeIndexingConfig
) -> tuple[SelfTest, str]:
    """Ask for something by its name, as the owner; the second value says what is wrong, "" where it passed."""
    symbol, path = await contents.something_named(lease.project.id, branch, config.test_among)
    if not path:
        return SelfTest(passed=True), ""
    query = symbol or path
    wish = FindCode(
        query=query,
        user_id=lease.project.owner_id,
        project_id=lease.project.id,
        limit=config.test_places,
        prose=False,
    )
    try:
        rank = _rank(await find(wish), symbol, path)
    except NexyError as problem:
        return SelfTest(passed=False, query=query), f"the self-test was not answered: {problem.message}"
    if not rank:
        return SelfTest(passed=False, query=query), f"the self-test did not find {query} in {path}"
    return SelfTest(passed=True, query=query, rank=rank), ""


def _rank(found: Found, symbol: str, path: str) -> int:
    """At which place it came, 0 for none; the same name at another place is as good."""
    said = [hit.symbol == symbol if symbol else hit.file_path == path for hit in found.hits]
    return said.index(True) + 1 if True in said else 0
