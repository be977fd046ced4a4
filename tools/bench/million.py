"""`million`: memory while orders wait, a kill -9 with a million of them, and memory after a million was folded."""

import time
from collections.abc import Iterator
from pathlib import Path

from figures import BenchFailed, Figure, at_most, note
from load import wrk
from servers import Context, Ordo, wait_until

CONNECTIONS = 64
FLAGS = ("--carrier", "external")
SLOWEST_ARRIVAL = 4_000  # orders a second; the bound of each wait for a backlog
SLOWEST_FOLDING = 1_500


def until_waiting(ordo: Ordo, orders: int) -> None:
    """Posts orders until so many wait for intake. They arrive faster than ordo decides them."""
    deadline = time.monotonic() + 60 + orders / SLOWEST_ARRIVAL
    while (missing := orders - ordo.lag("intake")) > 0:
        if time.monotonic() > deadline:
            raise BenchFailed(f"only {orders - missing:,.0f} of {orders:,} orders wait in time")
        wrk(ordo.url, 1 if missing < 100_000 else 4, CONNECTIONS)


def restart_after_kill(context: Context, ordo: Ordo, folder: Path) -> tuple[Ordo, list[Figure]]:
    before = ordo.lag("intake")
    ordo.kill()
    began = time.monotonic()
    again = Ordo(context.build, folder, *FLAGS)
    ready = time.monotonic() - began
    try:
        wait_until(lambda: again.lag("intake") <= before, 300, f"at most {before:,.0f} orders wait again")
    except BaseException:
        again.stop()
        raise
    back = time.monotonic() - began
    note(f"  killed with {before:,.0f} orders waiting: ready after {ready:.2f} s, the lag before after {back:.2f} s")
    name = f"kill -9 with {context.waiting:,} orders waiting"
    return again, [at_most(f"{name}: time to ready", ready, "s", 1), Figure(f"  {name}: time to the lag before", back, "s")]


def bench_million(context: Context) -> Iterator[Figure]:
    whole = context.waiting

    def memory(ordo: Ordo, when: str, goal: float | None = None) -> Figure:
        name, measured = f"resident memory, embedded, {when}", ordo.resident_mib()
        note(f"  {when}: {measured:.0f} MiB")
        # The goals are those of a million.
        return at_most(name, measured, "MiB", goal) if goal is not None and whole == 1_000_000 else Figure(name, measured, "MiB")

    with context.new_folder("million") as folder:
        with Ordo(context.build, folder, *FLAGS) as ordo:
            ordo.add_products()
            ordo.wait_decided(60)
            yield memory(ordo, "no order waiting")
            until_waiting(ordo, whole // 2)
            yield memory(ordo, f"{whole // 2:,} orders waiting")
            until_waiting(ordo, whole)
            yield memory(ordo, f"{whole:,} orders waiting", 150)
            again, restarted = restart_after_kill(context, ordo, folder)
        with again as ordo:
            yield from restarted
            accepted, waited = ordo.accepted(), ordo.lag("intake")
            until_waiting(ordo, 2 * whole)
            yield memory(ordo, f"{2 * whole:,} orders waiting")

            def folded() -> float:
                """Orders that intake of this process has folded."""
                return waited + ordo.accepted() - accepted - ordo.lag("intake")

            began, already = time.monotonic(), folded()
            try:
                wait_until(lambda: folded() >= whole, 60 + whole / SLOWEST_FOLDING, f"{whole:,} orders are folded", every_s=1)
            except BenchFailed:
                note(f"  only {folded():,.0f} orders were folded in time, with {ordo.resident_mib():,.0f} MiB")
                raise
            note(f"  {(whole - already) / (time.monotonic() - began):,.0f} orders a second were folded")
            yield memory(ordo, f"after {whole:,} orders were folded", 250)
