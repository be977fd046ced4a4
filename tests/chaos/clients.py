"""Clients of a shop under faults. They behave like good clients, and record what they know.

A request with a key or an id is repeated, at any process, until it is answered or its time is over. Without a certain answer,
its outcome is unknown. That includes a refusal when an earlier attempt may still be in progress.
"""

import http.client
import json
import random
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from harness import Answer, Http
from journal import Journal, Request
from shop import order_body, quoted

ATTEMPT_S = 4  # How long a client waits for one answer.
GIVE_UP_S = 25
UNCERTAIN = (500, 502, 503, 504)
PRICES = (999, 1000, 1001, 250)


@dataclass
class Figures:
    """The observations of all clients together."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    latencies: list[float] = field(default_factory=list)  # orders, from the first attempt to the acknowledgement
    acknowledged_at: list[float] = field(default_factory=list)  # monotonic
    retries: int = 0

    def acknowledged(self, began: float) -> None:
        with self.lock:
            self.acknowledged_at.append(time.monotonic())
            self.latencies.append(time.monotonic() - began)

    def longest_outage_s(self) -> float:
        times = sorted(self.acknowledged_at)
        return max((after - before for before, after in zip(times, times[1:])), default=0.0)

    def percentile(self, percent: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0


class Goods:
    """The products. Their names contain the campaign's; the journals contain the rest."""

    def __init__(self, prefix: str, clients: int, hot_stock: int):
        self.stock = {f"{prefix}-plenty-{number}": 1_000_000 for number in range(3)}
        self.hot = [f"{prefix}-hot-{number}" for number in range(4)]
        self.stock |= {product: hot_stock * (number + 1) for number, product in enumerate(self.hot)}
        self.parts = f"{prefix}-parts"  # adjusted up and down, never sold
        self.stock[self.parts] = 1000
        self.shelves = [f"{prefix}-shelf-{client}" for client in range(clients)]  # each counted by one client
        self.stock |= dict.fromkeys(self.shelves, 0)
        self.sold = [product for product in self.stock if "plenty" in product] + self.hot

    def price(self, product: str) -> int:
        return PRICES[sum(product.encode()) % len(PRICES)]

    def lines(self, dice: random.Random) -> list[tuple[str, int]]:
        products = dice.sample(self.sold, dice.randint(1, 3))
        return [(product, dice.randint(1, 3)) for product in products]


class Caller:
    """Repeats a request until it is answered. For one thread."""

    def __init__(self, ports: list[int], dice: random.Random, figures: Figures):
        self.ports, self.dice, self.figures = ports, dice, figures
        self._connections: dict[int, Http] = {}

    def once(self, path: str, body: dict, **headers: str) -> Answer | None:
        """None: whether it took effect is unknown."""
        port = self.dice.choice(self.ports)
        connection = self._connections.setdefault(port, Http(port, timeout_s=ATTEMPT_S))
        try:
            answer = connection.post(path, body, **headers)
        except (OSError, http.client.HTTPException):
            return None
        return None if answer.status in UNCERTAIN else answer

    def until_answered(self, path: str, body: dict, done, give_up_s: float = GIVE_UP_S, **headers: str
                       ) -> tuple[Answer | None, bool]:
        """The first answer that refuses or for which done(status) is true, and whether an earlier attempt was uncertain."""
        deadline, pause_s, uncertain = time.monotonic() + give_up_s, 0.05, False
        while True:
            answer = self.once(path, body, **headers)
            if answer is not None and (done(answer.status) or answer.status >= 400):
                return answer, uncertain
            uncertain = True  # Also after a 202: it will be decided at an unknown time.
            if time.monotonic() >= deadline:
                return None, True
            with self.figures.lock:
                self.figures.retries += 1
            time.sleep(pause_s * self.dice.uniform(0.5, 1))
            pause_s = min(pause_s * 2, 1.0)

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()


