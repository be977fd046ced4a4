"""One server process: starts, pauses and kills it, and finds it again from another program."""

import contextlib
import ctypes
import os
import queue
import signal
import subprocess
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from errors import StackError

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)  # Loaded before any fork, because the child may only call it.


@dataclass(frozen=True)
class ProcessId:
    """A process. Its start tick distinguishes it from a later process with the same pid."""

    pid: int
    started: int

    @staticmethod
    def of(pid: int) -> "ProcessId":
        stat = _stat(pid)
        return ProcessId(pid, stat[1] if stat else -1)

    def alive(self) -> bool:
        stat = _stat(self.pid)
        if stat is None or stat[1] != self.started:
            return False
        state, _, threads = stat
        # A process is a zombie once its first thread is gone. The others may still hold its ports.
        return state not in "ZX" or threads > 1

    def signal(self, number: int) -> None:
        if self.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def wait(self, timeout_s: float) -> bool:
        """Whether the process ended within the time."""
        return wait_for(lambda: not self.alive(), timeout_s)


def terminate(processes: list[ProcessId], timeout_s: float) -> None:
    """Asks all of them to end at the same time. Kills those that have not ended within the time."""
    for process in processes:
        process.signal(signal.SIGTERM)
        process.signal(signal.SIGCONT)  # A paused process handles SIGTERM only after it is resumed.
    deadline = time.monotonic() + timeout_s
    for process in processes:
        if not process.wait(max(0.0, deadline - time.monotonic())):
            process.signal(signal.SIGKILL)
    for process in processes:
        if not process.wait(10):
            raise StackError(f"process {process.pid} does not end")


def wait_for(condition, timeout_s: float, every_s: float = 0.02) -> bool:
    """Polls until condition() holds. False when it does not hold within the time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(every_s)
    return True


class Process:
    """A command that can be started repeatedly. Its output is appended to one log file.

    Not thread-safe: only one thread at a time may use a Process. With daemon=False, the process dies with this program,
    however this program ends. With daemon=True, it stays.
    """

    def __init__(self, name: str, command: list[str], log: Path, daemon: bool, env: dict[str, str] | None = None):
        self.name, self.command, self.log, self.daemon = name, command, log, daemon
        self.env = env or {}  # In addition to this program's.
        self._child: subprocess.Popen | None = None
        self.id: ProcessId | None = None

    @property
    def pid(self) -> int | None:
        return self.id.pid if self.alive() else None

    def alive(self) -> bool:
        if self._child is not None:
            self._child.poll()  # Reaps it.
        return self.id is not None and self.id.alive()

    def spawn(self) -> None:
        if self.alive():
            raise StackError(f"{self.name} already runs, as process {self.id.pid}")
        self._child = _spawner.run(self._spawn)
        self.id = ProcessId.of(self._child.pid)

    def wait_ready(self, probe, timeout_s: float) -> None:
        """Waits until probe() neither raises OSError nor returns False."""
        last = "it never answered"

        def ready() -> bool:
            nonlocal last
            if not self.alive():
                raise StackError(f"{self.name} ended while starting; {self.log} ends in:\n{self.log_tail()}")
            try:
                return probe() is not False
            except OSError as error:
                last = str(error)
                return False

        if not wait_for(ready, timeout_s, every_s=0.05):
            raise StackError(f"{self.name} was not ready after {timeout_s:.0f} s ({last}); {self.log} ends in:\n{self.log_tail()}")

    def stop(self, timeout_s: float = 15) -> None:
        """Ends it gracefully, or by force after the time. Does nothing when it does not run."""
        if self.alive():
            terminate([self.id], timeout_s)
            self.alive()

    def kill(self) -> None:
        """Ends it at once, like a crash. It has ended when this returns."""
        self._signal(signal.SIGKILL)
        if not self.id.wait(10):
            raise StackError(f"{self.name} (process {self.id.pid}) does not end")
        self.alive()

    def pause(self) -> None:
        """Pauses it without closing its connections, like a hang, or a network that drops everything."""
        self._signal(signal.SIGSTOP)
        if not wait_for(lambda: (_stat(self.id.pid) or "T")[0] == "T", 10):
            raise StackError(f"{self.name} (process {self.id.pid}) does not pause")

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def log_tail(self, size: int = 3000) -> str:
        try:
            return self.log.read_bytes()[-size:].decode(errors="replace")
        except OSError as error:
            return f"(no log: {error})"

    def _signal(self, number: int) -> None:
        if not self.alive():
            raise StackError(f"{self.name} does not run")
        self.id.signal(number)

    def _spawn(self) -> subprocess.Popen:
        parent = os.getpid()

        def die_with_parent() -> None:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:  # It died before the line above took effect.
                os._exit(1)

        with open(self.log, "ab") as log:
            return subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                                    env=os.environ | self.env,
                                    preexec_fn=None if self.daemon else die_with_parent)


class _Spawner:
    """Starts processes from one thread that never ends. For the kernel, the parent of a process dies when the *thread* that
    started it ends, and a test may start a server from a short-lived thread."""

    def __init__(self):
        self._work: queue.SimpleQueue = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def run(self, start):
        with self._lock:
            if self._thread is None or not self._thread.is_alive():  # Also needed after a fork, because it copies no threads.
                self._work = queue.SimpleQueue()
                self._thread = threading.Thread(target=self._loop, args=(self._work,), daemon=True, name="stack-spawner")
                self._thread.start()
        result: Future = Future()
        self._work.put((start, result))
        return result.result(timeout=60)

    @staticmethod
    def _loop(work: queue.SimpleQueue) -> None:
        while True:
            start, result = work.get()
            try:
                result.set_result(start())
            except BaseException as error:  # Passed to the caller.
                result.set_exception(error)


_spawner = _Spawner()


def _stat(pid: int) -> tuple[str, int, int] | None:
    """The state letter, the start tick and the number of threads of a process. None when it does not exist."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()  # The name in parentheses before it may contain any character.
    return fields[0], int(fields[19]), int(fields[17])
