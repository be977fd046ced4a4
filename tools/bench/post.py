"""`post`: durable POSTs as fast as they come, beside nginx alone on the same machine. Also what an order costs."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from figures import Figure, at_most, note
from load import wrk
from servers import Context, Nginx, Ordo, Usage, one_answer

ROUNDS = 3
NGINX_S = 4
ORDO_S = 6
WARM_S = 2


@dataclass
class Round:
    ratio: float
    ordo: dict  # wrk's result
    nginx: float  # answers a second
    usage: Usage  # of ordo, per order
    syncs: float  # per order; 0 on Kafka


def nginx_alone(context: Context, answer: str, connections: int) -> float:
    with context.new_folder("nginx") as folder, Nginx(folder, answer) as nginx:
        wrk(nginx.url, 1, connections)
        return wrk(nginx.url, NGINX_S, connections)["rate"]


def measure(ordo: Ordo, connections: int) -> tuple[dict, Usage, float]:
    """wrk's result, and what ordo used for each order. Its processors fold meanwhile as they do for any client."""
    wrk(ordo.url, WARM_S, connections)
    syncs = "ordo_engine_syncs_total"
    before, used = ordo.metrics(), ordo.usage()
    result = wrk(ordo.url, ORDO_S, connections)
    used, after = ordo.usage() - used, ordo.metrics()
    orders = after["ordo_orders_accepted_total"] - before["ordo_orders_accepted_total"]
    return (result, Usage(used.cpu_us / orders, used.written_bytes / orders), (after.get(syncs, 0) - before.get(syncs, 0)) / orders)


def against_nginx(context: Context, answer: str, connections: int, rounds: int,
                  ordo_alone: Callable[[], tuple[dict, Usage, float]]) -> list[Round]:
    """nginx alone, ordo alone, nginx alone, and so on. Each of ordo's rates is compared with nginx's before and after it."""
    found = []
    before = nginx_alone(context, answer, connections)
    for number in range(rounds):
        result, usage, syncs = ordo_alone()
        after = nginx_alone(context, answer, connections)
        nginx = (before + after) / 2
        found.append(Round(result["rate"] / nginx, result, nginx, usage, syncs))
        note(f"  {connections} connections, round {number + 1}: nginx {before:,.0f}/s, ordo {result['rate']:,.0f}/s "
             f"(p99 {result['p99_ms']:.1f} ms), nginx {after:,.0f}/s")
        before = after
    return found


def figures_of(name: str, rounds: list[Round], ratio_goal: float | None, cpu_goal: float | None = None) -> list[Figure]:
    """The medians of the rounds."""

    def median(of: Callable[[Round], float]) -> float:
        return statistics.median(of(one) for one in rounds)

    cpu = median(lambda one: one.usage.cpu_us)
    return [
        Figure(f"{name} / nginx alone", median(lambda one: one.ratio), "", ratio_goal),
        Figure(f"  {name}", median(lambda one: one.ordo["rate"]), "orders/s"),
        Figure(f"  {name}: nginx alone, a constant answer", median(lambda one: one.nginx), "answers/s"),
        Figure(f"  {name}, p99", median(lambda one: one.ordo["p99_ms"]), "ms"),
        Figure(f"  {name}, CPU an order", cpu, "us") if cpu_goal is None else at_most(f"  {name}, CPU an order", cpu, "us", cpu_goal),
    ]


def bench_post(context: Context) -> list[Figure]:
    with context.new_folder("answer") as folder, Ordo(context.build, folder, "--carrier", "external") as ordo:
        ordo.add_products()
        answer = one_answer(ordo)
    figures = []
    for connections, goal in ((64, 0.60), (256, None)):

        def ordo_alone(connections: int = connections) -> tuple[dict, Usage, float]:
            with context.new_folder("post") as folder, Ordo(context.build, folder, "--carrier", "external") as ordo:
                ordo.add_products()
                return measure(ordo, connections)

        rounds = against_nginx(context, answer, connections, ROUNDS, ordo_alone)
        name = f"POST /v1/orders, durable, embedded, {connections} connections"
        figures += figures_of(name, rounds, goal)
        figures += [Figure(f"  {name}, written an order", statistics.median(one.usage.written_bytes for one in rounds) / 1e3, "kB"),
                    at_most(f"  {name}, syncs an order", statistics.median(one.syncs for one in rounds), "", 1 / 32)]
    return figures
