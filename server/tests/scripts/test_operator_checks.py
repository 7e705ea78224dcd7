"""The lines and the exit of a check."""

import json
from pathlib import Path

import pytest
from operator_checks import Checks, Target, guarded, parser, target_of

from nexy_client import CallFailed, ProtocolBroken


def target_from(*given: str) -> Target:
    """The target that a command line names."""
    arguments = parser("About.", port=50051)
    return target_of(arguments, arguments.parse_args(given))


def test_the_lines_carry_the_documented_signs(capsys: pytest.CaptureFixture[str]) -> None:
    """Passed, failed, warned, tried and seen each have their sign."""
    checks = Checks()
    checks.section("Тестирование X...")
    checks.detail("Получен ответ: text_chunk")
    checks.require("X успешен")
    checks.require("Y успешен", ["сломан", "совсем", "сломан"], about="Y")
    checks.warn("Z недоступен")
    assert capsys.readouterr().out.splitlines() == [
        "🧪 Тестирование X...",
        "   → Получен ответ: text_chunk",
        "✅ X успешен",
        "❌ Y: сломан; совсем",
        "⚠️ Z недоступен",
    ]


def test_only_required_checks_decide_the_exit(capsys: pytest.CaptureFixture[str]) -> None:
    """A warning leaves the exit at 0, a failed check makes it 1."""
    checks = Checks()
    checks.require("a")
    checks.warn("b")
    assert checks.finish("Всё хорошо") == 0
    assert capsys.readouterr().out.endswith("✅ Всё хорошо\n")
    checks.require("c", ["нет"])
    assert checks.finish("Всё хорошо") == 1
    assert capsys.readouterr().out.endswith("❌ Не пройдено проверок: 1 из 2\n")


def test_a_run_that_checked_nothing_has_not_passed() -> None:
    """Warnings alone are no success."""
    checks = Checks()
    checks.warn("nothing to check")
    assert checks.finish("Всё хорошо") == 1


def test_json_replaces_the_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json one object is printed, with every outcome in order."""
    checks = Checks(as_json=True)
    checks.section("quiet")
    checks.require("a")
    checks.require("b", ["broken"])
    assert checks.finish("good") == 1
    assert json.loads(capsys.readouterr().out) == {
        "ok": False,
        "checks": [
            {"result": "passed", "line": "a", "problems": []},
            {"result": "failed", "line": "b: broken", "problems": ["broken"]},
        ],
    }


def test_the_default_target_is_this_machine() -> None:
    """Nothing is contacted that was not named."""
    assert target_from().address == "localhost:50051"
    assert not target_from().encrypted


@pytest.mark.parametrize("given", [("nexy.test", "443"), ("--host", "nexy.test", "--port", "443")])
def test_host_and_port_are_taken_in_both_forms(given: tuple[str, ...]) -> None:
    """HOST PORT and --host/--port name the same server, and 443 is encrypted."""
    target = target_from(*given)
    assert (target.address, target.encrypted) == ("nexy.test:443", True)


def test_an_ipv6_address_is_bracketed() -> None:
    """Colons of the host are told from the port's."""
    assert target_from("::1", "50051").address == "[::1]:50051"


def test_another_port_is_encrypted_when_asked(tmp_path: Path) -> None:
    """--tls and --ca work on any port, and the authority's file is read."""
    authority = tmp_path / "ca.pem"
    authority.write_bytes(b"pem")
    assert target_from("localhost", "50443", "--tls").encrypted
    target = target_from("localhost", "50443", "--ca", str(authority))
    assert (target.encrypted, target.root_certificates) == (True, b"pem")


@pytest.mark.parametrize("given", [("a", "b"), ("a", "1", "2"), ("--port", "x")])
def test_nonsense_on_the_command_line_is_usage(given: tuple[str, ...]) -> None:
    """A wrong command line ends with usage, not with a check of something else."""
    with pytest.raises(SystemExit) as ended:
        target_from(*given)
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("failure", "line"),
    [
        (CallFailed(status="INTERNAL", details="oops"), "Вызов не удался: INTERNAL: oops"),
        (ProtocolBroken("an action that is not JSON"), "Сервер нарушил контракт: an action that is not JSON"),
        (OSError("no route"), "Сервер нарушил контракт: no route"),
        (TimeoutError(), "Время вышло: не завершено за 5 с"),
    ],
)
async def test_whatever_the_server_does_is_a_failed_check(failure: Exception, line: str) -> None:
    """A failing call ends the check with a line and exit 1, never with a traceback."""

    async def check(checks: Checks, target: Target) -> None:
        checks.require("fine so far")
        raise failure

    checks = Checks()
    await guarded(check, checks, Target(host="localhost", port=1, timeout=5))
    assert [outcome.line for outcome in checks.outcomes] == ["fine so far", line]
    assert checks.finish("good") == 1
