"""ordo as Kafka consumer groups with MongoDB documents, on a real broker and a server of MongoDB's protocol."""

import datetime
import json
import os
import time
import unittest
import uuid

import bson.int64
import pymongo

import webhooks
from cluster import WORKERS, ClusterCase, start_stack, stop_stack
from events import LiveEvents
from harness import DECIDED_S, Http, get, rebuild, wait_until
from main_job import MainJob
from shop import Load, Shop, audit, price, stock_up

setUpModule, tearDownModule = start_stack, stop_stack
OWN_DATABASE = not os.environ.get("ORDO_TEST_MONGO")  # Else it is somebody's, and nobody stops it.


class ClusterMainJob(MainJob, ClusterCase):
    """One process takes requests, one does the work."""

    @classmethod
    def tearDownClass(cls):
        cls.check()
        rebuild(cls.servers["workers"])  # beside them at work
        super().tearDownClass()


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


class FailureCase(ClusterCase):
    """Loads are small: the database of the tests compares every document for each one that is replaced."""

    def setUp(self):
        self.http = Http(self.port)
        self.addCleanup(self.http.close)
        self.shop = Shop(self.http)
        self.name = self.unique("load")
        self.products = stock_up(self.shop, self.name)
        self.plenty = self.unique("plenty")  # What no load orders.
        self.shop.add_product(self.plenty, stock=1000)

    def load(self, *names: str, **options) -> Load:
        ports = [self.servers[name].port for name in names or ("api",)]
        return Load(self.name, ports, self.products, **options)

    def assertNothingLost(self, load: Load) -> None:
        audit(self, self.shop, load.journal, bound_s=120)
        self.check()


class Crashes(FailureCase):
    """Every role in a process of its own; each of them fails under load."""

    processes = {role: (role,) for role in ("api", *WORKERS)}

    def crash(self, name: str) -> None:
        """The process is killed in the middle of its work, and started again. With it away orders are still taken."""
        with self.load() as load:
            load.wait_for(30)
            self.servers[name].kill()
            if name != "api":
                load.wait_for(30)
            self.servers[name].start()
            load.wait_for(30)
        self.assertNothingLost(load)

    def test_the_api_crashes(self):
        self.crash("api")

    def test_intake_crashes(self):
        self.crash("intake")

    def test_orders_crashes(self):
        self.crash("orders")

    def test_stock_crashes(self):
        self.crash("stock")

    def test_payment_crashes(self):
        self.crash("payment")

    def test_logistics_crashes(self):
        self.crash("logistics")

    def test_crm_crashes(self):
        self.crash("crm")

    def test_catalog_crashes(self):
        wanted = [self.unique("made-meanwhile") for _ in range(20)]
        self.servers["catalog"].kill()
        for product in wanted:  # Taken, though nobody is there to do it yet.
            body = {"id": product, "name": "n", "price": price(100), "stock": 3}
            self.assertStatus(self.http.post("/v1/products", body, Prefer="wait=0"), 202)
        self.servers["catalog"].start()
        for product in wanted:
            wait_until(lambda product=product: self.http.get(f"/v1/products/{product}").status == 200, DECIDED_S, "it is made")
            wait_until(lambda product=product: self.shop.stock(product)["available"] == 3, DECIDED_S, "its stock is counted")
            self.assertEqual(self.shop.order("c", (product, 3))["status"], "confirmed")
        self.crash("catalog")

    def test_everything_crashes_at_once(self):
        with self.load() as load:
            load.wait_for(30)
            for server in self.servers.values():
                server.kill()
            self.start_all()
            load.wait_for(30)
        self.assertNothingLost(load)

    def test_sigterm_under_load_ends_every_process_in_time_and_loses_nothing(self):
        with self.load() as load:
            load.wait_for(30)
            for server in self.servers.values():
                self.assertLess(server.terminate(), 20, server.name)
                self.assertEqual(server.exit_code, 0, f"{server.name}: {server.log_tail()}")
            self.start_all()
            load.wait_for(30)
        self.assertNothingLost(load)


