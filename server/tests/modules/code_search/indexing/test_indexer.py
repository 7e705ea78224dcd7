"""A whole run: what is read, what is published, what the status says."""

import uuid
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from nexy.contracts.code_search import IndexCode, IndexProgress, IndexReport, IndexStage, IndexState
from nexy.contracts.database import SERVICE
from nexy.contracts.errors import ValidationFailed
from nexy.modules.code_search.indexing import preparing
from nexy.modules.code_search.store.folders import index_folder
from support.code_indexing import SHOP, House, functions, watched
from support.source_tree import commit, git, plant

pytestmark = pytest.mark.slow


async def test_a_folder_becomes_a_revision_that_can_be_searched(house: House, tree: Path) -> None:
    """Report, status, files and mapped index all tell of the same revision."""
    report = await house.index(tree)
    assert (report.project, report.branch, report.revision) == ("work", "", 1)
    assert (report.files, report.read_files, report.kept_files, report.removed_files) == (4, 4, 0, 0)
    assert report.chunks == report.read_chunks > 4
    assert (report.self_test.passed, report.self_test.query) == (True, "put_into_basket")
    assert set(report.seconds) >= {"fetch", "list", "read", "publish", "test", "vectors"}
    (facts,) = await house.facts()
    assert (facts.state, facts.stale, facts.revision, facts.problem) == (IndexState.READY, False, 1, "")
    assert (facts.files, facts.chunks, facts.public, facts.source) == (4, report.chunks, True, str(tree))
    assert facts.languages == {"python": 3, "markdown": 1}
    assert facts.self_test == report.self_test
    assert set(await house.texts(report.project_id)) == set(SHOP)
    assert house.mapped(report).documents == report.chunks


async def test_every_stage_is_told_in_order(house: House, tree: Path) -> None:
    """The report comes last, and reading ends with all files."""
    *steps, report = await house.told(tree)
    assert isinstance(report, IndexReport)
    told = [step for step in steps if isinstance(step, IndexProgress)]
    assert list(dict.fromkeys(step.stage for step in told)) == list(IndexStage)
    assert [step for step in told if step.stage is IndexStage.READ][-1] == IndexProgress(
        stage=IndexStage.READ, done=4, total=4
    )


