"""Many clients race for a code that only a few orders may use. A server is killed in the middle. Exactly as many orders as the limit
are confirmed, in both ways to run ordo.

RACE_CLIENTS: the number of clients (1000).
"""

import http.client
import os
import queue
import threading
import unittest
from collections import Counter

from cluster import ClusterCase, FailureCase, start_stack, stop_stack
from harness import AT_REST, DECIDED_S, Case, Http, check, rebuild, wait_until
from shop import Shop, order_body

setUpModule, tearDownModule = start_stack, stop_stack

CLIENTS = int(os.environ.get("RACE_CLIENTS", 1000))
THREADS = 32
ANSWERED_S = 110  # While a server is down, its clients repeat their requests.


class Race:
    """A number of clients that all want the code. Each is another customer, and repeats its order under one key until it is taken or
    refused for good."""

    def __init__(self, name: str, port: int, product: str, code: str):
        self.name, self.port, self.product, self.code = name, port, product, code
        self.answers: dict[int, str] = {}  # client -> id of its order, or the code of the refusal
        self._waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._given_up = threading.Event()

    def run(self, clients: range, middle, after: int) -> None:
        """Lets these clients race. Calls `middle` once `after` of them have an answer."""
        for client in clients:
            self._waiting.put(client)
        threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        try:
            wait_until(lambda: len(self.answers) >= clients.start + after, ANSWERED_S, f"{after} clients have an answer")
            middle()
            wait_until(lambda: len(self.answers) == clients.stop, ANSWERED_S, "every client has an answer")
        finally:
            self._given_up.set()
            for thread in threads:
                thread.join(60)
            self._given_up.clear()

    def _serve(self) -> None:
        connection = Http(self.port)
        while not self._given_up.is_set():
            try:
                client = self._waiting.get_nowait()
            except queue.Empty:
                break
            while client not in self.answers and not self._given_up.is_set():
                try:
                    answer = self._place(connection, client)
                except (OSError, http.client.HTTPException):
                    answer = None  # The server does not run.
                if answer:
                    self.answers[client] = answer
                else:
                    self._given_up.wait(0.1)
        connection.close()

    def _place(self, connection: Http, client: int) -> str | None:
        body = order_body(f"{self.name}-{client}", (self.product, 1), codes=[self.code])
        answer = connection.post("/v1/orders", body, Idempotency_Key=f"{self.name}-{client}")
        if answer.status == 201:
            return answer.json["id"]
        return None if answer.status in (429, 503) else answer.json["code"]


class PromotionRace:
    """The test; the classes below run the servers."""

    clients = CLIENTS
    limit = 100

    def prepare(self, shop: Shop) -> Race:
        name = self.unique("race")
        shop.add_product(name, stock=self.clients, amount=1000)
        code = name.upper()
        promotion = {"id": name, "label": "First come", "code": code, "usage_limit": self.limit,
                     "action": {"kind": "percent", "percent_ppm": 500_000}}
        self.assertStatus(shop.http.post("/v1/promotions", promotion, Prefer="wait=30"), 201)
        cart = order_body("anyone", (name, 1), codes=[code])
        wait_until(lambda: self.assertStatus(shop.http.post("/v1/quotes", cart), 200), DECIDED_S, "the code is known")
        return Race(name, self.port, name, code)

    def assert_the_limit_held(self, shop: Shop, race: Race) -> None:
        placed = {answer for client, answer in race.answers.items() if answer != "promotion_used_up"}
        wait_until(lambda: self.all_are_decided(shop), DECIDED_S, "every order is decided", every_s=1)
        orders = {order["id"]: order for order in shop.all("/v1/orders") if order["customer_id"].startswith(race.name)}
        self.assertEqual(placed - orders.keys(), set(), "an acknowledged order is lost, or another refusal came")
        outcomes = Counter((order["status"], order.get("status_reason")) for order in orders.values())
        refused = sum(answer == "promotion_used_up" for answer in race.answers.values())
        print(f"{len(race.answers)} clients: {dict(outcomes)}, {refused} refused at once")
        confirmed = {order["id"] for order in orders.values() if order["status"] == "confirmed"}
        self.assertEqual(len(confirmed), self.limit, outcomes)
        self.assertEqual(outcomes.keys() - {("confirmed", None), ("rejected", "promotion_used_up")}, set())
        for order in orders.values():
            wanted = "redeemed" if order["id"] in confirmed else "refused"
            self.assertEqual(order["redemptions"], [{"promotion_id": race.name, "status": wanted}], order)
        promotion = self.assertStatus(shop.http.get(f"/v1/promotions/{race.name}"), 200).json
        self.assertEqual(promotion["used"], self.limit)
        held = shop.all(f"/v1/promotions/{race.name}/redemptions", status="held")
        self.assertEqual({each["order_id"] for each in held}, confirmed)
        wait_until(lambda: shop.stock(race.product)["reserved"] == self.limit, DECIDED_S, "the stock of rejected orders is free")

    def all_are_decided(self, shop: Shop) -> bool:
        waiting = sum(len(shop.all("/v1/orders", status=status)) for status in ("pending", "reserved"))
        assert waiting == 0, f"{waiting} orders wait"
        return True


class EmbeddedRace(PromotionRace, Case):
    limit = 50

    def test_the_limit_holds_although_the_server_is_killed(self):
        ordo = self.server("ordo", AT_REST | {"data_dir": str(self.folder / "data"), "rate_limit": 0}).start()
        self.port = ordo.port
        http_client = Http(ordo.port)
        self.addCleanup(http_client.close)
        shop = Shop(http_client)
        race = self.prepare(shop)
        http_client.close()
        race.run(range(self.clients), ordo.crash, after=self.limit // 2)
        self.assert_the_limit_held(shop, race)

        # An order that is cancelled makes room for another one.
        first = shop.all(f"/v1/promotions/{race.name}/redemptions", status="held")[0]["order_id"]
        self.assertStatus(http_client.post(f"/v1/orders/{first}/cancel", {"reason": "regret"}), 200)
        late = wait_until(lambda: http_client.post("/v1/orders", order_body("late", (race.product, 1), codes=[race.code])).json["id"],
                          DECIDED_S, "the code can be used again")
        self.assertEqual(shop.decided(late)["status"], "confirmed")
        check(ordo)
        rebuild(ordo)


class ClusterRace(PromotionRace, ClusterCase):
    """Workers die during the race. The clients that come first fill the limit; all others come after, so that the tests' database,
    which reads every document to replace one, has little to do."""

    settings = FailureCase.settings | {"rate_limit": 0}
    first = 200

    def test_the_limit_holds_although_the_workers_are_killed(self):
        http_client = Http(self.port)
        self.addCleanup(http_client.close)
        shop = Shop(http_client)
        race = self.prepare(shop)
        race.run(range(self.first), self.servers["workers"].crash, after=self.limit // 2)
        wait_until(lambda: http_client.get(f"/v1/promotions/{race.name}").json["used"] == self.limit, DECIDED_S, "it is used up")
        race.run(range(self.first, self.clients), lambda: None, after=1)
        self.assert_the_limit_held(shop, race)
        self.check()


if __name__ == "__main__":
    unittest.main()
