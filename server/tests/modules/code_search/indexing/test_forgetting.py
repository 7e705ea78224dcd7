"""Projects are forgotten: by whom they are, and with all that they left."""

import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from nexy.contracts.code_search import IndexBusy, IndexCode, IndexFacts, RemoveIndex
from nexy.contracts.database import SERVICE
from nexy.contracts.errors import NexyError, NotFound, ValidationFailed
from nexy.modules.code_search.store.folders import index_folder
from nexy.modules.database.module import DatabaseModule
from support.code_indexing import House, functions, house_on
from support.source_tree import commit, plant

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def house(database: DatabaseModule, tmp_path: Path) -> AsyncIterator[House]:
    async with house_on(database, tmp_path / "home") as made:
        yield made


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return plant(tmp_path / "work", {"a.py": functions("one"), "b.py": functions("two"), "c.py": functions("three")})


async def removed(house: House, project: str, **who: object) -> IndexFacts:
    return await house.indexer.remove(replace(RemoveIndex(project=project), **who))  # type: ignore[arg-type]


async def test_nothing_of_a_removed_project_stays(house: House, tree: Path) -> None:
    """Neither rows nor folders; it can be indexed anew."""
    report = await house.index(tree)
    facts = await removed(house, "work", everyone=True)
    assert (facts.project_id, facts.files) == (report.project_id, 3)
    assert await house.facts() == []
    assert not index_folder(house.home, report.project_id, 1).parent.exists()
    async with house.database.transaction(SERVICE) as transaction:
        assert await transaction.fetch("SELECT FROM code_blobs") == []
    assert tree.is_dir()
    assert (await house.index(tree)).read_files == 3


async def test_a_person_removes_her_own_only(house: House, tree: Path) -> None:
    """Not what is public, not another's, by name or by id; the operator removes everything."""
    ann, bob = str(uuid.uuid4()), str(uuid.uuid4())
    async with house.database.transaction(SERVICE) as transaction:
        for person in (ann, bob):
            await transaction.execute("INSERT INTO users (id) VALUES ($1::text::uuid)", person)
    public, hers = await house.index(tree), await house.index(tree, owner_id=ann)
    for project, person in (("work", bob), (hers.project_id, bob), (public.project_id, ann), ("work", "")):
        with pytest.raises(NotFound) as refused:
            await removed(house, project, user_id=person)
        assert refused.value.field == "project"
    assert (await removed(house, "work", user_id=ann)).project_id == hers.project_id
    assert (await removed(house, public.project_id.upper(), everyone=True)).project_id == public.project_id


async def test_of_one_name_the_operators_own_goes_first(house: House, tree: Path) -> None:
    """A person's project of that name is not removed by mistake."""
    ann = str(uuid.uuid4())
    async with house.database.transaction(SERVICE) as transaction:
        await transaction.execute("INSERT INTO users (id) VALUES ($1::text::uuid)", ann)
    hers, public = await house.index(tree, owner_id=ann), await house.index(tree)
    assert (await removed(house, "work", everyone=True)).project_id == public.project_id
    assert [facts.project_id for facts in await house.facts()] == [hers.project_id]


async def test_a_name_that_several_persons_have_is_not_guessed(house: House, tree: Path) -> None:
    """The operator says whose, or names it by its id; where one person alone has it, it is hers."""
    people = [str(uuid.uuid4()) for _ in range(2)]
    async with house.database.transaction(SERVICE) as transaction:
        for person in people:
            await transaction.execute("INSERT INTO users (id) VALUES ($1::text::uuid)", person)
    first, second = [await house.index(tree, owner_id=person) for person in people]
    with pytest.raises(ValidationFailed, match="--user") as refused:
        await removed(house, "work", everyone=True)
    assert refused.value.field == "project"
    assert len(await house.facts()) == 2
    assert (await removed(house, first.project_id, everyone=True)).owner_id == people[0]
    assert (await removed(house, "work", everyone=True)).project_id == second.project_id


async def test_a_project_that_is_being_indexed_is_not_removed(house: House, tree: Path) -> None:
    """It says that a run holds it."""
    async with aclosing(await house.indexer.index(IndexCode(source=str(tree)))) as run:
        await anext(run)
        with pytest.raises(IndexBusy):
            await removed(house, "work", everyone=True)
    assert len(await house.facts()) == 1


async def test_a_clone_goes_with_the_last_project_that_was_read_from_it(house: House, tree: Path) -> None:
    """While another project has the same source, it stays."""
    commit(tree)
    url = f"file://{tree}"
    await house.index(url)
    await house.index(url, name="second")
    clones = house.home / "repositories"
    assert [folder.name.startswith("work-") for folder in clones.iterdir() if folder.is_dir()] == [True]
    await removed(house, "work", everyone=True)
    assert [folder for folder in clones.iterdir() if folder.is_dir()] != []
    await removed(house, "second", everyone=True)
    assert [folder for folder in clones.iterdir() if folder.is_dir()] == []


async def test_a_url_that_leads_nowhere_leaves_no_project(house: House, tmp_path: Path) -> None:
    """It is refused, and the status does not tell of it."""
    with pytest.raises(NexyError):
        await house.index(f"file://{tmp_path}/nowhere")
    assert await house.facts() == []
