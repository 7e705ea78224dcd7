"""Accounts and sessions as /auth/v1 shows them."""

from nexy.contracts.access import Role
from nexy.contracts.accounts import Account, SignedIn
from nexy.transport.http_service.auth.shapes import Identity, IdentityData, Session, User

_AUDIENCE = Role.AUTHENTICATED.value


def shown_user(account: Account) -> User:
    """The person, with the one identity that she has: her address."""
    return User(
        id=account.user_id,
        aud=_AUDIENCE,
        role=Role.AUTHENTICATED.value,
        email=account.email,
        email_confirmed_at=account.created_at,
        confirmed_at=account.created_at,
        last_sign_in_at=account.last_sign_in_at,
        user_metadata=account.data,
        identities=(_identity(account),),
        created_at=account.created_at,
        updated_at=account.updated_at,
    )


def shown_session(signed_in: SignedIn) -> Session:
    """Both tokens and whose they are."""
    return Session(
        access_token=signed_in.access_token,
        expires_in=signed_in.expires_in_seconds,
        expires_at=int(signed_in.expires_at.timestamp()),
        refresh_token=signed_in.refresh_token,
        user=shown_user(signed_in.account),
    )


def _identity(account: Account) -> Identity:
    return Identity(
        identity_id=account.user_id,
        id=account.user_id,
        user_id=account.user_id,
        identity_data=IdentityData(email=account.email, sub=account.user_id),
        email=account.email,
        created_at=account.created_at,
        updated_at=account.updated_at,
        last_sign_in_at=account.last_sign_in_at,
    )
