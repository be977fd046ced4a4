#!/usr/bin/env python3
"""Measures ordo in comparison with known programs on the same machine, in one run; see bench/README.md.

    tools/bench.py --build build/release                 # everything, less than 6 minutes
    tools/bench.py --build build/release --only post,flow
    tools/bench.py --build build/release --json figures.json

It prints figures beside their targets, but does not judge them. The exit status is 0 when everything was measured.
"""

import argparse
import http.client
import json
import os
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LUA = ROOT / "bench" / "post_orders.lua"
PRODUCTS = 200
CONNECTIONS = 64
ROUNDS = 5
ROUND_S = 4
WARM_S = 2
READY_S = 60
STOP_S = 60
SETTLE_S = 3
WAITING_ORDERS = 500_000
PROJECTED_ORDERS = 10_000
LIVES = 40_000


class BenchFailed(Exception):
    pass


# --- figures -----------------------------------------------------------------------------------------------------------------


@dataclass
class Figure:
    name: str
    measured: float
    unit: str  # "" for a ratio
    target: float | None = None
    at_least: bool = True

    @property
    def reached(self) -> bool | None:
        if self.target is None:
            return None
        return self.measured >= self.target if self.at_least else self.measured <= self.target


def shown(value: float, unit: str) -> str:
    number = f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value >= 1 else f"{value:.4f}"
    return f"{number} {unit}".strip()


def print_table(figures: list[Figure]) -> None:
    rows = [("figure", "measured", "target", "reached")]
    for figure in figures:
        target = "" if figure.target is None else ("≥ " if figure.at_least else "≤ ") + shown(figure.target, figure.unit)
        reached = {None: "", True: "yes", False: "no"}[figure.reached]
        rows.append((figure.name, shown(figure.measured, figure.unit), target, reached))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for number, row in enumerate(rows):
        print("  ".join((row[0].ljust(widths[0]), row[1].rjust(widths[1]), row[2].rjust(widths[2]), row[3])).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def machine() -> str:
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) / 1024**2
    return f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release()}"


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# --- servers -----------------------------------------------------------------------------------------------------------------


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

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.stop()


class Nginx(Process):
    """nginx with a constant answer as long as ordo's, one worker per core. It shows the HTTP speed of this machine."""

    def __init__(self, folder: Path, answer: str):
        self.port = free_port()
        folder.mkdir()
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
    """`ordo serve` with these flags, on a free port."""

    def __init__(self, build: Path, folder: Path, *flags: str):
        folder.mkdir(exist_ok=True)
        self._port_file = folder / f"port-{time.monotonic_ns()}"
        super().__init__([str(build / "ordo"), "serve", "--listen", "127.0.0.1:0", "--port-file", str(self._port_file), "--data-dir",
                          str(folder / "data"), "--log-level", "warn", *flags], folder / "log")
        self.url = ""
        wait_until(self._ready, READY_S, "ordo serve")

    def _ready(self) -> bool:
        self.check_alive()
        try:
            self.url = f"http://127.0.0.1:{int(self._port_file.read_text())}"
            return request(self.url + "/readyz") is not None
        except (OSError, ValueError):
            return False

    def metrics(self) -> dict[str, float]:
        """Samples by name with labels: 'ordo_processor_lag{processor="stock",partition="0"}'."""
        samples = (line.rsplit(" ", 1) for line in request(self.url + "/metrics").decode().splitlines() if not line.startswith("#"))
        return {name: float(value) for name, value in samples}

    def accepted(self) -> int:
        return int(self.metrics()["ordo_orders_accepted_total"])

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


def request(url: str, body: bytes | None = None) -> bytes:
    message = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"} if body else {})
    with urllib.request.urlopen(message, timeout=30) as answer:
        return answer.read()


def one_answer(ordo: Ordo) -> str:
    """ordo's answer to a typical order. nginx gives it to every request."""
    lines = [{"product_id": "sku-0001", "quantity": 2}, {"product_id": "sku-0002", "quantity": 1}]
    return request(ordo.url + "/v1/orders", json.dumps({"customer_id": "customer-1", "lines": lines}).encode()).decode()


