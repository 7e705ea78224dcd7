"""Misspelt names are caught, foreign ones pass."""

import pytest

from nexy.config.spelling import misspelt_variables, own_names, unknown_key

FOREIGN = (
    "PATH", "HOME", "LANG", "HTTP_PROXY", "HTTPS_PROXY", "GRPC_VERBOSITY", "GRPC_TRACE", "GRPC_DNS_RESOLVER",
    "GRPC_POLL_STRATEGY", "NEXY_PORT_50051_TCP", "NEXY_SERVICE_HOST", "OPENAI_ORG_ID", "LOG_FILE", "API_KEY",
    "REDIS_PASSWORD", "DATABASE_NAME", "N8N_ENCRYPTION_KEY", "BROWSER", "MAX_OLD_SPACE", "OLLAMA_HOST", "OLLAMA_MODELS",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "meant"),
    [("GRPC_PROT", "GRPC_PORT"), ("BACKPRESSURE_MAX_STREAM", "BACKPRESSURE_MAX_STREAMS"),
     ("GEMINI_APIKEY", "GEMINI_API_KEY"), ("NEXY_KS_DISABLE_MODULE_COORDINATR", "NEXY_KS_DISABLE_MODULE_COORDINATOR"),
     ("NEXY_HOMES", "NEXY_HOME"), ("MESSAGE_ENABLED", "")],
)  # fmt: skip
def test_near_misses_are_named_with_what_was_meant(name: str, meant: str) -> None:
    """A variable one letter away from ours is a mistake; another first word makes it foreign."""
    found = dict(misspelt_variables([name], "environment"))
    assert (f"did you mean {meant}?" in found.get(name, "")) is bool(meant)


def test_foreign_variables_pass() -> None:
    """The environment of other programs is none of our business."""
    assert dict(misspelt_variables(FOREIGN, "environment")) == {}


def test_own_names_are_those_with_our_prefix() -> None:
    """In the process environment nothing else can be claimed for us."""
    assert list(own_names(["NEXY_HOMES", "DATABASE_URI", "NEXY_KS_X", "XNEXY_A"])) == ["NEXY_HOMES", "NEXY_KS_X"]


def test_an_unknown_kill_switch_is_always_named() -> None:
    """A kill switch that silently does nothing is the worst of all mistakes."""
    assert dict(misspelt_variables(["NEXY_KS_STOP"], "environment")) == {
        "NEXY_KS_STOP": "NEXY_KS_STOP: unknown kill switch (environment)"
    }


def test_an_unknown_key_without_a_likeness_gets_no_hint() -> None:
    """A wrong hint is worse than none."""
    assert unknown_key("zzz.qqq", "flag") == "zzz.qqq: unknown key (flag)"
