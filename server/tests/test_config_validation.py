"""The configuration as an operator meets it: required fields, types, ranges, and errors that name their key."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from nexy.config.leaf import all_leaves
from nexy.config.unified_config import Loaded, load_config
from nexy.contracts.errors import ConfigurationInvalid


def load(folder: Path, environ: Mapping[str, str] | None = None, **flags: object) -> Loaded:
    return load_config(environ or {}, folder / "home", folder, flags)


def refusal(folder: Path, environ: Mapping[str, str] | None = None) -> ConfigurationInvalid:
    with pytest.raises(ConfigurationInvalid) as raised:
        load(folder, environ)
    return raised.value


def write_yaml(folder: Path, text: str) -> Path:
    file = folder / "home" / "config.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


class TestRequiredFields:
    def test_every_key_has_a_value_without_any_source(self, tmp_path: Path) -> None:
        """A fresh machine needs no configuration at all."""
        loaded = load(tmp_path)
        assert set(loaded.origins) == set(all_leaves())
        assert loaded.config.grpc.port == 50051
        assert loaded.config.http.port == 8080
        assert loaded.config.update.port == 8081

    def test_the_home_is_always_known_and_absolute(self, tmp_path: Path) -> None:
        """A relative NEXY_HOME stands under the working folder."""
        loaded = load_config({"NEXY_HOME": "state/../data"}, None, tmp_path)
        assert loaded.home == tmp_path / "data"


class TestTypes:
    @pytest.mark.parametrize(
        ("variable", "path", "found", "allowed"),
        [
            ("GRPC_PORT", "grpc.port", "abc", "a whole number from 0 to 65535"),
            ("GRPC_PORT", "grpc.port", "1.5", "a whole number"),
            ("MAX_WORKERS", "grpc.max_workers", "1e999", "a whole number from 1 to 1000"),
            ("BACKPRESSURE_IDLE_TIMEOUT", "backpressure.idle_timeout_seconds", "soon", "a number, at least 0"),
            ("BACKPRESSURE_IDLE_TIMEOUT", "backpressure.idle_timeout_seconds", "nan", "a number, at least 0"),
            ("BACKPRESSURE_IDLE_TIMEOUT", "backpressure.idle_timeout_seconds", "inf", "a number, at least 0"),
            ("MESSAGES_ENABLED", "features.messages", "maybe", "true or false"),
            ("LLM_PROVIDER", "ai_router.provider", "parrot", "one of auto, gemini, claude, openai, ollama, offline"),
            ("AUDIO_SAMPLE_RATE", "audio_generation.sample_rate", "44000", "one of 8000, 16000"),
        ],
    )
    def test_a_wrong_variable_is_named_with_path_origin_and_what_is_allowed(
        self, tmp_path: Path, variable: str, path: str, found: str, allowed: str
    ) -> None:
        """The message leads straight to the line that must be mended."""
        problem = refusal(tmp_path, {variable: found})
        assert problem.field == path
        assert problem.message.startswith(f'{path}: "{found}" (environment {variable}) is not allowed')
        assert allowed in problem.message

    @pytest.mark.parametrize(
        ("text", "path"),
        [
            ("grpc: {port: '50051'}", "grpc.port"),
            ("grpc: {port: true}", "grpc.port"),
            ("grpc: {port: [1]}", "grpc.port"),
            ("grpc: {host: 7}", "grpc.host"),
            ("features: {messages: 1}", "features.messages"),
            ("metrics: {window_seconds: .nan}", "metrics.window_seconds"),
        ],
    )
    def test_yaml_types_are_taken_at_their_word(self, tmp_path: Path, text: str, path: str) -> None:
        """YAML has types of its own, so a text is no number there."""
        file = write_yaml(tmp_path, text)
        problem = refusal(tmp_path)
        assert problem.field == path
        assert str(file) in problem.message

    @pytest.mark.parametrize("word", ["true", "1", "yes", "on", "TRUE", " On "])
    def test_all_words_for_true_are_understood(self, tmp_path: Path, word: str) -> None:
        """An operator's way of writing yes is taken."""
        assert load(tmp_path, {"WHATSAPP_ENABLED": word}).config.features.whatsapp is True

    @pytest.mark.parametrize("word", ["false", "0", "no", "off", "False"])
    def test_all_words_for_false_are_understood(self, tmp_path: Path, word: str) -> None:
        """An operator's way of writing no is taken."""
        assert load(tmp_path, {"MESSAGES_ENABLED": word}).config.features.messages is False

    def test_choices_are_understood_in_any_case(self, tmp_path: Path) -> None:
        """`LOG_LEVEL=debug` means DEBUG."""
        assert load(tmp_path, {"LOG_LEVEL": "debug"}).config.logging.level == "DEBUG"

    def test_a_port_that_is_off_may_be_set(self, tmp_path: Path) -> None:
        """The n8n facade is off until its port is given."""
        assert load(tmp_path).config.n8n_facade.port is None
        assert load(tmp_path, {"N8N_FACADE_PORT": "5679"}).config.n8n_facade.port == 5679


