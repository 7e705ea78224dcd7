"""supabase-py signs up, in and out. Source: https://supabase.com/docs/reference/python, "Auth"."""

import json

import pytest
from supabase_auth import SyncMemoryStorage
from supabase_auth.constants import STORAGE_KEY
from supabase_auth.errors import AuthApiError, AuthInvalidJwtError, AuthSessionMissingError, AuthWeakPasswordError

from support.supabase_doors import PASSWORD
from support.supabase_py import NewClient

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def test_sign_up_opens_a_session(new_client: NewClient, new_email: str) -> None:
    """The person is there at once, with her own data, and the client is signed in."""
    client = new_client()
    answer = client.auth.sign_up({"email": new_email, "password": PASSWORD, "options": {"data": {"name": "Ann"}}})
    assert answer.user is not None
    assert answer.session is not None
    assert (answer.user.email, answer.user.aud, answer.user.role) == (new_email, "authenticated", "authenticated")
    assert answer.user.user_metadata == {"name": "Ann"}
    assert answer.user.identities is not None
    assert answer.user.identities[0].identity_data["email"] == new_email
    assert client.auth.get_session() == answer.session


def test_an_address_is_taken_once(new_client: NewClient, new_email: str) -> None:
    """user_already_exists, 422."""
    new_client().auth.sign_up({"email": new_email, "password": PASSWORD})
    with pytest.raises(AuthApiError) as refused:
        new_client().auth.sign_up({"email": new_email.upper(), "password": "another password"})
    assert (refused.value.code, refused.value.status) == ("user_already_exists", 422)


def test_a_weak_password_is_an_error_of_its_own(new_client: NewClient, new_email: str) -> None:
    """AuthWeakPasswordError with its reasons."""
    with pytest.raises(AuthWeakPasswordError) as refused:
        new_client().auth.sign_up({"email": new_email, "password": "short"})
    assert refused.value.reasons == ["length"]


def test_sign_in_with_a_password(new_client: NewClient, new_email: str) -> None:
    """A session of the same person, however the address is written."""
    first = new_client().auth.sign_up({"email": new_email, "password": PASSWORD})
    second = new_client().auth.sign_in_with_password({"email": new_email.title(), "password": PASSWORD})
    assert first.user is not None
    assert second.user is not None
    assert first.session is not None
    assert second.session is not None
    assert second.user.id == first.user.id
    assert second.session.access_token != first.session.access_token


def test_a_wrong_password_and_an_unknown_address_look_the_same(new_client: NewClient, new_email: str) -> None:
    """invalid_credentials, 400, with the same words."""
    new_client().auth.sign_up({"email": new_email, "password": PASSWORD})
    told = []
    for email in (new_email, f"nobody-{new_email}"):
        with pytest.raises(AuthApiError) as refused:
            new_client().auth.sign_in_with_password({"email": email, "password": "wrong password"})
        told.append((refused.value.code, refused.value.status, refused.value.message))
    assert told[0] == told[1]
    assert told[0][:2] == ("invalid_credentials", 400)


def test_refresh_gives_a_new_pair(new_client: NewClient, new_email: str) -> None:
    """refresh_session() gives other tokens of the same person, and they work."""
    client = new_client()
    first = client.auth.sign_up({"email": new_email, "password": PASSWORD}).session
    second = client.auth.refresh_session().session
    assert first is not None
    assert second is not None
    assert second.refresh_token != first.refresh_token
    shown = client.auth.get_user(second.access_token)
    assert shown is not None
    assert shown.user.id == first.user.id


def test_a_used_refresh_token_ends_the_session(new_client: NewClient, new_email: str) -> None:
    """refresh_token_already_used; after it the newer token of the same session is worth nothing."""
    client = new_client()
    first = client.auth.sign_up({"email": new_email, "password": PASSWORD}).session
    second = client.auth.refresh_session().session
    assert first is not None
    assert second is not None
    with pytest.raises(AuthApiError) as refused:
        new_client().auth.refresh_session(first.refresh_token)
    assert (refused.value.code, refused.value.status) == ("refresh_token_already_used", 400)
    with pytest.raises(AuthApiError):
        new_client().auth.refresh_session(second.refresh_token)


def test_an_old_session_is_refreshed_by_itself(new_client: NewClient, new_email: str) -> None:
    """A client that finds an overdue session in its storage gets a new one before it is used."""
    storage = SyncMemoryStorage()
    first = new_client(storage).auth.sign_up({"email": new_email, "password": PASSWORD}).session
    assert first is not None
    kept = json.loads(storage.storage[STORAGE_KEY])
    storage.storage[STORAGE_KEY] = json.dumps({**kept, "expires_at": 1})
    session = new_client(storage).auth.get_session()
    assert session is not None
    assert session.refresh_token != first.refresh_token
    assert session.user.id == first.user.id


