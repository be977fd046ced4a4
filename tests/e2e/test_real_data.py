"""A shop's real sales, through the importer, in both ways to run ordo. Both must give the same result."""

import csv
import json
import unittest
from collections import Counter
from contextlib import closing
from pathlib import Path

from cluster import ClusterCase, start_stack, stop_stack
from harness import SAMPLE_DATA, Http, check, run_ordo
from shop import Shop

MAP_PRODUCTS = "product=StockCode,name=Description,price=UnitPrice"
MAP_ORDERS = "order=InvoiceNo,product=StockCode,quantity=Quantity,customer=CustomerID,time=InvoiceDate,price=UnitPrice"
# Figures of the importer's report that vary: its duration, and the progress of the orders at its end.
TIMES = ("milliseconds", "per_second", "errors_file", "orders_by_status")
WAIT_S = "1200"  # It takes a minute, or ten on a very busy machine.
# The sales are years old. They go through their whole life again, without the rows that ordo refuses.
ORDER_FLAGS = ("--map", MAP_ORDERS, "--guest", "guest", "--as", "new", "--partial", "--wait", WAIT_S)
KEPT = ("id", "reference", "customer_id", "status", "status_reason", "total", "lines", "placed_at", "payment_status",
        "fulfillment_status", "metadata", "location")


def setUpModule():
    if not SAMPLE_DATA.exists():
        raise unittest.SkipTest(f"there is no {SAMPLE_DATA}; ORDO_TEST_SAMPLE_DATA may name it")
    start_stack()


tearDownModule = stop_stack


class RealData(ClusterCase):
    """4,792 untidy rows of a gift shop. Each order goes through its whole life."""

    settings = {}

    def test_both_ways_to_run_end_with_the_same(self):
        embedded = self.server("embedded", {"data_dir": str(self.folder / "data")}).start()
        outcomes = [self.import_all(server, server is embedded) for server in (embedded, self.servers["api"])]
        for name in outcomes[0]:
            self.assertEqual(outcomes[0][name], outcomes[1][name], name)

    def import_all(self, server, again: bool) -> dict:
        """The system's documents after the import, as a client sees them, and the rows that the importer refused."""
        place = self.folder / f"import-{server.port}"
        place.mkdir()
        products = self.run_import(server, place, "products", "--map", MAP_PRODUCTS, "--stock", "1000000", "--currency", "GBP")
        orders = self.run_import(server, place, "orders", *ORDER_FLAGS)
        check(server, wait_s=300)
        with closing(Http(server.port)) as client:
            shop = Shop(client)
            listed = shop.all("/v1/orders")
            kept = {order["id"]: {name: order.get(name) for name in KEPT} for order in listed}
            catalogue = {product["id"]: (product["name"], product["price"]) for product in shop.all("/v1/products")}
        self.assertEqual(len(kept), len(listed), "an order is there twice")
        self.assertAgreesWithTheFile(listed, catalogue, place)
        if again:  # Nothing is imported twice.
            repeated = self.run_import(server, place, "orders", *ORDER_FLAGS)
            self.assertEqual(repeated["orders_accepted"], orders["orders_accepted"])
            self.assertEqual(repeated["totals"], orders["totals"])
            with closing(Http(server.port)) as client:
                self.assertEqual({order["id"] for order in Shop(client).all("/v1/orders")}, set(kept))
        totals: Counter = Counter()
        for order in listed:
            totals[order["total"]["currency"], order["status"]] += order["total"]["amount"]
        return {"totals": totals, "orders": kept, "products": catalogue,
                "refused products": self.refusals(place, "products"), "refused orders": self.refusals(place, "orders"),
                "summaries": [{name: figure for name, figure in summary.items()
                               if name not in TIMES} for summary in (products, orders)]}

    def run_import(self, server, place: Path, kind: str, *flags: str) -> dict:
        file = place / "sales.csv"
        file.write_bytes(SAMPLE_DATA.read_bytes())
        done = run_ordo("import", kind, str(file), "--url", server.url, "--errors", str(place / f"{kind}.errors.csv"), "-o", "json",
                        *flags, folder=place, timeout_s=int(WAIT_S) + 300)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)  # Some rows are refused.
        return json.loads(done.stdout)

    @staticmethod
    def refusals(place: Path, kind: str) -> list[tuple]:
        with open(place / f"{kind}.errors.csv", newline="") as file:
            return sorted(tuple(row.items()) for row in csv.DictReader(file))

    def assertAgreesWithTheFile(self, orders: list[dict], catalogue: dict, place: Path) -> None:
        """Nothing is lost: each row is a line of its order, or is refused with a reason."""
        with open(SAMPLE_DATA, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        with open(place / "orders.errors.csv", newline="") as file:
            # Besides the rows, the report names each order of which all rows are refused.
            errors = [error for error in csv.DictReader(file) if error["reason"] != "incomplete_order"]
        refused = Counter(error["record"] for error in errors)
        self.assertTrue(all(error["reason"] and error["line"] for error in errors))
        self.assertEqual(len({error["line"] for error in errors}), len(errors), "a row is refused twice")
        imported = Counter()
        for order in orders:
            imported[order["reference"]] += len(order["lines"])
            for line in order["lines"]:
                self.assertEqual((line["name"], line["unit_price"]), catalogue[line["product_id"]])
        for invoice, count in Counter(row["InvoiceNo"] for row in rows).items():
            self.assertEqual(imported[invoice] + refused[invoice], count, f"rows of invoice {invoice}")
        self.assertGreater(len(orders), 1500)
        self.assertTrue(all(order["status"] == "completed" for order in orders))
        for row in rows:
            if int(row["Quantity"]) <= 0 or row["InvoiceNo"].startswith("C"):
                self.assertGreater(refused[row["InvoiceNo"]], 0, row)


if __name__ == "__main__":
    unittest.main()
