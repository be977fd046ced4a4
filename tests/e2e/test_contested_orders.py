"""Fifty clients send conflicting requests for the same few orders. Carrier and gateway act at random, and the server is killed in
the middle. Every order must end, nothing acknowledged may be missing, and no lost race may leave a dead letter.

CONTEST_S: the duration in seconds (10).
"""

import http.client
import os
import random
import threading
import time
from collections import Counter

from harness import AT_REST, DECIDED_S, Case, Http, check, rebuild, wait_until
from shop import Shop, order_body, price

CLIENTS = 50
CONTEST_S = float(os.environ.get("CONTEST_S", 10))
METHODS = ("card", "card", "card", "sim_two_step", "sim_late", "sim_twice", "sim_flaky", "sim_silent", "sim_refund_fails",
           "sim_timeout", "sim_decline")
PRODUCTS = ("red", "blue")
ENDED = ("completed", "cancelled", "rejected", "expired")


class Client(threading.Thread):
    """Sends random requests for the newest orders, and remembers the acknowledgements."""

    def __init__(self, number: int, port: int, orders: list[str], over: threading.Event):
        super().__init__(daemon=True)
        self.number, self.port, self.orders, self.over = number, port, orders, over
        self.dice = random.Random(number)
        self.answers = Counter()
        self.promised: list[tuple[str, str, str]] = []  # order, "refunds" or "returns", id
        self.wrong: list[str] = []

    def run(self):
        client = Http(self.port)
        while not self.over.is_set():
            try:
                self.act(client)
            except (OSError, http.client.HTTPException):
                client.close()  # The server does not run.
                self.over.wait(0.05)
                client = Http(self.port)
        client.close()

    def act(self, client: Http) -> None:
        if not self.orders or self.dice.random() < 0.05:
            return self.place(client)
        order = self.dice.choice(self.orders[-30:])
        do = self.dice.choice((self.cancel, self.refund, self.give_back, self.resend, self.resend, *[self.carry] * 6))
        do(client, order)

    def post(self, client: Http, path: str, body: dict, **headers):
        answer = client.post(path, body, **headers)
        self.answers[f"{path.rsplit('/', 1)[-1]} {answer.status}"] += 1
        if answer.status >= 500 and answer.status != 503:
            self.wrong.append(f"{path} {body}: {answer}")
        return answer

    def lines(self) -> list[dict]:
        return [{"product_id": product, "quantity": self.dice.randint(1, 2)}
                for product in self.dice.sample(PRODUCTS, self.dice.randint(1, 2))]

    def place(self, client: Http) -> None:
        body = order_body(f"customer-{self.number % 7}", *((product, self.dice.randint(1, 4)) for product in PRODUCTS),
                          payment_method=self.dice.choice(METHODS))
        answer = self.post(client, "/v1/orders", body)
        if answer.status == 201:
            self.orders.append(answer.json["id"])

    def cancel(self, client: Http, order: str) -> None:
        body = {"reason": "regret"}
        if self.dice.random() < 0.6:
            body["lines"] = self.lines()
        elif self.dice.random() < 0.9:
            return  # Otherwise few orders would live long enough for conflicts.
        self.post(client, f"/v1/orders/{order}/cancel", body)

    def refund(self, client: Http, order: str) -> None:
        body = {"reason": "scratched"}
        if self.dice.random() < 0.97:
            body["amount"] = price(self.dice.randint(1, 40))
        self.promise(self.post(client, f"/v1/orders/{order}/refunds", body), order, "refunds")

    def give_back(self, client: Http, order: str) -> None:
        body = {"reason": "too red", "lines": self.lines(), "restock": self.dice.random() < 0.5, "refund": True}
        self.promise(self.post(client, f"/v1/orders/{order}/returns", body), order, "returns")

    def promise(self, answer, order: str, part: str) -> None:
        if answer.status == 201:
            self.promised.append((order, part, answer.json["id"]))

    def resend(self, client: Http, order: str) -> None:
        self.post(client, f"/v1/orders/{order}/shipments", {})

    def carry(self, client: Http, order: str) -> None:
        number = self.dice.choice((1, 1, 1, 1, 2, 2, 3, 65))
        body = {"status": self.dice.choice((*["shipped"] * 8, *["lost"] * 6, *["delivered"] * 2, "cancelled"))}
        if body["status"] == "shipped" and self.dice.random() < 0.5:
            body["lines"] = self.lines()
        self.post(client, f"/v1/shipments/{order}:{number}/updates", body)


