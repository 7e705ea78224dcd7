"""The packaged YAML, the typed sections and the documents' table say the same."""

import re
import tomllib
from collections import Counter
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

import pytest

from nexy.config.layers import PACKAGED, packaged_layer
from nexy.config.leaf import all_leaves
from nexy.config.sections import UnifiedConfig
from nexy.config.sources import read_yaml
from nexy.config.switches_file import LIVE_KEYS
from nexy.config.unified_config import load_config
from nexy.version import __version__

SERVER = Path(__file__).parents[1]
RESOLVED_AT_START = {"environment", "home"}
ENVIRONMENTS = ("dev", "stage", "prod")

DOCUMENTED = {
    "grpc.host": ("GRPC_HOST", "0.0.0.0", "127.0.0.1", "127.0.0.1"),
    "grpc.port": ("GRPC_PORT", 50051, 50051, 50051),
    "grpc.max_workers": ("MAX_WORKERS", 10, 100, 100),
    "http.host": ("HTTP_HOST", "0.0.0.0", "127.0.0.1", "127.0.0.1"),
    "http.port": ("HTTP_PORT", 8080, 8080, 8080),
    "update.host": ("UPDATE_HOST", "0.0.0.0", "127.0.0.1", "127.0.0.1"),
    "update.port": ("UPDATE_PORT", 8081, 8081, 8081),
    "api.host": ("API_HOST", "127.0.0.1", "127.0.0.1", "127.0.0.1"),
    "api.port": ("API_PORT", 8000, 8000, 8000),
    "supabase.host": ("SUPABASE_HOST", "127.0.0.1", "127.0.0.1", "127.0.0.1"),
    "supabase.port": ("SUPABASE_PORT", 54321, 54321, 54321),
    "n8n_facade.host": ("N8N_FACADE_HOST", "127.0.0.1", "127.0.0.1", "127.0.0.1"),
    "n8n_facade.port": ("N8N_FACADE_PORT", None, None, None),
    "backpressure.max_concurrent_streams": ("BACKPRESSURE_MAX_STREAMS", 10, 25, 50),
    "backpressure.max_message_rate_per_second": ("BACKPRESSURE_MAX_RATE", 5, 8, 0),
    "backpressure.idle_timeout_seconds": ("BACKPRESSURE_IDLE_TIMEOUT", 60, 180, 900),
    "backpressure.grace_period_seconds": ("BACKPRESSURE_GRACE_PERIOD", 10, 30, 30),
    "features.use_module_coordinator": ("USE_MODULE_COORDINATOR", True, True, True),
    "features.forward_assistant_actions": ("FORWARD_ASSISTANT_ACTIONS", True, False, False),
    "features.browser_use": ("BROWSER_USE_ENABLED", True, True, True),
    "features.messages": ("MESSAGES_ENABLED", True, True, True),
    "features.whatsapp": ("WHATSAPP_ENABLED", False, False, False),
    "features.subscription": ("SUBSCRIPTION_ENABLED", True, True, True),
    "kill_switches.disable_module_coordinator": ("NEXY_KS_DISABLE_MODULE_COORDINATOR", False, False, False),
    "kill_switches.disable_forward_assistant_actions": (
        "NEXY_KS_DISABLE_FORWARD_ASSISTANT_ACTIONS", False, False, False,
    ),
    "browser_use.keep_open": ("BROWSER_USE_KEEP_OPEN", True, True, True),
    "browser_use.timeout_seconds": ("BROWSER_USE_TIMEOUT", 120, 120, 120),
    "browser_use.max_steps": ("BROWSER_USE_MAX_STEPS", 50, 50, 50),
    "browser_use.model": ("BROWSER_USE_MODEL", "gemini-2.5-flash", "gemini-2.5-flash", "gemini-2.5-flash"),
    "audio_generation.sample_rate": ("AUDIO_SAMPLE_RATE", 48000, 48000, 48000),
    "audio_generation.engine": ("TTS_ENGINE", "espeak", "espeak", "espeak"),
    "audio_generation.scripted_seconds": ("SCRIPTED_TTS_SECONDS", 1, 1, 1),
    "ai_router.provider": ("LLM_PROVIDER", "auto", "auto", "auto"),
}  # fmt: skip
OTHER_VARIABLES = (
    "NEXY_ENV", "NEXY_HOME", "GEMINI_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OLLAMA_URL",
    "N8N_URL", "N8N_API_KEY", "LIGHTRAG_URL", "DATABASE_URL", "REDIS_URL",
)  # fmt: skip


