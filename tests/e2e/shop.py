"""A shop as its clients see it: their requests to the HTTP API, a load that remembers acknowledgements, and the audit that
compares the system with them."""

import http.client
import itertools
import random
import threading
import time
import urllib.parse
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timezone

from harness import DECIDED_S, Answer, Http, Timeout, wait_until


def price(amount: int, currency: str = "USD") -> dict:
    return {"amount": amount, "currency": currency}


def order_body(customer: str, *lines: tuple[str, int], **more) -> dict:
    return {"customer_id": customer, "lines": [{"product_id": product, "quantity": quantity} for product, quantity in lines],
            **more}


def quoted(path_segment: str) -> str:
    return urllib.parse.quote(path_segment, safe="")


UNDECIDED = ("pending", "reserved")  # Statuses of an undecided order with a simple payment method.


class Shop:
    """One client of the API. For one thread."""

    def __init__(self, http_client: Http):
        self.http = http_client

    def add_product(self, product: str, stock: int, amount: int = 1000, **more) -> Answer:
        body = {"id": product, "name": f"Name of {product}", "price": price(amount), "stock": stock, **more}
        answer = self.http.post("/v1/products", body, Prefer="wait=30")
        assert answer.status == 201, str(answer)
        return answer

    def order(self, customer: str, *lines: tuple[str, int], key: str | None = None, wait: bool = True, **more) -> dict:
        """Places an order and waits until it is paid for, or has ended."""
        headers = {"Idempotency_Key": key} if key else {}
        answer = self.http.post("/v1/orders", order_body(customer, *lines, **more), **headers,
                                **({"Prefer": "wait=10"} if wait else {}))
        assert answer.status == 201, str(answer)
        placed = answer.json
        return self.decided(placed["id"]) if wait else placed

    def decided(self, order_id: str, bound_s: float = DECIDED_S) -> dict:
        def look():
            answer = self.http.get(f"/v1/orders/{order_id}")
            assert answer.status == 200, str(answer)
            return answer.json if answer.json["status"] not in UNDECIDED else None

        return wait_until(look, bound_s, f"order {order_id} is decided")

    def stock(self, product: str) -> dict:
        answer = self.http.get(f"/v1/products/{quoted(product)}/stock")
        assert answer.status == 200, str(answer)
        return answer.json

    def pages(self, path: str, **query) -> list[list[dict]]:
        pages, cursor = [], None
        for _ in range(10_000):
            parameters = query | ({"cursor": cursor} if cursor else {})
            answer = self.http.get(path + "?" + urllib.parse.urlencode(parameters))
            assert answer.status == 200, str(answer)
            pages.append(answer.json["data"])
            cursor = answer.json["next_cursor"]
            if cursor is None:
                return pages
        raise AssertionError(f"{path} never ends")

    def all(self, path: str, **query) -> list[dict]:
        return [document for page in self.pages(path, limit=500, **query) for document in page]


# --- load ------------------------------------------------------------------------------------------------------------


@dataclass
class Journal:
    """What the clients of a load know. The reference identifies an order; it is in the request and in the order."""

    began: str = field(default_factory=lambda: datetime.now(timezone.utc).isoformat(timespec="seconds"))
    acknowledged: dict[str, str] = field(default_factory=dict)  # reference -> id
    attempted: set[str] = field(default_factory=set)  # references
    refused: list[str] = field(default_factory=list)  # answers that no valid order should get
    retries: int = 0


class Load:
    """Threads that place orders until they are stopped.

    An order with an Idempotency-Key is repeated with the same key, at any of the servers, until it is acknowledged. An
    order without one is tried once. Unless it was acknowledged, it is unknown whether it exists.

    Two seconds' worth of orders beyond the number that the test waits for, it slows down. Otherwise, on a busy machine, more
    orders would accumulate than the tests' database can list in time.
    """

    LEAD_S, SLOWER = 2, 5
    BACK_OFF_S = 0.1
    GIVE_UP_S = 180

    def __init__(self, name: str, ports: list[int], products: list[str], threads: int = 4, rate: float = 40,
                 keyless_every: int = 3):
        self.name, self.ports, self.products = name, ports, products
        self.journal = Journal()
        self._pace_s = threads / rate
        self._lead = self.LEAD_S * rate
        self._wanted = 0  # number of acknowledged orders that the test waits for
        self._keyless_every = keyless_every
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._failed: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run, args=(seed,), daemon=True) for seed in range(threads)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind, *_) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(self.GIVE_UP_S + 60)
        assert not any(thread.is_alive() for thread in self._threads), "a client of the load hangs"
        if kind is None and self._failed:
            raise self._failed[0]

    def wait_for(self, count: int, bound_s: float = DECIDED_S) -> None:
        """Waits until this many more orders are acknowledged."""
        self._wanted = target = len(self.journal.acknowledged) + count
        wait_until(lambda: len(self.journal.acknowledged) >= target or self._failed, bound_s,
                   f"{count} more orders are acknowledged")
        self._check()

    def run_for(self, seconds: float) -> None:
        self._stop.wait(seconds)
        self._check()

    def _check(self) -> None:
        if self._failed:
            raise self._failed[0]

    def _run(self, seed: int) -> None:
        dice = random.Random(seed)
        clients: dict[int, Http] = {}
        try:
            while not self._stop.is_set():
                began = time.monotonic()
                self._place(dice, clients)
                ahead = len(self.journal.acknowledged) > self._wanted + self._lead
                self._stop.wait(max(0.0, self._pace_s * (self.SLOWER if ahead else 1) - (time.monotonic() - began)))
        except BaseException as error:  # The test's thread raises it again.
            self._failed.append(error)
        finally:
            for client in clients.values():
                client.close()

    def _place(self, dice: random.Random, clients: dict[int, Http]) -> None:
        number = next(self._numbers)
        reference = f"{self.name}-{number}"
        lines = [(dice.choice(self.products), dice.randint(1, 3)) for _ in range(dice.randint(1, 3))]
        body = order_body(f"{self.name}-customer-{number % 20}", *lines, reference=reference)
        keyless = number % self._keyless_every == 0
        headers = {} if keyless else {"Idempotency_Key": f"key {reference}"}
        with self._lock:
            self.journal.attempted.add(reference)
        deadline = time.monotonic() + self.GIVE_UP_S
        while True:
            port = dice.choice(self.ports)
            client = clients.setdefault(port, Http(port))
            try:
                answer = client.post("/v1/orders", body, **headers)
            except (OSError, http.client.HTTPException):
                answer = None
            if answer is not None and answer.status not in (503, 504):
                return self._note(reference, answer)
            with self._lock:
                self.journal.retries += 1
            if time.monotonic() > deadline:
                raise Timeout(f"{reference} was not acknowledged within {self.GIVE_UP_S} s: {answer}")
            if keyless or self._stop.wait(self.BACK_OFF_S):
                return  # There was no acknowledgement.

    def _note(self, reference: str, answer: Answer) -> None:
        with self._lock:
            if answer.status == 201:
                self.journal.acknowledged[reference] = answer.json["id"]
            else:
                self.journal.refused.append(f"{reference}: {answer}")