# --- load --------------------------------------------------------------------------------------------------------------------


def wrk(url: str, seconds: float, connections: int = CONNECTIONS) -> dict:
    done = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "10s", "-s", str(LUA), url, "--",
                           str(PRODUCTS)], capture_output=True, text=True, timeout=seconds + 60)
    found = re.search(r"^RESULT (.*)$", done.stdout, re.M)
    if not found:
        raise BenchFailed(f"wrk: {done.stderr or done.stdout}")
    result = json.loads(found[1])
    if result["refused"] or result["broken"]:
        raise BenchFailed(f"wrk against {url}: {result}")
    result["rate"] = result["requests"] / result["seconds"]
    return result


def against(ordo: Ordo, nginx: Nginx, rounds: int = ROUNDS, seconds: float = ROUND_S) -> tuple[float, float, float, float]:
    """Runs alternating rounds. Returns the median ratio, and the medians of ordo's rate, nginx's rate and ordo's p99."""
    wrk(nginx.url, 1)
    wrk(ordo.url, WARM_S)
    ratios, ours, theirs, slowest = [], [], [], []
    for number in range(rounds):
        ordo.check_alive()
        order = (ordo, nginx) if number % 2 == 0 else (nginx, ordo)
        results = {id(server): wrk(server.url, seconds) for server in order}
        mine, other = results[id(ordo)], results[id(nginx)]
        note(f"  round {number + 1}: ordo {mine['rate']:,.0f}/s (p99 {mine['p99_ms']:.1f} ms), nginx {other['rate']:,.0f}/s")
        ratios.append(mine["rate"] / other["rate"])
        ours.append(mine["rate"])
        theirs.append(other["rate"])
        slowest.append(mine["p99_ms"])
    return tuple(statistics.median(values) for values in (ratios, ours, theirs, slowest))


# --- what is measured --------------------------------------------------------------------------------------------------------


def bench_post(build: Path, folder: Path) -> list[Figure]:
    """Durable POSTs on the embedded store."""
    with Ordo(build, folder / "post", "--carrier", "external") as ordo:
        ordo.add_products()
        with Nginx(folder / "nginx-post", one_answer(ordo)) as nginx:
            before = ordo.metrics()
            ratio, ours, theirs, slowest = against(ordo, nginx)
            after = ordo.metrics()
        orders = after["ordo_orders_accepted_total"] - before["ordo_orders_accepted_total"]
        syncs = after["ordo_engine_syncs_total"] - before["ordo_engine_syncs_total"]
    return [
        Figure("POST /v1/orders, durable, embedded / nginx", ratio, "", 0.5),
        Figure("  ordo", ours, "orders/s"),
        Figure("  nginx, a constant answer", theirs, "answers/s"),
        Figure("  ordo, p99", slowest, "ms"),
        Figure("  disk syncs per order", syncs / orders, "", 1 / 32, at_least=False),
    ]


def whole_flow(ordo: Ordo, seconds: float, limit_s: float, settle_s: float = 0) -> float:
    """Orders per second from the first POST until all are decided and paid."""
    before = ordo.accepted()
    began = time.monotonic()
    wrk(ordo.url, seconds)
    took = ordo.wait_decided(limit_s, settle_s) - began
    orders = ordo.accepted() - before
    note(f"  {orders:,} orders decided {took:.1f} s after the first POST")
    return orders / took


def bench_flow(build: Path, folder: Path) -> list[Figure]:
    with Ordo(build, folder / "flow", "--carrier", "external") as ordo:
        ordo.add_products()
        rate = whole_flow(ordo, 4, 150)
    return [Figure("whole flow, embedded", rate, "orders/s", 5_000)]