class Client(threading.Thread):
    """Places and cancels orders, requests refunds, counts and moves stock."""

    def __init__(self, number: int, prefix: str, seed: int, ports: list[int], goods: Goods, rate: float, journal: Journal,
                 figures: Figures, stop: threading.Event):
        super().__init__(name=f"client-{number}", daemon=True)
        self.number, self.prefix, self.goods, self.journal, self.figures = number, prefix, goods, journal, figures
        self.dice = random.Random(f"{seed} client {number}")
        self.caller = Caller(ports, self.dice, figures)
        self.failure: BaseException | None = None
        self.acknowledged = 0
        self._pace_s, self._stop_wanted, self._names = 1 / rate, stop, 0
        self._orders: list[dict] = []  # acknowledged, not yet cancelled
        self._shelf: str | None = goods.shelves[number]

    def run(self) -> None:
        try:
            while not self._stop_wanted.is_set():
                began = time.monotonic()
                self._act()
                self._stop_wanted.wait(max(0.0, self._pace_s * self.dice.uniform(0.5, 1.5) - (time.monotonic() - began)))
        except BaseException as error:  # The campaign checks it.
            self.failure = error
        finally:
            self.caller.close()

    def _act(self) -> None:
        act = self.dice.choices((self._order, self._cancel, self._refund, self._adjust, self._count), (66, 10, 9, 9, 6))[0]
        act()

    def _fresh_name(self) -> str:
        self._names += 1
        return f"{self.prefix}-{self.number}-{self._names}"

    def _note(self, op: str, name: str, answer: Answer | None, acknowledged: bool, uncertain: bool, **detail) -> None:
        if acknowledged:
            return self.journal.note(op, name, "acked", **detail)
        told = {"status": answer.status, "answer": answer.body[:300].decode(errors="replace")} if answer else {}
        self.journal.note(op, name, "unknown" if answer is None or uncertain else "refused", **told)

    def _order(self) -> None:
        name = self._fresh_name()
        lines = self.goods.lines(self.dice)
        method = self.dice.choices((None, "sim_decline", "sim_two_step", "sim_flaky"), (80, 6, 8, 6))[0]
        customer = f"{self.prefix}-customer-{self.dice.randrange(20)}"
        body = order_body(customer, *lines, reference=name, **({"payment_method": method} if method else {}))
        keyed = self.dice.randrange(10) != 0
        self.journal.note("order", name, "sent", keyed=keyed, **body)
        began = time.monotonic()
        if keyed:
            answer, uncertain = self.caller.until_answered("/v1/orders", body, lambda status: status == 201,
                                                           Idempotency_Key=name)
        else:  # Such a request must not be repeated.
            answer, uncertain = self.caller.once("/v1/orders", body), False
        if answer is None or answer.status != 201:
            return self._note("order", name, answer, False, uncertain)
        self.figures.acknowledged(began)
        self.acknowledged += 1
        self._acknowledge_order(name, answer)
        self._orders.append(answer.json)
        if keyed and self.dice.randrange(12) == 0:  # It repeats the request with the same key, as if it had lost the answer.
            again = self.caller.once("/v1/orders", body, Idempotency_Key=name)
            if again is not None and again.status == 201:
                self._acknowledge_order(name, again)

    def _acknowledge_order(self, name: str, answer: Answer) -> None:
        order = answer.json
        self.journal.note("order", name, "acked", **{member: order[member] for member in ("id", "lines", "total")})

    def _cancel(self) -> None:
        if not self._orders:
            return self._order()
        order = self._orders.pop(self.dice.randrange(len(self._orders)))
        self.journal.note("cancel", order["reference"], "sent", id=order["id"])
        answer, uncertain = self.caller.until_answered(f"/v1/orders/{quoted(order['id'])}/cancel", {"reason": "regret"},
                                                       lambda status: status == 200, Prefer="wait=2")
        self._note("cancel", order["reference"], answer, answer is not None and answer.status == 200, uncertain)

    def _refund(self) -> None:
        if not self._orders:
            return self._order()
        order = self.dice.choice(self._orders)
        name = self._fresh_name()
        amount = self.dice.randint(1, 99)
        body = {"id": name, "amount": {"amount": amount, "currency": "USD"}, "reason": "scratched"}
        self.journal.note("refund", name, "sent", id=order["id"], amount=amount)
        answer, uncertain = self.caller.until_answered(f"/v1/orders/{quoted(order['id'])}/refunds", body,
                                                       lambda status: status == 201, Prefer="wait=2")
        self._note("refund", name, answer, answer is not None and answer.status == 201, uncertain)

    def _adjust(self) -> None:
        parts = self.dice.randrange(2) == 0
        product = self.goods.parts if parts else self.dice.choice(self.goods.hot)
        change = self.dice.choice((-3, -2, 2, 5)) if parts else self.dice.randint(1, 4)
        self._move("adjust", product, "change", change, {"adjust": change})

    def _count(self) -> None:
        if self._shelf is None:
            return self._order()
        count = self.dice.randrange(1000)
        if not self._move("count", self._shelf, "count", count, {"count": count}):
            self._shelf = None  # The stock is unknown now, and another count would make it harder to check.

    def _move(self, op: str, product: str, member: str, figure: int, body: dict) -> bool:
        name = self._fresh_name()
        self.journal.note(op, name, "sent", product=product, **{member: figure})
        answer, uncertain = self.caller.until_answered(f"/v1/products/{quoted(product)}/stock", body | {"id": name},
                                                       lambda status: status == 200, Prefer="wait=2")
        done = answer is not None and answer.status == 200
        self._note(op, name, answer, done, uncertain)
        return done


