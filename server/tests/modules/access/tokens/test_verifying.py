"""Honest tokens: who they speak for, until when, and what ends them before."""

from dataclasses import replace
from pathlib import Path

import jwt
import pytest
from jwt.algorithms import ECAlgorithm

from nexy.config.access_section import TokensConfig
from nexy.contracts.access import EVERYTHING, NOBODY, Caller, Role, VerifyToken
from nexy.contracts.errors import Unauthenticated, Unavailable
from nexy.contracts.signing_keys import AnonymousToken, PublicKeys, RotateKeys
from support.tokens import SESSION, USER, Mint

DAY = 86_400


async def caller_of(mint: Mint, token: str) -> Caller:
    return await mint.verifier.verify(VerifyToken(token=token))


async def code_for(mint: Mint, token: str) -> str:
    with pytest.raises(Unauthenticated) as refused:
        await caller_of(mint, token)
    assert refused.value.message == "the token is not accepted"
    return refused.value.code


async def test_a_token_speaks_for_its_person(tmp_path: Path) -> None:
    """User, session and role are those it was made for; it is good for everything."""
    mint = await Mint(tmp_path).open()
    assert await caller_of(mint, await mint.honest()) == Caller(
        role=Role.AUTHENTICATED, user_id=USER, session_id=SESSION, scopes=EVERYTHING
    )


async def test_the_claims_are_those_that_supabase_clients_read(tmp_path: Path) -> None:
    """PyJWT verifies the token with our key set; names and types are Supabase's."""
    mint = await Mint(tmp_path).open()
    keys = jwt.PyJWKSet.from_json((await mint.handlers.answer(PublicKeys())).decode())
    token = await mint.honest()
    key = keys[jwt.get_unverified_header(token)["kid"]]
    late = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(token, key, ["ES256"], late, audience="authenticated", issuer="nexy")  # type: ignore[arg-type]
    assert claims == {
        "iss": "nexy", "aud": "authenticated", "role": "authenticated", "sub": USER, "email": "anna@example.com",
        "phone": "", "session_id": SESSION, "is_anonymous": False, "aal": "aal1",
        "amr": [{"method": "password", "timestamp": mint.now}],
        "app_metadata": {"provider": "email", "providers": ["email"]},
        "iat": mint.now, "exp": mint.now + 3600,
    }  # fmt: skip


async def test_a_token_that_is_over_says_so(tmp_path: Path) -> None:
    """Good until its end and the leeway; then the same words with a code of their own, known before or not."""
    mint = await Mint(tmp_path).open()
    token, seen = await mint.honest(), await mint.honest()
    await caller_of(mint, seen)
    mint.clock.advance(3609)
    await caller_of(mint, token)
    mint.clock.advance(1)
    assert (await code_for(mint, token), await code_for(mint, seen)) == ("token_expired", "token_expired")


async def test_a_forgery_that_is_over_is_a_forgery(tmp_path: Path) -> None:
    """Only the owner of a good signature learns that it is over."""
    mint = await Mint(tmp_path).open()
    stale = mint.claims(iat=mint.now - 7200, exp=mint.now - 3600)
    assert await code_for(mint, mint.signed(mint.header(), stale)) == "token_expired"
    assert await code_for(mint, mint.signed(mint.header(), stale)[:-6] + "AAAAAA") == "invalid_token"


async def test_clocks_may_differ_a_little(tmp_path: Path) -> None:
    """What was issued a moment from now is taken within the leeway, and not beyond."""
    mint = await Mint(tmp_path).open()
    near = mint.claims(iat=mint.now + 10, exp=mint.now + 60)
    far = mint.claims(iat=mint.now + 12, exp=mint.now + 60)
    assert (await caller_of(mint, mint.signed(mint.header(), near))).user_id == USER
    assert await code_for(mint, mint.signed(mint.header(), far)) == "invalid_token"


