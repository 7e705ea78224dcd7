"""The devices by which the ledger knows what a person's own programs spend."""

from nexy.contracts.database import Transaction
from nexy.utils.device_identity import hardware_hash
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.access.accounts")


async def add_payer(transaction: Transaction, user_id: str, payer: str) -> None:
    """What this payer ("user:…" or "key:…") spends is this person's; once is enough."""
    await transaction.execute(_SQL["add_payer"], user_id, hardware_hash(payer))