@pytest.mark.parametrize("path", DOCUMENTED)
def test_documented_values_per_environment(path: str, tmp_path: Path) -> None:
    """Each key has the value of the documents' table in each environment."""
    _, *expected = DOCUMENTED[path]
    found = [load_config({"NEXY_ENV": name}, tmp_path, tmp_path).origins[path].value for name in ENVIRONMENTS]
    assert found == expected


@pytest.mark.parametrize("path", DOCUMENTED)
def test_documented_variables(path: str) -> None:
    """Each key is set by the variable of the documents' table."""
    assert all_leaves()[path].env == DOCUMENTED[path][0]


def test_other_documented_variables_exist() -> None:
    """Every further name of the specification is read by some key."""
    known = {leaf.env for leaf in all_leaves().values()}
    assert set(OTHER_VARIABLES) <= known


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_yaml_and_sections_have_the_same_keys(environment: str) -> None:
    """No key stands only in Python or only in the packaged YAML; a new one must be added to both."""
    assert set(packaged_layer(environment)) == set(all_leaves()) - RESOLVED_AT_START


def test_defaults_of_the_sections_are_those_of_an_unset_environment(tmp_path: Path) -> None:
    """A section made in a test equals that of a fresh start, but for actions: the code's default is off."""
    loaded = load_config({}, tmp_path, tmp_path).origins
    differing = {
        path for path, leaf in all_leaves().items()
        if path not in RESOLVED_AT_START and (loaded[path].value != leaf.default)
    }  # fmt: skip
    assert differing == {"features.forward_assistant_actions"}
    assert all_leaves()["features.forward_assistant_actions"].default is False


def test_packaged_values_pass_their_own_checks() -> None:
    """Every packaged value has its key's type and lies within its bounds."""
    for environment in ENVIRONMENTS:
        for path, item in packaged_layer(environment).items():
            if item.value is not None:
                all_leaves()[path].convert(item.value, textual=False)


def test_overrides_stand_in_default_too() -> None:
    """A block of an environment changes keys and never brings new ones."""
    paths = [path.partition(".") for path in read_yaml(PACKAGED)]
    default = {key for block, _, key in paths if block == "default"}
    assert {block for block, _, _ in paths} == {"default", "dev", "stage", "prod"}
    assert {key for _, _, key in paths} == default


def test_no_variable_sets_two_keys() -> None:
    """Names of variables are unique."""
    counted = Counter(leaf.env for leaf in all_leaves().values() if leaf.env)
    assert [name for name, count in counted.items() if count > 1] == []


def test_every_live_key_is_a_key_with_a_variable() -> None:
    """A switch has a configured value to fall back to, and a variable for it."""
    assert all(all_leaves()[path].env for path in LIVE_KEYS)
    assert len({path.partition(".")[2] for path in LIVE_KEYS}) == len(LIVE_KEYS)


def test_what_looks_like_a_secret_is_marked_as_one() -> None:
    """Keys and addresses with passwords are masked when shown."""
    secret_looking = re.compile(r"(_key|password|token|secret|database_url|redis_url)$")
    unmarked = [path for path, leaf in all_leaves().items() if secret_looking.search(path) and not leaf.secret]
    assert unmarked == []


def test_every_key_has_a_type_that_can_be_written_as_text() -> None:
    """Whatever a section holds can come from a variable and can be explained."""
    assert all(leaf.allowed() for leaf in all_leaves().values())


def test_sections_are_frozen() -> None:
    """What was read once does not change while the server runs."""
    sections = [kind for kind in get_type_hints(UnifiedConfig).values() if is_dataclass(kind)]
    assert all(kind.__dataclass_params__.frozen for kind in [UnifiedConfig, *sections])  # type: ignore[attr-defined]
    assert all(fields(kind) for kind in sections)


def test_the_version_stands_in_one_place() -> None:
    """The package takes its version from nexy/version.py, and it is a plain release number."""
    project = tomllib.loads((SERVER / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" in project["project"]["dynamic"]
    assert project["tool"]["hatch"]["version"]["path"] == "nexy/version.py"
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
