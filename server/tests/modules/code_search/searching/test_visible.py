"""Which project a question is about."""

from dataclasses import replace

import pytest

from nexy.contracts.errors import NotFound
from nexy.modules.code_search.searching.visible import Scope, VisibleProject, scope_of

_PUBLIC = VisibleProject(id="11111111-1111-4111-8111-111111111111", name="app", revision=3)
_OWN = VisibleProject(id="22222222-2222-4222-8222-222222222222", name="App", revision=4, owned=True)
_OTHER = VisibleProject(id="33333333-3333-4333-8333-333333333333", name="tools", revision=0, stale=True)
_ALL = (_PUBLIC, _OWN, _OTHER)


@pytest.mark.parametrize(
    ("wanted", "project"),
    [
        (_PUBLIC.id, _PUBLIC),
        (_PUBLIC.id.upper(), _PUBLIC),
        (_PUBLIC.id.replace("-", ""), _PUBLIC),
        ("tools", _OTHER),
        ("TOOLS", _OTHER),
        ("app", _OWN),
        ("App", _OWN),
    ],
)
def test_a_project_is_named_by_id_or_name(wanted: str, project: VisibleProject) -> None:
    """Ids in any spelling and names in any case; one's own comes before a public one of the same name."""
    assert scope_of(_ALL, wanted, "") == Scope(projects=(project,))


def test_among_public_ones_the_exact_name_wins() -> None:
    """Without one of one's own, the case of letters decides."""
    twins = (_PUBLIC, VisibleProject(id="4", name="APP"))
    assert scope_of(twins, "APP", "").projects == (twins[1],)


@pytest.mark.parametrize("wanted", ["nothing", "44444444-4444-4444-8444-444444444444", "ap", "'; --"])
def test_a_named_project_must_be_there(wanted: str) -> None:
    """Naming what is not visible is `NotFound` with the field and the command that lists what is."""
    with pytest.raises(NotFound, match="nexy index status") as caught:
        scope_of(_ALL, wanted, "")
    assert caught.value.field == "project_id"


def test_a_named_project_leaves_the_context_as_words() -> None:
    """With a project named, a context that is another project's name is only words."""
    assert scope_of(_ALL, "tools", "app") == Scope(projects=(_OTHER,), words="app")


def test_a_context_without_a_project_is_words_for_everything() -> None:
    """Free text widens nothing and narrows nothing."""
    assert scope_of(_ALL, "", "express app") == Scope(projects=_ALL, words="express app", whole=True)
    assert scope_of(_ALL, "", "") == Scope(projects=_ALL, whole=True)


def test_the_state_of_one_project_is_its_revision() -> None:
    """One project tells its number, several tell theirs by name; stale is any of them."""
    one, two = Scope(projects=(_PUBLIC,)).index, Scope(projects=(_PUBLIC, replace(_OWN, stale=True))).index
    assert (one.revision, one.stale) == ("3", False)
    assert (two.revision, two.stale) == ("app@3,App@4", True)


@pytest.mark.parametrize(
    ("project", "stale"),
    [
        (replace(_OTHER, held=True), True),
        (replace(_OTHER, held=False), False),
        (replace(_OTHER, revision=2), True),
        (replace(_OTHER, stale=False, held=True), False),
    ],
)
def test_a_forgotten_attempt_makes_no_answer_stale(project: VisibleProject, stale: bool) -> None:
    """Anybody's public project that failed at first, or broke off, is nothing of this answer; one being made is."""
    assert Scope(projects=(_PUBLIC, project)).index.stale is stale


@pytest.mark.parametrize("projects", [(), (_OTHER,), (replace(_OTHER, held=True),)])
def test_nothing_complete_is_stale_only_while_it_is_being_made(projects: tuple[VisibleProject, ...]) -> None:
    """There is no revision to name; whoever waits need do so for a run alone."""
    index = Scope(projects=projects).index
    assert (index.revision, index.stale) == (None, any(project.held for project in projects))
