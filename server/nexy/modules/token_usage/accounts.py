"""Whom a payer's spending counts for: her person, wherever she comes from, otherwise the payer alone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nexy.contracts.capabilities import ACCESS
from nexy.contracts.devices import FindOwner
from nexy.contracts.errors import NexyError
from nexy.contracts.module import Peers
from nexy.modules.token_usage.budgets import Budgets
from nexy.utils.device_identity import hardware_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`name` is what budgets count under: a person's id, or the hash of a payer that is nobody's."""

    name: str
    person: str = ""
    unpaired: bool = False


STRANGERS = "strangers"
"""The account of all who are nobody's together: what each of them spends counts for it too."""
AccountOf = Callable[[str], Awaitable[Account]]


async def own_account(payer: str) -> Account:
    """The payer's own, where nobody knows persons."""
    return Account(name=hardware_hash(payer))


class AccountBook:
    """Asks who owns a payer; what a device spent before it was paired counts for its person from then on."""

    def __init__(self, peers: Peers, budgets: Budgets) -> None:
        self._peers = peers
        self._budgets = budgets

    async def of(self, payer: str) -> Account:
        """Answered from memory."""
        alone = hardware_hash(payer)
        try:
            owner = await self._peers.get(ACCESS).process(FindOwner(payer=payer))
        except NexyError:
            return Account(name=alone)
        if not owner.user_id:
            return Account(name=alone, unpaired=owner.unpaired)
        self._budgets.join(alone, owner.user_id)
        return Account(name=owner.user_id, person=owner.user_id)
