"""Files of shops, imported as their users import them: history, open orders, and what is asked before anything is sent."""

import csv
import json
import unittest

from harness import AT_REST, DECIDED_S, Case, Http, check, rebuild, run_ordo, wait_until
from shop import Shop, price

PRODUCTS = """sku,name,price,stock
SHIRT-S-BL,Shirt S,49.00,100
SHIRT-M-BL,Shirt M,49.00,100
SHIRT-L-BL,Shirt L,59.00,100
"""
# The columns of Shopify that matter here, in its order. 1001 has two lines, 1002 was refunded, 1004 waits to be sent.
ORDERS = """Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,\
Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem requires shipping,Cancelled at,\
Payment Method,Refunded Amount,Vendor,Id
#1001,pat@example.com,paid,2024-03-05 14:22:13 -0500,fulfilled,2024-03-06 09:00:00 -0500,USD,147.00,6.90,0.00,153.90,,0.00,\
2024-03-05 14:22:11 -0500,2,Linen Shirt - S / Blue,49.00,SHIRT-S-BL,true,,Shopify Payments,0.00,Mill,5500000000001
#1001,pat@example.com,,,,,,,,,,,,2024-03-05 14:22:11 -0500,1,Linen Shirt - M / Blue,49.00,SHIRT-M-BL,true,,,,Mill,
#1002,lee@example.com,refunded,2024-03-06 08:01:00 -0500,unfulfilled,,USD,49.00,6.90,0.00,55.90,,0.00,2024-03-06 08:00:58 -0500,1,\
Linen Shirt - S / Blue,49.00,SHIRT-S-BL,true,2024-03-06 10:00:00 -0500,Shopify Payments,55.90,Mill,5500000000002
#1004,kim@example.com,paid,2024-03-08 09:00:00 -0500,unfulfilled,,USD,49.00,0.00,0.00,49.00,,0.00,2024-03-08 09:00:00 -0500,1,\
Linen Shirt - L / Blue,49.00,SHIRT-L-BL,true,,gift_card,0.00,Mill,5500000000004
"""


