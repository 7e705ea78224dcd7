"""The load scenarios: the same as the k6 files, judged by the same thresholds, and run shortened."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web
from deploy.checks.load.scenarios import GENERATE, RAMPED, SEARCH, STAGES, STEADY, Answer, Scenario, Stage
from deploy.checks.load.tally import Tally, table
from deploy.checks.load.users import Crowd, users_at

ROOT = Path(__file__).parents[3]
K6 = ROOT / "deploy" / "checks" / "k6"


@pytest.mark.parametrize(
    ("name", "scenario"), [("search.js", SEARCH), ("generate.js", GENERATE), ("steady.js", STEADY)]
)
def test_k6_posts_the_same(name: str, scenario: Scenario) -> None:
    """Path, every field of the form, the checks and the pause."""
    text = (K6 / name).read_text(encoding="utf-8")
    form = re.search(r"http\.post\(`\$\{URL\}([^`]+)`, \{(.*?)\}\);", text, re.DOTALL)
    assert form is not None
    assert form[1] == scenario.path
    assert dict(re.findall(r"(\w+): '([^']*)'", form[2])) == scenario.form
    assert re.findall(r"'([^']+)': \(r\)", text) == list(scenario.checks)
    pause = re.search(r"sleep\((\d+)\)", text)
    assert (float(pause[1]) if pause else 0.0) == scenario.pause_seconds
    assert f"p(95)<{1000 * scenario.p95_seconds:.0f}'" in text


def test_k6_has_the_same_stages() -> None:
    """Two minutes up, five there, and so on, of the protocol."""
    text = (K6 / "stages.js").read_text(encoding="utf-8")
    told = re.findall(r"minutes\((\d+)\), target: (\d+)", text)
    assert [(60 * int(minutes), int(users)) for minutes, users in told] == [(one.seconds, one.users) for one in STAGES]
    assert "rate<0.001" in text


def test_users_come_and_go_by_the_stages() -> None:
    """Linear within a stage, none after the last."""
    stages = (Stage(seconds=10, users=100), Stage(seconds=10, users=100), Stage(seconds=10, users=0))
    assert [users_at(stages, at) for at in (0, 5, 15, 25, 30)] == [0, 50, 100, 50, None]


def _answer(status: int = 200, seconds: float = 0.1, **body: object) -> Answer:
    return Answer(status=status, seconds=seconds, body=body)


def _tally(scenario: Scenario, *answers: Answer) -> Tally:
    tally = Tally(scenario=scenario)
    for answer in answers:
        tally.note(answer)
    return tally


def test_slow_answers_break_the_threshold_when_they_are_more_than_one_in_twenty() -> None:
    """95 % under two seconds for a search, under five to generate."""
    fast = [_answer(results=[1])] * 95
    assert _tally(SEARCH, *fast, *[_answer(seconds=2.5)] * 5).good
    assert not _tally(SEARCH, *fast[:-1], *[_answer(seconds=2.5)] * 6).good
    code = {"code": "export const x = 1;"}
    assert _tally(GENERATE, *[_answer(seconds=4.9, **code)] * 10).good
    assert not _tally(GENERATE, *[_answer(seconds=5.1, **code)] * 10).good


def test_one_failure_in_a_thousand_is_the_most() -> None:
    """Nobody who answers is a failure too; a steady run allows none."""
    good = [_answer(results=[1])] * 999
    assert _tally(SEARCH, *good, _answer(503)).good
    assert not _tally(SEARCH, *good[:500], _answer(0)).good
    assert not _tally(STEADY, *good, _answer(503)).good
    assert not _tally(SEARCH).good


def test_code_without_an_export_breaks_a_generation_and_empty_results_are_told() -> None:
    """The checks of a generation count; those of a search wait for the search to be built."""
    assert not _tally(GENERATE, *[_answer(code="const x = 1;")] * 10).good
    empty = _tally(SEARCH, *[_answer(results=[])] * 10)
    assert empty.good
    assert "check has results: 0.00 %" in table([empty], 1.0)


async def test_a_crowd_posts_forms_as_k6_does_and_leaves() -> None:
    """Form-encoded and anonymous, dealt to the scenarios in turn; nobody is cut off in the middle."""
    seen: list[tuple[str, str, str]] = []

    async def answer(request: web.Request) -> web.Response:
        form = await request.post()
        seen.append((request.path, request.content_type, str(form.get("description") or form.get("query"))))
        assert "Authorization" not in request.headers
        return web.json_response({"code": "export {}", "results": [1]})

    app = web.Application()
    app.router.add_post("/api/v1/{verb}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        crowd = Crowd(f"http://127.0.0.1:{runner.addresses[0][1]}", _without_pause())
        await crowd.ramp((Stage(seconds=0.2, users=4),))
    finally:
        await runner.cleanup()
    assert {one[0] for one in seen} == {SEARCH.path, GENERATE.path}
    assert {one[1] for one in seen} == {"application/x-www-form-urlencoded"}
    assert sum(tally.requests for tally in crowd.tallies) == len(seen)
    assert all(tally.good for tally in crowd.tallies)


def _without_pause() -> list[Scenario]:
    return [
        Scenario(name=one.name, path=one.path, form=one.form, checks=one.checks, p95_seconds=one.p95_seconds)
        for one in RAMPED["mixed"]
    ]


async def test_a_server_that_is_not_there_is_a_failure() -> None:
    """The table and the exit code tell it; nothing is raised."""
    crowd = Crowd("http://127.0.0.1:9", [STEADY])
    await crowd.arrive(0.05, 100)
    assert crowd.tallies[0].failed == crowd.tallies[0].requests > 0
    assert not crowd.tallies[0].good


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_the_short_form_holds_every_threshold() -> None:
    """200 users of the protocol's stages, in seconds, against a server of its own with wire-true providers."""
    command = (sys.executable, "-m", "deploy.checks.load", "--short")
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=80, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "✗" not in ended.stdout
    assert "check valid code generated: 100.00 %" in ended.stdout
