"""The servers that ordo needs fail under load, and processes that share its work come and go. Nothing is lost."""

import contextlib
import os
import time
import unittest

from cluster import WORKERS, FailureCase, start_stack, stop_stack
from harness import DECIDED_S, Http, get, wait_until
from shop import Load, Shop

setUpModule, tearDownModule = start_stack, stop_stack
OWN_DATABASE = not os.environ.get("ORDO_TEST_MONGO")  # Otherwise it is an outside server, which the tests must not stop.


class DatabaseOutages(FailureCase):
    """The database fails under load."""

    mongo_timeout_ms = None  # A hanging database is detected with production timeouts.

    @contextlib.contextmanager
    def taken_meanwhile(self, load: Load, at_least: int):
        """Orders are accepted within the block, or soon after. The speed is not tested."""
        before = len(load.journal.acknowledged)
        yield
        missing = before + at_least - len(load.journal.acknowledged)
        if missing > 0:
            load.wait_for(missing)

    @unittest.skipUnless(OWN_DATABASE, "the database is an outside server")
    def test_the_database_is_away_for_ten_seconds(self):
        with self.load() as load:
            load.wait_for(30)
            self.stack.mongo.stop()
            with self.taken_meanwhile(load, at_least=100):
                load.run_for(10)
            self.stack.mongo.start()
            load.wait_for(30)
        self.assertNothingLost(load)

    @unittest.skipUnless(OWN_DATABASE, "the database is an outside server")
    def test_the_database_hangs(self):
        with self.load() as load:
            load.wait_for(30)
            self.stack.mongo.pause()
            with self.taken_meanwhile(load, at_least=1):
                load.run_for(7)
            self.stack.mongo.resume()
            load.wait_for(30)
        self.assertNothingLost(load)


class BrokerOutages(FailureCase):
    """The broker fails under load."""

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
            self.assertLess(time.monotonic() - began, 30)
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
        """A slow load, because orders accumulate while a group waits for a dead member."""
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
            for _ in range(8):  # The remaining process takes over all partitions.
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
            # Another process takes over its partitions after missed heartbeats. Then it resumes.
            placed = [self.shop.order("waiting", (self.plenty, 1)) for _ in range(8)]
            self.servers["two"].resume()
            load.wait_for(30)
        self.assertEqual({order["status"] for order in placed}, {"confirmed"})
        self.assertNothingLost(load)


if __name__ == "__main__":
    unittest.main()
