"""The whole life of an order, for every way to run ordo. A test class mixes in `Life` and gives `ordo`, a server with every role,
and `write(topic, *records)`, which appends records (type, key, value) like an outside program.

`Life` runs with an external carrier, so that a test controls how far orders go. `Time` uses times that are short enough for
tests. `Hold` uses a dispatch hold.
"""

import time
import uuid

from harness import AT_REST, DECIDED_S, Http, Server, check, wait_until
from shop import Shop, order_body, price

PRICE = 1000  # of every product here, in cents

# Types that the orders' inbox accepts from outside, by short name.
def fact(kind: str, order: str, **fields) -> tuple[str, str, dict]:
    """A record: type, key, value."""
    return f"ordo.{kind}.v1", order, {"order_id": order, **fields}


class LifeCase:
    ordo: Server

    @property
    def port(self) -> int:
        return self.ordo.port

    def setUp(self):
        self.http = Http(self.port)
        self.addCleanup(self.http.close)
        self.shop = Shop(self.http)

    def product(self, stock: int = 100) -> str:
        product = self.unique("product")
        self.shop.add_product(product, stock=stock, amount=PRICE)
        return product

    def place(self, *lines: tuple[str, int], method: str | None = None, customer: str | None = None) -> str:
        body = order_body(customer or self.unique("customer"), *lines, **({"payment_method": method} if method else {}))
        return self.assertStatus(self.http.post("/v1/orders", body), 201).json["id"]

    def order(self, order: str) -> dict:
        return self.assertStatus(self.http.get(f"/v1/orders/{order}"), 200).json

    def await_order(self, order: str, status: str, payment: str, fulfillment: str, bound_s: float = DECIDED_S) -> dict:
        wanted = (status, payment, fulfillment)

        def look():
            found = self.order(order)
            assert (found["status"], found["payment_status"], found["fulfillment_status"]) == wanted, \
                (found["status"], found["payment_status"], found["fulfillment_status"], found.get("status_reason"))
            return found

        return wait_until(look, bound_s, f"order {order} is {wanted}")

    def await_stock(self, product: str, **figures: int) -> None:
        def look():
            stock = self.shop.stock(product)
            level = stock["levels"][0]  # The only level; it has more figures than the sum.
            self.assertEqual([stock[name] for name in ("on_hand", "reserved", "available")],
                             [level["on_hand"], level["reserved"], level["on_hand"] - level["reserved"]])
            found = {name: level[name] if name in level else stock[name] for name in figures}
            assert found == figures, found
            return True

        wait_until(look, DECIDED_S, f"the stock of {product} is {figures}")

    def confirmed(self, *lines: tuple[str, int], **more) -> str:
        order = self.place(*lines, **more)
        self.await_order(order, "confirmed", "captured", "unfulfilled")
        self.await_shipment(f"{order}:1")
        return order

    def await_payment(self, order: str, **wanted) -> dict:
        """Waits until the payment has these members. The order may change before the payment itself is stored."""

        def payment():
            found = self.assertStatus(self.http.get(f"/v1/payments/{order}"), 200).json
            assert {name: found[name] for name in wanted} == wanted, found
            return found

        return wait_until(payment, DECIDED_S, f"the payment of {order} is as it should be")

    def await_shipment(self, shipment: str, status: str = "requested") -> dict:
        def look():
            answer = self.http.get(f"/v1/shipments/{shipment}")
            assert answer.status == 200 and answer.json["status"] == status, str(answer)
            return answer.json

        return wait_until(look, DECIDED_S, f"shipment {shipment} is {status}")

    def carrier(self, shipment: str, status: str, *lines: tuple[str, int], expect: int = 200) -> dict:
        """Sends a carrier's report about a shipment."""
        body = {"status": status, "carrier": "van", "tracking": f"T-{shipment[-1]}"}
        if lines:
            body["lines"] = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
        return self.assertStatus(self.http.post(f"/v1/shipments/{shipment}/updates", body, Prefer="wait=20"), expect).json

    def deliver(self, *lines: tuple[str, int], **more) -> str:
        order = self.confirmed(*lines, **more)
        for status in ("shipped", "delivered"):
            self.carrier(f"{order}:1", status)
        self.await_order(order, "completed", "captured", "delivered")
        return order

    def lost(self, *lines: tuple[str, int]) -> str:
        """An order that has ended because its parcel is lost."""
        order = self.confirmed(*lines)
        for status in ("shipped", "lost"):
            self.carrier(f"{order}:1", status)
        self.await_order(order, "completed", "captured", "shipped")
        return order

    def refund(self, order: str, reason: str = "scratched", expect: int = 201, **body):
        return self.assertStatus(self.http.post(f"/v1/orders/{order}/refunds", {"reason": reason, **body}, Prefer="wait=20"),
                                 expect)

    def give_back(self, order: str, *lines: tuple[str, int], expect: int = 201, **body):
        body = {"lines": [{"product_id": product, "quantity": quantity} for product, quantity in lines], "reason": "too red",
                "restock": False, "refund": False, **body}
        return self.assertStatus(self.http.post(f"/v1/orders/{order}/returns", body, Prefer="wait=20"), expect)

    def cancel(self, order: str, expect: int = 200):
        return self.assertStatus(self.http.post(f"/v1/orders/{order}/cancel", {"reason": "regret"}, Prefer="wait=20"), expect)

    def history(self, order: str) -> list[str]:
        entries = self.assertStatus(self.http.get(f"/v1/orders/{order}/history"), 200).json["data"]
        self.assertTrue(all(entry["at"] and entry["source"] and entry["summary"] for entry in entries), entries)
        return [entry["type"].removeprefix("ordo.").removesuffix(".v1") for entry in entries]

    def letters(self, order: str) -> list[dict]:
        answer = self.http.get(f"/v1/dlq?topic=order_events&key={order}&limit=500")
        return self.assertStatus(answer, 200).json["data"]