async def test_nothing_new_makes_no_new_revision(house: House, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is parsed, the revision stays, its index stays as it lies there."""
    first = await house.index(tree)
    monkeypatch.setattr(preparing, "decode", None)
    index = index_folder(house.home, first.project_id, first.revision) / "index.bin"
    before = index.stat().st_ino
    again = await house.index(tree)
    assert (again.revision, again.read_files, again.kept_files) == (first.revision, 0, 4)
    assert index.stat().st_ino == before
    assert (await house.facts())[0].state is IndexState.READY


async def test_only_what_changed_is_read(house: House, tree: Path) -> None:
    """A new, a changed, a renamed and a removed file: two are read, one moves, one goes; the rest is known."""
    await house.index(tree)
    plant(tree, {"shop/new.py": functions("new_one"), "shop/till.py": functions("sum_of")})
    (tree / "README.md").rename(tree / "LIESMICH.md")
    (tree / "tests/test_till.py").unlink()
    report = await house.index(tree)
    assert (report.files, report.read_files, report.kept_files, report.removed_files) == (4, 2, 2, 2)
    texts = await house.texts(report.project_id)
    assert set(texts) == {"shop/basket.py", "shop/till.py", "shop/new.py", "LIESMICH.md"}
    assert "sum_of" in texts["shop/till.py"]
    assert report.revision == 2
    assert house.mapped(report).documents == report.chunks


async def test_a_branch_that_comes_back_is_not_read_again(
    house: House, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each branch has its files; the status tells of the one that was indexed last."""
    commit(tree)
    await house.index(tree)
    git(tree, "checkout", "--quiet", "-b", "feature")
    plant(tree, {"shop/feature.py": functions("only_here")})
    commit(tree)
    on_feature = await house.index(tree)
    assert (on_feature.branch, on_feature.read_files, on_feature.files) == ("feature", 1, 5)
    git(tree, "checkout", "--quiet", "main")
    monkeypatch.setattr(preparing, "decode", None)
    back = await house.index(tree)
    assert (back.branch, back.read_files, back.files, back.revision) == ("main", 0, 4, 3)
    assert "shop/feature.py" not in await house.texts(back.project_id)
    assert house.mapped(back).documents == back.chunks
    assert (await house.facts())[0].branch == "main"


async def test_older_indexes_go_but_the_last_one(house: House, tree: Path) -> None:
    """Whoever was just told of it may still open it."""
    for number in range(4):
        plant(tree, {"shop/new.py": functions(f"new_{number}")})
        report = await house.index(tree)
    there = {folder.name for folder in index_folder(house.home, report.project_id, 0).parent.iterdir()}
    assert there == {"3", "4"}


WRONG: Sequence[tuple[str, dict[str, object]]] = (
    ("source", {"source": "/no/such/folder"}),
    ("source", {"source": ""}),
    ("source", {"source": "ext::sh -c true"}),
    ("name", {"name": "x" * 201}),
    ("name", {"name": "a\nb"}),
    ("branch", {"branch": "main"}),
    ("owner_id", {"owner_id": "ann"}),
    ("watch", {"source": "https://example.com/x.git", "watch": True}),
)


async def test_a_request_that_cannot_be_met_is_refused_at_once(house: House, tree: Path) -> None:
    """It names its field, and leaves no project behind."""
    for field, more in WRONG:
        with pytest.raises(ValidationFailed) as refused:
            await house.indexer.index(replace(IndexCode(source=str(tree)), **more))  # type: ignore[arg-type]
        assert refused.value.field == field, more
    assert await house.facts() == []


async def test_a_folder_without_code_is_refused_with_the_reason(house: House, tmp_path: Path) -> None:
    """What was found instead is counted, and no project is left; emptied later it is an empty revision."""
    nothing = plant(tmp_path / "pictures", {"a.png": b"\x89PNG", "b.bin": b"\x00"})
    with pytest.raises(ValidationFailed, match="not_code") as refused:
        await house.index(nothing)
    assert refused.value.field == "source"
    assert await house.facts() == []
    plant(nothing, {"a.py": functions("one")})
    assert (await house.index(nothing)).files == 1
    (nothing / "a.py").unlink()
    emptied = await house.index(nothing)
    assert (emptied.files, emptied.removed_files, emptied.self_test.passed) == (0, 1, True)
    assert await house.texts(emptied.project_id) == {}


async def test_one_name_is_one_source(house: House, tree: Path, tmp_path: Path) -> None:
    """Another folder of the same name is refused by name, unless the first is gone: then it has moved."""
    report = await house.index(tree)
    other = plant(tmp_path / "other/work", {"a.py": functions("one")})
    with pytest.raises(ValidationFailed) as refused:
        await house.index(other)
    assert refused.value.field == "name"
    assert (await house.index(other, name="second")).project == "second"
    tree.rename(tmp_path / "moved")
    moved = await house.index(tmp_path / "moved", name="work")
    assert (moved.project_id, moved.read_files, moved.kept_files) == (report.project_id, 0, 4)
    async with house.database.transaction(SERVICE) as transaction:
        await transaction.execute("UPDATE code_projects SET source = 'git@example.com:work.git' WHERE name = 'work'")
    with pytest.raises(ValidationFailed, match="git@example"):
        await house.index(tmp_path / "moved", name="work")


async def test_a_persons_index_is_hers(house: House, tree: Path) -> None:
    """It is asked for as her, and nobody else is told of it; the same name may be public too."""
    ann, bob = str(uuid.uuid4()), str(uuid.uuid4())
    async with house.database.transaction(SERVICE) as transaction:
        for person in (ann, bob):
            await transaction.execute("INSERT INTO users (id) VALUES ($1::text::uuid)", person)
    report = await house.index(tree, owner_id=ann)
    assert [asked.user_id for asked in house.finder.asked] == [ann]
    assert [facts.project_id for facts in await house.facts(user_id=ann)] == [report.project_id]
    assert await house.facts(user_id=bob) == []
    assert (await house.index(tree)).project_id != report.project_id


@pytest.mark.timeout(60)
async def test_a_watched_folder_follows_its_changes(house: House, tree: Path) -> None:
    """A report at once and one after each change; nothing is left behind when it ends."""
    async with aclosing(watched(house, tree)) as reports:
        first = await anext(reports)
        plant(tree, {"shop/new.py": functions("new_one")})
        async for second in reports:
            if second.files == 5:
                break
    assert (first.files, second.read_files) == (4, 1)
    assert (await house.facts())[0].state is IndexState.READY