def test_a_session_is_found_again(new_client: NewClient, new_email: str) -> None:
    """A second client with the same storage is signed in without asking."""
    storage = SyncMemoryStorage()
    first = new_client(storage).auth.sign_up({"email": new_email, "password": PASSWORD}).session
    again = new_client(storage)
    assert again.auth.get_session() == first
    assert again.table("projects").select("*").execute().data == []


def test_set_session_takes_both_tokens(new_client: NewClient, new_email: str) -> None:
    """What one client was given another may go on with."""
    first = new_client().auth.sign_up({"email": new_email, "password": PASSWORD}).session
    assert first is not None
    answer = new_client().auth.set_session(first.access_token, first.refresh_token)
    assert answer.user is not None
    assert answer.user.id == first.user.id


def test_the_person_is_told(new_client: NewClient, new_email: str) -> None:
    """get_user() asks the server; a forged token is refused as bad_jwt."""
    client = new_client()
    session = client.auth.sign_up({"email": new_email, "password": PASSWORD}).session
    assert session is not None
    shown = client.auth.get_user()
    assert shown is not None
    assert shown.user.email == new_email
    head, body, _ = session.access_token.split(".")
    with pytest.raises(AuthApiError) as refused:
        client.auth.get_user(f"{head}.{body}.{'A' * 86}")
    assert (refused.value.code, refused.value.status) == ("bad_jwt", 403)


def test_a_person_changes_herself(new_client: NewClient, new_email: str) -> None:
    """update_user: data is joined, address and password are the new ones from then on."""
    client = new_client()
    client.auth.sign_up({"email": new_email, "password": PASSWORD, "options": {"data": {"name": "Ann"}}})
    other = f"new-{new_email}"
    answer = client.auth.update_user({"email": other, "password": "another password", "data": {"age": 7}})
    assert answer.user.email == other
    assert answer.user.user_metadata == {"name": "Ann", "age": 7}
    assert new_client().auth.sign_in_with_password({"email": other, "password": "another password"}).session
    with pytest.raises(AuthApiError):
        new_client().auth.sign_in_with_password({"email": new_email, "password": PASSWORD})


def test_without_a_session_nothing_is_changed(new_client: NewClient) -> None:
    """The client itself says that nobody is signed in."""
    with pytest.raises(AuthSessionMissingError):
        new_client().auth.update_user({"data": {"age": 7}})


def test_sign_out_ends_the_session(new_client: NewClient, new_email: str) -> None:
    """The client forgets it, and its refresh token is worth nothing."""
    client = new_client()
    session = client.auth.sign_up({"email": new_email, "password": PASSWORD}).session
    assert session is not None
    client.auth.sign_out()
    assert client.auth.get_session() is None
    with pytest.raises(AuthApiError) as refused:
        new_client().auth.refresh_session(session.refresh_token)
    assert refused.value.status == 400


def test_signing_out_the_others_keeps_this_one(new_client: NewClient, new_email: str) -> None:
    """scope=others: the other client's refresh token is over, one's own is not."""
    client, other = new_client(), new_client()
    client.auth.sign_up({"email": new_email, "password": PASSWORD})
    session = other.auth.sign_in_with_password({"email": new_email, "password": PASSWORD}).session
    assert session is not None
    client.auth.sign_out({"scope": "others"})
    with pytest.raises(AuthApiError):
        new_client().auth.refresh_session(session.refresh_token)
    assert client.auth.refresh_session().session


def test_claims_are_verified_with_the_public_keys(new_client: NewClient, new_email: str) -> None:
    """get_claims() takes ES256 from /.well-known/jwks.json and refuses another signature."""
    client = new_client()
    session = client.auth.sign_up({"email": new_email, "password": PASSWORD}).session
    assert session is not None
    told = client.auth.get_claims()
    assert told is not None
    claims = told["claims"]
    assert (claims["sub"], claims["role"], claims["aud"]) == (session.user.id, "authenticated", "authenticated")
    assert claims["session_id"]
    assert told["headers"]["alg"] == "ES256"
    head, body, _ = session.access_token.split(".")
    with pytest.raises(AuthInvalidJwtError):
        client.auth.get_claims(f"{head}.{body}.{'A' * 86}")


def test_what_is_not_offered_is_said(new_client: NewClient, new_email: str) -> None:
    """Links by mail, one-time passwords, nameless accounts and the administration are refused, not half done."""
    client = new_client()
    for refused in (
        lambda: client.auth.reset_password_for_email(new_email),
        lambda: client.auth.sign_in_with_otp({"email": new_email}),
        lambda: client.auth.sign_in_anonymously(),
        lambda: client.auth.admin.list_users(),
    ):
        with pytest.raises(AuthApiError) as told:
            refused()
        assert told.value.status in {404, 422}