class Life(LifeCase):
    """Every row of the state table, with its effect on money and stock, and every move that is not in the table."""

    settings = AT_REST

    # --- the rows ----------------------------------------------------------------------------------------------------

    def test_placed_paid_shipped_and_delivered(self):
        product = self.product(stock=10)
        order = self.place((product, 3))
        self.await_order(order, "confirmed", "captured", "unfulfilled")
        self.await_stock(product, on_hand=10, reserved=3, available=7)
        self.await_shipment(f"{order}:1")
        self.carrier(f"{order}:1", "shipped")
        shipped = self.await_order(order, "fulfilled", "captured", "shipped")
        self.assertEqual([(line["shipped"], line["returned"]) for line in shipped["lines"]], [(3, 0)])
        self.await_stock(product, on_hand=7, reserved=0, shipped=3, available=7)
        self.carrier(f"{order}:1", "in_transit")
        self.carrier(f"{order}:1", "delivered")
        done = self.await_order(order, "completed", "captured", "delivered")
        self.assertEqual((done["captured"], done["refunded"]), (price(3 * PRICE), price(0)))
        self.assertEqual([(parcel["shipment_id"], parcel["status"], parcel["tracking"]) for parcel in done["parcels"]],
                         [(f"{order}:1", "delivered", "T-1")])
        self.assertEqual(self.history(order), ["order.created", "stock.reserved", "payment.captured", "shipment.shipped",
                                               "shipment.delivered"])
        self.await_stock(product, on_hand=7, reserved=0, shipped=3)

    def test_out_of_stock(self):
        product = self.product(stock=1)
        order = self.place((product, 2))
        found = self.await_order(order, "rejected", "none", "unfulfilled")
        self.assertEqual(found["status_reason"], "out_of_stock")
        self.await_stock(product, on_hand=1, reserved=0)

    def test_a_declined_payment_rejects_the_order_and_frees_its_stock(self):
        product = self.product(stock=5)
        order = self.place((product, 5), method="sim_decline")
        found = self.await_order(order, "rejected", "failed", "unfulfilled")
        self.assertEqual((found["status_reason"], found["captured"]), ("payment_failed", price(0)))
        self.assertEqual(self.history(order), ["order.created", "stock.reserved", "payment.failed"])
        self.await_stock(product, on_hand=5, reserved=0)
        self.deliver((product, 5))  # Another order gets them.

    def test_other_ways_to_pay(self):
        product = self.product()
        for method, before in (("sim_two_step", ["payment.authorized"]), ("sim_flaky", []), ("sim_twice", [])):
            with self.subTest(method=method):
                order = self.confirmed((product, 2), method=method)
                self.assertEqual(self.order(order)["captured"], price(2 * PRICE))
                self.assertEqual(self.history(order), ["order.created", "stock.reserved", *before, "payment.captured"])
                self.await_payment(order, status="captured", captured=price(2 * PRICE), calls=[])

    def test_a_cancel_before_the_payment(self):
        product = self.product(stock=4)
        order = self.place((product, 4), method="sim_timeout")
        self.await_order(order, "reserved", "none", "unfulfilled")
        self.await_stock(product, reserved=4)
        self.cancel(order)
        found = self.await_order(order, "cancelled", "voided", "unfulfilled")
        self.assertEqual((found["status_reason"], found["captured"]), ("regret", price(0)))
        self.await_stock(product, on_hand=4, reserved=0)

    def test_a_cancel_after_the_payment_gives_money_and_stock_back(self):
        product = self.product(stock=4)
        order = self.confirmed((product, 4))
        self.cancel(order)
        found = self.await_order(order, "cancelled", "refunded", "unfulfilled")
        self.assertEqual((found["captured"], found["refunded"]), (price(4 * PRICE), price(4 * PRICE)))
        self.await_stock(product, on_hand=4, reserved=0, shipped=0)
        self.await_shipment(f"{order}:1", "cancelled")
        self.assertProblem(self.http.post(f"/v1/shipments/{order}:1/updates", {"status": "shipped"}), 409)

    def test_partial_shipments(self):
        red, blue = self.product(stock=5), self.product(stock=5)
        order = self.confirmed((red, 3), (blue, 2))
        self.carrier(f"{order}:1", "shipped", (red, 2))
        found = self.await_order(order, "confirmed", "captured", "partially_shipped")
        self.assertEqual([line["shipped"] for line in found["lines"]], [2, 0])
        self.await_stock(red, on_hand=3, reserved=1, shipped=2)
        self.await_stock(blue, on_hand=5, reserved=2, shipped=0)
        rest = self.await_shipment(f"{order}:2")
        self.assertEqual(sorted((line["product_id"], line["quantity"]) for line in rest["lines"]), sorted([(red, 1), (blue, 2)]))
        problem = self.http.post(f"/v1/shipments/{order}:2/updates",
                                 {"status": "shipped", "lines": [{"product_id": red, "quantity": 2}]})
        self.assertProblem(problem, 409, "lines_exceed_shipment")
        self.carrier(f"{order}:1", "delivered")
        self.await_order(order, "confirmed", "captured", "partially_shipped")
        self.carrier(f"{order}:2", "shipped")
        self.await_order(order, "fulfilled", "captured", "shipped")
        self.carrier(f"{order}:2", "delivered")
        found = self.await_order(order, "completed", "captured", "delivered")
        self.assertEqual(len(found["parcels"]), 2)
        self.await_stock(red, on_hand=2, reserved=0, shipped=3)
        self.await_stock(blue, on_hand=3, reserved=0, shipped=2)

    def test_what_has_not_left_is_cancelled(self):
        """A cancel by the customer, by the carrier, and of some goods before anything leaves."""
        product = self.product(stock=20)
        for by in ("customer", "carrier"):
            with self.subTest(by=by):
                order = self.confirmed((product, 3))
                self.carrier(f"{order}:1", "shipped", (product, 1))
                self.await_shipment(f"{order}:2")
                if by == "customer":
                    self.cancel(order)
                else:
                    self.carrier(f"{order}:2", "cancelled")
                found = self.await_order(order, "fulfilled", "partially_refunded", "shipped")
                self.assertEqual(found["refunded"], price(2 * PRICE))
                self.assertEqual([(line["shipped"], line["cancelled"]) for line in found["lines"]], [(1, 2)])
                self.assertProblem(self.http.post(f"/v1/orders/{order}/cancel", {}), 409, "illegal_transition")
                self.carrier(f"{order}:1", "delivered")
                self.await_order(order, "completed", "partially_refunded", "delivered")
                self.assertEqual(self.letters(order), [])
        order = self.confirmed((product, 3))
        part = {"lines": [{"product_id": product, "quantity": 1}], "id": "one", "reason": "one too many"}
        for _ in range(2):
            self.assertStatus(self.http.post(f"/v1/orders/{order}/cancel", part, Prefer="wait=20"), 200)
        found = self.await_order(order, "confirmed", "partially_refunded", "unfulfilled")
        self.assertEqual([line["cancelled"] for line in found["lines"]], [1])
        self.await_stock(product, on_hand=18, reserved=2, shipped=2)
        self.cancel(order)
        self.await_order(order, "cancelled", "refunded", "unfulfilled")
        self.await_stock(product, on_hand=18, reserved=0)

    def test_goods_whose_money_is_back_do_not_leave(self):
        product = self.product(stock=2)
        order = self.confirmed((product, 2))
        self.refund(order, reason="goodwill")
        self.await_order(order, "cancelled", "refunded", "unfulfilled")
        self.carrier(f"{order}:1", "shipped", expect=409)
        self.await_stock(product, on_hand=2, reserved=0)

    def test_a_lost_parcel_is_paid_back_by_hand(self):
        product = self.product(stock=2)
        order = self.lost((product, 2))
        self.refund(order, reason="lost on its way")
        self.await_order(order, "completed", "refunded", "shipped")
        self.assertProblem(self.http.post(f"/v1/orders/{order}/shipments", {}), 409, "not_paid")

    def test_a_lost_parcel_is_sent_again(self):
        product = self.product(stock=3)
        order = self.lost((product, 2))
        path, wish = f"/v1/orders/{order}/shipments", {"id": "again", "reason": "lost"}
        self.assertProblem(self.http.post(path, wish, Prefer="wait=20"), 409, "resend_refused")  # One of two is left.
        one = {"lines": [{"product_id": product, "quantity": 1}], "id": "one"}
        for _ in range(2):
            sent = self.assertStatus(self.http.post(path, one, Prefer="wait=20"), 201).json
            self.assertEqual((sent["status"], sent["shipment_id"]), ("accepted", f"{order}:65"))
        self.await_shipment(f"{order}:65")
        self.await_order(order, "confirmed", "captured", "partially_shipped")
        for status in ("shipped", "delivered"):
            self.carrier(f"{order}:65", status)
        found = self.await_order(order, "completed", "captured", "shipped")
        self.assertEqual([(line["shipped"], line["lost"]) for line in found["lines"]], [(2, 1)])
        self.await_stock(product, on_hand=0, reserved=0, shipped=3)

    def test_who_comes_too_late_is_told(self):
        """A request that comes too late is in the order's history, and is not a dead letter."""
        product = self.product(stock=2)
        order = self.deliver((product, 2))
        line = [{"product_id": product, "quantity": 3}]
        self.write("order_events",
                   fact("order.cancel_requested", order, reason=""),
                   fact("order.refund_requested", order, refund_id="much", reason="", amount=price(99_999)),
                   fact("order.return_requested", order, return_id="more", lines=line, restock=True, refund=True, reason=""),
                   fact("order.resend_requested", order, resend_id="again", reason=""))

        def told():
            found = self.order(order)["refusals"]
            assert [(each["request"], each["id"], each["reason"]) for each in found] == [
                ("cancel", "", "illegal_transition"), ("refund", "much", "refund_exceeds_payment"),
                ("return", "more", "lines_exceed_order"), ("resend", "again", "nothing_lost")], found
            return True

        wait_until(told, DECIDED_S, "the order says what was refused")
        self.assertEqual(self.letters(order), [])
        self.await_order(order, "completed", "captured", "delivered")

    def test_partial_refunds(self):
        product = self.product()
        order = self.deliver((product, 3))
        self.refund(order, amount=price(700), id="r-1")
        found = self.await_order(order, "completed", "partially_refunded", "delivered")
        self.assertEqual(found["refunded"], price(700))
        self.refund(order, amount=price(700), id="r-1")  # The same one.
        self.assertProblem(self.refund(order, amount=price(800), id="r-1", expect=422), 422, "refund_id_reused")
        self.assertProblem(self.refund(order, amount=price(2301), expect=409), 409, "refund_exceeds_payment")
        self.assertProblem(self.refund(order, amount=price(10, "EUR"), expect=422), 422, "currency_mismatch")
        self.refund(order, amount=price(300), id="r-2")
        self.refund(order)  # All that is left.
        found = self.await_order(order, "completed", "refunded", "delivered")
        self.assertEqual((found["captured"], found["refunded"]), (price(3 * PRICE), price(3 * PRICE)))
        self.assertEqual([(refund["amount"]["amount"], refund["status"]) for refund in found["refunds"]],
                         [(700, "succeeded"), (300, "succeeded"), (2000, "succeeded")])
        self.assertProblem(self.refund(order, amount=price(1), expect=409), 409, "refund_exceeds_payment")
        self.await_payment(order, refunded=price(3 * PRICE))

    def test_a_refund_that_the_gateway_cannot_make(self):
        order = self.confirmed((self.product(), 1), method="sim_refund_fails")
        self.refund(order, id="hopeless")
        wait_until(lambda: [(refund["status"], refund["detail"]) for refund in self.order(order)["refunds"]] ==
                   [("failed", "the account is closed")], DECIDED_S, "the refund has failed")
        self.await_order(order, "cancelled", "captured", "unfulfilled")
        self.refund(order, amount=price(PRICE))  # The money can still be refunded.

    def test_returns_with_and_without_restock(self):
        good, broken = self.product(stock=5), self.product(stock=5)
        order = self.deliver((good, 3), (broken, 2))
        self.give_back(order, (good, 2), restock=True, refund=True, id="first")
        found = self.await_order(order, "completed", "partially_refunded", "partially_returned")
        self.assertEqual(found["refunded"], price(2 * PRICE))
        self.await_stock(good, on_hand=4, shipped=3, returned=2, reserved=0)
        self.give_back(order, (good, 2), restock=True, refund=True, id="first")  # The same one.
        self.give_back(order, (broken, 2), restock=False, refund=True)
        found = self.await_order(order, "completed", "partially_refunded", "partially_returned")
        self.await_stock(broken, on_hand=3, shipped=2, returned=0)
        self.assertProblem(self.give_back(order, (good, 2), expect=409), 409, "lines_exceed_order")
        self.give_back(order, (good, 1), restock=True, refund=False)
        found = self.await_order(order, "completed", "partially_refunded", "returned")
        self.assertEqual([(line["shipped"], line["returned"]) for line in found["lines"]], [(3, 3), (2, 2)])
        wait_until(lambda: self.order(order)["refunded"] == price(4 * PRICE), DECIDED_S, "both refunds are made")
        self.await_stock(good, on_hand=5, shipped=3, returned=3)
        self.assertEqual([each["restock"] for each in found["returns"]], [True, False, True])

    def test_a_payment_after_the_cancel_goes_back_by_itself(self):
        product = self.product(stock=3)
        order = self.place((product, 3), method="sim_late")
        self.await_order(order, "reserved", "none", "unfulfilled")
        self.cancel(order)
        self.await_order(order, "cancelled", "voided", "unfulfilled")
        self.write("payments", fact("payment.gateway_answered", order, call_id=f"{order}:purchase:1", outcome="captured"))
        found = self.await_order(order, "cancelled", "refunded", "unfulfilled")
        self.assertEqual((found["captured"], found["refunded"]), (price(3 * PRICE), price(3 * PRICE)))
        self.await_stock(product, on_hand=3, reserved=0)

    # --- what is not in the table ------------------------------------------------------------------------------------

    def test_moves_that_a_state_does_not_allow(self):
        """Over HTTP, a 409 with the reason. As a record, a dead letter with the reason. Neither changes anything."""
        product, few = self.product(stock=1000), self.product(stock=0)
        line = [{"product_id": product, "quantity": 1}]
        orders = {
            "reserved": self.place((product, 2), method="sim_timeout"),
            "confirmed": self.confirmed((product, 2)),
            "partly shipped": self.confirmed((product, 2)),
            "fulfilled": self.confirmed((product, 2)),
            "completed": self.deliver((product, 2)),
            "out of stock": self.place((few, 1)),
            "declined": self.place((product, 2), method="sim_decline"),
            "cancelled": self.place((product, 2), method="sim_timeout"),
            "nobody's": str(uuid.uuid4()),
        }
        self.carrier(f"{orders['partly shipped']}:1", "shipped", (product, 1))
        self.carrier(f"{orders['fulfilled']}:1", "shipped")
        self.await_order(orders["reserved"], "reserved", "none", "unfulfilled")
        self.await_order(orders["cancelled"], "reserved", "none", "unfulfilled")
        self.cancel(orders["cancelled"])
        self.await_order(orders["cancelled"], "cancelled", "voided", "unfulfilled")
        self.await_order(orders["partly shipped"], "confirmed", "captured", "partially_shipped")
        self.await_order(orders["fulfilled"], "fulfilled", "captured", "shipped")
        self.await_order(orders["out of stock"], "rejected", "none", "unfulfilled")
        self.await_order(orders["declined"], "rejected", "failed", "unfulfilled")
        self.await_stock(product, reserved=2 + 2 + 1)

        def over_http(path: str, body: dict, refused: dict[str, str]) -> None:
            for name, code in refused.items():
                with self.subTest(order=name, path=path):
                    answer = self.http.post(f"/v1/orders/{orders[name]}/{path}", body)
                    self.assertProblem(answer, 404 if name == "nobody's" else 409, code)

        illegal = "illegal_transition"
        before = {name: self.order(order) for name, order in orders.items() if name != "nobody's"}
        over_http("cancel", {}, {"fulfilled": illegal, "completed": illegal, "out of stock": illegal,
                                 "declined": illegal, "nobody's": "unknown_order"})
        over_http("refunds", {"reason": "r"}, {"reserved": illegal, "out of stock": illegal, "declined": illegal,
                                               "cancelled": illegal, "nobody's": "unknown_order"})
        wish = {"reason": "r", "restock": True, "refund": True}
        over_http("returns", wish | {"lines": line}, {"reserved": illegal, "confirmed": illegal, "out of stock": illegal,
                                                              "declined": illegal, "cancelled": illegal,
                                                              "nobody's": "unknown_order"})
        over_http("returns", wish | {"lines": [{"product_id": product, "quantity": 3}]},
                  {"partly shipped": "lines_exceed_order", "fulfilled": "lines_exceed_order", "completed": "lines_exceed_order"})

        moves = {  # kind: (fields, {order: reason})
            "stock.reserved": ({}, {"out of stock": illegal}),
            "stock.rejected": ({"shortages": []}, dict.fromkeys(
                ("reserved", "confirmed", "partly shipped", "fulfilled", "completed", "declined"), illegal)),
            "payment.captured": ({"amount": price(0)}, {"reserved": "amount_mismatch"}),
            "payment.failed": ({"reason": ""}, dict.fromkeys(("confirmed", "partly shipped", "fulfilled", "completed"), illegal)),
            "payment.refunded": ({"refund_id": "x", "amount": price(99_999)}, {
                "reserved": illegal, "declined": illegal, "cancelled": illegal, "out of stock": illegal,
                "confirmed": "refund_exceeds_payment", "completed": "refund_exceeds_payment"}),
            "payment.refund_failed": ({"refund_id": "x", "reason": ""}, dict.fromkeys(
                ("reserved", "confirmed", "completed", "cancelled"), "unknown_refund")),
            "order.hold_elapsed": ({}, {"reserved": illegal}),
            "shipment.shipped": ({"shipment_id": "x", "lines": [{"product_id": product, "quantity": 3}]}, {
                "reserved": illegal, "out of stock": illegal, "declined": illegal, "cancelled": illegal,
                "confirmed": "lines_exceed_order", "partly shipped": "lines_exceed_order", "fulfilled": illegal,
                "completed": illegal}),
            "shipment.delivered": ({"shipment_id": "x"}, dict.fromkeys(
                ("reserved", "confirmed", "partly shipped", "fulfilled", "completed", "cancelled"), illegal)),
            "shipment.lost": ({"shipment_id": "x"}, dict.fromkeys(("reserved", "confirmed", "completed", "cancelled"), illegal)),
            "shipment.cancelled": ({}, dict.fromkeys(
                ("reserved", "fulfilled", "completed", "out of stock", "declined"), illegal)),
            "shipment.cancel_refused": ({}, dict.fromkeys(("reserved", "confirmed", "out of stock", "cancelled"), illegal)),
        }
        expected = {name: [] for name in orders}
        records = []
        for kind, (fields, refused) in moves.items():
            for name, reason in (refused | {"nobody's": "unknown_order"}).items():
                records.append(fact(kind, orders[name], **fields))
                expected[name].append((f"ordo.{kind}.v1", reason))
        # Allowed, but without effect: repeated messages about earlier decisions.
        told_again = [("confirmed", "stock.reserved", {}), ("confirmed", "payment.captured", {"amount": price(2 * PRICE)}),
                      ("confirmed", "payment.authorized", {}), ("confirmed", "order.payment_timed_out", {}),
                      ("confirmed", "payment.voided", {}), ("confirmed", "order.hold_elapsed", {}),
                      ("reserved", "order.retention_elapsed", {}), ("fulfilled", "order.retention_elapsed", {}),
                      ("fulfilled", "shipment.shipped", {"shipment_id": f"{orders['fulfilled']}:1", "lines": line}),
                      ("completed", "shipment.delivered", {"shipment_id": f"{orders['completed']}:1"}),
                      ("completed", "payment.captured", {"amount": price(2 * PRICE)}),
                      ("cancelled", "order.cancel_requested", {"reason": "again"}), ("cancelled", "stock.reserved", {}),
                      ("cancelled", "payment.failed", {"reason": ""}), ("cancelled", "shipment.cancelled", {}),
                      ("declined", "payment.failed", {"reason": ""}), ("out of stock", "stock.rejected", {"shortages": []})]
        records += [fact(kind, orders[name], **fields) for name, kind, fields in told_again]
        # For each order, one refused record after all others. When it is refused, all others were processed.
        last = ("ordo.shipment.lost.v1", illegal)
        for name in orders:
            records.append(fact("shipment.lost", orders[name], shipment_id="last"))
            expected[name].append(("ordo.shipment.lost.v1", "unknown_order") if name == "nobody's" else last)
        self.write("order_events", *records)
        for name, order in orders.items():
            with self.subTest(order=name):
                found = wait_until(lambda order=order, count=len(expected[name]): (found := self.letters(order)) and
                                   len(found) >= count and found, DECIDED_S, f"all of {name} are refused")
                self.assertEqual(sorted((letter["type"], letter["reason"]) for letter in found), sorted(expected[name]))
                self.assertTrue(all(letter["detail"] and letter["processor"] == "orders" for letter in found))
                if name in before:
                    self.assertEqual(self.order(order), before[name])
        self.await_stock(product, reserved=2 + 2 + 1)
        check(self.ordo)

    # --- customers ---------------------------------------------------------------------------------------------------

    def test_a_customers_figures_are_the_sums_of_their_orders(self):
        customer, product = self.unique("customer"), self.product()
        self.deliver((product, 3), customer=customer)
        refunded = self.deliver((product, 2), customer=customer)
        self.refund(refunded, amount=price(500))
        declined = self.place((product, 1), method="sim_decline", customer=customer)
        cancelled = self.confirmed((product, 4), customer=customer)
        self.cancel(cancelled)
        self.await_order(declined, "rejected", "failed", "unfulfilled")
        self.await_order(cancelled, "cancelled", "refunded", "unfulfilled")
        self.await_order(refunded, "completed", "partially_refunded", "delivered")

        def figures():
            found = self.assertStatus(self.http.get(f"/v1/customers/{customer}"), 200).json
            counts = found["orders"]
            assert (counts["placed"], counts["completed"], counts["rejected"], counts["cancelled"], counts["expired"]) == \
                (4, 2, 1, 1, 0), found
            assert [(value["currency"], value["captured"], value["refunded"]) for value in found["value"]] == \
                [("USD", 9 * PRICE, 4 * PRICE + 500)], found
            return found

        found = wait_until(figures, DECIDED_S, "the figures are the sums of the orders")
        self.assertEqual(found["segment"], "returning")
        self.assertLessEqual(found["first_order_at"], found["last_order_at"])

    def test_an_erased_customer_leaves_figures_and_no_name(self):
        customer, product = self.unique("customer"), self.product()
        body = {"id": customer, "name": "Ada Personal", "email": "ada@personal.example"}
        self.assertStatus(self.http.post("/v1/customers", body, Prefer="wait=20"), 201)
        self.deliver((product, 1), customer=customer)
        self.assertIn(self.http("DELETE", f"/v1/customers/{customer}", Prefer="wait=20").status, (200, 204))

        def erased():
            text = self.http.get(f"/v1/customers/{customer}").body.decode()
            assert "Personal" not in text and "personal.example" not in text, text
            return True

        wait_until(erased, DECIDED_S, "the name is gone")
        wait_until(lambda: self.http.get(f"/v1/customers/{customer}").json["orders"]["placed"] == 1, DECIDED_S,
                   "the figures stay")