class Importing(Case):
    def setUp(self):
        self.ordo = self.server(self.unique("ordo"), {"data_dir": str(self.folder / self.unique("data"))} | AT_REST)
        self.ordo.start()
        self.http = Http(self.ordo.port)
        self.addCleanup(self.http.close)
        self.shop = Shop(self.http)

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def run_import(self, kind: str, path: str, *flags: str, code: int = 0):
        done = run_ordo("import", kind, path, "--url", self.ordo.url, *flags, folder=self.folder)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def summary(self, kind: str, path: str, *flags: str, code: int = 0) -> dict:
        return json.loads(self.run_import(kind, path, "-o", "json", *flags, code=code).stdout)

    def orders(self) -> dict[str, dict]:
        return {order["reference"].lstrip("#"): order for order in self.shop.all("/v1/orders")}

    def test_the_past_is_asked_about_and_then_written_as_it_was(self):
        path = self.file("orders_export.csv", ORDERS)
        asked = self.run_import("orders", path, code=2)
        self.assertIn("Looks like: Shopify orders (one row a line). 3 orders, 4 rows, 2024-03-05 to 2024-03-08, USD.", asked.stderr)
        self.assertIn("order <- Name", asked.stderr)
        self.assertIn("Vendor (4)", asked.stderr)
        for way in ("history", "open"):
            self.assertIn(f"ordo import orders {path} --as {way}", asked.stderr)
        self.assertEqual(self.shop.all("/v1/orders"), [])

        done = self.summary("orders", path, "--as", "history", "--wait", "60")
        self.assertEqual((done["orders_accepted"], done["rows_accepted"], done["rows_refused"]), (3, 4, 0), done)
        self.assertEqual(done["preview"]["profile"], "shopify-orders")
        orders = self.orders()
        self.assertEqual({number: order["total"] for number, order in orders.items()},
                         {"1001": price(15390), "1002": price(5590), "1004": price(4900)})
        self.assertEqual([line["quantity"] for line in orders["1001"]["lines"]], [2, 1])
        self.assertEqual(orders["1001"]["placed_at"], "2024-03-05T19:22:11.000Z")
        self.assertEqual((orders["1002"]["status"], orders["1002"]["payment_status"]), ("cancelled", "refunded"))
        self.assertEqual(self.shop.all("/v1/payments"), [])
        self.assertEqual(self.shop.all("/v1/shipments"), [])

        # Nothing is doubled, whatever the file is called.
        again = self.summary("orders", self.file("orders_export (1).csv", ORDERS), "--as", "history")
        self.assertEqual((again["orders_accepted"], again["orders_same"]), (3, 3), again)
        changed = self.file("changed.csv", ORDERS.replace("#1004,kim@example.com,paid", "#1004,kim@example.com,refunded"))
        done = self.summary("orders", changed, "--as", "history", code=3)
        self.assertEqual((done["orders_same"], done["orders_changed"]), (2, 1), done)
        with open(changed + ".orders.errors.csv", newline="") as report:
            self.assertEqual([(row["record"].lstrip("#"), row["reason"]) for row in csv.DictReader(report)], [("1004", "changed")])
        self.summary("orders", changed, "--as", "history", "--replace", "--wait")
        wait_until(lambda: self.orders()["1004"]["payment_status"] == "refunded", DECIDED_S, "1004 is replaced")
        self.assertEqual(len(self.orders()), 3)
        check(self.ordo)
        rebuild(self.ordo)

    def test_open_orders_are_shipped_and_never_charged(self):
        self.summary("products", self.file("products.csv", PRODUCTS), "--currency", "USD")
        done = self.summary("orders", self.file("open.csv", ORDERS), "--as", "open", "--wait", code=3)
        self.assertEqual((done["orders_accepted"], done["payments_recorded"]), (1, 1), done)
        self.assertEqual(done["refused_by_reason"], {"not_open": 2}, done)
        order = wait_until(lambda: self.orders().get("1004"), DECIDED_S, "it is there")
        # The file's price, not the catalogue's.
        self.assertEqual((order["total"], order["captured"]), (price(4900), price(4900)))
        self.assertEqual(order["payment_terms"], "manual")
        self.assertEqual(self.shop.all("/v1/payments"), [])
        wait_until(lambda: self.shop.all("/v1/shipments"), DECIDED_S, "a shipment is requested")
        check(self.ordo)

    def test_a_rejected_order_is_listed_with_its_reason(self):
        self.summary("products", self.file("few.csv", "sku,name,price,stock\nA,Apple,1.00,1\n"), "--currency", "USD")
        path = self.file("two.csv", "order,sku,qty,customer\n1,A,1,c\n2,A,5,c\n")
        done = self.summary("orders", path, "--wait", code=3)
        self.assertEqual(done["orders_by_status"].get("rejected"), 1, done)
        with open(path + ".orders.errors.csv", newline="") as report:
            rows = [(row["line"], row["record"], row["reason"]) for row in csv.DictReader(report)]
        self.assertEqual(rows, [("3", "2", "out_of_stock")])

    def test_prices_that_change_and_change_back(self):
        monday = self.file("monday.csv", "sku,name,price\nT,Towel,12.50\n")
        tuesday = self.file("tuesday.csv", "sku,name,price\nT,Towel,9.99\n")
        self.summary("products", monday, "--currency", "USD")
        for path, amount in ((tuesday, 999), (monday, 1250), (tuesday, 999)):
            done = self.summary("products", path, "--currency", "USD", "--update")
            self.assertEqual(done["products_changed"], 1, done)
            self.assertEqual(self.http.get("/v1/products/T").json["price"], price(amount))

    def test_a_rehearsal_sends_nothing(self):
        path = self.file("rehearsal.csv", "sku,name,price,stock\nA,Apple,1.250,5\n")
        done = self.run_import("products", path, "--currency", "EUR", "--dry-run", code=2)
        self.assertIn("price: \"1.250\" can be", done.stderr)
        done = self.run_import("products", path, "--currency", "EUR", "--dry-run", "--decimal", ".")
        self.assertIn("Looks like: products. 1 product, 1 row, EUR.", done.stdout)
        self.assertEqual(self.shop.all("/v1/products"), [])


if __name__ == "__main__":
    unittest.main()
