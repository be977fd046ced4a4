"""Tests of webhooks, for every way to run ordo. A test class mixes in `Webhooks` and gives `api`, the server for requests,
and `sender`, the server that calls the endpoints."""

import base64
import hashlib
import hmac
import http.server
import json
import threading
import time
from dataclasses import dataclass

from harness import DECIDED_S, HOST, Http, Server, run_ordo, wait_until
from shop import Shop

SETTINGS = {"webhook_allow_private": "yes"}
PATIENCE_S = 90


@dataclass
class Delivery:
    path: str
    headers: dict
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict:
        return json.loads(self.body)

    def signatures(self) -> list[str]:
        return self.headers["webhook-signature"].split(" ")


def signature(secret: str, delivery: Delivery) -> str:
    """Implements the Standard Webhooks specification with only the standard library."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{delivery.id}.{delivery.headers['webhook-timestamp']}.".encode() + delivery.body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


class Receiver:
    """Receives deliveries and answers 200, or another configured status."""

    def __init__(self):
        self.deliveries: list[Delivery] = []
        self.status = 200
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.deliveries.append(Delivery(self.path, headers, body))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://{HOST}:{self._server.server_address[1]}/hook"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def subjects(self) -> set[str]:
        return {delivery.event["subject"] for delivery in list(self.deliveries)}


class Webhooks:
    api: Server
    sender: Server

    def setUp(self):
        self.http = Http(self.api.port)
        self.addCleanup(self.http.close)
        self.shop = Shop(self.http)
        self.product = self.unique("product")
        self.shop.add_product(self.product, stock=100_000)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)

    def place_order(self) -> str:
        return self.shop.order(self.unique("customer"), (self.product, 1))["id"]

    def subscribe(self, **body) -> dict:
        body = {"url": self.receiver.url, "types": ["ordo.order.created.v1"]} | body
        made = self.assertStatus(self.http.post("/v1/webhooks", body, Prefer="wait=30"), 201).json
        self.addCleanup(lambda: self.http("DELETE", f"/v1/webhooks/{made['id']}"))
        return made

    def webhook(self, made: dict) -> dict:
        return self.assertStatus(self.http.get(f"/v1/webhooks/{made['id']}"), 200).json

    def log_of(self, made: dict, **query) -> list[dict]:
        return self.shop.all(f"/v1/webhooks/{made['id']}/deliveries", **query)

    def wait_for(self, orders: set[str], what: str = "the events of the orders arrive") -> None:
        wait_until(lambda: orders <= self.receiver.subjects(), PATIENCE_S, what)

    def test_events_are_sent_signed(self):
        made = self.subscribe(description="the shop's mailer")
        self.assertTrue(made["secret"].startswith("whsec_"))
        self.assertNotIn("secret", self.webhook(made))
        self.assertIn(made["id"], [one["id"] for one in self.shop.all("/v1/webhooks")])
        order = self.place_order()
        self.wait_for({order})
        delivery = self.receiver.deliveries[0]
        self.assertEqual(delivery.headers["content-type"], "application/cloudevents+json; charset=UTF-8")
        self.assertEqual(delivery.signatures(), [signature(made["secret"], delivery)])
        self.assertLess(abs(time.time() - int(delivery.headers["webhook-timestamp"])), 60)
        event = delivery.event
        self.assertEqual((event["specversion"], event["type"], event["subject"]), ("1.0", "ordo.order.created.v1", order))
        self.assertEqual(event["data"]["lines"][0]["product_id"], self.product)
        log = wait_until(lambda: self.log_of(made, status="succeeded"), PATIENCE_S, "it is in the log")
        self.assertEqual([(one["id"], one["attempts"], one["event"]["subject"]) for one in log], [(delivery.id, 1, order)])
        self.assertEqual(log[0]["log"][0]["response_status"], 200)

    def test_a_secret_can_be_changed_without_a_gap(self):
        made = self.subscribe()
        fresh = self.assertStatus(self.http.post(f"/v1/webhooks/{made['id']}/secret"), 200).json
        self.assertNotEqual(fresh["secret"], made["secret"])
        self.assertIn("old_secret_until", fresh)
        self.wait_for({self.place_order()})
        delivery = self.receiver.deliveries[0]
        self.assertEqual(delivery.signatures(), [signature(fresh["secret"], delivery), signature(made["secret"], delivery)])

    def test_what_failed_is_tried_again(self):
        made = self.subscribe()
        self.receiver.status = 500
        order = self.place_order()
        waiting = wait_until(lambda: self.log_of(made, status="pending"), PATIENCE_S, "it has failed")
        self.assertEqual(waiting[0]["log"][0]["error"], "status_500")
        self.assertIn("next_attempt_at", waiting[0])
        # Two documents of one step: a reader may see one of them before the other.
        wait_until(lambda: "failing_since" in self.webhook(made) or None, PATIENCE_S, "the webhook says so too")
        self.receiver.status = 200
        sent = wait_until(lambda: self.log_of(made, status="succeeded"), PATIENCE_S, "it has succeeded")
        self.assertEqual(sent[0]["event"]["subject"], order)
        self.assertGreater(sent[0]["attempts"], 1)
        self.assertEqual({delivery.id for delivery in self.receiver.deliveries}, {sent[0]["id"]})
        wait_until(lambda: "failing_since" not in self.webhook(made) or None, PATIENCE_S, "the webhook fails no more")

    def test_nothing_is_lost_when_the_sender_is_killed(self):
        made = self.subscribe()
        orders = set()
        for _ in range(3):
            orders |= {self.place_order() for _ in range(10)}
            self.sender.crash()
            self.http.close()
        orders.add(self.place_order())
        self.wait_for(orders)
        ids = {}
        for delivery in list(self.receiver.deliveries):
            ids.setdefault(delivery.event["subject"], set()).add(delivery.id)
        self.assertEqual(set(ids), orders)
        self.assertEqual({len(of_one) for of_one in ids.values()}, {1})  # Repeated deliveries have the same id.
        wait_until(lambda: len(self.log_of(made, status="succeeded")) == len(orders), PATIENCE_S, "all are in the log")

    def test_a_delivery_is_sent_again_on_request_and_a_test_is_sent(self):
        made = self.subscribe()
        self.wait_for({self.place_order()})
        sent = wait_until(lambda: self.log_of(made, status="succeeded"), PATIENCE_S, "it has succeeded")[0]
        again = self.http.post(f"/v1/webhooks/{made['id']}/deliveries/{sent['id']}/redeliver", Prefer="wait=30")
        self.assertEqual(self.assertStatus(again, 200).json["attempts"], 2)
        self.assertEqual([delivery.id for delivery in self.receiver.deliveries], [sent["id"]] * 2)
        self.assertEqual(self.receiver.deliveries[0].body, self.receiver.deliveries[1].body)
        test = self.assertStatus(self.http.post(f"/v1/webhooks/{made['id']}/test", Prefer="wait=30"), 200).json
        self.assertEqual((test["status"], self.receiver.deliveries[-1].event["type"]), ("succeeded", "ordo.webhook.test.v1"))
        self.assertEqual(self.receiver.deliveries[-1].signatures(), [signature(made["secret"], self.receiver.deliveries[-1])])
        self.assertProblem(self.http.post(f"/v1/webhooks/{made['id']}/deliveries/x/redeliver"), 404, "unknown_delivery")

    def test_one_that_is_gone_is_disabled_and_goes_on_when_enabled(self):
        made = self.subscribe()
        self.receiver.status = 410
        first = self.place_order()
        disabled = wait_until(lambda: (now := self.webhook(made))["status"] == "disabled" and now, PATIENCE_S, "it is disabled")
        self.assertEqual(disabled["status_reason"], "gone")
        self.assertIn(made["id"], [one["id"] for one in self.shop.all("/v1/webhooks", status="disabled")])
        self.assertProblem(self.http.post(f"/v1/webhooks/{made['id']}/test"), 409, "webhook_disabled")
        second = self.place_order()
        self.receiver.status = 200
        self.receiver.deliveries.clear()
        self.assertStatus(self.http("PATCH", f"/v1/webhooks/{made['id']}", {"enabled": True}), 200)
        self.wait_for({first, second})

    def test_old_events_are_sent_to_who_wants_them(self):
        order = self.place_order()
        self.subscribe(**{"from": "start"})
        self.wait_for({order})

    def test_wrong_wishes_are_refused(self):
        for body, pointer in (({"url": "ftp://shop.example/"}, "/url"), ({"url": self.receiver.url, "types": ["a*b"]}, "/types/0"),
                              ({"url": self.receiver.url, "description": "d" * 201}, "/description"), ({}, "/url")):
            with self.subTest(body=body):
                self.assertProblem(self.http.post("/v1/webhooks", body), 422, "invalid_fields", pointer)
        self.assertProblem(self.http.get("/v1/webhooks/none"), 404, "unknown_webhook")
        self.assertProblem(self.http("PATCH", "/v1/webhooks/none", {"enabled": False}), 404, "unknown_webhook")
        self.assertProblem(self.http.get("/v1/events?topic=webhooks"), 400, "bad_query")
        made = self.subscribe()
        self.assertStatus(self.http("DELETE", f"/v1/webhooks/{made['id']}"), 204)
        self.assertProblem(self.http.get(f"/v1/webhooks/{made['id']}"), 404, "unknown_webhook")

    def test_the_command_line(self):
        def ordo(*arguments: str) -> str:
            done = run_ordo("webhooks", *arguments, "--url", self.api.url, folder=self.folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout

        made = json.loads(ordo("add", self.receiver.url, "--type", "ordo.order.created.v1", "-o", "json"))
        self.assertIn(made["id"], ordo("list"))
        self.wait_for({self.place_order()})
        wait_until(lambda: "succeeded" in ordo("deliveries", made["id"]), DECIDED_S, "it is in the log")
        sent = json.loads(ordo("deliveries", made["id"], "-o", "json"))[0]
        self.assertIn(sent["id"], ordo("redeliver", made["id"], sent["id"]))
        self.assertEqual(json.loads(ordo("show", made["id"], "-o", "json"))["url"], self.receiver.url)
        ordo("remove", made["id"])
        self.assertNotIn(made["id"], ordo("list"))