class Time(LifeCase):
    """Payments that come twice, late, or after the end. Timeouts, and a server that is killed meanwhile."""

    # States between two of these times need not be observed: the history shows them, even on a busy machine.
    settings = AT_REST | {"payment_timeout": "4s", "gateway_late": "9s", "gateway_timeout": "1s"}

    def test_an_order_that_is_not_paid_expires(self):
        product = self.product(stock=3)
        order = self.place((product, 3), method="sim_timeout")
        found = self.await_order(order, "expired", "voided", "unfulfilled")
        self.assertEqual((found["status_reason"], found["captured"]), ("payment_timeout", price(0)))
        self.assertEqual(self.history(order), ["order.created", "stock.reserved", "order.payment_timed_out", "payment.voided"])
        self.await_stock(product, on_hand=3, reserved=0)
        for path, body in (("cancel", {}), ("refunds", {"reason": "r"}),
                           ("returns", {"reason": "r", "lines": [{"product_id": product, "quantity": 1}], "restock": True,
                                        "refund": True})):
            self.assertProblem(self.http.post(f"/v1/orders/{order}/{path}", body), 409, "illegal_transition")
        moves = [("shipment.shipped", {"shipment_id": "x", "lines": [{"product_id": product, "quantity": 1}]}),
                 ("stock.rejected", {"shortages": []}), ("shipment.cancelled", {})]
        self.write("order_events", *[fact(kind, order, **fields) for kind, fields in moves])
        letters = wait_until(lambda: len(found := self.letters(order)) == len(moves) and found, DECIDED_S, "all are refused")
        self.assertEqual({letter["reason"] for letter in letters}, {"illegal_transition"})
        self.await_order(order, "expired", "voided", "unfulfilled")

    def test_a_payment_after_the_expiry_goes_back_by_itself(self):
        product = self.product(stock=3)
        order = self.place((product, 3), method="sim_late")
        found = self.await_order(order, "expired", "refunded", "unfulfilled")
        self.assertEqual(self.history(order), ["order.created", "stock.reserved", "order.payment_timed_out", "payment.voided",
                                               "payment.captured", "payment.captured", "payment.refunded"])  # Paid, then refunded.
        self.assertEqual((found["captured"], found["refunded"]), (price(3 * PRICE), price(3 * PRICE)))
        self.assertEqual([(refund["id"], refund["status"]) for refund in found["refunds"]], [("automatic", "succeeded")])
        self.await_stock(product, on_hand=3, reserved=0)

    def test_a_payment_told_twice_counts_once(self):
        product = self.product()
        order = self.confirmed((product, 1), method="sim_twice")
        found = self.order(order)
        captured = fact("payment.captured", order, amount=price(PRICE))
        self.write("order_events", captured, captured, fact("shipment.lost", order, shipment_id="last"))
        wait_until(lambda: self.letters(order), DECIDED_S, "the last record was looked at")
        self.assertEqual(self.order(order), found)
        self.assertEqual(len(self.letters(order)), 1)
        # The payment is reported twice after the end, and again by the gateway. It is refunded once.
        late = self.place((product, 1), method="sim_late")
        self.assertEqual(self.shop.decided(late)["status"], "expired")
        answer = fact("payment.gateway_answered", late, call_id=f"{late}:purchase:1", outcome="captured")
        self.write("payments", answer, answer)
        found = self.await_order(late, "expired", "refunded", "unfulfilled")
        self.assertEqual((found["captured"], found["refunded"], len(found["refunds"])), (price(PRICE), price(PRICE), 1))

    def test_an_answer_that_is_lost_is_asked_for_again(self):
        product = self.product()
        # Its first answer is lost. The request is repeated before the payment times out.
        order = self.place((product, 1), method="sim_silent")
        found = self.shop.decided(order)
        self.assertIn((found["status"], found["payment_status"]), (("confirmed", "captured"), ("expired", "voided")))
        self.await_payment(order, calls=[])

    def test_orders_that_wait_for_their_payment_expire_after_a_crash(self):
        product = self.product(stock=100)
        orders = [self.place((product, 1), method="sim_timeout") for _ in range(10)]
        late = [self.place((product, 1), method="sim_late") for _ in range(3)]
        for order in orders + late:
            wait_until(lambda order=order: "stock.reserved" in self.history(order), DECIDED_S, "its time to be paid has begun")
        self.ordo.kill()
        self.http.close()
        over = time.monotonic() + 4.5
        wait_until(lambda: time.monotonic() > over, 10, "their timeouts pass while no server runs")
        self.ordo.start()
        for order in orders:
            self.await_order(order, "expired", "voided", "unfulfilled")
        for order in late:
            self.assertEqual(self.shop.decided(order)["status"], "expired")
        self.await_stock(product, on_hand=100, reserved=0)


