"""Connecting, without input or output: how often to try, for how long."""

import logging

from nexy_client.streams.address import Address
from nexy_client.streams.failure import StreamError
from nexy_client.streams.settings import Clock
from nexy_client.streams.trouble import UNIMPLEMENTED, Teller, Trouble

_log = logging.getLogger("nexy_client.streams")


class Connecting:
    """The attempts of one connect(); the shell asks the server for its health and tells how that ended."""

    def __init__(self, teller: Teller, clock: Clock) -> None:
        self.teller = teller
        self._clock = clock
        self._began = clock.monotonic()
        self._failures = 0

    @property
    def address(self) -> Address:
        """Where to."""
        return self.teller.address

    @property
    def seconds_spent(self) -> float:
        """Since the first attempt."""
        return self._clock.monotonic() - self._began

    @property
    def seconds_left(self) -> float:
        """Until connection_timeout."""
        return max(self.teller.settings.connection_timeout - self.seconds_spent, 0.0)

    def wonders_about_tls(self, trouble: Trouble) -> bool:
        """Whether it is worth finding out if the server wants TLS."""
        return not self.address.tls and trouble.perhaps_tls

    def failed(self, trouble: Trouble, *, speaks_tls: bool) -> float | None:
        """Seconds to wait before the next attempt; raises where there is none.

        None where the connection stands all the same: a server need not know CheckHealth.
        """
        if trouble.status == UNIMPLEMENTED:
            return None
        problem = self._problem(trouble, speaks_tls)
        self._failures += 1
        settings = self.teller.settings
        again = problem.retryable and self._failures < settings.retry_attempts
        if not again or settings.retry_delay >= self.seconds_left:
            raise problem
        _log.info("%s; next try in %g s", problem, settings.retry_delay)
        return settings.retry_delay

    def _problem(self, trouble: Trouble, speaks_tls: bool) -> StreamError:
        if speaks_tls:
            return self.teller.speaks_tls()
        if trouble.status == "DEADLINE_EXCEEDED":
            return self.teller.no_answer()
        return self.teller.told(trouble)
