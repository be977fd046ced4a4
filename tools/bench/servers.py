"""The servers that are measured: each is a process that ends with its block."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from figures import ROOT, BenchFailed

PRODUCTS = 200
READY_S = 60
STOP_S = 60
SETTLE_S = 3
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass
class Context:
    """What every bench needs."""

    build: Path
    folder: Path  # for its files; removed at the end
    waiting: int  # orders of the bench `million`

    @contextlib.contextmanager
    def new_folder(self, name: str) -> Iterator[Path]:
        """A folder for one measurement. No measurement finds the backlog or the files of another one."""
        folder = self.folder / f"{name}-{time.monotonic_ns()}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(condition, seconds: float, what: str, every_s: float = 0.02) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise BenchFailed(f"{what}: not within {seconds:.0f} s")
        time.sleep(every_s)


def request(url: str, body: bytes | None = None) -> bytes:
    message = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"} if body else {})
    with urllib.request.urlopen(message, timeout=30) as answer:
        return answer.read()


@dataclass
class Usage:
    """What a process has used since its start, or between two readings."""

    cpu_us: float  # user and system
    written_bytes: float  # of files; a page of the system's cache counts when it is changed

    def __sub__(self, other: "Usage") -> "Usage":
        return Usage(self.cpu_us - other.cpu_us, self.written_bytes - other.written_bytes)


class Process:
    """One server process; ends with the block."""

    def __init__(self, command: list[str], log: Path):
        self._log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(command, stdout=out, stderr=out)

    @property
    def pid(self) -> int:
        return self._process.pid

    def check_alive(self) -> None:
        if self._process.poll() is not None:
            tail = "\n".join(self._log.read_text(errors="replace").splitlines()[-8:])
            raise BenchFailed(f"{self._process.args[0]} ended with {self._process.returncode}:\n{tail}")

    def usage(self) -> Usage:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        io = Path(f"/proc/{self.pid}/io").read_text()
        return Usage((int(fields[11]) + int(fields[12])) * TICK_S * 1e6, int(re.search(r"^write_bytes: (\d+)$", io, re.M)[1]))

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """As kill -9."""
        self._process.kill()
        self._process.wait(STOP_S)

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.stop()


class Nginx(Process):
    """nginx with a constant answer as long as ordo's, one worker per core. It shows the HTTP speed of this machine."""

    def __init__(self, folder: Path, answer: str):
        self.port = free_port()
        config = folder / "nginx.conf"
        config.write_text(f"""
            daemon off; master_process on; worker_processes {os.cpu_count()}; pid {folder}/pid; error_log {folder}/error.log warn;
            events {{ worker_connections 4096; }}
            http {{
                access_log off; keepalive_requests 1000000000; default_type application/json;
                client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
                uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
                server {{ listen 127.0.0.1:{self.port} reuseport; location / {{ return 201 '{answer}'; }} }}
            }}""")
        super().__init__(["nginx", "-p", str(folder), "-c", str(config)], folder / "log")
        wait_until(self._answers, READY_S, "nginx")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _answers(self) -> bool:
        self.check_alive()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Ordo(Process):
    """`ordo serve` with these flags, on a free port. The data stays in the folder, for a later start."""

    def __init__(self, build: Path, folder: Path, *flags: str):
        self.data = folder / "data"
        self._port_file = folder / f"port-{time.monotonic_ns()}"
        super().__init__([str(build / "ordo"), "serve", "--listen", "127.0.0.1:0", "--port-file", str(self._port_file), "--data-dir",
                          str(self.data), "--log-level", "warn", *flags], folder / "log")
        self.url = ""
        try:
            wait_until(self._ready, READY_S, "ordo serve", every_s=0.005)
        except BaseException:
            self.stop()
            raise

    def _ready(self) -> bool:
        self.check_alive()
        try:
            self.url = f"http://127.0.0.1:{int(self._port_file.read_text())}"
            return request(self.url + "/readyz") is not None
        except (OSError, ValueError):
            return False

    @property
    def port(self) -> int:
        return urllib.parse.urlsplit(self.url).port

    def metrics(self) -> dict[str, float]:
        """Samples by name with labels: 'ordo_processor_lag{processor="stock",partition="0"}'."""
        samples = (line.rsplit(" ", 1) for line in request(self.url + "/metrics").decode().splitlines() if not line.startswith("#"))
        return {name: float(value) for name, value in samples}

    def metric(self, name: str) -> float:
        """The sum of the samples of this name, or of this name with these labels."""
        self.check_alive()
        found = [value for sample, value in self.metrics().items() if sample == name or sample.startswith(name + "{")]
        if not found:
            raise BenchFailed(f"/metrics does not contain {name}")
        return sum(found)

    def accepted(self) -> int:
        return int(self.metric("ordo_orders_accepted_total"))

    def completed(self) -> int:
        return int(self.metric('ordo_orders_total{status="completed"}'))

    def resident_mib(self) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024

    def wait_decided(self, seconds: float, settle_s: float = 0) -> float:
        """Waits until no record waits for a processor and no order is pending, for settle_s. Returns when that began.

        On Kafka, lags are measured about once a second. So a zero counts only when it lasts.
        """
        deadline = time.monotonic() + seconds
        since = None
        while since is None or time.monotonic() - since < settle_s:
            if time.monotonic() > deadline:
                raise BenchFailed(f"orders are not decided within {seconds:.0f} s; {self.lag():,.0f} records wait")
            if self.lag() > 0 or self.pending():
                since = None
            elif since is None:
                since = time.monotonic()
            time.sleep(0.02)
        return since

    def lag(self, processor: str = "") -> float:
        """Number of records that wait for this processor, or for all of them."""
        self.check_alive()
        lags = [value for name, value in self.metrics().items() if name.startswith(f'ordo_processor_lag{{processor="{processor}')]
        if not lags:
            raise BenchFailed("/metrics does not contain ordo_processor_lag")
        return sum(lags)

    def pending(self) -> bool:
        try:
            return bool(json.loads(request(self.url + "/v1/orders?status=pending&limit=1"))["data"])
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            return True  # the database is too busy to answer

    def add_products(self) -> None:
        def add(number: int) -> None:
            body = {"id": f"sku-{number:04}", "name": f"Product {number}", "price": {"amount": 1999 + number, "currency": "USD"},
                    "stock": 1_000_000_000}
            request(self.url + "/v1/products", json.dumps(body).encode())

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(add, range(PRODUCTS)))


def one_answer(ordo: Ordo) -> str:
    """ordo's answer to a typical order. nginx gives it to every request."""
    lines = [{"product_id": "sku-0001", "quantity": 2}, {"product_id": "sku-0002", "quantity": 1}]
    return request(ordo.url + "/v1/orders", json.dumps({"customer_id": "customer-1", "lines": lines}).encode()).decode()


def new_stack(brokers: int = 1):
    sys.path.insert(0, str(ROOT / "tools" / "stack"))
    from stack import Stack  # Only here: the embedded figures need neither Java nor Go.

    return Stack(brokers=brokers)
