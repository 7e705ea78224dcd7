"""Sound finds a player that takes it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from nexy.cli.player import FilePlayer, RawPlayer, player_for_answer
from nexy.cli.players import Players
from nexy_client import Sound

PIECES = tuple(bytes([number]) * 9600 for number in range(1, 4))
LISTENS = 'exec /bin/cat > "$0.heard"'
FAILS = "exit 1"
FAILS_LATE = "read -r line; exit 1"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder where programs are looked for."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def install(programs: Path, **scripts: str) -> None:
    for name, script in scripts.items():
        file = programs / name.replace("_", "-")
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(0o755)


def sound(data: bytes) -> Sound:
    return Sound(data=data, sample_rate=48_000, channels=1, shape=(len(data) // 2, 1))


async def played(players: Players, pieces: Sequence[bytes] = PIECES) -> None:
    """One answer, heard to its end."""
    player = player_for_answer(players)
    assert player is not None
    async with asyncio.timeout(20), player:
        for piece in pieces:
            await player.play(sound(piece))


def heard(programs: Path, name: str) -> bytes:
    file = programs / f"{name}.heard"
    return file.read_bytes() if file.exists() else b""


async def test_the_sound_servers_own_players_come_first(programs: Path) -> None:
    """paplay and aplay take bare samples in every version; pw-play does not."""
    install(programs, pw_play=LISTENS, aplay=LISTENS, paplay=LISTENS)
    await played(Players())
    assert heard(programs, "paplay") == b"".join(PIECES)
    (programs / "paplay").unlink()
    await played(Players())
    assert heard(programs, "aplay") == b"".join(PIECES)
    assert heard(programs, "pw-play") == b""


@pytest.mark.parametrize("fault", [FAILS, FAILS_LATE, "exec /no/such/program"])
async def test_a_player_that_ends_at_once_is_followed_by_the_next(programs: Path, fault: str) -> None:
    """The next one gets the answer from its beginning, also where the failure shows only at the end."""
    install(programs, paplay=fault, aplay=LISTENS)
    players = Players()
    await played(players)
    assert heard(programs, "aplay") == b"".join(PIECES)
    assert (players.failed, players.silent) == (["paplay"], False)


async def test_a_program_that_cannot_be_started_is_passed_over(programs: Path) -> None:
    """A file that is no program at all is a player that does not work."""
    install(programs, aplay=LISTENS)
    (programs / "paplay").write_bytes(b"\x00")
    (programs / "paplay").chmod(0o755)
    await played(Players())
    assert heard(programs, "aplay") == b"".join(PIECES)


async def test_a_player_that_takes_only_files_of_its_own_kind_gets_the_word_for_samples(programs: Path) -> None:
    """A newer pw-play wants --raw, an older one does not know it: both are tried."""
    install(programs, pw_play=f'[ "$1" = --raw ] && exit 1; {LISTENS}')
    await played(Players())
    assert heard(programs, "pw-play") == b"".join(PIECES)


async def test_a_failed_player_is_not_asked_again(programs: Path) -> None:
    """The next answer goes to the one that worked."""
    install(programs, paplay=f"echo tried >> $0.tries; {FAILS}", aplay=LISTENS)
    players = Players()
    await played(players)
    await played(players)
    assert (programs / "paplay.tries").read_text(encoding="utf-8") == "tried\n"


async def test_when_none_plays_that_is_known(programs: Path) -> None:
    """Every one is tried once, the answer goes on without sound, and later ones have no player."""
    install(programs, paplay=FAILS, aplay=FAILS_LATE)
    players = Players()
    assert not players.silent
    await played(players)
    assert (players.failed, players.silent) == (["paplay", "aplay"], True)
    assert player_for_answer(players) is None


async def test_a_player_that_stops_later_is_left_alone(programs: Path) -> None:
    """After the first seconds nothing is said twice: the rest stays silent, and the player is not blamed."""
    install(programs, paplay=f'/usr/bin/head -c 400000 > "$0.heard"; {FAILS}', aplay=LISTENS)
    players = Players()
    await played(players, [bytes(50_000)] * 40)
    assert (len(heard(programs, "paplay")), heard(programs, "aplay")) == (400_000, b"")
    assert players.failed == []


async def test_an_error_stops_the_sound_at_once(programs: Path) -> None:
    """A player that would go on for an hour is gone when the answer was interrupted."""
    install(programs, paplay="exec /bin/sleep 3600")
    player = player_for_answer(Players())
    assert isinstance(player, RawPlayer)
    with pytest.raises(ZeroDivisionError):
        async with asyncio.timeout(10), player:
            await player.play(sound(PIECES[0]))
            raise ZeroDivisionError


async def test_a_machine_without_players_has_none(programs: Path) -> None:
    """That is no failure: words still come, and nothing is said about it."""
    players = Players()
    assert player_for_answer(players) is None
    assert not players.silent


async def test_a_player_of_files_hears_the_whole_answer(programs: Path) -> None:
    """macOS's own player gets one WAV file when the answer is complete; other machines' players go before it."""
    install(programs, afplay=f'/bin/cp "$1" "{programs}/afplay.heard"')
    player = player_for_answer(Players())
    assert isinstance(player, FilePlayer)
    async with player:
        for piece in PIECES:
            await player.play(sound(piece))
    assert heard(programs, "afplay").endswith(b"".join(PIECES))
