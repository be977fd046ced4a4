"""The records of the earlier Node.js system, byte for byte as its producers write them, and its database."""

import csv
import json
import unittest
import uuid

from bson import ObjectId
from pymongo import MongoClient

from cluster import ClusterCase, start_stack, stop_stack
from harness import DECIDED_S, Http, run_ordo, wait_until
from shop import Shop, price


def setUpModule():
    start_stack()


def tearDownModule():
    stop_stack()


def as_the_seed_writes(value: dict) -> str:
    """Like JSON.stringify: without spaces and escapes of letters. The seed's producers send neither key nor headers."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class SeedCase(ClusterCase):
    processes = {"all": ("api", "intake", "catalog", "orders", "stock", "payment", "logistics", "crm", "webhooks",
                         "promotions", "pricing")}

    def setUp(self):
        self.http = Http(self.port)
        self.addCleanup(self.http.close)
        self.shop = Shop(self.http)

    def order_of(self, customer: str) -> dict:
        placed = wait_until(lambda: self.shop.all("/v1/orders", customer_id=customer), DECIDED_S, f"{customer} has an order")
        return self.shop.decided(placed[0]["id"])


class TheSeedsProducers(SeedCase):
    partitions = 1  # the seed's broker creates topics with one partition

    def publish(self, action: str, product: dict) -> None:
        self.produce("product_events", as_the_seed_writes({"action": action, "product": product}))

    def order(self, user, lines: list, total) -> None:
        self.produce("order_created", as_the_seed_writes(
            {"userId": user, "products": lines, "totalAmount": total, "status": "pending"}))

    def test_all_that_the_seed_would_store_ends_as_it_would(self):
        name = f"Lamp {uuid.uuid4().hex[:8]}"

        def listed():
            return next((each for each in self.http.get("/api/product").json if each["name"] == name), None)

        self.publish("create", {"name": name, "price": "12.5", "stock": "40", "category": "lamps"})
        product = wait_until(lambda: (listed() or {}).get("stock") == 40 and listed(), DECIDED_S, "the product is there")
        self.assertRegex(product["_id"], "^[0-9a-f]{24}$")
        self.assertEqual((product["price"], product["category"]), (12.5, "lamps"))

        self.order("Nguyễn Văn A", [{"productId": product["_id"]}], 12.5)
        self.order("u-stock", [{"productId": product["_id"], "quantity": 0, "stock": 3}], 37.5)
        self.order(77, [{"productId": product["_id"], "quantity": "2"}], "25")
        for customer, quantity in (("Nguyễn Văn A", 1), ("u-stock", 3), ("77", 2)):
            order = self.order_of(customer)
            self.assertEqual((order["status"], order["total"]), ("confirmed", price(quantity * 1250)), order)
            self.assertEqual([line["quantity"] for line in order["lines"]], [quantity])

        self.publish("update", {"_id": product["_id"], "price": 13, "name": name, "__v": 0})
        wait_until(lambda: listed()["price"] == 13, DECIDED_S, "the price is new")
        self.publish("delete", {"_id": product["_id"]})
        wait_until(lambda: listed() is None, DECIDED_S, "the product is gone")
        self.check()


class TheSeedsDatabase(SeedCase):
    def seed_database(self) -> tuple[str, str]:
        """A database as mongoose writes it. Returns its address, and the id of its valid product."""
        name = f"seed_{uuid.uuid4().hex[:8]}"
        url = self.stack.mongo_url_of(name)
        client = MongoClient(url)
        self.addCleanup(client.close)
        database, good = client[name], ObjectId()
        database.products.insert_many([
            {"_id": good, "name": "Mug", "price": 19.99, "stock": 4, "category": "kitchen", "__v": 0},
            {"name": "Tea", "price": "2.50", "stock": 7.0, "category": "hot", "__v": 0},
            {"name": "Odd", "price": 19.999, "stock": 1, "category": "k", "__v": 0},
            {"_id": b"\x01", "name": "Bytes", "price": 1, "stock": 1, "category": "k"},
        ])
        database.orders.insert_many([
            {"userId": "Nguyễn Văn A", "products": [{"productId": str(good), "quantity": 2, "_id": ObjectId()}],
             "totalAmount": 39.98, "status": "pending", "__v": 0},
            {"userId": "b", "products": [{"productId": str(good), "quantity": 1}], "totalAmount": 19.99, "status": "completed"},
        ])
        return url, str(good)

    def run_import(self, url: str, *flags: str, code: int) -> dict:
        done = run_ordo("import", "seed", "--url", self.servers["all"].url, "--mongo", url, "-o", "json", *flags,
                        folder=self.folder)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def refused(self, kind: str) -> dict[str, str]:
        with open(self.folder / f"seed.{kind}.errors.csv", newline="") as report:
            return {row["record"]: row["reason"] for row in csv.DictReader(report)}

    def test_its_products_are_taken_over_and_its_orders_on_request(self):
        url, good = self.seed_database()
        done = self.run_import(url, code=3)
        self.assertEqual((done["products"]["products_accepted"], done["products"]["rows_refused"]), (2, 2), done)
        self.assertEqual(done["orders_left"], 2)
        self.assertEqual(sorted(self.refused("products").values()), ["bad_id", "too_many_decimals"])
        self.assertEqual(list(self.refused("orders").values()), ["history", "history"])
        made = self.http.get(f"/v1/products/{good}").json
        self.assertEqual((made["name"], made["price"], made["category"]), ("Mug", price(1999), "kitchen"))
        wait_until(lambda: self.http.get(f"/v1/products/{good}/stock").json["on_hand"] == 4, DECIDED_S, "its stock is counted")
        self.assertEqual(self.shop.all("/v1/orders"), [])

        for _ in range(2):  # Nothing is imported twice.
            done = self.run_import(url, "--orders", "open", code=3)
            self.assertEqual((done["products"]["products_accepted"], done["orders"]["orders_accepted"]), (2, 1), done)
            self.assertEqual(list(self.refused("orders").values()), ["history"])
            order = self.order_of("Nguyễn Văn A")
            self.assertEqual((order["status"], order["total"]), ("confirmed", price(3998)))
        self.assertEqual([listed["id"] for listed in self.shop.all("/v1/orders")], [order["id"]])
        # The stock was not counted again: the order has reduced it.
        self.assertEqual(self.shop.stock(good)["available"], 2)

        for _ in range(2):  # The finished one is written as it was.
            done = self.run_import(url, "--orders", "all", code=3)
            self.assertEqual((done["history"]["orders_accepted"], done["orders"]["orders_accepted"]), (1, 1), done)
            past = wait_until(lambda: self.shop.all("/v1/orders", customer_id="b"), DECIDED_S, "it is there")
            self.assertEqual([(order["status"], order["total"]) for order in past], [("completed", price(1999))])
        self.assertEqual(self.shop.stock(good)["available"], 2)
        self.assertEqual(self.http.get(f"/v1/payments/{past[0]['id']}").status, 404)
        self.check()


if __name__ == "__main__":
    unittest.main()
