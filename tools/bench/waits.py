"""`wait`: from POST to the answer, to the order's events and to `confirmed`, in both modes; what a life asks of the database."""

import http.client
import json
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import closing

from database_proxy import Counts, DatabaseProxy
from figures import BenchFailed, Figure, at_most, note
from load import send_orders
from servers import PRODUCTS, SETTLE_S, Context, Ordo, new_stack, wait_until

LIMIT_S = 120
CREATED, CONFIRMED = "ordo.order.created.v1", "ordo.order.confirmed.v1"
PATIENT = 30  # seconds in Prefer: wait
WAITING_CLIENTS = 16
DELAY_S = 0.01


def percentile(values: list[float], per_cent: int) -> float:
    return sorted(values)[len(values) * per_cent // 100]


class Events:
    """Listens to GET /v1/events and remembers when the first event of each type came for each order."""

    def __init__(self, ordo: Ordo):
        self.seen: dict[tuple[str, str], float] = {}
        self._changed = threading.Condition()
        url = urllib.parse.urlsplit(ordo.url)
        self._connection = http.client.HTTPConnection(url.hostname, url.port, timeout=LIMIT_S)
        self._connection.request("GET", "/v1/events?" + urllib.parse.urlencode({"type": f"{CREATED},{CONFIRMED}"}))
        self._response = self._connection.getresponse()
        if self._response.status != 200:
            raise BenchFailed(f"GET /v1/events: {self._response.status}")
        threading.Thread(target=self._read, name="events", daemon=True).start()

    def _read(self) -> None:
        kind = ""
        try:
            while line := self._response.readline():
                at = time.monotonic()
                if line.startswith(b"event: "):
                    kind = line[7:].decode().strip()
                elif line.startswith(b"data: ") and kind:
                    order = json.loads(line[6:])["subject"]
                    with self._changed:
                        self.seen.setdefault((kind, order), at)
                        self._changed.notify_all()
        except (OSError, ValueError, AttributeError):
            pass  # close()

    def wait(self, kind: str, order: str) -> float:
        with self._changed:
            if not self._changed.wait_for(lambda: (kind, order) in self.seen, LIMIT_S):
                raise BenchFailed(f"no {kind} within {LIMIT_S} s")
            return self.seen[kind, order]

    def close(self) -> None:
        self._connection.close()


def post_to_event(ordo: Ordo, orders: int, where: str) -> list[Figure]:
    """One order after the other."""
    url = urllib.parse.urlsplit(ordo.url)
    times: dict[str, list[float]] = {"to the answer": [], "to its first event": [], "to its event confirmed": []}
    with closing(Events(ordo)) as events, closing(http.client.HTTPConnection(url.hostname, url.port, timeout=LIMIT_S)) as client:
        for number in range(orders + 10):
            lines = [{"product_id": f"sku-{(number * 7 + line) % PRODUCTS:04}", "quantity": 1} for line in range(2)]
            body = json.dumps({"customer_id": f"customer-{number % 500}", "lines": lines})
            began = time.monotonic()
            client.request("POST", "/v1/orders", body, {"Content-Type": "application/json"})
            answer = client.getresponse()
            text = answer.read()
            answered = time.monotonic()
            if answer.status != 201:
                raise BenchFailed(f"POST /v1/orders: {answer.status}")
            order = json.loads(text)["id"]
            ended = (answered, events.wait(CREATED, order), events.wait(CONFIRMED, order))
            if number >= 10:  # the first ones warm the server
                for found, at in zip(times.values(), ended):
                    found.append((at - began) * 1000)
    name = f"{where}, 1 client"
    figures = []
    for what, found in times.items():
        figures += [Figure(f"from POST {what}, {name}, p50", percentile(found, 50), "ms"),
                    Figure(f"  from POST {what}, {name}, p99 of {orders}", percentile(found, 99), "ms")]
    return figures


def waiting_clients(context: Context, ordo: Ordo, clients: int, orders: int) -> dict:
    send_orders(context, ordo, LIMIT_S, orders=clients * 10, connections=clients, wait=PATIENT)
    return send_orders(context, ordo, LIMIT_S, orders=orders, connections=clients, wait=PATIENT)


def post_to_confirmed(context: Context, ordo: Ordo, where: str, orders: int) -> list[Figure]:
    figures = []
    for clients in (1, 8):
        found = waiting_clients(context, ordo, clients, orders)
        name = f"from POST to the answer confirmed, {where}, {clients} client{'s' if clients > 1 else ''}"
        figures += [Figure(f"{name}, p50", found["p50_ms"], "ms"), Figure(f"  {name}, p99 of {orders}", found["p99_ms"], "ms")]
    return figures


def embedded(context: Context) -> list[Figure]:
    with context.new_folder("wait") as folder, Ordo(context.build, folder, "--carrier", "external") as ordo:
        ordo.add_products()
        ordo.wait_decided(60)
        figures = post_to_event(ordo, 1_000, "embedded")
        figures += post_to_confirmed(context, ordo, "embedded", 1_000)
    # Another process, so that its longest gap is that of these clients.
    with context.new_folder("wait") as folder, Ordo(context.build, folder, "--carrier", "external") as ordo:
        ordo.add_products()
        ordo.wait_decided(60)
        orders = 6_000
        used = ordo.usage()
        found = waiting_clients(context, ordo, WAITING_CLIENTS, orders)
        ordo.wait_decided(60)
        written = (ordo.usage() - used).written_bytes / 1e3 / (orders + WAITING_CLIENTS * 10)
        gap = ordo.metric("ordo_engine_longest_sync_gap_seconds") * 1000
    note(f"  {WAITING_CLIENTS} clients: {found}")
    name = f"{WAITING_CLIENTS} clients that wait for confirmed, embedded"
    return figures + [
        Figure(name, orders / found["seconds"], "orders/s"),
        at_most(f"  {name}: written an order", written, "kB", 12),
        at_most(f"  {name}: longest time without an answer to any of them", found["longest_silence_ms"], "ms", 5),
        Figure(f"  {name}: longest time between two syncs while appends wait", gap, "ms"),
        Figure(f"  {name}: p50", found["p50_ms"], "ms"),
        Figure(f"  {name}: p99", found["p99_ms"], "ms"),
        Figure(f"  {name}: the longest of {orders:,}", found["max_ms"], "ms"),
    ]


def through_proxy(context: Context, proxy: DatabaseProxy, stack, body: Callable[[Ordo], None]) -> None:
    address = urllib.parse.urlsplit(stack.mongo_url)
    url = address._replace(netloc=f"127.0.0.1:{proxy.port}").geturl()
    with context.new_folder("wait-database") as folder, Ordo(context.build, folder, "--kafka", stack.bootstrap, "--mongo", url) as ordo:
        ordo.add_products()
        ordo.wait_decided(60, SETTLE_S)
        body(ordo)


def lives(context: Context, ordo: Ordo, proxy: DatabaseProxy, orders: int, clients: int,
          wait: int) -> tuple[Counts, float, float]:
    """What these lives, from POST to the delivery, asked of the database; steps and produces of the processors."""
    steps, sends = 'ordo_store_seconds_count{operation="commit"}', 'ordo_log_seconds_count{operation="send"}'
    done = ordo.completed()
    before = ordo.metrics()
    proxy.counts = counts = Counts()
    send_orders(context, ordo, LIMIT_S, orders=orders, connections=clients, wait=wait)
    wait_until(lambda: ordo.completed() >= done + orders, LIMIT_S, "all orders are delivered", every_s=0.05)
    ordo.wait_decided(LIMIT_S, SETTLE_S)
    proxy.counts = Counts()
    after = ordo.metrics()
    return counts, after[steps] - before[steps], after[sends] - before[sends]


def asked_of_the_database(context: Context) -> list[Figure]:
    figures = []
    with new_stack() as stack:
        if not getattr(stack.mongo, "port", None):
            note("  what is asked of the database is not measured: ORDO_TEST_MONGO names another server")
            return []

        def measure(ordo: Ordo) -> None:
            for name, orders, clients, wait in (("1 client that waits", 50, 1, PATIENT), ("16 clients that wait", 160, 16, PATIENT),
                                                ("a burst from 64 clients", 500, 64, 0)):
                counts, steps, sends = lives(context, ordo, proxy, orders, clients, wait)
                name = f"a life, Kafka and database, {name}"
                writes = counts.writes / orders
                figures.extend([
                    at_most(f"{name}: database writes", writes, "", 15) if clients == 16 else Figure(f"{name}: database writes", writes, ""),
                    Figure(f"  {name}: of these, commit records", counts.commit_records / orders, ""),
                    Figure(f"  {name}: finds", counts.reads / orders, ""),
                    Figure(f"  {name}: database operations (a bulk is one)", counts.commands / orders, ""),
                    Figure(f"  {name}: sent to the database", counts.sent_bytes / 1e3 / orders, "kB"),
                    Figure(f"  {name}: steps of processors", steps / orders, ""),
                    Figure(f"  {name}: produces", sends / orders, ""),
                ])
            figures.extend(beyond_the_database(context, ordo, proxy))

        with DatabaseProxy(stack.mongo.port) as proxy:
            through_proxy(context, proxy, stack, measure)
    return figures


def beyond_the_database(context: Context, ordo: Ordo, proxy: DatabaseProxy) -> list[Figure]:
    """How many operations of the database follow each other between POST and `confirmed`, and how long all the rest takes.

    When each answer of the database comes later by a known time, `confirmed` comes later by that time for each operation on the
    way. So their number follows from two runs, without knowledge of ordo's inside.
    """
    proxy.counts = counts = Counts()
    found = waiting_clients(context, ordo, 1, 150)["p50_ms"]
    ordo.wait_decided(LIMIT_S, SETTLE_S)
    proxy.counts = Counts()
    one = percentile(counts.answer_s, 50) * 1000
    proxy.delay_s = DELAY_S
    delayed = waiting_clients(context, ordo, 1, 50)["p50_ms"]
    proxy.delay_s = 0
    operations = (delayed - found) / (DELAY_S * 1000)
    name = "POST to confirmed, Kafka, 1 client"
    return [
        Figure(f"  {name}: database operations in a row", operations, ""),
        Figure(f"  {name}: one operation in the database, p50", one, "ms"),
        at_most(f"{name}, beyond the database's own time, p50", found - operations * one, "ms", 15),
    ]


def cluster(context: Context) -> list[Figure]:
    with new_stack() as stack, context.new_folder("wait-kafka") as folder, \
            Ordo(context.build, folder, "--kafka", stack.bootstrap, "--mongo", stack.mongo_url, "--carrier", "external") as ordo:
        ordo.add_products()
        ordo.wait_decided(60, SETTLE_S)
        figures = post_to_event(ordo, 200, "Kafka and database")
        figures += post_to_confirmed(context, ordo, "Kafka and database", 200)
    return figures


def bench_wait(context: Context) -> Iterator[Figure]:
    yield from embedded(context)
    yield from cluster(context)
    yield from asked_of_the_database(context)
