"""The comparison of journals and documents finds every kind of fault."""

import copy
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from audit import World, compare  # noqa: E402
from journal import Journal, read, requests_of  # noqa: E402


def money(amount: int) -> dict:
    return {"amount": amount, "currency": "USD"}


def line(product: str, quantity: int, price: int = 100) -> dict:
    return {"product_id": product, "quantity": quantity, "unit_price": money(price), "total": money(price * quantity)}


def order(number: int, reference: str | None, *lines: dict, status: str = "confirmed", customer: str = "ann") -> dict:
    total = money(sum(each["total"]["amount"] for each in lines))
    paid = total if status != "rejected" else money(0)
    back = total if status == "cancelled" else money(0)
    refunds = [{"id": "automatic", "amount": total, "status": "succeeded"}] if status == "cancelled" else []
    return {"id": f"o-{number}", "number": str(number), "reference": reference, "customer_id": customer, "lines": list(lines),
            "total": total, "status": status, "captured": paid, "refunded": back, "refunds": refunds}


def level(on_hand: int, reserved: int) -> dict:
    return {"on_hand": on_hand, "reserved": reserved, "available": on_hand - reserved}


class AuditTest(unittest.TestCase):
    """A history without faults. Each test adds one."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.journal = Journal(self.folder / "client.journal")
        self.addCleanup(self.journal.close)
        self.orders = [order(1, "one", line("mug", 3)), order(2, "two", line("mug", 2), status="cancelled"),
                       order(3, "three", line("mug", 9), status="rejected"), order(4, None, line("mug", 1), customer="kcat-1")]
        for placed in self.orders[:3]:
            self.sent(placed["reference"], placed["lines"])
            self.acked(placed["reference"], placed)
        self.sent("lost-answer", [line("mug", 1)])
        self.journal.note("order", "lost-answer", "unknown")
        self.sent("bad", [line("mug", 1)])
        self.journal.note("order", "bad", "refused", status=422)
        self.journal.note("foreign", "f-1", "sent", customer="kcat-1", lines=[line("mug", 1)])
        self.journal.note("foreign", "f-1", "acked")
        self.journal.note("cancel", "two", "sent", id="o-2")
        self.journal.note("cancel", "two", "acked")
        self.journal.note("adjust", "a-1", "sent", product="mug", change=4)
        self.journal.note("adjust", "a-1", "acked")
        self.journal.note("adjust", "a-2", "sent", product="mug", change=-1)
        self.journal.note("adjust", "a-2", "refused")
        self.journal.note("count", "n-1", "sent", product="shelf", count=7)
        self.journal.note("count", "n-1", "acked")
        counts = {"ann": {"placed": 3, "rejected": 1, "cancelled": 1}, "kcat-1": {"placed": 1, "rejected": 0, "cancelled": 0}}
        self.world = World(
            orders=self.orders, levels={"mug": level(10, 4), "shelf": level(7, 0)}, counted={"mug": 6, "shelf": 0},
            customers={name: {"orders": figures} for name, figures in counts.items()},
            created=[self.created(placed) for placed in self.orders] + [self.created(self.orders[0])])

    def sent(self, name: str, lines: list[dict]) -> None:
        self.journal.note("order", name, "sent", lines=lines)

    def acked(self, name: str, placed: dict) -> None:
        self.journal.note("order", name, "acked", **{key: placed[key] for key in ("id", "lines", "total")})

    def created(self, placed: dict) -> dict:
        return {"orderId": placed["id"], "userId": placed["customer_id"], "reference": placed["reference"],
                "products": [{"productId": each["product_id"], "quantity": each["quantity"]} for each in placed["lines"]],
                "totalAmount": placed["total"]["amount"] / 100}

    def findings(self):
        return compare(requests_of(read(self.folder)), self.world)

    def assertFinds(self, kind: str, text: str) -> None:
        found = self.findings()
        self.assertTrue(any(text in each for each in getattr(found, kind)), found.all)

    def add_order(self, placed: dict) -> None:
        """The other figures only matter if an order was requested and none is listed."""
        self.world.orders.append(placed)
        customer = self.world.customers.setdefault(placed["customer_id"], {"orders": dict.fromkeys(
            ("placed", "rejected", "cancelled"), 0)})
        customer["orders"]["placed"] += 1

    def test_all_is_well(self):
        self.assertEqual(self.findings().all, [])

    def test_an_unknown_order_may_be_there_once(self):
        self.add_order(order(5, "lost-answer", line("mug", 1)))
        self.world.levels["mug"] = level(10, 5)
        self.assertEqual(self.findings().all, [])
        self.add_order(order(6, "lost-answer", line("mug", 1)))
        self.world.levels["mug"] = level(10, 6)
        self.assertFinds("doubled", "order lost-answer exists as o-5 and o-6")

    def test_an_acknowledged_order_is_lost(self):
        del self.world.orders[0]
        self.assertFinds("lost", "order one was acknowledged as o-1, but does not exist")

    def test_an_acknowledged_order_is_there_under_another_id(self):
        self.world.orders[0] = self.orders[0] | {"id": "o-9"}
        self.assertFinds("lost", "acknowledged as o-1, but exists as o-9")

    def test_a_key_was_given_two_ids(self):
        self.acked("one", self.orders[0] | {"id": "o-7"})
        self.assertFinds("doubled", "order one was acknowledged as o-1 and o-7")

    def test_an_id_or_a_number_twice(self):
        self.add_order(order(1, "else", line("mug", 1)))
        self.assertFinds("doubled", "2 orders have the id o-1")
        self.assertFinds("doubled", "2 orders have the number 1")

    def test_an_order_has_other_lines_or_prices(self):
        whole = copy.deepcopy(self.orders[0])
        self.world.orders[0]["lines"][0]["quantity"] = 2
        self.assertFinds("other", "order one requested")
        self.world.orders[0] = whole | {"total": money(299)}
        self.assertFinds("other", "order one was acknowledged with other prices")

    def test_a_refused_order_is_there(self):
        self.add_order(order(5, "bad", line("mug", 1)))
        self.assertFinds("other", "order bad was refused, but exists")

    def test_an_order_nobody_asked_for(self):
        self.add_order(order(5, "made-up", line("mug", 1)))
        self.assertFinds("other", "no client placed order o-5")

    def test_an_order_that_is_never_decided(self):
        self.world.orders[0]["status"] = "reserved"
        self.assertFinds("other", "order o-1 is still reserved")

    def test_a_foreign_order_is_lost_or_doubled(self):
        twin = order(8, None, line("mug", 1), customer="kcat-1")
        self.add_order(twin)
        self.assertFinds("doubled", "foreign f-1 exists as o-4 and o-8")
        self.world.orders = self.world.orders[:3]
        self.assertFinds("lost", "foreign f-1 was acknowledged, but does not exist")

    def test_a_cancel_took_no_effect(self):
        self.world.orders[1]["status"] = "confirmed"
        self.assertFinds("lost", "the cancel of o-2 was acknowledged, but the order is confirmed")

    def test_a_cancel_nobody_asked_for(self):
        self.world.orders[0]["status"] = "cancelled"
        self.assertFinds("other", "order o-1 is cancelled, but no client")

    def test_a_cancelled_order_keeps_the_money(self):
        self.world.orders[1]["refunded"] = money(0)
        self.assertFinds("other", "order o-2 is cancelled, captured 200, but refunded 0")

    def refund(self, outcome: str) -> dict:
        self.journal.note("refund", "r-1", "sent", id="o-1", amount=50)
        self.journal.note("refund", "r-1", outcome)
        return {"id": "r-1", "amount": money(50), "status": "succeeded"}

    def test_a_refund_is_lost(self):
        self.refund("acked")
        self.assertFinds("lost", "refund r-1 of order o-1 was acknowledged, but does not exist")

    def test_a_refund_is_given_twice(self):
        given = self.refund("unknown")
        self.world.orders[0] |= {"refunds": [given], "refunded": money(50)}
        self.assertEqual(self.findings().all, [])
        self.world.orders[0]["refunds"].append(given)
        self.assertFinds("doubled", "has the refund r-1 2 times")
        self.assertFinds("other", "refunded 50, but its refunds sum to 100")

    def test_a_refund_nobody_asked_for(self):
        self.world.orders[0] |= {"refunds": [self.refund("refused")], "refunded": money(50)}
        self.assertFinds("other", "has a refund r-1 that no client requested")

    def test_an_adjustment_is_lost_or_doubled(self):
        self.world.levels["mug"] = level(6, 4)
        self.assertFinds("lost", "mug: 6 on hand, but acknowledged changes give 10")
        self.world.levels["mug"] = level(14, 4)
        self.assertFinds("doubled", "mug: 14 on hand")
        self.journal.note("adjust", "a-3", "sent", product="mug", change=4)  # Its answer never came.
        self.assertEqual(self.findings().all, [])

    def test_the_last_count_holds(self):
        self.journal.note("count", "n-2", "sent", product="shelf", count=9)
        self.assertEqual(self.findings().all, [])
        self.journal.note("count", "n-2", "acked")
        self.assertFinds("lost", "shelf: 7 on hand, but acknowledged changes give 9")

    def test_oversold(self):
        self.world.levels["mug"] = level(10, 11)
        self.assertFinds("oversold", "mug: 10 on hand, 11 reserved, -1 available")
        self.world.levels["mug"] = level(10, 4)
        self.world.orders[0]["lines"][0]["quantity"] = 30
        self.assertFinds("oversold", "mug: 31 sold of 10")
        self.assertFinds("other", "mug: 4 reserved, confirmed orders hold 31")

    def test_the_figures_of_a_customer(self):
        self.world.customers["ann"]["orders"]["placed"] = 4
        self.assertFinds("other", "customer ann has {'placed': 4")
        del self.world.customers["ann"]
        self.assertFinds("lost", "customer ann has 3 orders, but no document")

    def test_the_topic(self):
        self.world.created[4] |= {"totalAmount": 1}
        self.assertFinds("doubled", "order_created has order o-1 with different contents")
        del self.world.created[1]
        self.assertFinds("lost", "order two was acknowledged as o-2, but is not in order_created")

    def intrusion(self) -> dict:
        self.journal.note("intrusion", "i-1", "sent", kind="forge", topic="order_created", reason="forged_source")
        self.journal.note("intrusion", "i-1", "acked")
        return {"id": "order_created:1", "key": "i-1", "reason": "forged_source"}

    def test_what_nobody_may_take_is_one_letter_with_its_reason(self):
        letter = self.intrusion()
        self.world.letters = [letter]
        self.assertEqual(self.findings().all, [])
        self.world.letters = [letter, letter | {"id": "order_created:2"}]
        self.assertFinds("doubled", "the forge i-1 in order_created is 2 dead letters")
        self.world.letters = [letter | {"reason": "malformed_json"}]
        self.assertFinds("other", "is a dead letter for malformed_json, not for forged_source")
        self.world.letters = []
        self.assertFinds("lost", "the forge i-1 in order_created is not a dead letter")


if __name__ == "__main__":
    unittest.main()
