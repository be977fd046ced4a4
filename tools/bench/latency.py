"""`latency`: percentiles of POST at a rate far below saturation, so that they are the server's and not those of a queue before it."""

from figures import BenchFailed, Figure, at_most, note
from load import send_orders, wrk
from servers import Context, Ordo

RATE = 500
CONNECTIONS = 64
WARM_S = 2
RUN_S = 20
BACKLOG = 200_000
FILL_LIMIT_S = 120


def percentiles(state: str, found: dict, goal_ms: float | None = None) -> list[Figure]:
    name = f"POST at {RATE:,}/s, embedded, {state}"
    p99 = Figure(f"{name}, p99", found["p99_ms"], "ms") if goal_ms is None else at_most(f"{name}, p99", found["p99_ms"], "ms", goal_ms)
    return [p99, Figure(f"  {name}, p50", found["p50_ms"], "ms"), Figure(f"  {name}, p99.9", found["p999_ms"], "ms")]


def run(context: Context, ordo: Ordo) -> tuple[dict, float]:
    paced = {"rate": RATE, "connections": CONNECTIONS}
    send_orders(context, ordo, WARM_S + 60, seconds=WARM_S, **paced)
    found = send_orders(context, ordo, RUN_S + 60, seconds=RUN_S, **paced)
    gap = ordo.metric("ordo_engine_longest_sync_gap_seconds") * 1000
    note(f"  p50 {found['p50_ms']:.2f}, p99 {found['p99_ms']:.2f}, p99.9 {found['p999_ms']:.2f} ms; the worst second: "
         f"p99 {found['worst']['p99_ms']:.2f} ms; {ordo.lag('intake'):,.0f} orders wait")
    return found, gap


def fill(context: Context, ordo: Ordo, orders: int) -> None:
    """Posts orders until so many wait. With two cores ordo decides far fewer than arrive."""
    rounds = 0
    while ordo.lag("intake") < orders:
        rounds += 1
        if rounds * 2 > FILL_LIMIT_S:
            raise BenchFailed(f"only {ordo.lag('intake'):,.0f} orders wait")
        wrk(ordo.url, 2, CONNECTIONS)


def bench_latency(context: Context) -> list[Figure]:
    flags = ("--carrier", "external")
    figures = []
    with context.new_folder("quiet") as folder, Ordo(context.build, folder, *flags) as ordo:
        ordo.add_products()
        ordo.wait_decided(60)
        found, gap = run(context, ordo)
        # Where the machine does not decide orders as fast as they come, the name says so.
        state = "nothing waiting" if ordo.lag("intake") <= RATE else "a backlog grows from nothing"
        figures += percentiles(state, found)
        figures.append(Figure(f"  longest time between two syncs while appends wait, {state}", gap, "ms"))
    with context.new_folder("backlog") as folder:
        with Ordo(context.build, folder, *flags) as ordo:
            ordo.add_products()
            fill(context, ordo, BACKLOG)
        # Another process: its longest gap is not that of the load before.
        with Ordo(context.build, folder, *flags) as ordo:
            found, gap = run(context, ordo)
            if ordo.lag("intake") == 0:
                raise BenchFailed("the backlog was too small: nothing was folded at the end")
        figures += percentiles("folding a backlog", found, 5)
        figures += percentiles("flushing (the worst second of folding)", found["worst"], 5)
        figures.append(Figure("  longest time between two syncs while appends wait, folding a backlog", gap, "ms"))
    return figures
