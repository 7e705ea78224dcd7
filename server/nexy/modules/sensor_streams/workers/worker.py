"""The worker: `python -m nexy.modules.sensor_streams.workers.worker`, its socket as standard input.

It ends when the socket closes, so it never outlives its server, however that ends; signals that a terminal or a
supervisor sends to the whole group are the server's to judge. Every question and every computation is a thread:
transforms and reads let others run.
"""

import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import assert_never

# Transforms run side by side already, and a linear-algebra library would start a thread per core for nothing.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from nexy.modules.sensor_streams.workers.computing import Computation, Question
from nexy.modules.sensor_streams.workers.outlet import Outlet, read_order
from nexy.modules.sensor_streams.workers.shelf import OpenSource, Shelf
from nexy.modules.sensor_streams.workers.wire import Begin, Look, More, Order, ReplyKind, Stop, trouble_of


class StreamProcess:
    """Starts a thread for each order; a thread's exception is the answer to it."""

    def __init__(self, connection: socket.socket, open_source: OpenSource) -> None:
        self._connection = connection
        self._outlet = Outlet(connection)
        self._shelf = Shelf(open_source)
        self._computations: dict[int, Computation] = {}

    def serve(self) -> None:
        """Take orders until the server goes away, which raises `EOFError` or `OSError`."""
        threading.excepthook = self._failed
        self._outlet.say(ReplyKind.READY, 0)
        while True:
            number, order = read_order(self._connection)
            self._computations = {key: each for key, each in self._computations.items() if each.is_alive()}
            self._take(number, order)

    def _take(self, number: int, order: Order) -> None:
        running = self._computations.get(number)
        match order:
            case Look():
                Question(number, order, self._shelf, self._outlet).start()
            case Begin():
                self._computations[number] = Computation(number, order, self._shelf, self._outlet)
                self._computations[number].start()
            case More():
                if running is not None:
                    running.credit.add(order.credit)
            case Stop():
                if running is not None:
                    running.credit.stop()
            case _:
                assert_never(order)

    def _failed(self, arguments: threading.ExceptHookArgs) -> None:
        thread, problem = arguments.thread, arguments.exc_value
        assert problem is not None
        if isinstance(thread, Computation | Question):
            with suppress(OSError):
                self._outlet.say(ReplyKind.TROUBLE, thread.number, trouble_of(problem))


def run(open_source: OpenSource) -> int:
    """Serve the socket at standard input until it closes."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        StreamProcess(socket.socket(fileno=os.dup(0)), open_source).serve()
    return 0


def main() -> int:
    """Serve every kind of source."""
    from nexy.modules.sensor_streams.sources.opening import open_source

    return run(open_source)


if __name__ == "__main__":
    # A thread that computes for nobody any more is not worth waiting for.
    code = main()
    sys.stderr.flush()
    os._exit(code)