async def test_an_ended_session_is_refused_though_the_token_was_known(tmp_path: Path) -> None:
    """What is remembered of a token never outlives its session."""
    mint = await Mint(tmp_path).open()
    token = await mint.honest()
    await caller_of(mint, token)
    mint.departed.sessions.add(SESSION)
    assert await code_for(mint, token) == "session_not_found"


async def test_before_the_first_look_nobodys_token_is_believed(tmp_path: Path) -> None:
    """Her session may have ended; forgeries are forgeries all the same, and the role anon is nobody's."""
    mint = await Mint(tmp_path).open()
    token, anon, known = await mint.honest(), await mint.anon(), await mint.honest()
    await caller_of(mint, known)
    mint.directory.problem = Unavailable("not known yet", code="access_starting")
    for asked in (token, known):
        with pytest.raises(Unavailable) as refused:
            await caller_of(mint, asked)
        assert refused.value.code == "access_starting"
    assert await code_for(mint, token[:-6] + "AAAAAA") == "invalid_token"
    assert await caller_of(mint, anon) == NOBODY
    mint.directory.problem = None
    assert (await caller_of(mint, token)).user_id == USER


async def test_a_token_is_proven_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time costs no signature, until it is forgotten beyond `max_known`."""
    mint = await Mint(tmp_path, replace(TokensConfig(), max_known=1)).open()
    first, second = await mint.honest(), await mint.honest()
    checks: list[object] = []
    check = ECAlgorithm.verify
    monkeypatch.setattr(ECAlgorithm, "verify", lambda self, *given: checks.append(1) or check(self, *given))
    for token in (first, first, second, second, first):
        await caller_of(mint, token)
    assert len(checks) == 3


async def test_the_token_of_the_role_anon(tmp_path: Path) -> None:
    """It speaks for nobody, is the same every time, and another process gives out the same."""
    mint = await Mint(tmp_path).open()
    token = await mint.anon()
    assert await caller_of(mint, token) == NOBODY
    assert token == await mint.anon() == await Mint(tmp_path).anon()


async def test_the_token_of_the_role_anon_is_made_anew_in_time(tmp_path: Path) -> None:
    """Long before it ends there is a new one; the old one is good to its end, and not beyond."""
    mint = await Mint(tmp_path).open()
    first = await mint.anon()
    mint.clock.advance(1900 * DAY)
    second = await mint.anon()
    assert second != first
    assert await caller_of(mint, first) == NOBODY
    mint.clock.advance(1751 * DAY)
    assert await code_for(mint, first) == "token_expired"
    assert await caller_of(mint, second) == NOBODY


async def test_an_anonymous_token_lives_no_longer_than_configured(tmp_path: Path) -> None:
    """An access token's hour is not for it, but its own bound is."""
    mint = await Mint(tmp_path).open()
    about = {"iss": "nexy", "aud": "authenticated", "role": "anon", "iat": mint.now}
    assert await caller_of(mint, mint.signed(mint.header(), {**about, "exp": mint.now + 3650 * DAY})) == NOBODY
    assert (
        await code_for(mint, mint.signed(mint.header(), {**about, "exp": mint.now + 3650 * DAY + 1})) == "invalid_token"
    )


async def test_after_a_rotation_old_tokens_are_good_to_their_end(tmp_path: Path) -> None:
    """New ones have another kid; whoever still has the old key makes nothing of it an hour later."""
    mint = await Mint(tmp_path).open()
    before, anon = await mint.honest(), await mint.anon()
    kid = await mint.handlers.answer(RotateKeys())
    after = await mint.honest()
    assert jwt.get_unverified_header(after)["kid"] == kid != mint.kid
    assert [(await caller_of(mint, token)).user_id for token in (before, after, anon)] == [USER, USER, ""]
    stolen_later = mint.signed(mint.header(), mint.claims(exp=mint.now + 3600 + 11, iat=mint.now + 11))
    mint.clock.advance(3600 + 11)
    assert await code_for(mint, stolen_later) == "invalid_token"
    stolen = mint.signed(mint.header(), mint.claims())
    assert await code_for(mint, stolen) == "invalid_token"
    assert await caller_of(mint, anon) == NOBODY


