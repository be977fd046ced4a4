"""Refused records are found, replayed once they can be accepted, and dropped: `ordo dlq` and /v1/dlq."""

import json

from cluster import WORKERS, ClusterCase, start_stack, stop_stack
from harness import Case, Http, append_records, check, rebuild, run_ordo, wait_until
from shop import Shop

setUpModule, tearDownModule = start_stack, stop_stack


class DeadLetters:
    """A mix-in. The class gives `ordo`, its `port`, and `write`, which appends records without headers, one per value."""

    def write(self, topic: str, key: str, *values: str) -> None:
        raise NotImplementedError

    def dlq(self, *arguments: str, code: int = 0) -> str:
        done = run_ordo("dlq", *arguments, "--url", self.ordo.url, folder=self.folder)
        self.assertEqual(done.returncode, code, f"{arguments}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def letters(self, *filters: str) -> list[dict]:
        return json.loads(self.dlq("list", "-o", "json", *filters))

    def await_letters(self, count: int, *filters: str) -> list[dict]:
        def look():
            found = self.letters(*filters)
            return found if len(found) == count else None

        return wait_until(look, 60, f"{count} letters {filters}")

    def update(self, product: str, price: float) -> str:
        return json.dumps({"action": "update", "product": {"_id": product, "price": price}})

    def test_refused_mended_and_replayed(self):
        http = self.http = Http(self.port)
        self.addCleanup(http.close)
        shop = Shop(http)
        shop.add_product("tea", stock=10, amount=500)

        # The price of a product that does not exist yet.
        self.write("product_events", "mug", self.update("mug", 7.5))
        letter = self.await_letters(1, "--topic", "product_events")[0]
        self.assertEqual((letter["reason"], letter["key"], letter["processor"]), ("unknown_product", "mug", "catalog"))
        self.dlq("replay", letter["id"])  # too early
        second = next(one for one in wait_until(lambda: self.letters() or None, 60, "it is refused again"))
        self.assertEqual(second["replay_of"], letter["id"])
        shop.add_product("mug", stock=5, amount=100)
        self.dlq("replay", second["id"])
        wait_until(lambda: http.get("/v1/products/mug").json["price"]["amount"] == 750 or None, 60, "the price is there")
        self.assertEqual(self.letters(), [])
        self.dlq("replay", second["id"], code=1)
        self.dlq("replay", "product_events:999", code=4)

        # An unreadable order, corrected by hand. Replayed twice, it makes one order.
        self.write("order_created", "k", '{"userId":"ann","products":[{"productId":"tea","quantity":"two"}]}')
        broken = self.await_letters(1)[0]
        value = json.loads(self.dlq("show", broken["id"], "-o", "value"))
        value["products"][0]["quantity"] = 2
        (self.folder / "mended.json").write_text(json.dumps(value))
        for _ in range(2):
            self.dlq("replay", broken["id"], "--again", "--value", str(self.folder / "mended.json"))
        ordered = wait_until(lambda: shop.all("/v1/orders", customer_id="ann") or None, 60, "the order is there")
        self.assertIn(shop.decided(ordered[0]["id"])["status"], ("reserved", "confirmed"))
        check(self.ordo)
        self.assertEqual(len(shop.all("/v1/orders", customer_id="ann")), 1)
        self.assertEqual(shop.stock("tea")["reserved"], 2)

        # Many letters: first only the count.
        self.write("product_events", "cup", *(self.update("cup", price) for price in (1, 2, 3)), "no json")
        self.await_letters(4)
        self.assertIn("would replay 3", self.dlq("replay", "--reason", "unknown_product", code=2))
        self.assertEqual(len(self.letters()), 4)
        shop.add_product("cup", stock=5, amount=900)
        self.assertIn("3 done, 0 failed", self.dlq("replay", "--reason", "unknown_product", "--yes"))
        wait_until(lambda: http.get("/v1/products/cup").json["price"]["amount"] == 300 or None, 60, "the last price wins")
        left = self.await_letters(1)[0]
        self.assertEqual(left["reason"], "malformed_json")
        self.assertIn('"product_events":1', run_ordo("check", "--config", str(self.ordo.config), "-o", "json",
                                                     folder=self.folder).stdout)
        self.dlq("drop", left["id"])
        self.assertEqual([one["id"] for one in self.letters("--state", "dropped")], [left["id"]])

        # The topics contain all of this state.
        self.ordo.crash()
        self.assertEqual(self.letters(), [])
        self.assertEqual(len(self.letters("--state", "all")), 7)
        check(self.ordo)
        self.assertTrue(rebuild(self.ordo)["identical"])


class EmbeddedDeadLetters(DeadLetters, Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.folder / "data"
        cls.ordo = cls.server("ordo", {"data_dir": str(cls.data), "dispatch_hold": "1h"}).start()
        cls.port = cls.ordo.port

    def write(self, topic, key, *values):
        """Writes records directly into the log, because the API is the only other way to write there."""
        self.ordo.terminate()
        append_records(self.data, *({"topic": topic, "key": key, "value": value} for value in values))
        self.ordo.start()
        self.http.close()  # a connection to the earlier process


class ClusterDeadLetters(DeadLetters, ClusterCase):
    processes = {"ordo": ("api", *WORKERS)}

    @property
    def ordo(self):
        return self.servers["ordo"]

    def write(self, topic, key, *values):
        self.produce(topic, *values, key=key)