class Outages(FailureCase):
    """What ordo stands on fails under load."""

    @unittest.skipUnless(OWN_DATABASE, "the database is somebody else's")
    def test_the_database_is_away_for_ten_seconds(self):
        with self.load() as load:
            load.wait_for(30)
            self.stack.mongo.stop()
            began = time.monotonic()
            load.run_for(10)
            accepted = load.journal.acknowledged_between(began, time.monotonic())
            self.stack.mongo.start()
            load.wait_for(30)
        self.assertGreater(accepted, 100, "orders accepted while the database was away")
        self.assertNothingLost(load)

    @unittest.skipUnless(OWN_DATABASE, "the database is somebody else's")
    def test_the_database_hangs(self):
        with self.load() as load:
            load.wait_for(30)
            self.stack.mongo.pause()
            began = time.monotonic()
            load.run_for(7)
            accepted = load.journal.acknowledged_between(began, time.monotonic())
            self.stack.mongo.resume()
            load.wait_for(30)
        self.assertGreater(accepted, 0, "orders accepted while the database hung")
        self.assertNothingLost(load)

    def test_the_broker_crashes(self):
        with self.load() as load:
            load.wait_for(30)
            self.stack.kafka.kill()
            load.run_for(2)
            self.stack.kafka.start()
            load.wait_for(60)
        self.assertNothingLost(load)

    def test_the_broker_hangs(self):
        with self.load() as load:
            load.wait_for(30)
            self.stack.kafka.pause()
            load.run_for(5)
            self.stack.kafka.resume()
            self.stack.kafka.wait_ready()
            load.wait_for(60)
        self.assertNothingLost(load)

    def test_with_the_broker_away_the_client_is_told_when_to_come_back(self):
        body = {"customer_id": "c", "lines": [{"product_id": self.products[0], "quantity": 1}]}
        key = self.unique("key")
        self.stack.kafka.stop()
        try:
            began = time.monotonic()
            answer = self.http.post("/v1/orders", body, Idempotency_Key=key)
            self.assertProblem(answer, 503)
            self.assertTrue(int(answer.headers["Retry-After"]) > 0)
            self.assertLess(time.monotonic() - began, 15)
            ready = get(self.port, "/readyz")
            self.assertEqual(get(self.port, "/livez").status, 200)
        finally:
            self.stack.kafka.start()
        self.assertStatus(ready, 503)
        wait_until(lambda: get(self.port, "/readyz").status == 200, DECIDED_S, "it is ready again")

        def post():
            answer = self.http.post("/v1/orders", body, Idempotency_Key=key)
            return answer.status == 201 and answer.json

        first = wait_until(post, DECIDED_S, "the retry is accepted")
        self.shop.decided(first["id"])
        self.assertEqual(post()["id"], first["id"])
        placed = self.shop.all("/v1/orders", product_id=self.products[0])
        self.assertEqual([order["id"] for order in placed], [first["id"]])
        self.check()


class Pairs(FailureCase):
    """Two processes with every role share the work."""

    processes = {"one": ("api", *WORKERS), "two": ("api", *WORKERS)}

    def load(self, *names: str, **options) -> Load:
        """A slow one: while a group waits for a member that is gone, orders pile up."""
        return super().load(*names, rate=12, **options)

    def test_either_process_serves_what_the_other_took(self):
        two = Http(self.servers["two"].port)
        self.addCleanup(two.close)
        key = self.unique("key")
        body = {"customer_id": "c", "lines": [{"product_id": self.products[0], "quantity": 1}]}
        first = self.assertStatus(self.http.post("/v1/orders", body, Idempotency_Key=key), 201).json
        second = self.assertStatus(two.post("/v1/orders", body, Idempotency_Key=key), 201).json
        self.assertEqual(first["id"], second["id"])
        self.assertEqual(Shop(two).decided(first["id"])["status"], "confirmed")
        third = self.assertStatus(two.post("/v1/orders", body, Idempotency_Key=key), 201).json
        self.assertEqual((third["id"], third["number"]), (first["id"], self.shop.decided(first["id"])["number"]))
        conflict = two.post("/v1/orders", body | {"customer_id": "d"}, Idempotency_Key=key)
        self.assertProblem(conflict, 422, "idempotency_key_reused")
        self.assertEqual(len(self.shop.all("/v1/orders", product_id=self.products[0])), 1)

    def test_one_of_two_is_killed(self):
        with self.load("one", "two") as load:
            load.wait_for(60)
            self.servers["two"].kill()
            load.wait_for(30)
            for _ in range(8):  # The one that is left takes over all partitions.
                self.assertEqual(self.shop.order("survivor", (self.plenty, 1))["status"], "confirmed")
            self.servers["two"].start()
            load.wait_for(30)
        self.assertNothingLost(load)

    def test_processes_come_and_go(self):
        with self.load("one") as load:
            for _ in range(2):
                load.wait_for(30)
                self.servers["two"].stop()
                load.wait_for(30)
                self.servers["two"].start()
            load.wait_for(30)
        self.assertNothingLost(load)

    def test_a_process_that_hangs_and_wakes_as_nobodys_owner_does_no_harm(self):
        with self.load("one") as load:
            load.wait_for(30)
            self.servers["two"].pause()
            # Its partitions are taken over once the group has missed its heartbeats; then it wakes.
            placed = [self.shop.order("waiting", (self.plenty, 1)) for _ in range(8)]
            self.servers["two"].resume()
            load.wait_for(30)
        self.assertEqual({order["status"] for order in placed}, {"confirmed"})
        self.assertNothingLost(load)


class Records(FailureCase):
    """What others write to the topics, and what they read there."""

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
        self.produce("product_events", json.dumps(event))  # No key: it may land in any partition.
        wait_until(lambda: self.http.get(f"/v1/products/{product}").status == 200, DECIDED_S, "the product is there")
        wait_until(lambda: self.shop.stock(product)["available"] == 4, DECIDED_S, "its stock is counted")
        read = self.http.get(f"/v1/products/{product}").json
        self.assertEqual((read["name"], read["price"], read["category"]), ("Lamp", price(1250), "lamps"))
        # The price follows on another topic than orders: a client that got the product back may order it.
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
        wait_until(lambda: story() == expected, DECIDED_S, "the whole story is told")

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
        for key in ("a", "b", "c", "d"):  # Good ones behind bad ones, whatever partition.
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
            for record in dead:  # Byte for byte, with the reason and where it came from.
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
        server.spawn()  # It may or may not be let in; it may not tell.
        wait_until(lambda: not server.alive() or get(server.port, "/readyz?verbose").status, 30, "it answers or ends")
        if server.alive():
            for path in ("/readyz?verbose", "/metrics"):
                self.assertNotIn(b"hunter2", get(server.port, path).body)
        server.stop()
        self.assertNotIn("hunter2", server.log.read_text())


if __name__ == "__main__":
    unittest.main()