def bench_memory(build: Path, folder: Path) -> list[Figure]:
    """Memory when half a million orders wait, because they arrive faster than they are decided."""
    with Ordo(build, folder / "memory", "--carrier", "external") as ordo:
        ordo.add_products()
        deadline = time.monotonic() + 150
        peak = 0.0
        while ordo.lag("intake") < WAITING_ORDERS:
            if time.monotonic() > deadline:
                raise BenchFailed(f"only {ordo.lag('intake'):,.0f} orders wait after 150 s")
            wrk(ordo.url, 3)
            peak = max(peak, ordo.resident_mib())
        waiting = ordo.lag("intake")
    return [Figure(f"resident memory, {waiting:,.0f} orders waiting", peak, "MiB", 150, at_least=False)]


def bench_kafka(build: Path, folder: Path) -> list[Figure]:
    """POSTs to a real broker, without and with processors in the process. Then the whole flow into the database."""
    figures = []
    with new_stack() as stack:
        flags = ("--kafka", stack.bootstrap, "--mongo", stack.mongo_url, "--carrier", "external")
        with Ordo(build, folder / "kafka", *flags) as ordo:
            ordo.add_products()
            ordo.wait_decided(60, SETTLE_S)
            answer = one_answer(ordo)
        with Nginx(folder / "nginx-kafka", answer) as nginx:
            with Ordo(build, folder / "kafka", *flags, "--roles", "api") as ordo:
                ratio, ours, theirs, slowest = against(ordo, nginx, rounds=3)
                figures += [Figure("POST /v1/orders, Kafka, API alone / nginx", ratio, "", 0.35), Figure("  ordo", ours, "orders/s"),
                            Figure("  nginx, a constant answer", theirs, "answers/s"), Figure("  ordo, p99", slowest, "ms")]
            with Ordo(build, folder / "kafka", *flags) as ordo:
                ratio, ours, _, slowest = against(ordo, nginx, rounds=3, seconds=3)
                figures += [Figure("POST /v1/orders, Kafka, all roles in the process / nginx", ratio, ""), Figure("  ordo", ours, "orders/s"),
                            Figure("  ordo, p99", slowest, "ms")]
        with new_stack() as fresh, Ordo(build, folder / "kafka-flow", "--kafka", fresh.bootstrap, "--mongo", fresh.mongo_url,
                                       "--carrier", "external") as ordo:
            ordo.add_products()
            ordo.wait_decided(60, SETTLE_S)
            try:
                figures.append(Figure("whole flow, Kafka and database", whole_flow(ordo, 4, 120, SETTLE_S), "orders/s"))
            except BenchFailed as error:
                note(f"  the whole flow could not be measured: {error}")
    return figures


def paid_orders(ordo: Ordo, orders: int, clients: int) -> list[float]:
    """Milliseconds from an order's POST to the answer that it is paid. Each client has one connection and waits."""

    def client(number: int) -> list[float]:
        url = urllib.parse.urlsplit(ordo.url)
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
        took = []
        for order in range(number, orders, clients):
            lines = [{"product_id": f"sku-{(order * 7 + line) % PRODUCTS:04}", "quantity": 1} for line in range(2)]
            body = json.dumps({"customer_id": f"customer-{order % 500}", "lines": lines})
            began = time.monotonic()
            connection.request("POST", "/v1/orders", body, {"Content-Type": "application/json", "Prefer": "wait=30"})
            answer = connection.getresponse()
            status = json.loads(answer.read())["status"]
            took.append((time.monotonic() - began) * 1000)
            if answer.status != 201 or status not in ("confirmed", "fulfilled", "completed"):
                raise BenchFailed(f"an order was answered with {answer.status}, {status}")
        connection.close()
        return took

    with ThreadPoolExecutor(clients) as pool:
        return [one for took in pool.map(client, range(clients)) for one in took]