class Retention(LifeCase):
    """Personal data is removed everywhere, some time after the end of the order."""

    settings = AT_REST | {"order_retention": "2s"}

    def test_an_order_of_long_ago_keeps_its_figures_alone(self):
        """An order from another system, placed long ago, that has just ended. (Recent orders of this system are swept once a minute.)"""
        product = self.product(stock=5)
        address = {"name": "Eve", "line1": "Eve Road 1", "city": "Hanoi", "country": "VN"}
        body = order_body(self.unique("customer"), (product, 2), payment_method="tok_eve", reference="eve's",
                          metadata={"note": "eve"}, shipping_address=address, billing_address=address, contact={"email": "eve@shop.example"},
                          customer_note="Eve is at home", channel="phone", tags=["gift"], placed_at="2020-01-31T08:05:00Z")
        order = self.assertStatus(self.http.post("/v1/orders", body), 201).json["id"]
        self.await_order(order, "confirmed", "captured", "unfulfilled")
        self.assertEqual(self.await_shipment(f"{order}:1")["shipping_address"], address)
        stopped = self.assertStatus(self.http.post("/v1/orders", body), 201).json["id"]
        self.await_shipment(f"{stopped}:1")
        self.cancel(stopped)
        self.await_order(stopped, "cancelled", "refunded", "unfulfilled")
        refund = {"reason": "call Eve", "amount": price(1)}
        self.assertStatus(self.http.post(f"/v1/orders/{order}/refunds", refund, Prefer="wait=20"), 201)
        update = {"status": "shipped", "tracking": "EVE-1", "note": "left at Eve's"}
        self.assertStatus(self.http.post(f"/v1/shipments/{order}:1/updates", update, Prefer="wait=20"), 200)
        self.carrier(f"{order}:1", "lost")
        found = self.await_order(order, "completed", "partially_refunded", "shipped")
        self.assertIsNotNone(found["ended_at"])

        def forgotten():
            for each in (order, stopped):
                assert self.order(each).get("redacted_at"), "not yet"
                for path in (f"orders/{each}", f"orders/{each}/history", f"payments/{each}", f"shipments/{each}:1"):
                    text = self.http.get(f"/v1/{path}").body.decode()
                    assert "eve" not in text.lower(), text
            return True

        wait_until(forgotten, DECIDED_S, "nothing of Eve is left")
        after = self.order(order)
        self.assertEqual((after["captured"], after["refunded"]), (price(2 * PRICE), price(1)))
        self.assertEqual((after["channel"], after["tags"]), ("phone", ["gift"]))


