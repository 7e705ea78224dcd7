"""Contents and files: written whole or not at all, published in one step."""

from contextlib import aclosing

import pytest

from nexy.contracts.code_search import IndexState, SelfTest
from nexy.contracts.database import SERVICE
from nexy.contracts.errors import ValidationFailed
from nexy.modules.code_search.store.contents import sliced
from nexy.modules.code_search.store.model import Changes, Contents, IndexedPath
from support.code_store import KEYS, READING, Stores, blob

pytestmark = pytest.mark.slow


async def test_what_was_added_is_known_to_the_next_run(stores: Stores) -> None:
    """Contents with their pieces are there before anything is published, and unused so far."""
    lease = await stores.lease()
    await stores.contents.add(lease, READING, [blob("a"), blob("b", "one", "two", "three")])
    await stores.contents.add(lease, READING, [])
    known = await stores.contents.known(lease.project.id)
    assert {digest: (one.language, one.chunks, one.masked) for digest, one in known.items()} == {
        KEYS["a"]: ("python", 2, 1), KEYS["b"]: ("python", 3, 1),
    }  # fmt: skip
    assert await stores.count("code_chunks") == 5
    assert await stores.count("code_blobs WHERE unused_since IS NULL") == 0
    assert await stores.contents.published(lease.project.id) is None


async def test_a_batch_is_written_whole_or_not_at_all(stores: Stores) -> None:
    """One content that cannot be written takes back those before it."""
    lease = await stores.lease()
    with pytest.raises(ValidationFailed):
        await stores.contents.add(lease, READING, [blob("a"), blob("b"), blob("b")])
    assert (await stores.count("code_blobs"), await stores.count("code_chunks")) == (0, 0)


async def test_a_revision_names_its_files_and_numbers(stores: Stores) -> None:
    """The revision is the run's fence; files, contents and languages are those that it put."""
    lease = await stores.lease()
    await stores.contents.add(lease, READING, [blob("a"), blob("b")])
    await stores.publish(lease, {"x.py": "a", "y.py": "b", "z.py": "a"})
    published = await stores.contents.published(lease.project.id)
    assert published is not None
    assert published.revision == lease.fence
    assert [(file.path, file.digest) for file in published.files] == [
        ("x.py", KEYS["a"]), ("y.py", KEYS["b"]), ("z.py", KEYS["a"]),
    ]  # fmt: skip
    assert published.languages == {KEYS["a"]: "python", KEYS["b"]: "python"}
    assert await stores.count("code_blobs WHERE unused_since IS NULL") == 2
    (facts,) = await stores.projects.facts(SERVICE)
    assert (facts.files, facts.chunks, facts.masked, facts.languages) == (3, 6, 1, {"python": 3})
    assert (facts.revision, facts.branch, facts.self_test) == (lease.fence, "main", None)
    assert facts.indexed_at is not None


async def test_a_content_that_no_file_has_any_more_is_unused(stores: Stores) -> None:
    """A file that changed or went frees its content, unless another path or branch has it too."""
    lease = await stores.lease()
    await stores.contents.add(lease, READING, [blob("a"), blob("b"), blob("c")])
    await stores.publish(lease, {"x.py": "a", "y.py": "b", "z.py": "b"})
    await stores.publish(lease, {"x.py": "c"}, branch="other")
    await stores.publish(lease, {"x.py": "c", "y.py": "c"}, gone="ab")
    unused = await stores.count("code_blobs WHERE unused_since IS NOT NULL AND digest = '\\x" + KEYS["a"].hex() + "'")
    assert (unused, await stores.count("code_blobs WHERE unused_since IS NOT NULL")) == (1, 1)


async def test_paths_that_are_gone_are_gone_in_the_same_step(stores: Stores) -> None:
    """Only on the branch that they are gone from."""
    lease = await stores.lease()
    await stores.contents.add(lease, READING, [blob("a")])
    for branch in ("main", "other"):
        await stores.publish(lease, {"x.py": "a", "y.py": "a", "z.py": "a"}, branch=branch)
    changes = Changes(branch="main", head="c0ffee", put=(), gone=["x.py", "y.py", "z.py"], unused=[KEYS["a"]])
    await stores.contents.publish(lease, READING, changes, Contents(files=0, chunks=0, masked=0))
    assert await stores.contents.files(lease.project.id, "main") == {}
    assert set(await stores.contents.files(lease.project.id, "other")) == {"x.py", "y.py", "z.py"}
    assert await stores.count("code_blobs WHERE unused_since IS NULL") == 1
    assert await stores.count("code_branches WHERE head = 'c0ffee'") == 1


async def test_terms_of_another_version_are_left_out(stores: Stores) -> None:
    """They could not be read; those asked for come with their digests."""
    lease = await stores.lease()
    await stores.contents.add(lease, READING, [blob(letter) for letter in "abc"])
    await stores.execute("UPDATE code_blobs SET version = version - 1 WHERE forward = 'b'")
    async with aclosing(stores.contents.forwards(lease.project.id, [KEYS[one] for one in "cabd"])) as forwards:
        assert {digest: forward async for digest, forward in forwards} == {KEYS["a"]: b"a", KEYS["c"]: b"c"}


@pytest.mark.parametrize("passed", [True, False])
async def test_only_a_test_that_passed_makes_an_index_ready(stores: Stores, passed: bool) -> None:
    """What was asked and at which place it came is kept in both cases."""
    lease = await stores.lease()
    test = SelfTest(passed=passed, query="first_a", rank=3 if passed else 0)
    await stores.contents.tested(lease, READING, test)
    (facts,) = await stores.projects.facts(SERVICE)
    assert facts.self_test == test
    assert facts.stale is not passed
    assert (facts.state is IndexState.READY) is passed


async def test_something_named_is_the_longest_name_outside_of_tests(stores: Stores) -> None:
    """A piece with a name if there is one, else any path, else nothing."""
    lease = await stores.lease()
    project = lease.project.id
    assert await stores.contents.something_named(project, "main", 10) == ("", "")
    await stores.contents.add(lease, READING, [blob("a", "short", "much_longer"), blob("b", "the_longest_of_them_all")])
    await stores.contents.add(lease, READING, [blob("c", "")])
    await stores.publish(lease, {"c.txt": "c"})
    assert await stores.contents.something_named(project, "main", 10) == ("", "c.txt")
    put = [IndexedPath(path="a.py", digest=KEYS["a"]), IndexedPath(path="test_b.py", digest=KEYS["b"], is_test=True)]
    changes = Changes(branch="main", head="", put=put, gone=(), unused=())
    await stores.contents.publish(lease, READING, changes, Contents(files=3, chunks=4, masked=0))
    assert await stores.contents.something_named(project, "main", 10) == ("much_longer", "a.py")


def test_slices_keep_the_order() -> None:
    """Each is as long as allowed but the last; nothing gives none."""
    assert [list(some) for some in sliced([1, 2, 3, 4, 5], 2)] == [[1, 2], [3, 4], [5]]
    assert list(sliced([], 2)) == []
