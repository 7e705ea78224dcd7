"""Projects by owner and name, and what each person is told of them."""

import uuid

import pytest

from nexy.contracts.code_search import IndexState
from nexy.contracts.database import SERVICE, Claims
from nexy.contracts.errors import NotFound, ValidationFailed
from support.code_store import KEYS, READING, Stores, blob

pytestmark = pytest.mark.slow


async def new_person(stores: Stores) -> str:
    person = str(uuid.uuid4())
    await stores.execute("INSERT INTO users (id) VALUES ($1::text::uuid)", person)
    return person


async def test_a_name_means_one_project_of_one_owner(stores: Stores) -> None:
    """Made the first time, found the next; everybody's own names are apart from the public ones."""
    ann = await new_person(stores)
    first = await stores.projects.ensure("", "shop", "/src/shop")
    again = await stores.projects.ensure("", "shop", "/somewhere/else")
    hers = await stores.projects.ensure(ann, "shop", "/src/hers")
    assert (first.is_new, again.is_new, hers.is_new) == (True, False, True)
    assert (again.id, again.source) == (first.id, "/src/shop")
    assert hers.id != first.id
    await stores.projects.move(again, "/somewhere/else")
    assert (await stores.projects.ensure("", "shop", "/x")).source == "/somewhere/else"


async def test_a_persons_project_is_the_one_that_rest_shows_her(stores: Stores) -> None:
    """It has a row among her projects; one of the name that she made herself is taken, whatever became of the index."""
    ann = await new_person(stores)
    made = await stores.projects.ensure(ann, "shop", "/src/shop")
    await stores.execute("INSERT INTO projects (user_id, name) VALUES ($1::text::uuid, 'mine')", ann)
    taken = await stores.projects.ensure(ann, "mine", "/src/mine")
    await stores.execute("DELETE FROM code_projects WHERE id = $1::text::uuid", made.id)
    again = await stores.projects.ensure(ann, "shop", "/src/shop")
    await stores.projects.ensure("", "public", "/src/public")
    rows = await stores.fetch("SELECT id::text, name FROM projects WHERE user_id = $1::text::uuid ORDER BY name", ann)
    assert [(row["id"], row["name"]) for row in rows] == [(taken.id, "mine"), (made.id, "shop")]
    assert again.id == made.id


async def test_an_owner_that_nobody_is(stores: Stores) -> None:
    """The database refuses a project of a person that is not there."""
    with pytest.raises(ValidationFailed):
        await stores.projects.ensure(str(uuid.uuid4()), "shop", "/src/shop")


async def test_everybody_is_told_of_what_is_public_and_of_her_own(stores: Stores) -> None:
    """Nobody in particular sees the public ones, the operator all of them."""
    ann, bob = await new_person(stores), await new_person(stores)
    for owner, name in (("", "open"), (ann, "anns"), (bob, "bobs")):
        await stores.projects.ensure(owner, name, "/src")
    seen = {
        who: [facts.project for facts in await stores.projects.facts(claims)]
        for who, claims in (
            ("ann", Claims(user_id=ann)), ("bob", Claims(user_id=bob)), ("nobody", Claims()), ("operator", SERVICE),
        )
    }  # fmt: skip
    assert seen == {
        "ann": ["anns", "open"], "bob": ["bobs", "open"], "nobody": ["open"], "operator": ["anns", "bobs", "open"],
    }  # fmt: skip


async def test_a_new_project_is_empty(stores: Stores) -> None:
    """No revision, nothing in it, and it is stale: whatever is at its source is not in the index."""
    await stores.projects.ensure("", "shop", "/src/shop")
    (facts,) = await stores.projects.facts(SERVICE)
    assert (facts.state, facts.revision, facts.stale, facts.public) == (IndexState.EMPTY, 0, True, True)
    assert (facts.files, facts.languages, facts.progress, facts.self_test, facts.owner_id) == (0, {}, None, None, "")
    assert (facts.heartbeat_seconds, facts.indexed_at, facts.with_vectors, facts.model) == (None, None, 0, "")


async def test_vectors_count_for_the_files_of_the_newest_revision(stores: Stores) -> None:
    """As the pieces do: twice for a content at two paths, not for one that no file has; the model of the most."""
    lease = await stores.lease()
    await stores.contents.add(lease, READING, [blob("a"), blob("b")])
    await stores.publish(lease, {"x.py": "a", "y.py": "a"})
    give = "INSERT INTO code_vectors SELECT project_id, digest, ordinal, $1, '' FROM code_chunks WHERE "
    await stores.execute(f"{give} ordinal = 0", "small")
    await stores.execute(f"{give} digest = $2", "large", KEYS["a"])
    (facts,) = await stores.projects.facts(SERVICE)
    assert (facts.with_vectors, facts.model, facts.chunks) == (4, "large", 4)


async def test_the_newest_revision_is_told_with_its_branch(stores: Stores) -> None:
    """0 before the first; of a project that is gone it is said so."""
    lease = await stores.lease()
    assert await stores.projects.newest(lease.project.id) == ("", 0)
    await stores.contents.add(lease, READING, [blob("a", "first")])
    await stores.publish(lease, {"a.py": "a"}, branch="feature")
    assert await stores.projects.newest(lease.project.id) == ("feature", lease.fence)
    with pytest.raises(NotFound, match="removed meanwhile"):
        await stores.projects.newest(str(uuid.uuid4()))
