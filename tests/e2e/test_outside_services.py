"""Outside services replace ordo's own, over Kafka alone: those of examples/, in Python and in Node.js."""

import json
import re
import unittest
import uuid

from cluster import ClusterCase, start_stack, stop_stack
from examples import example
from harness import AT_REST, check, wait_until
from shop import price
from whole_life import PRICE, LifeCase, fact

setUpModule, tearDownModule = start_stack, stop_stack

OTHERS = ("intake", "catalog", "orders", "stock", "crm")
PATIENCE_S = 60  # Time for a group to detect a killed member, and for the consequences.


class OutsideCase(LifeCase, ClusterCase):
    """An ordo without the role payment, and an example service that handles payments."""

    language: str
    processes = {"ordo": ("api", *OTHERS, "logistics")}
    settings = AT_REST | {"payment_timeout": "15s"}  # Longer than a group waits for a killed member.

    @classmethod
    def start_all(cls):
        super().start_all()
        cls.ordo = cls.servers["ordo"]
        cls.payment = cls.example("payment_service", "--payments", cls.topic("payments"), "--bank-delay", "18")
        cls.listener = cls.example("listener")

    @classmethod
    def tearDownClass(cls):
        check(cls.ordo, wait_s=2)  # A short wait: an outside service reads `payments`, so ordo does not know its position.
        super().tearDownClass()

    @classmethod
    def example(cls, program: str, *arguments: str):
        started = example(cls.language, program, cls.folder, "--kafka", cls.stack.bootstrap, "--group", f"{cls.prefix}-{program}",
                          "--order-events", cls.topic("order_events"), "--session-timeout", "6", *arguments)
        cls.addClassCleanup(started.stop)
        started.spawn()
        return started

    def write(self, topic, *records):
        for kind, key, value in records:
            self.kcat("-P", "-t", self.topic(topic), "-k", key, "-X", "acks=all", "-X", "topic.partitioner=murmur2_random",
                      "-H", "ce_specversion=1.0", "-H", f"ce_id={uuid.uuid4()}", "-H", "ce_source=/test",
                      "-H", f"ce_type={kind}", "-H", f"ce_subject={key}",
                      text=(value if isinstance(value, str) else json.dumps(value)) + "\n")

    def told(self, order: str) -> list[str]:
        """The final events of the order that the listener has printed."""
        number = self.order(order)["number"]
        return re.findall(rf"^{number} ended as (.*)$", self.listener.log.read_text(), re.MULTILINE)

    def assert_story(self, told: str, status: str, payment: str) -> None:
        """Checks an order's events up to its first end. Messages of two services may cross: the step that reserves the order also
        requests the payment, and the answer may come before the log has the reservation."""
        end, _, story = told.partition(": ")
        kinds = story.split(" > ")[:5]
        self.assertEqual(end, status)
        for by_one in (["order.created", "stock.reserved", "order.reserved", f"order.{status}"],
                       ["order.created", "stock.reserved", payment, f"order.{status}"]):
            self.assertEqual([kind for kind in kinds if kind in by_one], by_one)

    def crash(self, process) -> None:
        process.kill()
        process.spawn()

    def settled(self) -> None:
        """No record from the examples was refused."""
        refused = [record for record in self.consume("order_events.dlq") if record["headers"].get("ce_source", "").startswith("/examples/")]
        self.assertEqual(refused, [])