async def test_a_rotation_at_once_ends_everything_that_was_signed(tmp_path: Path) -> None:
    """Also in a server that knew the tokens, and what a thief of the key signs now; new ones are good."""
    server, command = await Mint(tmp_path).open(), await Mint(tmp_path).open()
    known, new, anon = await server.honest(), await server.honest(), await server.anon()
    await caller_of(server, known)
    before = await server.maker.renewal()
    kid = await command.handlers.answer(RotateKeys(at_once=True))
    for token in (known, new, anon, server.signed(server.header(), server.claims())):
        assert await code_for(server, token) == "invalid_token"
    assert (await caller_of(server, await server.honest())).user_id == USER
    assert await caller_of(server, await server.anon()) == NOBODY
    keys = jwt.PyJWKSet.from_json((await server.handlers.answer(PublicKeys())).decode()).keys
    assert [key.key_id for key in keys] == [kid]
    after = await server.maker.renewal()
    assert after.secret != before.secret
    assert after.since == server.clock.now() > before.since


async def test_a_plain_rotation_ends_no_session(tmp_path: Path) -> None:
    """Refresh tokens go on as before; an end that there was stays one."""
    mint = await Mint(tmp_path).open()
    before = await mint.maker.renewal()
    await mint.handlers.answer(RotateKeys())
    assert await mint.maker.renewal() == before
    await mint.handlers.answer(RotateKeys(at_once=True))
    ended = await mint.maker.renewal()
    mint.clock.advance(60)
    await mint.handlers.answer(RotateKeys())
    assert await mint.maker.renewal() == ended


async def test_a_key_goes_when_its_last_token_is_over(tmp_path: Path) -> None:
    """The set of public keys has what can still be needed: with an anonymous token ten years long."""
    mint = await Mint(tmp_path).open()

    async def kids() -> int:
        return len(jwt.PyJWKSet.from_json((await mint.handlers.answer(PublicKeys())).decode()).keys)

    await mint.handlers.answer(RotateKeys())
    assert await kids() == 2
    mint.clock.advance(3601)
    await mint.handlers.answer(AnonymousToken())
    assert await kids() == 1
    await mint.handlers.answer(RotateKeys())
    mint.clock.advance(3601)
    await mint.handlers.answer(AnonymousToken())
    assert await kids() == 2


async def test_another_process_rotates(tmp_path: Path) -> None:
    """A server signs with the key that a command has made, and takes its tokens, without being told."""
    server, command = await Mint(tmp_path).open(), await Mint(tmp_path).open()
    await caller_of(server, await server.honest())
    kid = await command.handlers.answer(RotateKeys())
    assert (await caller_of(server, await command.honest())).user_id == USER
    assert jwt.get_unverified_header(await server.honest())["kid"] == kid
    assert await caller_of(server, await command.anon()) == NOBODY


async def test_a_known_token_does_not_outlive_its_key(tmp_path: Path) -> None:
    """Another process ends everything at once: what was proven a moment ago is proven again, and is nobody's."""
    server, command = await Mint(tmp_path).open(), await Mint(tmp_path).open()
    token = await server.honest()
    await caller_of(server, token)
    await command.handlers.answer(RotateKeys(at_once=True))
    assert await code_for(server, token) == "invalid_token"


async def test_without_readable_keys_nothing_is_decided(tmp_path: Path) -> None:
    """A file that holds no keys is named and left alone: the caller is not called a forger."""
    (tmp_path / "access").mkdir()
    (tmp_path / "access" / "keys.json").write_text("{half")
    mint = Mint(tmp_path)
    with pytest.raises(Unavailable, match=r"keys\.json holds no keys"):
        await caller_of(mint, "a.b.c")
    assert mint.file.path.read_text() == "{half"
