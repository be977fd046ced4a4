"""An order's whole life, in both ways to run ordo."""

import json
import sys
import threading
import time
import unittest
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from cluster import WORKERS, ClusterCase, start_stack, stop_stack
from harness import AT_REST, DECIDED_S, Case, Http, append_records, check, rebuild, wait_until
from shop import price
from whole_life import PRICE, Hold, Life, LifeCase, Retention, Time, fact

setUpModule, tearDownModule = start_stack, stop_stack


class EmbeddedLife(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.folder / "data"
        cls.ordo = cls.server("ordo", {"data_dir": str(cls.data)} | cls.settings).start()

    @classmethod
    def tearDownClass(cls):
        check(cls.ordo)
        rebuild(cls.ordo)
        super().tearDownClass()

    def write(self, topic, *records):
        """Writes records directly into the log, because the API is the only other way to write there.
        All of them are in the first partition. The processors forward them from there."""
        self.ordo.terminate()
        self.http.close()
        append_records(self.data, *({"topic": topic, "type": kind, "source": "/test", "id": uuid.uuid4().hex, "key": key,
                                     "subject": key, "value": json.dumps(value)} for kind, key, value in records))
        self.ordo.start()


class EmbeddedWholeLife(Life, EmbeddedLife):
    pass


class EmbeddedTime(Time, EmbeddedLife):
    pass


class EmbeddedHold(Hold, EmbeddedLife):
    pass


class EmbeddedRetention(Retention, EmbeddedLife):
    pass


class ClusterLife(ClusterCase):
    processes = {"ordo": ("api", *WORKERS)}

    @classmethod
    def tearDownClass(cls):
        cls.check()
        rebuild(cls.ordo)
        super().tearDownClass()

    @classmethod
    def start_all(cls):
        super().start_all()
        cls.ordo = cls.servers["ordo"]

    def write(self, topic, *records):
        for kind, key, value in records:
            self.kcat("-P", "-t", self.topic(topic), "-k", key, "-X", "acks=all", "-X", "topic.partitioner=murmur2_random",
                      "-H", "ce_specversion=1.0", "-H", f"ce_id={self.unique('id')}", "-H", "ce_source=/test",
                      "-H", f"ce_type={kind}", "-H", f"ce_subject={key}", text=json.dumps(value) + "\n")


class ClusterWholeLife(Life, ClusterLife):
    pass


class ClusterTime(Time, ClusterLife):
    pass


class ClusterHold(Hold, ClusterLife):
    pass


class ClusterRetention(Retention, ClusterLife):
    pass


class ClusterPending(LifeCase, ClusterLife):
    """An order before its stock is reserved. Without a stock processor, a test can extend that time."""

    processes = {"ordo": ("api", *(role for role in WORKERS if role != "stock")), "stock": ("stock",)}

    def first_come(self, *lines: tuple[str, int]) -> str:
        """An order whose stock request is sent before this returns. So no later order is served first."""
        order = self.place(*lines)
        self.await_order(order, "pending", "none", "unfulfilled")
        wait_until(lambda: any(order in record["payload"] for record in self.consume("stock")), DECIDED_S, "its stock is asked for",
                   every_s=0.2)
        return order

    def test_pending_orders(self):
        product = self.product(stock=10)
        self.servers["stock"].kill()
        kept, regretted, few = (self.first_come((product, quantity)) for quantity in (2, 3, 9))
        # The process that accepted an order shows it at once. From revision 1 on, it is the stored one.
        before = wait_until(lambda: (now := self.order(kept))["rev"] > 0 and now, DECIDED_S, "the order is stored")
        line = [{"product_id": product, "quantity": 1}]
        moves = [("payment.authorized", {}), ("payment.captured", {"amount": price(2 * PRICE)}), ("payment.failed", {"reason": ""}),
                 ("payment.voided", {}), ("payment.refunded", {"refund_id": "x", "amount": price(1)}),
                 ("order.payment_timed_out", {}), ("order.hold_elapsed", {}),
                 ("shipment.shipped", {"shipment_id": "x", "lines": line}), ("shipment.delivered", {"shipment_id": "x"}),
                 ("shipment.cancelled", {}), ("shipment.cancel_refused", {})]
        self.write("order_events", *[fact(kind, kept, **fields) for kind, fields in moves])
        letters = wait_until(lambda: len(found := self.letters(kept)) >= len(moves) and found, DECIDED_S, "all are refused")
        self.assertEqual(sorted((letter["type"], letter["reason"]) for letter in letters),
                         sorted((f"ordo.{kind}.v1", "illegal_transition") for kind, _ in moves))
        self.assertEqual(self.order(kept), before)
        for path, body in (("refunds", {"reason": "r"}),
                           ("returns", {"reason": "r", "lines": line, "restock": True, "refund": True})):
            self.assertProblem(self.http.post(f"/v1/orders/{kept}/{path}", body), 409, "illegal_transition")
        self.cancel(regretted)
        self.await_order(regretted, "cancelled", "none", "unfulfilled")
        self.servers["stock"].start()
        self.await_order(kept, "confirmed", "captured", "unfulfilled")
        found = self.await_order(few, "rejected", "none", "unfulfilled")
        self.assertEqual(found["status_reason"], "out_of_stock")
        self.await_order(regretted, "cancelled", "none", "unfulfilled")  # The stock decision crossed the cancel.
        self.await_stock(product, on_hand=10, reserved=2)


class ClusterRace(LifeCase, ClusterLife):
    """Cancel, capture and dispatch of one order at the same time. Whichever wins, the books balance."""

    settings = AT_REST | {"gateway_late": "1h"}  # The test gives the answer.
    TIMES = 50
    SPREAD_S = 0.5  # The longest delay of the cancel: from before the capture to after the dispatch.
    MORE = 10  # More races if one side has never won, as on a slow machine.

    def race(self, product: str, cancel_after_s: float) -> str:
        order = self.place((product, 2), method="sim_late")
        self.await_order(order, "reserved", "none", "unfulfilled")
        start = threading.Barrier(3)

        def cancel(client: Http) -> None:
            time.sleep(cancel_after_s)
            answer = client.post(f"/v1/orders/{order}/cancel", {"reason": "regret"}, Prefer="wait=20")
            self.assertIn(answer.status, (200, 409), str(answer))

        def capture(_client: Http) -> None:
            self.write("payments", fact("payment.gateway_answered", order, call_id=f"{order}:purchase:1", outcome="captured"))

        def dispatch(client: Http) -> None:
            """The carrier picks up the shipment as soon as it exists."""
            def took_it():
                answer = client.post(f"/v1/shipments/{order}:1/updates", {"status": "shipped"}, Prefer="wait=20")
                self.assertIn(answer.status, (200, 202, 404, 409), str(answer))
                ended = client.get(f"/v1/orders/{order}").json["status"] == "cancelled"
                return answer.status in (200, 409) or ended

            wait_until(took_it, DECIDED_S, f"{order} is dispatched or cancelled")

        def take_part(act) -> None:
            with closing(Http(self.port)) as client:
                client.get("/livez")
                start.wait(DECIDED_S)
                act(client)

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(take_part, (cancel, capture, dispatch)))
        return order

    def test_cancel_races_capture_races_dispatch(self):
        product = self.product(stock=1000)
        orders = []
        for number in range(self.TIMES):  # Most of them cancel early, because everything takes only milliseconds.
            orders.append(self.race(product, self.SPREAD_S * (number / self.TIMES) ** 3))
        settled = {"fulfilled": ("captured", "shipped"), "cancelled": ("refunded", "unfulfilled")}

        def settle(order: str):
            found = self.order(order)
            assert settled.get(found["status"]) == (found["payment_status"], found["fulfillment_status"]), found
            return found

        ends = Counter()

        def book(order: str) -> None:
            found = wait_until(lambda: settle(order), DECIDED_S, f"{order} has settled")
            given_back = 2 * PRICE if found["status"] == "cancelled" else 0
            self.assertEqual((found["captured"], found["refunded"]), (price(2 * PRICE), price(given_back)), found)
            self.await_payment(order, captured=price(2 * PRICE), refunded=price(given_back), calls=[])
            ends[found["status"]] += 1

        for order in orders:
            book(order)
        for number in range(self.MORE):
            if set(ends) != set(settled):
                book(self.race(product, 0 if "cancelled" not in ends else min(10, self.SPREAD_S * 2 ** number)))
        print(f"  {sum(ends.values())} races: {dict(ends)}", file=sys.stderr)
        self.assertEqual(set(ends), set(settled), "one side never won")
        shipped = 2 * ends["fulfilled"]
        self.await_stock(product, on_hand=1000 - shipped, reserved=0, shipped=shipped)
        self.check()


if __name__ == "__main__":
    unittest.main()