# --- audit -----------------------------------------------------------------------------------------------------------


def audit(case, shop: Shop, journal: Journal, bound_s: float = DECIDED_S) -> list[dict]:
    """Every acknowledged order exists exactly once and is decided. No unknown order exists. The stock matches the orders.
    `case` is the test; the journal's products belong to its load alone. Returns the orders."""
    case.assertEqual(journal.refused, [])
    case.assertGreater(len(journal.acknowledged), 0)
    prefix = next(iter(journal.attempted)).rpartition("-")[0] + "-"

    def settled():
        listed = shop.all("/v1/orders", **{"from": journal.began})
        orders = [order for order in listed if order.get("reference", "").startswith(prefix)]
        waiting = [order["id"] for order in orders if order["status"] in UNDECIDED]
        assert not waiting, f"{len(waiting)} of {len(orders)} orders are undecided, such as {waiting[0]}"
        by_reference = {order["reference"]: order["id"] for order in orders}
        missing = [reference for reference in journal.acknowledged if reference not in by_reference]
        assert not missing, f"{len(missing)} of {len(journal.acknowledged)} acknowledged orders are not there, such as " \
                            f"{missing[0]} ({journal.acknowledged[missing[0]]})"
        return orders

    waiting_for = list(journal.acknowledged.items())

    def decided():
        """Reads them one by one, which is much cheaper for the tests' database than a list of all."""
        while waiting_for:
            reference, order = waiting_for[-1]
            answer = shop.http.get(f"/v1/orders/{order}")
            assert answer.status == 200 and answer.json["status"] not in UNDECIDED, f"acknowledged as {reference}: {answer}"
            waiting_for.pop()
        return True

    wait_until(decided, bound_s, "every acknowledged order is decided", every_s=0.2)
    orders = wait_until(settled, bound_s, "every acknowledged order is there and decided", every_s=1)
    twice = [reference for reference, count in Counter(order["reference"] for order in orders).items() if count > 1]
    case.assertEqual(twice, [], "orders that are there twice")
    for order in orders:
        case.assertIn(order["reference"], journal.attempted)
        known = journal.acknowledged.get(order["reference"])
        case.assertIn(known, (None, order["id"]), "the client got another id")
    numbers = Counter(order["number"] for order in orders)
    case.assertEqual([number for number, count in numbers.items() if count > 1], [], "order numbers given twice")
    audit_stock(case, shop, orders)
    return orders


def audit_stock(case, shop: Shop, orders: list[dict]) -> None:
    """The reserved stock equals that of the confirmed orders. `orders`: all orders for their products."""
    wanted: Counter = Counter()
    products = {line["product_id"] for order in orders for line in order["lines"]}
    for order in orders:
        case.assertIn(order["status"], ("confirmed", "rejected", "cancelled"), order)
        case.assertEqual(order["payment_status"], "captured" if order["status"] == "confirmed" else "none", order)
        if order["status"] == "confirmed":
            for line in order["lines"]:
                wanted[line["product_id"]] += line["quantity"]
    for product in products:
        level = wait_until(lambda product=product: next(
            (level for level in [shop.stock(product)] if level["reserved"] == wanted[product]), None), 20,
            f"of {product}, {wanted[product]} are reserved ({shop.stock(product)})")
        case.assertGreaterEqual(level["available"], 0, level)
        case.assertEqual(level["available"], level["on_hand"] - level["reserved"])


def stock_up(shop: Shop, name: str) -> list[str]:
    """Products for a load: three with plenty of stock, and one that sells out, so that some orders are rejected."""
    name = f"{name}-{uuid.uuid4().hex[:6]}"
    for number in range(3):
        shop.add_product(f"{name}-{number}", stock=1_000_000, amount=999 + number)
    shop.add_product(f"{name}-scarce", stock=50)
    return [f"{name}-{number}" for number in range(3)] + [f"{name}-scarce"]
