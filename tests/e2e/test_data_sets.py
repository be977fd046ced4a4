"""Public data sets, imported whole as orders of the past. Their totals are compared with sums that the test makes from the files."""

import csv
import json
import unittest
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import data_sets
from harness import AT_REST, SAMPLE_DATA, Case, Http, check, rebuild, run_ordo
from shop import Shop

CENT = Decimal("0.01")
# What the words of Steel Wheels mean. ordo does not know all of them.
STEEL_WHEELS_STATES = ("--status", "Resolved=completed", "--status", "Disputed=completed", "--status", "In Process=confirmed",
                       "--status", "On Hold=pending")


def cents(text: str) -> int:
    """An amount of a line as a shop charges it."""
    return int(Decimal(text).quantize(CENT, ROUND_HALF_UP) * 100)


def rows_of(path: Path) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class DataSets(Case):
    def setUp(self):
        self.ordo = self.server(self.unique("ordo"), {"data_dir": str(self.folder / self.unique("data"))} | AT_REST)
        self.ordo.start()
        self.http = Http(self.ordo.port)
        self.addCleanup(self.http.close)

    def import_history(self, path: Path, *flags: str, code: int) -> dict:
        done = run_ordo("import", "orders", str(path), "--url", self.ordo.url, "--as", "history", "-o", "json", "--wait", "600",
                        "--errors", str(self.folder / "errors.csv"), "--progress", str(self.folder / "progress"), *flags,
                        folder=self.folder, timeout_s=900)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def assert_imported(self, path: Path, totals: Counter, *flags: str, refused: dict[str, int] | None = None,
                        currency: str = "USD") -> dict[str, dict]:
        """Imports the file twice. All orders are there once, with the totals in cents, and the whole agrees with itself."""
        code = 3 if refused else 0
        first = self.import_history(path, *flags, code=code)
        self.assertEqual((first["orders_accepted"], first["refused_by_reason"]), (len(totals), refused or {}), first)
        self.assertEqual(first["totals_sent"], {currency: sum(totals.values())})
        again = self.import_history(path, *flags, code=code)
        self.assertEqual((again["orders_same"], again["orders_changed"]), (len(totals), 0), again)
        orders = {order["reference"]: order for order in Shop(self.http).all("/v1/orders")}
        self.assertEqual(Counter({number: order["total"]["amount"] for number, order in orders.items()}), totals)
        check(self.ordo)
        return orders

    def test_superstore(self):
        path = data_sets.superstore()
        rows = rows_of(path)
        totals: Counter = Counter()
        for row in rows:
            totals[row["Order ID"]] += cents(row["Sales"])
        # Without a word, 0.2 can be 20 cents or 20%.
        asked = run_ordo("import", "orders", str(path), "--url", self.ordo.url, "--as", "history", folder=self.folder)
        self.assertEqual(asked.returncode, 2, asked.stderr)
        self.assertIn("--map 'line_discount_rate=Discount'", asked.stderr)
        orders = self.assert_imported(path, totals, "--map", "line_discount_rate=Discount")
        self.assertEqual(sum(len(order["lines"]) for order in orders.values()), len(rows))
        sold = Counter({number: sum(line["quantity"] for line in order["lines"]) for number, order in orders.items()})
        pieces: Counter = Counter()
        for row in rows:
            pieces[row["Order ID"]] += int(row["Quantity"])
        self.assertEqual(sold, pieces)
        rebuild(self.ordo)

    def test_steel_wheels(self):
        heads, lines = data_sets.tables("steelwheels", self.folder, "orders", "orderdetails")
        totals: Counter = Counter()
        for row in rows_of(lines):
            totals[row["ORDERNUMBER"]] += int(row["QUANTITYORDERED"]) * cents(row["PRICEEACH"])
        # One line belongs to no order of the file.
        known = {row["ORDERNUMBER"] for row in rows_of(heads)}
        strangers = {number for number in totals if number not in known}
        self.assertEqual(len(strangers), 1)
        for number in strangers:
            del totals[number]
        orders = self.assert_imported(heads, totals, "--lines", str(lines), *STEEL_WHEELS_STATES, refused={"no_head": 1})
        states = Counter(row["STATUS"] for row in rows_of(heads))
        self.assertEqual(Counter(order["status"] for order in orders.values()),
                         {"fulfilled": states["Shipped"], "cancelled": states["Cancelled"], "pending": states["On Hold"],
                          "completed": states["Resolved"] + states["Disputed"], "confirmed": states["In Process"]})

    def test_chinook(self):
        heads, lines = data_sets.tables("chinook", self.folder, "Invoice", "InvoiceLine")
        totals = Counter({row["InvoiceId"]: cents(row["Total"]) for row in rows_of(heads)})
        orders = self.assert_imported(heads, totals, "--lines", str(lines), "--map", "product=TrackId", "--set", "status=completed")
        self.assertEqual(sum(len(order["lines"]) for order in orders.values()), len(rows_of(lines)))

    @unittest.skipUnless(SAMPLE_DATA.exists(), f"there is no {SAMPLE_DATA}; ORDO_TEST_SAMPLE_DATA may name it")
    def test_online_retail(self):
        rows = rows_of(SAMPLE_DATA)
        totals: Counter = Counter()
        for row in rows:
            totals[row["InvoiceNo"]] += int(row["Quantity"]) * cents(row["UnitPrice"])
        # Invoices of returns, and those with goods that were written off: no order is half there.
        back = Counter(row["InvoiceNo"] for row in rows if int(row["Quantity"]) <= 0)
        for number in back:
            del totals[number]
        several = sum(1 for count in Counter(row["InvoiceNo"] for row in rows if row["InvoiceNo"] in back).values() if count > 1)
        self.assert_imported(SAMPLE_DATA, totals, "--guest", "guest", "--set", "status=completed", "--currency", "GBP", currency="GBP",
                             refused={"return_line": sum(back.values()), "incomplete_order": several})


if __name__ == "__main__":
    unittest.main()
