"""Precedence of the layers, and what is shown of them."""

from pathlib import Path

import pytest

from nexy.config.layers import default_home
from nexy.config.sections import flags_section
from nexy.config.unified_config import load_config, masked
from nexy.contracts.errors import ConfigurationInvalid


def test_each_layer_stands_above_the_next(tmp_path: Path) -> None:
    """flag › environment › ./config.env › NEXY_HOME/config.env › NEXY_HOME/config.yaml › packaged."""
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    seen = []

    def look(environ: dict[str, str] | None = None, flags: dict[str, object] | None = None) -> None:
        origin = load_config(environ or {}, home, here, flags).origins["grpc.port"]
        seen.append((origin.value, origin.text))

    look()
    (home / "config.yaml").write_text("grpc: {port: 1}")
    look()
    (home / "config.env").write_text("GRPC_PORT=2")
    look()
    (here / "config.env").write_text("GRPC_PORT=3")
    look()
    look({"GRPC_PORT": "4"})
    look({"GRPC_PORT": "4"}, {"grpc.port": "5"})
    assert seen == [
        (50051, "packaged, default"),
        (1, f"{home}/config.yaml"),
        (2, f"{home}/config.env GRPC_PORT"),
        (3, f"{here}/config.env GRPC_PORT"),
        (4, "environment GRPC_PORT"),
        (5, "flag"),
    ]


def test_without_an_environment_the_values_are_dev_and_the_hosts_closed(tmp_path: Path) -> None:
    """An unset NEXY_ENV never opens a port to the network."""
    config = load_config({}, tmp_path, tmp_path).config
    assert (config.environment, config.environment_is_default) == ("dev", True)
    assert {config.grpc.host, config.http.host, config.update.host, config.api.host} == {"127.0.0.1"}
    assert config.features.forward_assistant_actions is True
    assert config.backpressure.max_concurrent_streams == 10


def test_dev_spelled_out_opens_the_documented_hosts_only(tmp_path: Path) -> None:
    """The API stays on the loopback, whatever the environment."""
    config = load_config({"NEXY_ENV": "dev"}, tmp_path, tmp_path).config
    assert (config.environment, config.environment_is_default) == ("dev", False)
    assert {config.grpc.host, config.http.host, config.update.host} == {"0.0.0.0"}
    assert {config.api.host, config.supabase.host} == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("environ", "host"),
    [({}, "127.0.0.1"), ({"NEXY_ENV": "dev"}, "0.0.0.0"), ({"NEXY_ENV": "stage"}, "127.0.0.1"),
     ({"NEXY_ENV": "prod"}, "127.0.0.1")],
)  # fmt: skip
def test_auto_is_the_host_of_the_environment(environ: dict[str, str], host: str, tmp_path: Path) -> None:
    """`GRPC_HOST=auto` is as good as no GRPC_HOST, and the origin says both."""
    origin = load_config({**environ, "GRPC_HOST": "auto"}, tmp_path, tmp_path).origins["grpc.host"]
    assert origin.value == host
    assert origin.text.startswith("environment GRPC_HOST, auto: packaged, ")


def test_the_environment_may_stand_in_any_file(tmp_path: Path) -> None:
    """NEXY_ENV of a config.env chooses the packaged values too."""
    (tmp_path / "config.env").write_text("NEXY_ENV=stage\n")
    loaded = load_config({}, tmp_path, tmp_path)
    assert loaded.config.backpressure.max_concurrent_streams == 25
    assert loaded.config.grpc.max_workers == 100
    assert loaded.origins["backpressure.max_concurrent_streams"].text == "packaged, stage"
    assert loaded.origins["grpc.max_workers"].text == "packaged, prod"


def test_an_empty_variable_is_unset_where_empty_means_nothing(tmp_path: Path) -> None:
    """`GRPC_PORT=` of a compose file leaves the layer below in force."""
    (tmp_path / "config.env").write_text("GRPC_PORT=7")
    assert load_config({"GRPC_PORT": " "}, tmp_path, tmp_path).config.grpc.port == 7


