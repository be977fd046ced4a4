"""The base of every end-to-end test: processes of `ordo`, HTTP, waiting, and a folder that is removed after the test.

Nothing here sleeps for a fixed time: `wait_until` polls, with a limit. Every process dies with the test program, however
that ends.
"""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import uuid
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tools" / "stack"))

from errors import StackError  # noqa: E402
from processes import Process  # noqa: E402
from services import free_port  # noqa: E402

BINARY = Path(os.environ.pop("ORDO_BIN", PROJECT / "build" / "release" / "ordo")).absolute()
APPEND_RECORDS = BINARY.parent / "tests" / "storage" / "append_records"
SAMPLE_DATA = Path(os.environ.pop("ORDO_TEST_SAMPLE_DATA",
                                  PROJECT.parent / "shared" / "data" / "online-retail-sample.csv")).absolute()
for _name in [name for name in os.environ if name in ("DATABASE_URL", "PORT") or name.startswith("ORDO_")]:
    if not _name.startswith(("ORDO_TEST_", "ORDO_STACK_")):  # Those belong to the stack; ordo ignores them.
        del os.environ[_name]  # A developer's configuration must not change the tests.

HOST = "127.0.0.1"
READY_S = 120
# Without a carrier, a paid order stays `confirmed`. Most tests want this one state, in which orders hold stock.
AT_REST = {"carrier": "external"}
NO_ANSWER = 6  # exit code of an ordo command whose server does not answer
CHECK_S = 900  # `ordo check` reads every document. That takes long on a busy machine, where the tests' database has no indexes.
DECIDED_S = 120  # An order is decided in milliseconds, but after a crash the group first waits for its dead member.


class Timeout(AssertionError):
    pass


def wait_until(condition, bound_s: float, what: str, every_s: float = 0.05):
    """Polls until condition() is true, and returns its result. An AssertionError, a LookupError (the answer lacks a member or an
    entry) or a refused connection in the condition means "not yet". The error message contains the last one.
    `every_s`: for conditions that are expensive."""
    deadline = time.monotonic() + bound_s
    pause_s, last = 0.002, None
    while True:
        try:
            value = condition()
            if value:
                return value
            last = value
        except (AssertionError, LookupError, OSError, http.client.HTTPException) as error:
            last = error
        if time.monotonic() >= deadline:
            raise Timeout(f"not within {bound_s} s: {what} (last: {last!r})")
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, every_s)


# --- HTTP ------------------------------------------------------------------------------------------------------------


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def etag(self) -> str:
        return self.headers["ETag"]

    def __str__(self) -> str:
        return f"{self.status} {self.body[:600]!r}"


class Http:
    """One keep-alive connection, for one thread. `body` may be bytes or str, which are sent unchanged, or anything else, which
    is sent as JSON. It repeats nothing: for a broken connection, the caller gets an OSError or HTTPException."""

    def __init__(self, port: int, timeout_s: float = 40):
        self.port, self.timeout_s = port, timeout_s
        self._connection: http.client.HTTPConnection | None = None

    def __call__(self, method: str, path: str, body=None, **headers: str) -> Answer:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if body is not None:
            fields.setdefault("Content-Type", "application/json")
        if self._connection is None:
            self._connection = http.client.HTTPConnection(HOST, self.port, timeout=self.timeout_s)
        try:
            self._connection.request(method, path, body.encode() if isinstance(body, str) else body, fields)
            response = self._connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if response.will_close:
            self.close()
        return answer

    def get(self, path: str, **headers) -> Answer:
        return self("GET", path, **headers)

    def post(self, path: str, body=None, **headers) -> Answer:
        return self("POST", path, body, **headers)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def get(port: int, path: str) -> Answer:
    """One request on its own connection."""
    with contextlib.closing(Http(port)) as client:
        return client.get(path)


def metric(port: int, name: str) -> float:
    found = re.search(rf"^{name} (\S+)$", get(port, "/metrics").body.decode(), re.MULTILINE)
    assert found, f"there is no metric {name}"
    return float(found[1])


def raw_exchange(port: int, data: bytes, half_close: bool = False, timeout_s: float = 20) -> bytes:
    """Sends bytes and returns everything that arrives until the server closes the connection."""
    with socket.create_connection((HOST, port), timeout=timeout_s) as connection:
        connection.sendall(data)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        received = b""
        with contextlib.suppress(ConnectionResetError):  # The server may send it when we sent more after its last answer.
            while chunk := connection.recv(65536):
                received += chunk
        return received


# --- processes -------------------------------------------------------------------------------------------------------


def toml(settings: dict) -> str:
    """A settings file for `ordo`; keys may have dots."""
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())