class ContestedOrders(Case):
    def test_every_order_ends(self):
        ordo = self.server("ordo", AT_REST | {"data_dir": str(self.folder / "data"), "payment_timeout": "3s", "gateway_late": "4s",
                                              "gateway_timeout": "1s", "rate_limit": 0}).start()
        http_client = Http(ordo.port)
        self.addCleanup(http_client.close)
        shop = Shop(http_client)
        for product in PRODUCTS:
            shop.add_product(product, stock=100_000, amount=100)
        over = threading.Event()
        orders: list[str] = []
        clients = [Client(number, ordo.port, orders, over) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        over.wait(CONTEST_S / 2)
        ordo.kill()
        ordo.start()
        over.wait(CONTEST_S / 2)
        over.set()
        for client in clients:
            client.join(60)
        self.assertFalse([client for client in clients if client.is_alive()], "a client hangs")
        self.assertEqual([line for client in clients for line in client.wrong], [])
        http_client.close()
        answers = sum((client.answers for client in clients), Counter())
        print(f"{len(orders)} orders, {sum(answers.values())} requests: {dict(sorted(answers.items()))}")
        for happened in ("cancel 200", "refunds 201", "returns 201", "shipments 201", "updates 200", "refunds 409", "updates 409"):
            self.assertGreater(answers[happened], 0, happened)

        wait_until(lambda: self.all_have_ended(shop), DECIDED_S, "every order has ended", every_s=1)
        self.assert_promises_are_kept(shop, clients)
        self.assert_nobody_left_a_letter(http_client)
        check(ordo)
        rebuild(ordo)

    def all_have_ended(self, shop: Shop) -> bool:
        """Acts as a carrier finally would."""
        open_orders = [order for order in shop.all("/v1/orders") if order["status"] not in ENDED]
        for order in open_orders:
            for shipment in shop.all("/v1/shipments", order_id=order["id"]):
                status = {"requested": "shipped", "shipped": "delivered", "in_transit": "delivered"}.get(shipment["status"])
                if status:
                    shop.http.post(f"/v1/shipments/{shipment['id']}/updates", {"status": status})
        waiting = [(refund["id"], order["id"]) for order in shop.all("/v1/orders") for refund in order["refunds"]
                   if refund["status"] == "requested"]
        assert not open_orders and not waiting, f"{len(open_orders)} orders are open, such as {open_orders[:1]}; {waiting[:1]}"
        return True

    def assert_promises_are_kept(self, shop: Shop, clients: list[Client]) -> None:
        orders = {order["id"]: order for order in shop.all("/v1/orders")}
        for client in clients:
            for order, part, wanted in client.promised:
                self.assertIn(wanted, [each["id"] for each in orders[order][part]], f"{part} of {order}")
        for order in orders.values():
            self.assertLessEqual(order["refunded"]["amount"], order["captured"]["amount"], order)
            for line in order["lines"]:
                self.assertLessEqual(line["shipped"] + line["cancelled"], line["quantity"], order)

    def assert_nobody_left_a_letter(self, http_client: Http) -> None:
        for topic in ("order_events", "shipments", "payments", "stock"):
            answer = self.assertStatus(http_client.get(f"/v1/dlq?topic={topic}&limit=500"), 200)
            self.assertEqual([(letter["type"], letter["reason"], letter["key"]) for letter in answer.json["data"]], [], topic)


if __name__ == "__main__":
    import unittest

    unittest.main()
