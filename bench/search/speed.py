"""Sets the stage for the speed: a project of about 100 000 pieces, a small one, questions; runs what is measured."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench.router.stage import NotMeasured
from bench.search.fetching import cache, fetched
from bench.search.packages import large_packages
from bench.search.pipeline import Indexing, Measured
from bench.search.plan import Plan
from bench.search.posting import Posted
from bench.section import say
from bench.voice.accounting import Cores
from bench.voice.servers import ROOT

_QUESTIONS = Path(__file__).with_name("questions.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """All that was timed."""

    measured: Measured
    posted: Posted


def large_sources(plan: Plan) -> Mapping[str, Path]:
    """The packages of the large project by name, as their archives have them; raises `NotFetched`."""
    return {package.name: fetched(package, cache()) for package in large_packages()[: plan.packages]}


def speed(plan: Plan, folder: Path, sources: Mapping[str, Path]) -> Speed:
    """Everything happens below `folder`; raises `NotMeasured` with the words of a child that fails."""
    large, small, home = folder / "large", folder / "small", folder / "home"
    home.mkdir(mode=0o711)
    for name, source in sources.items():
        shutil.copytree(source, large / name)
    _first(large, small, plan.files)
    questions = folder / "questions.json"
    questions.write_text(json.dumps(_texts()[: plan.questions + plan.warm]), encoding="utf-8")
    core = Cores.ours().server
    say("cutting, posting and building alone")
    posted = _ran("posting", folder, plan, ("--source", str(large), "--core", f"{core}"))
    say("indexing, searching, pulling")
    paths = {"home": home, "large": large, "small": small, "questions": questions}
    numbers = {"core": core, "warm": plan.warm, "changed": plan.changed, "rounds": plan.rounds}
    arguments = [word for name, value in {**paths, **numbers}.items() for word in (f"--{name}", f"{value}")]
    measured = _ran("pipeline", folder, plan, arguments)
    return Speed(measured=_measured(measured), posted=Posted(**json.loads(posted)))


def _first(large: Path, small: Path, files: int) -> None:
    """The first so many Python files, where they stood."""
    for path in sorted(large.rglob("*.py"))[:files]:
        target = small / path.relative_to(large)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _texts() -> Sequence[str]:
    """Every question in both languages."""
    rows = yaml.safe_load(_QUESTIONS.read_text(encoding="utf-8"))["questions"]
    return [row[language] for row in rows for language in ("en", "ru")]


def _ran(module: str, folder: Path, plan: Plan, arguments: Sequence[str]) -> str:
    out = folder / f"{module}.json"
    command = (sys.executable, "-m", f"bench.search.{module}", "--out", str(out), *arguments)
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=plan.whole_seconds, check=False)
    if ended.returncode:
        raise NotMeasured(f"{module} failed:\n{ended.stderr.strip()[-2000:]}")
    return out.read_text(encoding="utf-8")


def _measured(text: str) -> Measured:
    raw = json.loads(text)
    large, pulls = Indexing(**raw.pop("large")), [Indexing(**pull) for pull in raw.pop("pulls")]
    return Measured(large=large, pulls=pulls, **raw)