class Foreigner(threading.Thread):
    """Another program that writes orders directly to Kafka, with its own ids or without."""

    def __init__(self, prefix: str, seed: int, bootstrap: str, topic: str, goods: Goods, every_s: float, journal: Journal,
                 stop: threading.Event):
        super().__init__(name="foreigner", daemon=True)
        self.prefix, self.bootstrap, self.topic, self.goods, self.journal = prefix, bootstrap, topic, goods, journal
        self.dice = random.Random(f"{seed} foreigner")
        self.failure: BaseException | None = None
        self._every_s, self._stop_wanted, self._names = every_s, stop, 0

    def run(self) -> None:
        try:
            while not self._stop_wanted.wait(self._every_s):
                self._order()
        except BaseException as error:
            self.failure = error

    def _order(self) -> None:
        self._names += 1
        name = f"{self.prefix}-foreign-{self._names}"
        lines = self.goods.lines(self.dice)
        total = sum(self.goods.price(product) * quantity for product, quantity in lines)
        value = {"userId": f"{name}-customer", "products": [{"productId": product, "quantity": quantity}
                                                            for product, quantity in lines], "totalAmount": total / 100}
        own_id = self.dice.randrange(2) == 0
        if own_id:
            value["orderId"] = name
        self.journal.note("foreign", name, "sent", customer=value["userId"], id=name if own_id else None,
                          lines=[{"product_id": product, "quantity": quantity} for product, quantity in lines])
        ahead = self.dice.randrange(4) == 0  # Its clock is wrong. Its orders must still be paid and shipped.
        headers = {"ce_specversion": "1.0", "ce_id": name, "ce_source": "/erp", "ce_type": "ordo.order.placed.v1",
                   "ce_time": "2099-01-02T03:04:05Z"} if ahead else {}
        for _ in range(4 if own_id else 1):  # Without an id, a second attempt would make a second order.
            if self._produce(json.dumps(value), value.get("orderId"), headers):
                return self.journal.note("foreign", name, "acked")
        self.journal.note("foreign", name, "unknown")

    def _produce(self, text: str, key: str | None, headers: dict[str, str]) -> bool:
        keyed = ["-k", key] if key else []
        keyed += [part for name, value in headers.items() for part in ("-H", f"{name}={value}")]
        try:
            done = subprocess.run(["kcat", "-b", self.bootstrap, "-P", "-t", self.topic, "-X", "enable.idempotence=true", "-X",
                                   "message.timeout.ms=6000", *keyed], input=text + "\n", text=True, capture_output=True,
                                  timeout=15)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