class Server(Process):
    """One `ordo serve`. It keeps its port, its settings and its log across restarts."""

    def __init__(self, folder: Path, name: str, settings: dict):
        self.port = free_port()
        self.settings = {"listen": f"{HOST}:{self.port}", "data_dir": str(folder / "ordo-data")} | settings
        self.config = folder / f"{name}.toml"
        self.config.write_text(toml(self.settings))
        super().__init__(f"ordo {name}", [str(BINARY), "serve", "--config", str(self.config)], folder / f"{name}.log",
                         daemon=False)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def exit_code(self) -> int | None:
        """The exit code of the last run; None while it runs."""
        return None if self._child is None else self._child.poll()

    def start(self) -> "Server":
        self.spawn()
        self.wait_serving()
        return self

    def wait_serving(self) -> None:
        self.wait_ready(lambda: get(self.port, "/readyz").status == 200, READY_S)

    def wait_ready(self, probe, timeout_s: float) -> None:
        def quiet() -> bool:
            try:
                return probe()
            except http.client.HTTPException as error:  # The connection closed during an answer: not ready.
                raise ConnectionError(error) from error

        super().wait_ready(quiet, timeout_s)

    def await_said(self, text: str) -> None:
        """Waits until its log has `text`. A server answers before it has printed where it listens."""
        wait_until(lambda: text in self.log.read_text(), 60, f"{self.name} says {text!r}")

    def terminate(self) -> float:
        """Sends SIGTERM and waits for the end; returns the seconds it took."""
        began = time.monotonic()
        self.id.signal(signal.SIGTERM)
        wait_until(lambda: not self.alive(), 40, f"{self.name} ends after SIGTERM")
        return time.monotonic() - began

    def crash(self) -> None:
        """Kills it with SIGKILL, starts it, and waits until it serves again."""
        self.kill()
        self.start()


def run_ordo(*arguments: str, folder: Path, timeout_s: float = 120, env: dict | None = None) -> subprocess.CompletedProcess:
    """Runs a command of `ordo` to its end, in `folder`."""
    return subprocess.run([str(BINARY), *arguments], cwd=folder, capture_output=True, text=True, timeout=timeout_s,
                          env=os.environ | (env or {}), stdin=subprocess.DEVNULL)


def append_records(data: Path, *records: dict) -> None:
    """Writes records into the log of a data directory that no server uses. Each has topic, key and value, and perhaps type,
    source, id and subject. All of them come into partition 0."""
    done = subprocess.run([str(APPEND_RECORDS), str(data)], input="".join(json.dumps(record) + "\n" for record in records),
                          capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"append_records ends with {done.returncode}: {done.stderr}")


def check(server: Server, wait_s: int = 60) -> None:
    """Runs `ordo check` for the server's system. Once all records are processed, all invariants must hold."""
    deadline = time.monotonic() + DECIDED_S
    while True:
        done = run_ordo("check", "--config", str(server.config), "--wait", str(wait_s), "-o", "json", folder=server.config.parent,
                        timeout_s=wait_s + CHECK_S, env=server.env)
        if done.returncode != NO_ANSWER or time.monotonic() > deadline:
            break  # Otherwise the database did not answer in time, so there is no result yet.
    if done.returncode != 0:
        raise AssertionError(f"ordo check ends with {done.returncode}:\n{done.stdout}{done.stderr}")


def rebuild(server: Server, *arguments: str, code: int = 0, what: str = "all") -> dict:
    """Runs `ordo rebuild` for the server's system, which must end with `code`. Returns its report."""
    done = run_ordo("rebuild", what, "--config", str(server.config), "-o", "json", *arguments, folder=server.config.parent,
                    timeout_s=180, env=server.env)
    if done.returncode != code:
        raise AssertionError(f"ordo rebuild ends with {done.returncode}, not {code}:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout) if done.stdout else {"error": done.stderr}


# --- the test cases --------------------------------------------------------------------------------------------------


class Case(unittest.TestCase):
    """A class of tests with its own folder. When a test fails, the ends of the logs in it are printed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not BINARY.exists():
            raise StackError(f"there is no {BINARY}: build it, or say where it is with ORDO_BIN")
        cls._folder = tempfile.TemporaryDirectory(prefix="ordo-e2e-")
        cls.addClassCleanup(cls._folder.cleanup)
        cls.folder = Path(cls._folder.name)

    @classmethod
    def server(cls, name: str, settings: dict) -> Server:
        """A server that ends with the class. It is not started yet."""
        server = Server(cls.folder, name, settings)
        cls.addClassCleanup(server.stop)
        return server

    def run(self, result=None):
        result = result or self.defaultTestResult()
        before = len(result.failures), len(result.errors)
        began = time.monotonic()
        super().run(result)
        print(f"  {time.monotonic() - began:5.1f} s  {self.id()}", file=sys.stderr, flush=True)
        wrong = result.failures[before[0]:] + result.errors[before[1]:]
        if wrong:  # Print it at once, not only in the summary, because the run may be stopped early.
            for _, text in wrong:
                print(text, file=sys.stderr, flush=True)
            self.print_logs()
        return result

    def print_logs(self) -> None:
        for log in sorted(self.folder.rglob("*.log")):
            tail = log.read_bytes()[-6000:].decode(errors="replace")
            print(f"--- {log.name} ends in:\n{tail}", file=sys.stderr, flush=True)

    def unique(self, prefix: str) -> str:
        return f"{prefix}-{uuid.uuid4().hex[:12]}"

    # Assertions that show the server's answer.

    def assertStatus(self, answer: Answer, status: int) -> Answer:
        self.assertEqual(answer.status, status, str(answer))
        return answer

    def assertProblem(self, answer: Answer, status: int, code: str | None = None, pointer: str | None = None) -> dict:
        """The answer must be an RFC 9457 problem."""
        self.assertStatus(answer, status)
        self.assertEqual(answer.headers.get_content_type(), "application/problem+json", str(answer))
        problem = answer.json
        self.assertEqual(problem["status"], status)
        self.assertTrue(problem["title"] and problem["code"] and problem["type"], problem)
        self.assertRegex(problem["trace_id"], "^[0-9a-f]{32}$")
        if code:
            self.assertEqual(problem["code"], code, problem)
        if pointer is not None:
            self.assertIn(pointer, [error["pointer"] for error in problem.get("errors", [])], problem)
        return problem
