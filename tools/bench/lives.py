"""`life`: whole lives of orders on the embedded engine: placed, reserved, paid, shipped, delivered. `flow`: until they are paid."""

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from figures import BenchFailed, Figure, at_most, note
from load import send_orders
from servers import Context, Ordo, wait_until

LIVES = 40_000
HTTP_LIVES = 10_000
FLOW_ORDERS = 80_000
CONNECTIONS = 64
LIMIT_S = 300


def engine_lives(context: Context, phase: str, name: str, goal: float) -> list[Figure]:
    """ordo_embedded_bench: without HTTP, so that the engine is measured alone."""
    with context.new_folder(phase) as folder:
        done = subprocess.run([str(context.build / "bench" / "ordo_embedded_bench"), str(folder), str(LIVES), "1000", "2", phase],
                              capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode != 0:
        raise BenchFailed(f"ordo_embedded_bench: {done.stderr}")
    line = re.search(r"^.* completed\s.*$", done.stdout, re.M)[0]
    note(f"  {line}")

    def number(pattern: str) -> float:
        return float(re.search(rf"([\d.]+) {pattern}", line)[1])

    name = f"whole lives, embedded, {name}"
    return [
        Figure(name, number("orders/s"), "lives/s", goal),
        Figure(f"  {name}, CPU a life", number("cpu us/order"), "us"),
        Figure(f"  {name}, documents written a life", number("documents/order"), ""),
        Figure(f"  {name}, written a life", number("kB/order"), "kB"),
        Figure(f"  {name}, syncs a life", number("syncs") / LIVES, ""),
    ]


def size_on_disk(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


def served_lives(context: Context) -> list[Figure]:
    """The same over HTTP: what the process uses, what its data needs on the disk, and how fast its log can be folded again."""
    with context.new_folder("served") as folder:
        with Ordo(context.build, folder) as ordo:
            ordo.add_products()
            ordo.wait_decided(60)
            used, syncs = ordo.usage(), ordo.metric("ordo_engine_syncs_total")
            began = time.monotonic()
            send_orders(context, ordo, LIMIT_S, orders=HTTP_LIVES, connections=CONNECTIONS)
            wait_until(lambda: ordo.completed() >= HTTP_LIVES, LIMIT_S, "all orders are delivered", every_s=0.05)
            took = time.monotonic() - began
            used, syncs = ordo.usage() - used, ordo.metric("ordo_engine_syncs_total") - syncs
        disk = size_on_disk(folder / "data")
        scratch = folder / "scratch"
        scratch.mkdir()
        began = time.monotonic()
        done = subprocess.run([str(context.build / "ordo"), "rebuild", "all", "--data-dir", str(folder / "data"), "--scratch",
                               str(scratch)], capture_output=True, text=True, timeout=LIMIT_S)
        rebuilt = time.monotonic() - began
        if done.returncode != 0:
            raise BenchFailed(f"ordo rebuild ended with {done.returncode}: {done.stdout}{done.stderr}")
    name = "whole lives over HTTP, embedded"
    return [
        Figure(name, HTTP_LIVES / took, "lives/s"),
        Figure(f"  {name}, CPU a life", used.cpu_us / HTTP_LIVES, "us"),
        Figure(f"  {name}, written a life", used.written_bytes / 1e3 / HTTP_LIVES, "kB"),
        Figure(f"  {name}, syncs a life", syncs / HTTP_LIVES, ""),
        at_most("data on the disk, a life, after the lives", disk / 1e3 / HTTP_LIVES, "kB", 6),
        Figure("ordo rebuild all", HTTP_LIVES / rebuilt, "lives/s", 10_000),
    ]


def bench_life(context: Context) -> Iterator[Figure]:
    yield from engine_lives(context, "life", "in a burst", 10_000)
    yield from engine_lives(context, "spread", "spread", 6_000)
    yield from served_lives(context)


def whole_flow(context: Context, ordo: Ordo, orders: int, limit_s: float, settle_s: float = 0) -> float:
    """Orders per second from the first POST until all are decided and paid."""
    began = time.monotonic()
    send_orders(context, ordo, limit_s, orders=orders, connections=CONNECTIONS)
    took = ordo.wait_decided(limit_s, settle_s) - began
    note(f"  {orders:,} orders decided {took:.1f} s after the first POST")
    return orders / took


def bench_flow(context: Context) -> list[Figure]:
    with context.new_folder("flow") as folder, Ordo(context.build, folder, "--carrier", "external") as ordo:
        ordo.add_products()
        rate = whole_flow(context, ordo, FLOW_ORDERS, 300)
    return [Figure("whole flow, embedded", rate, "orders/s", 5_000)]