class Hold(LifeCase):
    """Goods are requested only some time after the payment. The built-in carrier then takes two lines at a time."""

    settings = {"dispatch_hold": "3s", "carrier_lines": 2}

    def test_goods_wait_for_the_hold_and_a_crash_does_not_change_that(self):
        products = [self.product(stock=10) for _ in range(3)]
        order = self.place(*((product, 1) for product in products))
        held = self.place((products[0], 5))
        for each in (order, held):
            self.await_order(each, "confirmed", "captured", "unfulfilled")
        self.assertStatus(self.http.get(f"/v1/shipments/{order}:1"), 404)
        self.cancel(held)  # No other service has to agree.
        self.await_order(held, "cancelled", "refunded", "unfulfilled")
        self.assertStatus(self.http.get(f"/v1/shipments/{held}:1"), 404)
        self.ordo.kill()
        self.http.close()
        self.ordo.start()
        found = self.await_order(order, "completed", "captured", "delivered")
        self.assertEqual(sorted(len(parcel["lines"]) for parcel in found["parcels"]), [1, 2])
        self.assertIn("order.hold_elapsed", self.history(order))
        self.await_stock(products[0], on_hand=9, reserved=0, shipped=1)
        self.assertStatus(self.http.get(f"/v1/shipments/{held}:1"), 404)