class Load:
    """All clients of a campaign."""

    def __init__(self, folder: Path, prefix: str, seed: int, ports: list[int], rate: float, clients: int, hot_stock: int):
        self.folder, self.prefix, self.seed, self.ports, self.rate = folder, prefix, seed, ports, rate
        self.goods = Goods(prefix, clients, hot_stock)
        self.figures = Figures()
        self._stop = threading.Event()
        self._journals = [Journal(folder / f"client-{number}.journal") for number in range(clients)]
        self.clients = [Client(number, prefix, seed, ports, self.goods, rate / clients, journal, self.figures, self._stop)
                        for number, journal in enumerate(self._journals)]
        self.foreigner: Foreigner | None = None

    def add_foreigner(self, bootstrap: str, topic: str, every_s: float) -> None:
        self._journals.append(Journal(self.folder / "foreigner.journal"))
        self.foreigner = Foreigner(self.prefix, self.seed, bootstrap, topic, self.goods, every_s, self._journals[-1], self._stop)

    def stock_up(self) -> None:
        caller = Caller(self.ports, random.Random(0), self.figures)
        for product, stock in self.goods.stock.items():
            body = {"id": product, "name": product, "price": {"amount": self.goods.price(product), "currency": "USD"},
                    "stock": stock}
            answer, _ = caller.until_answered("/v1/products", body, lambda status: status == 201, give_up_s=60,
                                              Prefer="wait=3", Idempotency_Key=f"make {product}")
            if answer is None or answer.status != 201:
                raise AssertionError(f"{product} cannot be created: {answer}")
        caller.close()

    @property
    def threads(self) -> list[threading.Thread]:
        return [*self.clients, *([self.foreigner] if self.foreigner else [])]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def check(self) -> None:
        """Raises the error of a client, which is a mistake of the campaign itself."""
        for thread in self.threads:
            if thread.failure is not None:
                raise thread.failure

    def stop(self) -> None:
        self._stop.set()
        for thread in self.threads:
            thread.join(GIVE_UP_S * 4 + 30)
            if thread.is_alive():
                raise AssertionError(f"{thread.name} hangs")
        self.check()
        for journal in self._journals:
            journal.close()

    def settle(self, requests: list[Request], dice: random.Random) -> int:
        """Repeats the requests of unknown outcome after the repair, with the same keys and ids. One order in two
        stays unknown: it may exist or not. Returns how many were settled."""
        caller, settled = Caller(self.ports, dice, self.figures), 0
        notes = Journal(self.folder / "settled.journal")  # Read after the journals of the clients.
        for request in requests:
            if request.outcome == "unknown":
                settled += self._settle(caller, request, dice, notes)
        caller.close()
        notes.close()
        return settled

    def _settle(self, caller: Caller, request: Request, dice: random.Random, notes: Journal) -> bool:
        sent = request.sent
        keys = {}
        if request.op == "order":
            if dice.randrange(2) == 0 or not sent["keyed"]:
                return False
            path, wanted, keys = "/v1/orders", 201, {"Idempotency_Key": request.name}
            body = {member: sent[member] for member in ("customer_id", "lines", "reference", "payment_method") if member in sent}
        elif request.op == "refund":
            path, wanted = f"/v1/orders/{quoted(sent['id'])}/refunds", 201
            body = {"id": request.name, "amount": {"amount": sent["amount"], "currency": "USD"}, "reason": "scratched"}
        elif request.op == "cancel":
            path, wanted, body = f"/v1/orders/{quoted(sent['id'])}/cancel", 200, {"reason": "regret"}
        elif request.op in ("adjust", "count"):
            figure = {"adjust": sent["change"]} if request.op == "adjust" else {"count": sent["count"]}
            path, wanted, body = f"/v1/products/{quoted(sent['product'])}/stock", 200, figure | {"id": request.name}
        else:
            return False
        answer, _ = caller.until_answered(path, body, lambda status: status == wanted, give_up_s=60, Prefer="wait=2", **keys)
        if answer is None or answer.status != wanted:
            return False  # It stays unknown: an earlier attempt may have arrived first and been refused.
        detail = {member: answer.json[member] for member in ("id", "lines", "total")} if request.op == "order" else {}
        notes.note(request.op, request.name, "acked", **detail)
        return True
