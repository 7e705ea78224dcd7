"""Forged tokens: none is accepted, all get the same answer for the same work."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from nexy.contracts.access import VerifyToken
from nexy.contracts.errors import Unauthenticated
from nexy.modules.access.tokens.crypto import pair_of
from support.tokens import SESSION, USER, Mint, encoded, pem_of, raw_signature

Forge = Callable[[Mint], str]
THIEF = pem_of(ec.SECP256R1())
DAY = 86_400
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def with_header(**more: object) -> Forge:
    return lambda mint: mint.signed(mint.header(**more), mint.claims())


def with_claims(**more: object) -> Forge:
    return lambda mint: mint.signed(mint.header(), mint.claims(**more))


def without_claim(name: str) -> Forge:
    return lambda mint: mint.signed(mint.header(), {k: v for k, v in mint.claims().items() if k != name})


def without_header(name: str) -> Forge:
    return lambda mint: mint.signed({k: v for k, v in mint.header().items() if k != name}, mint.claims())


def at(**shifts: int) -> Forge:
    """Moments moved by so many seconds from now."""
    return lambda mint: mint.signed(mint.header(), mint.claims(**{name: mint.now + by for name, by in shifts.items()}))


def raw_claims(change: Callable[[str], str]) -> Forge:
    return lambda mint: mint.signed(mint.header(), change(json.dumps(mint.claims())))


def last_exp(number: str) -> Forge:
    return raw_claims(lambda text: f'{text[:-1].replace("exp", "x")},"exp":{number}}}')


def raw_header(change: Callable[[str], str]) -> Forge:
    return lambda mint: mint.signed(change(json.dumps(mint.header())), mint.claims())


def with_signature(change: Callable[[bytes], bytes]) -> Forge:
    def forge(mint: Mint) -> str:
        head, claims, signature = mint.signed(mint.header(), mint.claims()).split(".")
        plain = base64.urlsafe_b64decode(signature + "==")
        return f"{head}.{claims}.{encoded(change(plain))}"

    return forge


def whole(change: Callable[[str], str]) -> Forge:
    return lambda mint: change(mint.signed(mint.header(), mint.claims()))


def unsigned(alg: str) -> Forge:
    def forge(mint: Mint) -> str:
        return mint.signed(mint.header(alg=alg), mint.claims()).rpartition(".")[0] + "."

    return forge


def symmetric(mint: Mint, secret: bytes, digest: str = "sha256", alg: str = "HS256") -> str:
    text = mint.signed(mint.header(alg=alg), mint.claims()).rpartition(".")[0]
    return f"{text}.{encoded(hmac.digest(secret, text.encode(), digest))}"


def public_pem(mint: Mint) -> bytes:
    form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return pair_of(mint.pem).public.public_bytes(*form)


def public_der(mint: Mint) -> bytes:
    form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return pair_of(mint.pem).public.public_bytes(*form)


def other_claims_under_a_true_signature(mint: Mint) -> str:
    head, _, signature = mint.signed(mint.header(), mint.claims()).split(".")
    other = encoded(json.dumps(mint.claims(sub="33333333-3333-4333-8333-333333333333")).encode())
    return f"{head}.{other}.{signature}"


def spare_bits(mint: Mint) -> str:
    """The last letter of a signature has bits that mean nothing."""
    token = mint.signed(mint.header(), mint.claims())
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + letters[letters.index(token[-1]) ^ 1]


def standard_base64(mint: Mint) -> str:
    """Other letters for the same bytes."""
    token = ""
    while not {"-", "_"} & set(token):
        token = mint.signed(mint.header(), mint.claims())
    return token.replace("_", "/").replace("-", "+")


def other_curve(mint: Mint) -> str:
    text = mint.signed(mint.header(), mint.claims()).rpartition(".")[0]
    return f"{text}.{encoded(raw_signature(pem_of(ec.SECP384R1()), text))}"


def der_signature(mint: Mint) -> str:
    text = mint.signed(mint.header(), mint.claims()).rpartition(".")[0]
    from cryptography.hazmat.primitives import hashes

    return f"{text}.{encoded(pair_of(mint.pem).private.sign(text.encode(), ec.ECDSA(hashes.SHA256())))}"


def with_own_jwk(mint: Mint) -> str:
    key = json.loads(ECAlgorithm.to_jwk(pair_of(THIEF).public))
    return mint.signed(mint.header(jwk=key), mint.claims(), THIEF)


FORGERIES: dict[str, Forge] = {
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg NONE": unsigned("NONE"),
    "alg none with a signature": with_header(alg="none"),
    "alg missing": without_header("alg"),
    "alg null": with_header(alg=None),
    "alg a list": with_header(alg=["ES256"]),
    "alg es256": with_header(alg="es256"),
    "alg ES384": with_header(alg="ES384"),
    "alg RS256": with_header(alg="RS256"),
    "alg EdDSA": with_header(alg="EdDSA"),
    "HS256 with the public key as PEM": lambda mint: symmetric(mint, public_pem(mint)),
    "HS256 with the public key as DER": lambda mint: symmetric(mint, public_der(mint)),
    "HS256 with the kid": lambda mint: symmetric(mint, mint.kid.encode()),
    "HS256 with nothing": lambda mint: symmetric(mint, b""),
    "HS512 with the public key": lambda mint: symmetric(mint, public_pem(mint), "sha512", "HS512"),
    "HMAC under the name ES256": lambda mint: symmetric(mint, public_pem(mint), "sha512", "ES256"),
    "another's key under our kid": lambda mint: mint.signed(mint.header(), mint.claims(), THIEF),
    "kid unknown": with_header(kid="00000000-0000-4000-8000-000000000000"),
    "kid missing": without_header("kid"),
    "kid empty": with_header(kid=""),
    "kid null": with_header(kid=None),
    "kid a number": with_header(kid=0),
    "kid a list": lambda mint: mint.signed(mint.header(kid=[mint.kid]), mint.claims()),
    "kid a path": with_header(kid="../../../../dev/null"),
    "kid SQL": with_header(kid="' UNION SELECT 'secret' --"),
    "kid with a NUL": lambda mint: mint.signed(mint.header(kid=mint.kid + "\x00"), mint.claims()),
    "jku": with_header(jku="https://evil.example/keys.json"),
    "x5u": with_header(x5u="https://evil.example/cert.pem"),
    "x5c": with_header(x5c=["MIIB"]),
    "jwk of the thief": with_own_jwk,
    "crit": with_header(crit=["exp"]),
    "crit empty": with_header(crit=[]),
    "b64 false": with_header(b64=False, crit=["b64"]),
    "zip": with_header(zip="DEF"),
    "cty nested": with_header(cty="JWT"),
    "typ at+jwt": with_header(typ="at+jwt"),
    "typ jwt": with_header(typ="jwt"),
    "typ missing": without_header("typ"),
    "typ null": with_header(typ=None),
    "alg twice": raw_header(lambda text: text[:-1] + ',"alg":"ES256"}'),
    "kid twice": raw_header(lambda text: '{"kid":"other",' + text[1:]),
    "aud another": with_claims(aud="anon"),
    "aud missing": without_claim("aud"),
    "aud a list": with_claims(aud=["authenticated"]),
    "aud empty": with_claims(aud=""),
    "iss another": with_claims(iss="https://evil.example"),
    "iss missing": without_claim("iss"),
    "iss with a slash": with_claims(iss="nexy/"),
    "exp missing": without_claim("exp"),
    "exp null": with_claims(exp=None),
    "exp a text": with_claims(exp="9999999999"),
    "exp a float": lambda mint: mint.signed(mint.header(), mint.claims(exp=mint.now + 60.5)),
    "exp true": with_claims(exp=True),
    "exp in a hundred years": at(exp=100 * 365 * DAY),
    "exp a second too late": at(exp=3601),
    "exp beyond every number": last_exp("1e400"),
    "exp with three thousand digits": last_exp("9" * 3000),
    "exp NaN": last_exp("NaN"),
    "exp Infinity": last_exp("Infinity"),
    "exp before iat": at(iat=0, exp=-1),
    "iat missing": without_claim("iat"),
    "iat a text": with_claims(iat="0"),
    "iat in the future": at(iat=60, exp=120),
    "iat long ago and exp far": at(iat=-10 * 365 * DAY, exp=60),
    "nbf in the future": at(nbf=60),
    "nbf a text": with_claims(nbf="0"),
    "nbf null": with_claims(nbf=None),
    "sub missing": without_claim("sub"),
    "sub empty": with_claims(sub=""),
    "sub no UUID": with_claims(sub="anna"),
    "sub in capitals": with_claims(sub=USER.replace("1", "A")),
    "sub a number": with_claims(sub=1),
    "session missing": without_claim("session_id"),
    "session no UUID": with_claims(session_id="1"),
    "role missing": without_claim("role"),
    "role service_role": with_claims(role="service_role"),
    "role postgres": with_claims(role="postgres"),
    "role a list": with_claims(role=["authenticated"]),
    "role anon with a person": with_claims(role="anon"),
    "role anon with a session": lambda mint: mint.signed(mint.header(), mint.claims(role="anon", sub="")),
    "sub twice": raw_claims(lambda text: text[:-1] + f',"sub":"{SESSION}"}}'),
    "exp twice": raw_claims(lambda text: '{"exp":9999999999,' + text[1:]),
    "a name twice, deeper": raw_claims(lambda text: text[:-1] + ',"app_metadata":{"a":1,"a":2}}'),
    "claims a list": lambda mint: mint.signed(mint.header(), [mint.claims()]),
    "claims null": lambda mint: mint.signed(mint.header(), "null"),
    "claims empty": lambda mint: mint.signed(mint.header(), {}),
    "claims no JSON": lambda mint: mint.signed(mint.header(), "exp=1"),
    "claims no UTF-8": lambda mint: mint.signed(mint.header(), b'{"sub":"\xff"}'),
    "claims a thousand deep": lambda mint: mint.signed(mint.header(), "[" * 2000),
    "claims with something after": raw_claims(lambda text: text + "{}"),
    "header no JSON": lambda mint: mint.signed("alg=ES256", mint.claims()),
    "header a list": lambda mint: mint.signed([mint.header()], mint.claims()),
    "other claims under a true signature": other_claims_under_a_true_signature,
    "signature of zeros": with_signature(lambda _: b"\x00" * 64),
    "signature of the order": with_signature(lambda _: ORDER.to_bytes(32, "big") * 2),
    "signature cut": with_signature(lambda plain: plain[:-1]),
    "signature longer": with_signature(lambda plain: plain + b"\x00"),
    "signature with a bit changed": with_signature(lambda plain: plain[:-1] + bytes((plain[-1] ^ 1,))),
    "signature as DER": der_signature,
    "signature on another curve": other_curve,
    "signature with spare bits": spare_bits,
    "signature missing": whole(lambda token: token.rpartition(".")[0]),
    "signature padded": whole(lambda token: token + "=="),
    "a space before": whole(lambda token: " " + token),
    "a line after": whole(lambda token: token + "\n"),
    "a space within": whole(lambda token: token[:9] + " " + token[9:]),
    "standard base64": standard_base64,
    "four parts": whole(lambda token: token + "." + token.rpartition(".")[2]),
    "five parts as JWE": whole(lambda token: f"{token}.a.b"),
    "other letters": whole(lambda token: "е" + token[1:]),
    "half of a pair": whole(lambda token: token + "\ud800"),
    "a NUL": whole(lambda token: token + "\x00"),
    "too long": lambda mint: mint.signed(mint.header(), mint.claims(x="x" * 4096)),
    "a megabyte": lambda mint: "A" * 1_000_000,
    "nothing": lambda mint: "",
    "dots": lambda mint: "..",
    "a word": lambda mint: "token",
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


async def refused(mint: Mint, token: str) -> Unauthenticated:
    with pytest.raises(Unauthenticated) as caught:
        await mint.verifier.verify(VerifyToken(token=token))
    return caught.value


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_forgery_is_refused_like_every_other(home: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same error word for word, after exactly one check of a signature, whatever is wrong; a second time too."""
    mint = await Mint(home).open()
    forged = FORGERIES[name](mint)
    checks: list[int] = []
    check = ECAlgorithm.verify
    monkeypatch.setattr(ECAlgorithm, "verify", lambda self, *given: checks.append(len(given)) or check(self, *given))
    for _ in range(2):
        error = await refused(mint, forged)
        assert (error.message, error.code, error.field) == ("the token is not accepted", "invalid_token", None)
    assert len(checks) == 2


async def test_what_the_forgeries_are_made_from_is_good(home: Path) -> None:
    """Each of them is wrong in what it changes, and in nothing else."""
    mint = await Mint(home).open()
    caller = await mint.verifier.verify(VerifyToken(token=mint.signed(mint.header(), mint.claims())))
    assert (caller.user_id, caller.session_id) == (USER, SESSION)
    assert len(FORGERIES) >= 100


@pytest.mark.parametrize("alg", ["HS256", "none"])
async def test_what_a_library_forges_is_refused(home: Path, alg: str) -> None:
    """A token made by PyJWT itself with another algorithm gets the same answer."""
    mint = await Mint(home).open()
    key = hashlib.sha256(b"secret").hexdigest() if alg == "HS256" else None
    token = jwt.encode(mint.claims(), key, algorithm=alg, headers={"kid": mint.kid})  # type: ignore[arg-type]
    assert (await refused(mint, token)).code == "invalid_token"
