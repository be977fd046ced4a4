"""Helpers of tools/demo.py: the server, the commands of `ordo`, the HTTP API, and the report on the terminal."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

READY_S = 15
COMMAND_S = 120


class DemoFailed(Exception):
    pass


class Server:
    """`ordo serve` in `folder`, with these flags. The first start chooses the port; later starts keep it."""

    def __init__(self, ordo: str, folder: Path, flags: list[str]):
        self._command = [ordo, "serve", *flags]
        self._folder = folder
        self._log = (folder / "server.log").open("ab")
        self._process: subprocess.Popen | None = None
        self.port = 0
        self.starts = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        port_file = self._folder / "port"
        port_file.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [*self._command, "--listen", f"127.0.0.1:{self.port}", "--port-file", str(port_file), "--data-dir",
             str(self._folder / "data")], stdout=self._log, stderr=self._log, cwd=self._folder,
            start_new_session=True)  # Ctrl+C is for the demo, which stops the server
        deadline = time.monotonic() + READY_S
        while not self._ready(port_file):
            if self._process.poll() is not None:
                raise DemoFailed(f"ordo serve ended with {self._process.returncode}:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise DemoFailed(f"ordo serve is not ready after {READY_S} s:\n{self.log_tail()}")
            time.sleep(0.02)
        self.starts += 1

    def wait(self) -> None:
        """Waits until the server ends."""
        self._process.wait()

    def crash(self) -> None:
        self._process.kill()
        self._process.wait(READY_S)

    def stop(self) -> None:
        """Stops it with SIGTERM. The exit status must be 0."""
        self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(COMMAND_S)
        if status != 0:
            raise DemoFailed(f"ordo serve ended with {status} on SIGTERM:\n{self.log_tail()}")

    def close(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def log_tail(self) -> str:
        return "\n".join((self._folder / "server.log").read_text(errors="replace").splitlines()[-10:])

    def _ready(self, port_file: Path) -> bool:
        try:
            self.port = int(port_file.read_text())
            return Api(self).request("GET", "/readyz")[0] == 200
        except (OSError, ValueError, http.client.HTTPException):
            return False


class Api:
    """The HTTP API. Each thread has its own connection, and a new one after a restart."""

    def __init__(self, server: Server):
        self._server = server
        self._local = threading.local()

    def request(self, method: str, path: str, body=None, **headers: str) -> tuple[int, bytes]:
        if getattr(self._local, "start", None) != self._server.starts:
            self._local.connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=40)
            self._local.start = self._server.starts
        connection = self._local.connection
        fields = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), fields)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            raise

    def get(self, path: str) -> dict:
        return self._expect((200,), "GET", path)

    def post(self, path: str, body: dict, **headers: str) -> dict:
        return self._expect((200, 201, 202), "POST", path, body, **headers)

    def patch(self, path: str, body: dict) -> dict:
        return self._expect((200,), "PATCH", path, body)

    def all(self, path: str) -> list[dict]:
        """All documents of a list."""
        found, cursor = [], ""
        while cursor is not None:
            page = self.get(f"{path}?limit=500" + (f"&cursor={urllib.parse.quote(cursor)}" if cursor else ""))
            found += page["data"]
            cursor = page["next_cursor"]
        return found

    def metric(self, name: str) -> list[float]:
        """The values of a metric, one per set of labels."""
        status, text = self.request("GET", "/metrics")
        lines = text.decode().splitlines() if status == 200 else []
        values = [float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith((name + " ", name + "{"))]
        if not values:
            raise DemoFailed(f"/metrics does not contain {name}")
        return values

    def _expect(self, statuses: tuple, method: str, path: str, body=None, **headers: str) -> dict:
        status, answer = self.request(method, path, body, **headers)
        if status not in statuses:
            raise DemoFailed(f"{method} {path}: {status} {answer[:400].decode(errors='replace')}")
        return json.loads(answer)


class Client:
    """Runs commands of `ordo`, with the server if they need one."""

    def __init__(self, ordo: str, server: Server, folder: Path):
        self._ordo = ordo
        self._server = server
        self._folder = folder

    def begin(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen([self._ordo, *arguments], cwd=self._folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=os.environ | {"ORDO_URL": self._server.url})

    def run(self, *arguments: str) -> str:
        return finish(self.begin(*arguments), " ".join(arguments[:2]))


def finish(process: subprocess.Popen, name: str) -> str:
    try:
        out, err = process.communicate(timeout=COMMAND_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise DemoFailed(f"ordo {name} did not end within {COMMAND_S} s") from None
    if process.returncode != 0:
        raise DemoFailed(f"ordo {name} ended with {process.returncode}:\n{err.strip() or out.strip()}")
    return out


@dataclass
class Report:
    """Prints the report line by line; without colors if the output is not a terminal."""

    colours: bool = field(default_factory=lambda: sys.stdout.isatty() and "NO_COLOR" not in os.environ)
    failures: int = 0

    def step(self, text: str) -> None:
        print(f"\n{self._paint('1', text)}", flush=True)

    def say(self, text: str) -> None:
        print(f"  {text}", flush=True)

    def check(self, agrees: bool, text: str) -> None:
        mark = self._paint("32", "ok  ") if agrees else self._paint("31", "FAIL")
        self.failures += not agrees
        print(f"  {mark} {text}", flush=True)

    def table(self, rows: list[tuple]) -> None:
        """The first row is the heading. Numbers are aligned to the right."""
        texts = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
        widths = [max(len(row[column]) for row in texts) for column in range(len(texts[0]))]
        for row, cells in zip(texts, rows):
            padded = [text.rjust(width) if isinstance(cell, int) or column > 0 and rows.index(cells) == 0 and
                      isinstance(rows[-1][column], int) else text.ljust(width)
                      for column, (text, width, cell) in enumerate(zip(row, widths, cells))]
            print(("  " + "  ".join(padded)).rstrip(), flush=True)

    def _paint(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.colours else text
