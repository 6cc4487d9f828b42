"""`lianzhen run` in a process that is forked from one which has the program loaded: a start costs a moment.

What runs is the program itself, and a kill is a kill; only reading its modules from the disk is spared, which on a busy
machine takes far longer than all the rest.
"""

import multiprocessing
import os
import signal
from collections.abc import Mapping
from pathlib import Path

from lianzhen_server import Process, wait_ready

from server.cli import app

PREPARED = multiprocessing.get_context("forkserver")
PREPARED.set_forkserver_preload(["serving_process"])


def serve(folder: str, log: str, environment: Mapping[str, str], arguments: tuple[str, ...]) -> None:
    """Be `lianzhen run`."""
    os.chdir(folder)
    os.environ.update(environment)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(written, 1)
    os.dup2(written, 2)
    app(["run", *arguments])


class Forked:
    """The process as `subprocess.Popen` would show it."""

    def __init__(self, process: Process) -> None:
        self._process = PREPARED.Process(
            target=serve,
            args=(str(process.folder), str(process.log), dict(process.environment), process.arguments),
            daemon=True,
        )
        self._process.start()

    def poll(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        assert self._process.exitcode is not None, "it did not end"
        return self._process.exitcode


class QuickProcess(Process):
    """One `lianzhen run` that starts quickly."""

    def start(self) -> None:
        self.process = Forked(self)  # pyright: ignore[reportAttributeAccessIssue]
        wait_ready(self.url, self.process, lambda: Path(self.log).read_text()[-4000:])