class PaymentJob(OutsideCase):
    def test_paid_declined_and_refunded(self):
        product = self.product()
        good = self.place((product, 2))
        bad = self.place((product, 2), method="card_declined")
        self.await_order(good, "confirmed", "captured", "unfulfilled", PATIENCE_S)
        found = self.await_order(bad, "rejected", "failed", "unfulfilled")
        self.assertEqual(found["status_reason"], "payment_failed")
        self.refund(good, amount=price(300))
        self.await_order(good, "confirmed", "partially_refunded", "unfulfilled")
        self.await_shipment(f"{good}:1")
        self.cancel(good)
        found = self.await_order(good, "cancelled", "refunded", "unfulfilled")
        self.assertEqual((found["captured"], found["refunded"]), (price(2 * PRICE), price(2 * PRICE)))
        self.await_stock(product, reserved=0)
        wait_until(lambda: len(self.told(good)) >= 3, PATIENCE_S, "the listener has printed its refunds and its cancel")
        self.assert_story(self.told(good)[0], "confirmed", "payment.captured")
        self.assertIn(f"{good} is for 2 x Name of {product}", self.payment.log.read_text())
        (end,) = self.told(bad)
        self.assert_story(end, "rejected", "payment.failed")
        self.settled()

    def test_late_and_voided(self):
        product = self.product()
        late, slow = self.place((product, 1), method="late"), self.place((product, 1), method="slow")
        found = self.await_order(slow, "expired", "voided", "unfulfilled", PATIENCE_S)
        self.assertEqual(found["captured"], price(0))
        found = self.await_order(late, "expired", "refunded", "unfulfilled", PATIENCE_S)
        self.assertEqual((found["captured"], found["refunded"]), (price(PRICE), price(PRICE)))
        self.await_stock(product, reserved=0)
        self.settled()

    def test_killed_in_the_middle_of_it(self):
        """Requests without an answer are repeated, and a repeated answer counts once."""
        product = self.product(stock=1000)
        orders = []
        for _ in range(3):
            orders += [(self.place((product, 1)), "confirmed", "captured") for _ in range(8)]
            orders.append((self.place((product, 1), method="card_declined"), "rejected", "failed"))
            self.crash(self.payment)
            self.crash(self.listener)
        # A service that is killed during a late payment asks the bank for it again.
        late = self.place((product, 1), method="late")
        wait_until(lambda: self.order(late)["status"] == "reserved", PATIENCE_S, "its payment is asked for")
        self.crash(self.payment)
        for order, status, payment in orders:
            # Orders that could not be paid in time have expired. Later payments for them were refunded.
            found = self.shop.decided(order, PATIENCE_S)
            if found["status"] == "expired":
                continue
            self.await_order(order, status, payment, "unfulfilled")
            self.assertEqual(self.order(order)["captured"], price(PRICE if payment == "captured" else 0))
        self.await_order(late, "expired", "refunded", "unfulfilled", PATIENCE_S)
        again = self.place((product, 1))
        self.await_order(again, "confirmed", "captured", "unfulfilled", PATIENCE_S)
        answered = [order for order, _, _ in orders if self.order(order)["status"] in ("confirmed", "rejected")]
        self.assertGreater(len(answered), 0)
        wait_until(lambda: all(self.told(order) for order, _, payment in orders if payment == "failed"
                               and self.order(order)["status"] == "rejected"), PATIENCE_S, "their ends are printed")
        self.settled()

    def test_what_nobody_can_read_stops_nothing(self):
        product = self.product()
        order = str(uuid.uuid4())
        for value in ("no json", "7", "null", '{"order_id":"x"}'):
            self.write("payments", ("ordo.payment.authorize_requested.v1", order, value))
        self.write("payments", ("ordo.payment.invented_requested.v1", order, {"order_id": order}))
        self.await_order(self.place((product, 1)), "confirmed", "captured", "unfulfilled", PATIENCE_S)
        for _ in range(4):  # Enough orders to use each partition.
            self.await_order(self.place((product, 1)), "confirmed", "captured", "unfulfilled", PATIENCE_S)
        self.assertTrue(self.payment.alive())
        wait_until(lambda: "cannot read" in self.payment.log.read_text(), PATIENCE_S, "it says so")


class PythonPayment(PaymentJob):
    language = "python"


class NodePayment(PaymentJob):
    language = "node"


class Logistics(OutsideCase):
    """Also without the role logistics: an outside warehouse reads `shipments` and records what has left."""

    language = "python"
    processes = {"ordo": ("api", *OTHERS)}
    settings = {"payment_timeout": "60s"}

    def asked(self, order: str, kind: str) -> list[dict]:
        return [json.loads(record["payload"]) for record in self.consume("shipments")
                if record["key"] == order and record["headers"]["ce_type"] == f"ordo.shipment.{kind}.v1"]

    def test_a_warehouse_from_outside(self):
        product = self.product(stock=10)
        order, regretted, late = (self.place((product, 3)) for _ in range(3))
        for each in (order, regretted, late):
            self.await_order(each, "confirmed", "captured", "unfulfilled", PATIENCE_S)
        request = wait_until(lambda: self.asked(order, "create_requested"), PATIENCE_S, "the goods are asked for")[0]
        self.assertEqual(request["lines"], [{"product_id": product, "quantity": 3}])
        self.assertEqual(request["goods"], [{"line_id": "1", "product_id": product, "name": f"Name of {product}", "quantity": 3,
                                             "unit_price": price(PRICE), "total": price(3 * PRICE)}])
        two = [{"product_id": product, "quantity": 2}]
        one = [{"product_id": product, "quantity": 1}]
        self.write("order_events", fact("shipment.shipped", order, shipment_id="box-1", lines=two, tracking="T1"),
                   fact("shipment.shipped", order, shipment_id="box-1", lines=two, tracking="T1"))
        self.await_order(order, "confirmed", "captured", "partially_shipped")
        self.write("order_events", fact("shipment.shipped", order, shipment_id="box-2", lines=one),
                   fact("shipment.delivered", order, shipment_id="box-2"), fact("shipment.delivered", order, shipment_id="box-1"))
        self.await_order(order, "completed", "captured", "delivered")

        for each in (regretted, late):
            self.assertStatus(self.http.post(f"/v1/orders/{each}/cancel", {"reason": "regret"}, Prefer="wait=0"), 202)
            wait_until(lambda each=each: self.asked(each, "cancel_requested"), PATIENCE_S, "it is asked to stop")
        self.write("order_events", fact("shipment.cancelled", regretted), fact("shipment.cancel_refused", late),
                   fact("shipment.shipped", late, shipment_id="box-3", lines=[{"product_id": product, "quantity": 3}]))
        self.await_order(regretted, "cancelled", "refunded", "unfulfilled", PATIENCE_S)
        self.await_order(late, "fulfilled", "captured", "shipped")
        self.await_stock(product, on_hand=4, reserved=0, shipped=6)
        self.settled()


del OutsideCase, PaymentJob  # These classes are not tests themselves.

if __name__ == "__main__":
    unittest.main()