def test_an_empty_variable_turns_a_key_off_where_empty_is_its_default(tmp_path: Path) -> None:
    """`OPENAI_API_KEY= nexy serve` starts without the key of the file."""
    (tmp_path / "config.env").write_text("OPENAI_API_KEY=sk-from-the-file")
    assert load_config({"OPENAI_API_KEY": ""}, tmp_path, tmp_path).config.ai_router.openai.api_key == ""


def test_home_of_flag_environment_and_local_file(tmp_path: Path) -> None:
    """NEXY_HOME has a precedence of its own, because two layers lie inside it."""
    (tmp_path / "config.env").write_text("NEXY_HOME=from_file")
    environ = {"NEXY_HOME": "~/from_env", "HOME": str(tmp_path)}
    assert load_config({}, None, tmp_path).home == tmp_path / "from_file"
    assert load_config(environ, None, tmp_path).home == tmp_path / "from_env"
    assert load_config(environ, tmp_path / "from_flag", tmp_path).home == tmp_path / "from_flag"
    assert load_config(environ, None, tmp_path).origins["home"].text == "environment NEXY_HOME"


@pytest.mark.parametrize(
    ("platform", "user_id", "home"),
    [("linux", 1000, "/home/ada/.local/share/nexy"), ("darwin", 501, "/home/ada/Library/Application Support/Nexy"),
     ("linux", 0, "/var/lib/nexy")],
)  # fmt: skip
def test_the_default_home_is_the_users_data_folder(platform: str, user_id: int, home: str) -> None:
    """Nobody has to name a folder."""
    assert default_home({"HOME": "/home/ada"}, platform, user_id) == Path(home)


def test_shown_values_are_masked(tmp_path: Path) -> None:
    """Secrets and passwords inside addresses never reach the screen; an empty secret is seen to be empty."""
    environ = {
        "GEMINI_API_KEY": "canary-one",
        "DATABASE_URL": "postgresql://ada:canary-two@db/nexy",
        "OPENAI_BASE_URL": "http://ada:canary-three@proxy:8080/v1",
    }
    rows = {row.path: row for row in masked(load_config(environ, tmp_path, tmp_path))}
    assert "canary" not in str(rows)
    assert rows["ai_router.gemini.api_key"].value == "***"
    assert rows["outside.database_url"].value == "***"
    assert rows["ai_router.openai.base_url"].value == '"http://ada:***@proxy:8080/v1"'
    assert rows["ai_router.claude.api_key"].value == '""'
    assert rows["ai_router.gemini.api_key"].origin == "environment GEMINI_API_KEY"


def test_live_switches_are_shown_above_everything(tmp_path: Path) -> None:
    """What an operator switched is shown as what is in force."""
    rows = {row.path: row for row in masked(load_config({}, tmp_path, tmp_path), {"features.messages": False})}
    assert (rows["features.messages"].value, rows["features.messages"].origin) == ("false", "switches.yaml")
    assert rows["features.whatsapp"].origin == "packaged, default"


def test_secrets_are_listed_for_the_log(tmp_path: Path) -> None:
    """Every configured secret is known to the masker, whatever it looks like."""
    loaded = load_config({"N8N_API_KEY": "plain-words", "OPENAI_API_KEY": "sk-1"}, tmp_path, tmp_path)
    assert set(loaded.secrets) == {"plain-words", "sk-1"}


def test_the_flags_section_is_gathered_from_its_keys(tmp_path: Path) -> None:
    """The module of live values starts with the configured ones and knows where to watch."""
    section = flags_section(load_config({"MESSAGES_ENABLED": "off"}, tmp_path, tmp_path).config)
    assert section.features.messages is False
    assert section.home == str(tmp_path)
    assert section.poll_seconds == 0.5


def test_a_broken_file_is_named_without_its_text(tmp_path: Path) -> None:
    """The complaint about broken YAML has file and line, and nothing of a key that stands there."""
    (tmp_path / "config.yaml").write_text("ai_router:\n  gemini:\n    api_key: 'canary\n")
    with pytest.raises(ConfigurationInvalid) as raised:
        load_config({}, tmp_path, tmp_path)
    assert f"{tmp_path}/config.yaml:" in raised.value.message
    assert "canary" not in raised.value.message