def latency(ordo: Ordo, where: str, orders: int) -> list[Figure]:
    figures = []
    for clients in (1, 8):
        paid_orders(ordo, clients * 10, clients)
        took = sorted(paid_orders(ordo, orders, clients))
        who = "1 client" if clients == 1 else f"{clients} clients"
        figures += [Figure(f"from POST to confirmed, {where}, {who}, p50", took[len(took) // 2], "ms"),
                    Figure(f"  p99 of {len(took)}", took[len(took) * 99 // 100], "ms")]
    return figures


def bench_life(build: Path, folder: Path) -> list[Figure]:
    """Whole lives of orders on the embedded engine. Also, in both modes, how long a customer waits until the order is paid."""
    (folder / "lives").mkdir()
    done = subprocess.run([str(build / "bench" / "ordo_embedded_bench"), str(folder / "lives"), str(LIVES), "1000", "2", "life"],
                          capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise BenchFailed(f"ordo_embedded_bench: {done.stderr}")
    rate = float(re.search(r"completed\s+(\d+) orders/s", done.stdout)[1])
    figures = [Figure("whole lives, embedded: placed, paid, shipped, delivered", rate, "orders/s", 5_000)]
    with Ordo(build, folder / "life") as ordo:
        ordo.add_products()
        figures += latency(ordo, "embedded", 1_000)
    with new_stack() as stack, Ordo(build, folder / "life-kafka", "--kafka", stack.bootstrap, "--mongo", stack.mongo_url) as ordo:
        ordo.add_products()
        ordo.wait_decided(60, SETTLE_S)
        figures += latency(ordo, "Kafka and database", 200)
    return figures


def bench_mongo(build: Path, folder: Path) -> list[Figure]:
    """Writing documents into the database, compared with a plain bulk loop of the same documents."""
    with new_stack(brokers=0) as stack:
        done = subprocess.run([str(build / "bench" / "ordo_mongo_bench"), stack.mongo_url, str(PROJECTED_ORDERS)], capture_output=True,
                              text=True, timeout=120)
    if done.returncode != 0:
        raise BenchFailed(f"ordo_mongo_bench: {done.stderr}")
    found = dict(re.findall(r"^(raw bulks|mongo::Store)\s+(\d+) documents/s", done.stdout, re.M))
    bulk, ours = float(found["raw bulks"]), float(found["mongo::Store"])
    return [Figure("documents into the database, as ordo commits / plain bulk", ours / bulk, "", 0.6),
            Figure("  ordo", ours, "documents/s"), Figure("  plain bulk", bulk, "documents/s")]


def new_stack(brokers: int = 1):
    sys.path.insert(0, str(ROOT / "tools" / "stack"))
    from stack import Stack  # Only here: the embedded figures need neither Java nor Go.

    return Stack(brokers=brokers)


BENCHES = {"post": bench_post, "flow": bench_flow, "life": bench_life, "memory": bench_memory, "kafka": bench_kafka, "mongo": bench_mongo}


def main() -> int:
    parser = argparse.ArgumentParser(description="Compares ordo with known programs, in one run.")
    parser.add_argument("--build", required=True, type=Path, help="folder of a release build")
    parser.add_argument("--only", default=",".join(BENCHES), help=f"some of {','.join(BENCHES)}")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    wanted = options.only.split(",")
    if unknown := [name for name in wanted if name not in BENCHES]:
        parser.error(f"unknown figure: {', '.join(unknown)}; known are {', '.join(BENCHES)}")
    folder = Path(tempfile.mkdtemp(prefix="ordo-bench-"))
    figures: list[Figure] = []
    failed = False
    began = time.monotonic()
    try:
        for name in wanted:
            note(f"{name} ...")
            try:
                figures += BENCHES[name](options.build.resolve(), folder)
            except (BenchFailed, OSError, KeyError, subprocess.SubprocessError) as error:
                note(f"  {name} could not be measured: {error}")
                failed = True
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print_table(figures)
    print(f"\n{machine()}; {time.monotonic() - began:.0f} s")
    if options.json:
        rows = [asdict(figure) | {"reached": figure.reached} for figure in figures]
        options.json.write_text(json.dumps({"machine": machine(), "figures": rows}, indent=2) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
