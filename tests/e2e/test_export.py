"""`ordo orders export`, `ordo products export`, `ordo customers export`: the files, and what another shop imports from them."""

import csv
import io
import json
import re
import subprocess
import unittest

from harness import AT_REST, PROJECT, Case, Http, Server, run_ordo, wait_until
from shop import Shop, price

# Columns that belong to a system, not to an order: another system has its own.
OWN = {"number", "id", "source", "source_number", "ended_at"}
ADDRESS = {"name": "Ann Lee", "line1": "1 Road", "city": "York", "postal_code": "01234", "country": "GB"}


class Export(Case):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shops = {name: cls.new_shop(name) for name in ("here", "there")}
        cls.ordo, cls.http = cls.shops["here"]
        cls.fill(Shop(cls.http))

    @classmethod
    def new_shop(cls, name: str) -> tuple[Server, Http]:
        folder = cls.folder / name
        folder.mkdir()
        server = Server(folder, name, AT_REST)
        cls.addClassCleanup(server.stop)
        server.start()
        http = Http(server.port)
        cls.addClassCleanup(http.close)
        return server, http

    @classmethod
    def fill(cls, shop: Shop) -> None:
        shop.add_product("mug", stock=100, amount=1250, name="=HYPERLINK(1)", category="@kitchen", weight_g=300)
        shop.add_product("0042", stock=7, amount=5, category="linens, other")
        shop.add_product("gone", stock=0)
        shop.http("DELETE", "/v1/products/gone", Prefer="wait=30")
        moved = shop.http.post("/v1/products/0042/stock", {"count": 3, "location": "hue"}, Prefer="wait=30")
        assert moved.status == 200, str(moved)
        shop.order("ann", ("mug", 2), ("0042", 1), reference="A 1/2024", shipping_address=ADDRESS,
                   contact={"name": "Ann Lee", "phone": "+44 1"}, customer_note="ring\r\ntwice", metadata={"k": "\"v\""})
        taxed = {"product_id": "mug", "quantity": 1, "unit_price": price(1999), "price_includes_tax": True,
                 "tax": [{"code": "VAT", "rate_ppm": 190_000}]}
        parcel = {"name": "Parcel", "price": price(490)}
        answer = shop.http.post("/v1/orders", {"customer_id": "bob", "reference": "B-2", "lines": [taxed],
                                                "shipping": [parcel, parcel]},
                                Prefer="wait=10")
        assert answer.status == 201, str(answer)
        shop.decided(answer.json["id"])

    def export(self, kind: str, *flags: str, shop: str = "here", code: int = 0) -> subprocess.CompletedProcess:
        server = self.shops[shop][0]
        done = run_ordo(kind, "export", "--url", server.url, *flags, folder=self.folder)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def rows(self, kind: str, *flags: str, shop: str = "here") -> list[dict]:
        return list(csv.DictReader(io.StringIO(self.export(kind, *flags, shop=shop).stdout)))

    def documented(self, kind: str) -> list[str]:
        """The headings in the table of docs/exporting.md."""
        page = (PROJECT / "docs" / "exporting.md").read_text()
        table = page.partition(f"\n## Columns of {kind}\n")[2].partition("\n## ")[0]
        return [name for row in re.findall(r"^\| (`[^|]*`) \|", table, re.M) for name in re.findall(r"`(\w+)`", row)]

    def test_the_page_has_the_columns(self):
        for kind in ("orders", "products", "customers"):
            with self.subTest(kind=kind):
                headings = self.export(kind, "--from", "2999-01-01").stdout.splitlines()
                self.assertEqual(len(headings), 1)
                self.assertEqual(headings[0].split(","), self.documented(kind))

    def test_orders_are_a_row_a_line(self):
        done = self.export("orders")
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual([(row["customer_id"], row["product_id"], row["unit_price"], row["line_total"], row["total"]) for row in rows],
                         [("bob", "mug", "19.99", "19.99", "29.79"), ("ann", "mug", "12.50", "25.00", "25.05"),
                          ("ann", "0042", "0.05", "0.05", "25.05")])
        self.assertEqual((rows[0]["line_tax"], rows[0]["line_tax_rate"], rows[0]["shipping"]), ("3.19", "19%", "9.80"))
        self.assertEqual((rows[1]["name"], rows[1]["contact_phone"], rows[1]["note"]), ("'=HYPERLINK(1)", "'+44 1", "ring\ntwice"))
        self.assertEqual(json.loads(rows[1]["metadata"]), {"k": "\"v\""})
        self.assertIn("2 orders in 3 rows written\n", done.stderr)
        self.assertIn("1 order has more than CSV shows", done.stderr)
        self.assertEqual([row["name"] for row in self.rows("orders", "--raw", "--customer-id", "ann")],
                         ["=HYPERLINK(1)", "Name of 0042"])

    def test_lines_of_json_are_what_the_api_has(self):
        done = self.export("orders", "--format", "ndjson")
        self.assertEqual([json.loads(line) for line in done.stdout.splitlines()], Shop(self.http).all("/v1/orders"))
        self.assertNotIn("more than CSV", done.stderr)

    def test_products_are_all_there_with_their_stock(self):
        self.assertEqual([(row["sku"], row["price"], row["stock"], row["location"], row["status"]) for row in self.rows("products")],
                         [("0042", "0.05", "3", "hue", "active"), ("0042", "0.05", "7", "main", "active"),
                          ("mug", "12.50", "100", "main", "active"), ("gone", "10.00", "0", "main", "archived")])
        self.assertEqual([row["stock"] for row in self.rows("products", "--stock", "sum", "--status", "active")], ["10", "100"])

    def test_a_file_is_whole_or_not_there(self):
        file = self.folder / "orders.csv"
        file.write_text("old")
        self.export("orders", "-o", str(file), "--status", "nonsense", code=1)
        self.assertEqual(file.read_text(), "old")
        done = self.export("orders", "-o", str(file), "--bom")
        self.assertEqual(done.stdout, "")
        self.assertIn(f"written to {file}\n", done.stderr)
        self.assertEqual(file.read_bytes()[:9], b"\xef\xbb\xbfnumber")
        self.assertEqual([each.name for each in self.folder.glob("orders.csv*")], ["orders.csv"])

    def test_flags_that_do_not_fit(self):
        self.assertIn("--format", self.export("orders", "-o", "orders.txt", code=2).stderr)
        self.assertIn("--raw", self.export("orders", "--format", "ndjson", "--raw", code=2).stderr)
        self.export("customers", "--stock", "sum", code=2)
        self.export("orders", "-o", "/dev/null", "--format", "csv", code=1)

    # --- import again ---

    def import_there(self, kind: str, file: str, *flags: str) -> dict:
        done = run_ordo("import", kind, file, "--url", self.shops["there"][0].url, "-o", "json", *flags, folder=self.folder)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def catalogue(self, shop: str) -> list[tuple]:
        return sorted(tuple(row.items()) for row in self.rows("products", shop=shop))

    def order_of(self, customer: str, shop: str) -> list[dict]:
        return [{name: text for name, text in row.items() if name not in OWN}
                for row in self.rows("orders", "--customer-id", customer, shop=shop)]

    def test_another_shop_imports_products_and_orders_unchanged(self):
        self.export("products", "-o", "products.csv")
        self.import_there("products", "products.csv")
        wait_until(lambda: self.catalogue("there") == self.catalogue("here"), 60, "both shops have the same products")
        # The documents say the same, at all locations too.
        self.export("products", "-o", "products.ndjson")
        done = self.import_there("products", "products.ndjson", "--update", "--update-stock")
        self.assertEqual((done["products_changed"], done["products_accepted"]), (0, 3), done)
        # CSV has all of this order, and JSON has all of the other one.
        self.export("orders", "-o", "orders.csv", "--customer-id", "ann")
        self.export("orders", "-o", "orders.ndjson", "--customer-id", "bob")
        for customer, file in (("ann", "orders.csv"), ("bob", "orders.ndjson")):
            self.import_there("orders", file, "--as", "history", "--source", "here")
            wait_until(lambda: self.assertEqual(self.order_of(customer, "there"), self.order_of(customer, "here")) is None, 60,
                       f"both shops have the same order of {customer}")


if __name__ == "__main__":
    unittest.main()
