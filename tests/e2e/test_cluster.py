"""ordo as Kafka consumer groups with MongoDB documents, on a real broker and a server of MongoDB's protocol."""

import datetime
import json
import unittest
import uuid

import bson.int64
import pymongo

import webhooks
from cluster import ClusterCase, ShopCase, start_stack, stop_stack
from events import LiveEvents
from harness import DECIDED_S, get, run_ordo, wait_until
from main_job import MainJobOnKafka
from shop import price

setUpModule, tearDownModule = start_stack, stop_stack


class ClusterMainJob(MainJobOnKafka, ClusterCase):
    pass


class ClusterLiveEvents(LiveEvents, ClusterCase):
    @property
    def api(self):
        return self.servers["api"]


class ClusterWebhooks(webhooks.Webhooks, ClusterCase):
    settings = ClusterCase.settings | webhooks.SETTINGS

    @property
    def api(self):
        return self.servers["api"]

    @property
    def sender(self):
        return self.servers["workers"]


class Records(ShopCase):
    """Records that other programs write to the topics and read there."""

    def orders_of(self, customer: str) -> list[dict]:
        return self.shop.all("/v1/orders", customer_id=customer)

    def test_a_bare_order_of_the_seed_becomes_an_order(self):
        user = uuid.uuid4().hex[:24]
        self.produce("order_created", json.dumps({
            "userId": user, "products": [{"productId": self.products[0], "quantity": 3}], "totalAmount": 29.97}))
        order = wait_until(lambda: next(iter(self.orders_of(user)), None), DECIDED_S, "the order is there")
        order = self.shop.decided(order["id"])
        self.assertEqual((order["status"], order["total"]), ("confirmed", price(3 * 999)))
        wait_until(lambda: self.shop.stock(self.products[0])["reserved"] == 3, DECIDED_S, "the stock is reserved")

        stranger = uuid.uuid4().hex[:24]
        self.produce("order_created", json.dumps({
            "userId": stranger, "products": [{"productId": self.unique("nowhere"), "quantity": 1}], "totalAmount": 1}), key="k")
        order = wait_until(lambda: next(iter(self.orders_of(stranger)), None), DECIDED_S, "the order is there")
        order = self.shop.decided(order["id"])
        self.assertEqual((order["status"], order["status_reason"]), ("rejected", "unknown_product"))

    def test_a_bare_product_of_the_seed_becomes_a_product(self):
        product = uuid.uuid4().hex[:24]
        event = {"action": "create", "product": {"_id": product, "name": "Lamp", "price": 12.5, "stock": 4, "category": "lamps"}}
        self.produce("product_events", json.dumps(event))  # Without a key, it may reach any partition.
        wait_until(lambda: self.http.get(f"/v1/products/{product}").status == 200, DECIDED_S, "the product is there")
        wait_until(lambda: self.shop.stock(product)["available"] == 4, DECIDED_S, "its stock is counted")
        read = self.http.get(f"/v1/products/{product}").json
        self.assertEqual((read["name"], read["price"], read["category"]), ("Lamp", price(1250), "lamps"))
        # Prices use another topic than orders. A client that got the product as an answer may still order it.
        order = wait_until(lambda: (answer := self.http.post("/v1/orders", {
            "customer_id": "c", "lines": [{"product_id": product, "quantity": 1}]})).status == 201 and answer.json, DECIDED_S,
            "it can be ordered")
        self.assertEqual(self.shop.decided(order["id"])["status"], "confirmed")
        self.produce("product_events", json.dumps({"action": "update", "product": {"_id": product, "price": 13}}), key=product)
        wait_until(lambda: self.http.get(f"/v1/products/{product}").json["price"] == price(1300), DECIDED_S, "the price is new")
        self.produce("product_events", json.dumps({"action": "delete", "product": {"_id": product}}), key=product)
        wait_until(lambda: self.http.get(f"/v1/products/{product}").status == 404, DECIDED_S, "the product is gone")

    def test_the_seeds_consumers_can_read_ours(self):
        user = uuid.uuid4().hex[:24]
        for path in ("/v1/orders", "/api/order"):
            if path == "/api/order":
                body = {"userId": user, "products": [{"productId": self.products[0], "quantity": 2}], "totalAmount": 19.98}
            else:
                body = {"customer_id": user, "lines": [{"product_id": self.products[0], "quantity": 2}]}
            self.assertIn(self.http.post(path, body).status, (200, 201))
        ours = [record for record in self.consume("order_created") if user in record["payload"]]
        self.assertEqual(len(ours), 2)
        for record in ours:
            order = json.loads(record["payload"])
            self.assertEqual([(line["productId"], line["quantity"]) for line in order["products"]], [(self.products[0], 2)])
            self.assertEqual(order["totalAmount"], 19.98)
            headers = record["headers"]
            self.assertEqual((headers["ce_specversion"], headers["ce_type"], headers["ce_subject"], headers["content-type"]),
                             ("1.0", "ordo.order.placed.v1", record["key"], "application/json"))
            self.assertEqual(record["key"], order["orderId"])
            self.assertTrue(headers["ce_id"] and headers["ce_source"] and headers["ce_time"])
        made = next(json.loads(record["payload"]) for record in self.consume("product_events")
                    if record["key"] == self.products[0])
        self.assertEqual((made["action"], made["product"]["price"], made["product"]["stock"]), ("create", 9.99, 1_000_000))
        self.assertTrue(made["product"]["name"])

    def test_one_topic_tells_an_orders_whole_story(self):
        order = self.shop.order("c", (self.products[0], 1))
        self.http.post(f"/v1/orders/{order['id']}/cancel", Prefer="wait=20")

        def story():
            return [record["headers"]["ce_type"] for record in self.consume("order_events") if record["key"] == order["id"]]

        expected = ["ordo.order.created.v1", "ordo.stock.reserved.v1", "ordo.order.reserved.v1", "ordo.payment.captured.v1",
                    "ordo.order.confirmed.v1", "ordo.order.cancel_requested.v1", "ordo.shipment.cancelled.v1",
                    "ordo.order.cancelled.v1", "ordo.payment.refunded.v1", "ordo.order.refunded.v1"]
        wait_until(lambda: story() == expected, DECIDED_S, "all events are there")

    def test_records_that_cannot_be_understood_go_to_the_dead_letters_and_stop_nothing(self):
        mark, product = self.unique("mark"), self.unique("good")
        lines = [{"productId": self.products[0], "quantity": 1}]
        bad_orders = {
            f"this is no JSON {mark}": "malformed_json",
            json.dumps({"userId": mark}): "invalid_fields",
            json.dumps({"userId": mark, "products": "none"}): "invalid_fields",
            json.dumps({"userId": mark, "products": [], "totalAmount": 1}): "invalid_fields",
            json.dumps({"userId": mark, "products": [{"productId": self.products[0], "quantity": -1}]}): "invalid_fields",
            json.dumps({"userId": mark + "/", "products": lines, "totalAmount": 1}): "invalid_fields",
            json.dumps([mark]): "invalid_fields",
        }
        bad_products = {
            f"<xml>{mark}</xml>": "malformed_json",
            json.dumps({"action": "explode", "product": {"_id": mark}}): "invalid_fields",
            json.dumps({"action": "create", "mark": mark}): "invalid_fields",
            json.dumps({"action": "create", "product": {"_id": mark, "name": "no price"}}): "missing_price",
            json.dumps({"action": "create", "product": {"_id": mark, "name": "n", "price": 1.999}}): "invalid_fields",
            json.dumps({"action": "update", "product": {"_id": mark, "price": 1}}): "unknown_product",
        }
        good_order = json.dumps({"userId": mark, "products": lines, "totalAmount": 9.99})
        good_product = json.dumps({"action": "create", "product": {"_id": product, "name": "n", "price": 1, "stock": 1}})
        for key in ("a", "b", "c", "d"):  # Valid records after invalid ones, in any partition.
            self.produce("order_created", *bad_orders, good_order, key=key)
        self.produce("product_events", *bad_products, good_product, key=product)

        wait_until(lambda: self.http.get(f"/v1/products/{product}").status == 200, DECIDED_S, "the product behind is made")
        wait_until(lambda: len(self.orders_of(mark)) == 4, DECIDED_S, "the orders behind are there")
        for order in self.orders_of(mark):
            self.assertEqual(self.shop.decided(order["id"])["status"], "confirmed")
        for topic, bad, times in (("order_created", bad_orders, 4), ("product_events", bad_products, 1)):
            dead = wait_until(lambda topic=topic, count=len(bad) * times: self.dead_letters(topic, mark, count), DECIDED_S,
                              "the dead letters are there")
            self.assertEqual(len(dead), len(bad) * times)
            for record in dead:  # Byte for byte, with the reason and its origin.
                headers = record["headers"]
                self.assertEqual(headers["ordo_dlq_reason"], bad[record["payload"]], record)
                self.assertEqual(headers["ordo_dlq_topic"], self.topic(topic))
                self.assertTrue(headers["ordo_dlq_detail"] and headers["ordo_dlq_processor"])
                self.assertGreaterEqual(int(headers["ordo_dlq_offset"]), 0)
                self.assertIn(int(headers["ordo_dlq_partition"]), range(self.partitions))
        self.check()

    def dead_letters(self, topic: str, mark: str, count: int) -> list[dict] | None:
        found = [record for record in self.consume(topic + ".dlq") if mark in record["payload"]]
        return found if len(found) >= count else None

    def test_documents_are_typed(self):
        order = self.shop.order("typed", (self.products[0], 2), metadata={"channel": "web"})
        with pymongo.MongoClient(self.stack.mongo_url_of(self.database)) as client:
            database = client.get_default_database()
            document = database.orders.find_one({"_id": order["id"]})
            self.assertIsInstance(document["placed_at"], datetime.datetime)
            self.assertIsInstance(document["total"]["amount"], bson.int64.Int64)
            self.assertEqual((document["total"]["amount"], document["status"], document["metadata"]),
                             (2 * 999, "confirmed", {"channel": "web"}))
            self.assertEqual(document["lines"][0]["product_id"], self.products[0])
            made = database.products.find_one({"_id": self.products[0]})
            self.assertIsInstance(made["price"]["amount"], bson.int64.Int64)
            self.assertIsInstance(made["created_at"], datetime.datetime)

    def test_no_password_is_in_a_log(self):
        server = self.member("secretive", ("api",))
        uri = self.stack.mongo_url_of(self.database).replace("://", "://shop:hunter2@")
        server.config.write_text(server.config.read_text().replace(json.dumps(server.settings["mongo"]), json.dumps(uri)))
        server.spawn()  # The database may accept this login or not. The password must not show in either case.
        wait_until(lambda: not server.alive() or get(server.port, "/readyz?verbose").status, 30, "it answers or ends")
        if server.alive():
            for path in ("/readyz?verbose", "/metrics"):
                self.assertNotIn(b"hunter2", get(server.port, path).body)
        server.stop()
        self.assertNotIn("hunter2", server.log.read_text())


