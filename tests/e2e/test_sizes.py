"""Records and requests above the broker's limit, here 256 KiB. Each is refused by itself, and everything else continues."""

import hashlib
import json

from cluster import ClusterCase, start_stack, stop_stack
from harness import Http, run_ordo, wait_until
from shop import Shop, order_body

LIMIT = 256 * 1024


def setUpModule():
    start_stack({"message.max.bytes": LIMIT})


tearDownModule = stop_stack


class Sizes(ClusterCase):
    @classmethod
    def start_all(cls) -> None:
        # An older dead-letter topic, with the same limit as its inbox.
        cls.stack.kafka.create_topic(cls.topic("product_events") + ".dlq", partitions=1)
        super().start_all()

    def setUp(self):
        self.http = Http(self.port)
        self.addCleanup(self.http.close)
        self.shop = Shop(self.http)

    def letter(self, topic: str) -> dict:
        def look():
            done = run_ordo("dlq", "list", "--topic", topic, "-o", "json", "--url", self.servers["api"].url, folder=self.folder)
            letters = json.loads(done.stdout)
            return letters[0] if letters else None

        return wait_until(look, 60, f"a letter of {topic}")

    def test_what_is_too_large_is_refused_and_nothing_stops(self):
        self.shop.add_product("long", stock=100_000, name='"' * 200)
        self.shop.add_product("tea", stock=1_000)

        # A request whose records would be too large is refused at once.
        lines = [("long", 1)] * 760
        refused = self.http.post("/v1/orders", order_body("ann", *lines))
        self.assertEqual((refused.status, refused.json["code"]), (422, "record_too_large"), str(refused))
        self.assertEqual(refused.json["errors"][0]["pointer"], "/lines")

        # The same from another producer.
        self.produce("order_created", json.dumps({
            "userId": "bob", "products": [{"productId": "long", "quantity": 1}] * 760}))
        letter = self.letter("order_created")
        self.assertEqual((letter["reason"], letter["processor"]), ("record_too_large", "intake"))

        # The broker just accepts this record, but not its dead letter.
        nonsense = "x" * (LIMIT - 200)
        self.produce("product_events", nonsense)
        letter = self.letter("product_events")
        self.assertEqual((letter["reason"], letter["bytes"], letter["value_omitted"]),
                         ("malformed_json", len(nonsense), True))
        headers = self.consume("product_events.dlq")[0]["headers"]
        self.assertEqual(headers["ordo_dlq_sha256"], hashlib.sha256(nonsense.encode()).hexdigest())
        replay = self.http.post(f"/v1/dlq/{letter['id']}/replay", {})
        self.assertEqual((replay.status, replay.json["code"]), (409, "value_omitted"), str(replay))

        # All processes still run, and batches of small records pass.
        placed = [self.shop.order(f"c{i}", ("tea", 1), wait=False)["id"] for i in range(100)]
        for order in placed:
            self.assertEqual(self.shop.decided(order)["status"], "confirmed")
        for server in self.servers.values():
            self.assertTrue(server.alive(), server.name)
        self.check()
