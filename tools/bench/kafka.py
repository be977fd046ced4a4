"""`kafka`: POSTs that a real broker acknowledges, and the whole flow into the database. `mongo`: commits beside plain bulks."""

import re
import subprocess
from collections.abc import Iterator

from figures import BenchFailed, Figure
from lives import whole_flow
from post import against_nginx, figures_of, measure
from servers import SETTLE_S, Context, Ordo, Usage, new_stack, one_answer

CONNECTIONS = 64
ROUNDS = 3
FLOW_ORDERS = 3_000
PROJECTED_ORDERS = 10_000


def flags_of(stack) -> tuple[str, ...]:
    return ("--kafka", stack.bootstrap, "--mongo", stack.mongo_url)


def post_figures(context: Context, name: str, goal: float | None, cpu_goal: float | None, rounds: int, *roles: str) -> list[Figure]:
    """The broker and the database idle while nginx is measured."""
    with new_stack() as stack:
        flags = (*flags_of(stack), "--carrier", "external")
        with context.new_folder("kafka") as folder, Ordo(context.build, folder, *flags) as ordo:
            ordo.add_products()
            ordo.wait_decided(60, SETTLE_S)
            answer = one_answer(ordo)
            ordo.wait_decided(60, SETTLE_S)

        def ordo_alone() -> tuple[dict, Usage, float]:
            with context.new_folder("kafka") as folder, Ordo(context.build, folder, *flags, *roles) as ordo:
                return measure(ordo, CONNECTIONS)

        return figures_of(name, against_nginx(context, answer, CONNECTIONS, rounds, ordo_alone), goal, cpu_goal)


def flow_figures(context: Context) -> list[Figure]:
    with new_stack() as stack, context.new_folder("kafka-flow") as folder, \
            Ordo(context.build, folder, *flags_of(stack), "--carrier", "external") as ordo:
        ordo.add_products()
        ordo.wait_decided(60, SETTLE_S)
        return [Figure("whole flow, Kafka and the development database", whole_flow(context, ordo, FLOW_ORDERS, 240, SETTLE_S), "orders/s",
                       600)]


def bench_kafka(context: Context) -> Iterator[Figure]:
    # The role api alone reads no backlog, so its rounds may follow each other on one broker. All roles have one round: a
    # second one would fold the orders of the first.
    yield from post_figures(context, "POST /v1/orders, Kafka, API alone", None, 15, ROUNDS, "--roles", "api")
    yield from post_figures(context, "POST /v1/orders, Kafka, all roles in the process", None, None, 1)
    yield from flow_figures(context)


def bench_mongo(context: Context) -> list[Figure]:
    """Writing documents into the database, compared with a plain bulk loop of the same documents."""
    with new_stack(brokers=0) as stack:
        done = subprocess.run([str(context.build / "bench" / "ordo_mongo_bench"), stack.mongo_url, str(PROJECTED_ORDERS)],
                              capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise BenchFailed(f"ordo_mongo_bench: {done.stderr}")
    found = dict(re.findall(r"^(raw bulks|mongo::Store)\s+(\d+) documents/s", done.stdout, re.M))
    bulk, ours = float(found["raw bulks"]), float(found["mongo::Store"])
    return [Figure("documents into the database, as ordo commits / plain bulk", ours / bulk, "", 0.6),
            Figure("  documents into the database, as ordo commits", ours, "documents/s"),
            Figure("  documents into the database, plain bulk", bulk, "documents/s")]