class LostTopic(ShopCase):
    """A topic is recreated without its processor's knowledge. The processor's position in it is then invalid."""

    def begin_epoch(self):
        config = self.servers["workers"].config
        return run_ordo("epoch", "begin", "payment", "--config", str(config), folder=config.parent)

    def pay(self, count: int) -> None:
        for _ in range(count):
            self.assertEqual(self.shop.order("c", (self.products[0], 1))["status"], "confirmed")

    def test_the_processor_stops_until_it_is_told_to_go_on(self):
        workers = self.servers["workers"]
        self.pay(12)  # A partition without any of them has lost nothing and keeps its epoch.
        refused = self.begin_epoch()
        self.assertEqual(refused.returncode, 1)
        self.assertIn("processors_at_work", refused.stderr)
        workers.terminate()
        self.stack.kafka.delete_topic(self.topic("payments"))
        self.stack.kafka.create_topic(self.topic("payments"), self.partitions)

        workers.spawn()
        wait_until(lambda: not workers.alive(), DECIDED_S, "the processor sees that its place is gone")
        self.assertEqual(workers.exit_code, 1)
        self.assertIn("log_truncated", workers.log.read_text())
        begun = self.begin_epoch()
        self.assertEqual(begun.returncode, 0, begun.stderr)
        self.assertRegex(begun.stdout, r"payment/\d: epoch 1, goes on at offset 0\n")
        self.assertNotIn("epoch 2", self.begin_epoch().stdout)  # The log fits, so nothing changes.

        workers.start()
        self.pay(12)
        self.check()


if __name__ == "__main__":
    unittest.main()
