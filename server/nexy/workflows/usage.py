"""A client's own usage on its way to the ledger."""

from nexy.contracts.usage import UsageReceipt, UsageReport


class UsageWorkflowIntegration:
    """Checks a report; says honestly that this server has no ledger to keep it in."""

    async def report(self, report: UsageReport) -> UsageReceipt:
        """Success only when durably stored."""
        if report.input_tokens < 0 or report.output_tokens < 0:
            field = "input_tokens" if report.input_tokens < 0 else "output_tokens"
            return UsageReceipt(success=False, message=f"{field}: it must not be negative")
        return UsageReceipt(success=False, message="usage was not stored: this server has no database yet")