class TestRanges:
    @pytest.mark.parametrize(
        ("variable", "value"),
        [("GRPC_PORT", "65536"), ("HTTP_PORT", "-1"), ("MAX_WORKERS", "0"), ("BACKPRESSURE_MAX_STREAMS", "0"),
         ("BACKPRESSURE_MAX_RATE", "-1"), ("TTS_WORKERS", "65"), ("LLM_CONNECT_TIMEOUT", "0")],
    )  # fmt: skip
    def test_a_value_out_of_range_is_refused(self, tmp_path: Path, variable: str, value: str) -> None:
        """Bounds hold for every source."""
        assert f'"{value}" (environment {variable})' in refusal(tmp_path, {variable: value}).message

    @pytest.mark.parametrize(("variable", "value"), [("GRPC_PORT", "0"), ("GRPC_PORT", "65535"), ("MAX_WORKERS", "1")])
    def test_the_bounds_themselves_are_allowed(self, tmp_path: Path, variable: str, value: str) -> None:
        """A bound is the last value that works, not the first that does not."""
        origins = load(tmp_path, {variable: value}).origins.values()
        assert [str(origin.value) for origin in origins if origin.text == f"environment {variable}"] == [value]


class TestUnknownKeys:
    def test_a_misspelt_yaml_key_is_named_with_the_right_one(self, tmp_path: Path) -> None:
        """A key that nobody reads must not stay silent."""
        write_yaml(tmp_path, "grpc: {prot: 1}")
        problem = refusal(tmp_path)
        assert problem.field == "grpc.prot"
        assert "did you mean grpc.port?" in problem.message

    def test_a_value_in_place_of_a_section_is_explained(self, tmp_path: Path) -> None:
        """`grpc: 5` names the keys that the section has."""
        write_yaml(tmp_path, "grpc: 5")
        assert "it is a section; its keys are grpc.host, grpc.port" in refusal(tmp_path).message

    def test_an_empty_section_changes_nothing(self, tmp_path: Path) -> None:
        """`grpc:` with all its lines commented out is no mistake."""
        write_yaml(tmp_path, "grpc:\nhttp:\n  port:\n")
        assert load(tmp_path).config.http.port == 8080

    def test_the_home_cannot_be_moved_from_inside(self, tmp_path: Path) -> None:
        """config.yaml lies in the home, so it cannot say where that is."""
        write_yaml(tmp_path, "home: /elsewhere")
        assert refusal(tmp_path).field == "home"

    def test_a_derived_key_cannot_be_set(self, tmp_path: Path) -> None:
        """What is worked out at start is no key."""
        write_yaml(tmp_path, "environment_is_default: false")
        assert refusal(tmp_path).field == "environment_is_default"

    def test_an_unknown_flag_is_refused(self, tmp_path: Path) -> None:
        """Flags are checked like every other source."""
        with pytest.raises(ConfigurationInvalid, match=r"grpc\.prot: unknown key \(flag\)"):
            load(tmp_path, **{"grpc.prot": "1"})

    def test_the_home_is_no_key_to_be_set(self, tmp_path: Path) -> None:
        """The home has a flag of its own, which every layer depends on."""
        with pytest.raises(ConfigurationInvalid, match="--home"):
            load(tmp_path, home="/elsewhere")


class TestVariablesOfOthers:
    FOREIGN = ("DATABASE_URI", "REDIS_URI", "TTS_VOICE", "API_PORTS", "MAX_WORKER")

    def test_the_environment_belongs_to_every_program(self, tmp_path: Path) -> None:
        """A name that is nearly ours and does not begin with NEXY_ may be another program's."""
        load(tmp_path, dict.fromkeys(self.FOREIGN, "1"))

    @pytest.mark.parametrize("name", FOREIGN)
    def test_a_config_env_is_ours_alone(self, tmp_path: Path, name: str) -> None:
        """There the same name is a slip, and is told with what was meant."""
        (tmp_path / "config.env").write_text(f"{name}=1\n", encoding="utf-8")
        assert f"{name}: unknown variable ({tmp_path}/config.env); did you mean" in refusal(tmp_path).message

    @pytest.mark.parametrize("name", ["NEXY_HOMES", "NEXY_KS_STOP", "NEXY_KS_DISABLE_MODULE_COORDINATR"])
    def test_a_name_that_can_only_be_ours_is_told_everywhere(self, tmp_path: Path, name: str) -> None:
        """Near misses of NEXY_ variables and every unknown kill switch."""
        assert refusal(tmp_path, {name: "1"}).message.startswith(f"{name}: unknown")


class TestHome:
    def test_a_home_that_is_a_file_is_told_as_such(self, tmp_path: Path) -> None:
        """One line that begins with the variable, before any file in it is looked for."""
        home = tmp_path / "file"
        home.touch()
        with pytest.raises(ConfigurationInvalid) as raised:
            load_config({"NEXY_HOME": str(home)}, None, tmp_path)
        assert raised.value.message == f"NEXY_HOME: cannot use {home}: Not a directory"
        assert raised.value.field == "home"


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """One start is enough to learn of everything that is wrong."""
    write_yaml(tmp_path, "http: {port: x}\nnonsense: 1")
    (tmp_path / "config.env").write_text("BACKPRESSURE_MAX_STREAM=5\n", encoding="utf-8")
    problem = refusal(tmp_path, {"GRPC_PORT": "abc", "NEXY_ENV": "production"})
    lines = problem.message.splitlines()
    assert len(lines) == 5
    named = {line.partition(":")[0] for line in lines}
    assert named == {"http.port", "nonsense", "grpc.port", "environment", "BACKPRESSURE_MAX_STREAM"}


def test_a_wrong_secret_is_not_shown(tmp_path: Path) -> None:
    """A secret with the wrong type stays a secret in the complaint."""
    write_yaml(tmp_path, "ai_router: {gemini: {api_key: 1234567890}}")
    problem = refusal(tmp_path)
    assert problem.field == "ai_router.gemini.api_key"
    assert "1234567890" not in problem.message
    assert "***" in problem.message
