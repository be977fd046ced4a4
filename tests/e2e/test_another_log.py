"""A process stops with an error before it accepts an order if a topic, the cluster or the database was replaced."""

import contextlib
import http.client
import json
import unittest

import pymongo

from cluster import WORKERS, ShopCase, start_stack, stop_stack
from harness import DECIDED_S, Http, get, run_ordo, wait_until
from stack import Stack

setUpModule, tearDownModule = start_stack, stop_stack


class AnotherLog(ShopCase):
    """One process has all roles."""

    processes = {"all": ("api", *WORKERS)}
    partitions = 1
    settings = ShopCase.settings | {"compare_logs": "1s"}

    def setUp(self):
        super().setUp()
        self.all = self.servers["all"]

    def start_again(self) -> None:
        self.http.close()
        self.all.start()

    def order(self, client: Http):
        return client.post("/v1/orders", {"customer_id": "c", "lines": [{"product_id": self.products[0], "quantity": 1}]})

    def make_anew(self, topic: str) -> int:
        """The topic has as many records as before, but all of them are different."""
        count = len(self.consume(topic))
        self.stack.kafka.delete_topic(self.topic(topic))
        self.stack.kafka.create_topic(self.topic(topic), self.partitions)
        bare = {"userId": "u", "products": [{"productId": self.products[0], "quantity": 1}], "totalAmount": 9.99}
        self.produce(topic, *[json.dumps(bare)] * count, key="k")
        return count

    def assertRefused(self, reason: str) -> None:
        self.assertEqual(self.all.exit_code, 1)
        text = self.all.log.read_text()
        self.assertIn(reason, text)
        self.assertIn("Check that the cluster and database", text)

    def spawn_and_try_to_order(self) -> None:
        """Until it ends, it accepts no order."""
        self.all.spawn()
        while self.all.alive():
            try:
                with contextlib.closing(Http(self.all.port)) as client:
                    self.assertNotEqual(self.order(client).status, 201)
                self.assertNotEqual(get(self.all.port, "/readyz").status, 200)
            except (OSError, http.client.HTTPException):
                pass  # it does not listen yet, or no longer

    def test_a_topic_made_anew_and_filled_is_not_read_on(self):
        config = self.all.config
        for _ in range(6):
            self.assertEqual(self.shop.order("c", (self.products[0], 1))["status"], "confirmed")

        # While it runs.
        self.make_anew("order_created")
        wait_until(lambda: not self.all.alive(), DECIDED_S, "the process sees that the topic is another one")
        self.assertRefused("log_")

        # While it is stopped, filled beyond the old place.
        self.produce("order_created", "{}", "{}", key="k")
        self.spawn_and_try_to_order()
        self.assertRefused("log_replaced")
        found = run_ordo("check", "--config", str(config), folder=config.parent)
        self.assertEqual(found.returncode, 5, found.stdout)
        self.assertIn("another topic", found.stdout)

        begun = run_ordo("epoch", "begin", "intake", "--config", str(config), folder=config.parent)
        self.assertEqual(begun.returncode, 0, begun.stderr)
        self.assertIn("intake/0: epoch 1, goes on at offset 0\n", begun.stdout)
        self.start_again()
        self.assertEqual(self.shop.order("c", (self.products[0], 1))["status"], "confirmed")
        wait_until(lambda: len(self.shop.all("/v1/orders", customer_id="u")) > 0, DECIDED_S, "nothing of it is passed over")

    def test_another_cluster_is_refused_before_anything_is_made_there(self):
        other = Stack(brokers=1, brief=True)
        self.addCleanup(other.close)
        other.start()
        self.assertEqual(self.shop.order("c", (self.products[0], 1))["status"], "confirmed")
        self.all.terminate()
        mine = self.set_cluster("another-one")  # All clusters of these tests have the same id.
        stranger = self.member("stranger", ("api",))
        stranger.config.write_text(stranger.config.read_text().replace(self.stack.bootstrap, other.bootstrap))
        stranger.spawn()
        wait_until(lambda: not stranger.alive(), DECIDED_S, "it ends")
        self.assertEqual(stranger.exit_code, 1)
        self.assertIn("another_cluster", stranger.log.read_text())
        self.assertEqual([name for name in other.kafka.topics() if name.startswith(self.prefix)], [])
        self.set_cluster(mine)

        renamed = self.member("renamed", ("api",))
        text = renamed.config.read_text().replace(self.topic("order_created"), self.topic("order_created") + "2")
        renamed.config.write_text(text)
        renamed.spawn()
        wait_until(lambda: not renamed.alive(), DECIDED_S, "another shop's topics on this database")
        self.assertEqual(renamed.exit_code, 1)
        self.assertIn("log_replaced", renamed.log.read_text())
        self.assertNotIn(self.topic("order_created") + "2", self.stack.kafka.topics())
        self.start_again()

    def set_cluster(self, cluster: str) -> str:
        with pymongo.MongoClient(self.stack.mongo_url_of(self.database)) as client:
            commits = client.get_default_database().commits
            was = commits.find_one({"_id": "intake/0"})["log"]["cluster"]
            for record in commits.find({}, {"log": 1}):
                commits.update_one({"_id": record["_id"]}, {"$set": {"log.cluster": cluster}})
        return was

    def test_what_expires_unread_is_told(self):
        # A partition that was assigned, but from which nothing was read yet.
        self.assertTrue(self.all.alive())
        self.all.terminate()
        self.produce("webhooks", "{}", "{}", key="k")
        self.stack.kafka.delete_records(self.topic("webhooks"), 0, 2)
        found = run_ordo("check", "--config", str(self.all.config), folder=self.all.config.parent)
        self.assertEqual(found.returncode, 5, found.stdout)
        self.assertIn("webhooks/0: 2 records expired unread", found.stdout)
        self.all.spawn()
        wait_until(lambda: not self.all.alive(), DECIDED_S, "the process sees it")
        self.assertRefused("log_expired")
        begun = run_ordo("epoch", "begin", "webhooks", "--config", str(self.all.config), folder=self.all.config.parent)
        self.assertEqual(begun.returncode, 0, begun.stderr)
        self.start_again()


if __name__ == "__main__":
    unittest.main()
