"""/openapi.json, /asyncapi.json and /docs: they are valid, complete and true. Public validators check them."""

import base64
import hashlib
import hmac
import html.parser
import json
import re
import time
import unittest
import uuid
from contextlib import closing

import validators
from api_documents import Checked, Document, OpenApi, probe
from harness import HOST, Case, Http, get, run_ordo, wait_until
from shop import order_body, price


SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


def signature(body: str) -> dict[str, str]:
    """The header fields of Standard Webhooks."""
    at, message = str(int(time.time())), f"msg_{uuid.uuid4()}"
    mac = hmac.digest(base64.b64decode(SECRET.removeprefix("whsec_")), f"{message}.{at}.{body}".encode(), hashlib.sha256)
    return {"webhook_id": message, "webhook_timestamp": at, "webhook_signature": "v1," + base64.b64encode(mac).decode()}


class ApiDocuments(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.folder / "data"
        # Only the tests act as the carrier.
        cls.ordo = cls.server("ordo", {"data_dir": str(cls.data), "carrier": "external", "gateway_secret": SECRET})
        cls.ordo.start()
        cls.openapi = OpenApi(get(cls.ordo.port, "/openapi.json").body)
        cls.asyncapi = Document(get(cls.ordo.port, "/asyncapi.json").body)

    def setUp(self):
        http = Http(self.ordo.port)
        self.addCleanup(http.close)
        self.call = Checked(http, self.openapi)

    def assertFits(self, problems: list[str], what: str):
        self.assertEqual(problems, [], what)

    # --- valid

    def test_the_openapi_document_is_valid(self):
        from openapi_spec_validator import OpenAPIV31SpecValidator

        errors = [str(error)[:500] for error in OpenAPIV31SpecValidator(self.openapi.json).iter_errors()]
        self.assertEqual(errors, [])
        self.assertEqual(self.openapi.json["openapi"], "3.1.0")

    def test_the_asyncapi_document_is_valid(self):
        file = self.folder / "asyncapi.json"
        file.write_text(json.dumps(self.asyncapi.json))
        self.assertEqual(validators.asyncapi_problems(file), "")
        self.assertEqual(self.asyncapi.json["asyncapi"], "3.0.0")
        file.write_text(json.dumps(self.asyncapi.json | {"channels": 7}))
        self.assertNotEqual(validators.asyncapi_problems(file), "")  # It does find errors.

    def test_the_schemas_are_valid_and_their_names_are_given_once(self):
        import jsonschema

        for document in (self.openapi, self.asyncapi):
            for path, schema in document.schemas():
                with self.subTest(schema=path[-1]):
                    jsonschema.Draft202012Validator.check_schema(schema)
                    self.assertNotRegex(path[-1], r"\d$", "two types of one name: rename one")

    def test_examples_fit_their_schemas(self):
        seen = 0
        for document in (self.openapi, self.asyncapi):
            for path, schema in document.schemas():
                for example in schema.get("examples", []):
                    self.assertFits(document.problems(example, *path), f"example of {path[-1]}")
                    seen += 1
                for name, member in schema.get("properties", {}).items():
                    for example in member.get("examples", []):
                        self.assertFits(document.problems(example, *path, "properties", name), f"{path[-1]}.{name}")
                        seen += 1
        for method, template, operation in self.openapi.operations():
            here = ("paths", template, method.lower())
            for i, parameter in enumerate(operation.get("parameters", [])):
                if "example" in parameter:
                    problems = self.openapi.problems(parameter["example"], *here, "parameters", str(i), "schema")
                    self.assertFits(problems, f"{method} {template}: {parameter['name']}")
                    seen += 1
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body:
                self.assertIn("example", body, f"{method} {template} has no example")
                problems = self.openapi.problems(body["example"], *here, "requestBody", "content", "application/json", "schema",
                                                 is_closed=False)
                self.assertFits(problems, f"{method} {template}: body")
                seen += 1
        self.assertGreater(seen, 20)

    # --- complete

    def test_every_route_is_in_the_document_and_the_other_way_round(self):
        routes = get(self.ordo.port, "/").json["routes"]
        documented = [f"{method} {template}" for method, template, _ in self.openapi.operations()]
        self.assertEqual(sorted(routes), sorted(documented))
        ids = [operation["operationId"] for _, _, operation in self.openapi.operations()]
        self.assertEqual(len(set(ids)), len(ids))

    def test_every_documented_route_answers_as_documented(self):
        for method, template, operation in self.openapi.operations():
            with self.subTest(route=f"{method} {template}"):
                target = re.sub(r"\{[^}]+\}", "nothing-of-that-name", template)
                body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
                answer = probe(HOST, self.ordo.port, method, target, body)
                if answer.status == 404 and answer.headers.get_content_type() == "application/problem+json":
                    self.assertNotEqual(answer.json["code"], "no_route")
                self.assertNotIn(answer.status, (405, 415, 500, 501), str(answer))
                if answer.headers.get_content_type() != "text/event-stream":
                    self.assertFits(self.openapi.wrong_with(method, target, answer), str(answer))

    def test_topics_have_what_processors_read(self):
        channels = self.asyncapi.json["channels"]
        for topic in ("order_created", "product_events", "order_events", "stock"):
            self.assertTrue(channels[topic]["messages"], topic)
            self.assertIn(f"{topic}.dlq", channels)
        operations = self.asyncapi.json["operations"]
        self.assertEqual(operations["orders.receive.order_events"]["action"], "receive")
        self.assertEqual(operations["intake.send.order_events"]["action"], "send")
        told = {message["$ref"] for operation in operations.values() for message in operation["messages"]}
        for topic, channel in channels.items():
            for name in channel["messages"] if not topic.endswith(".dlq") else ():
                self.assertIn(f"#/channels/{topic}/messages/{name}", told, "no operation sends or receives it")

    # --- true

    def test_real_answers_of_products_and_stock(self):
        call, product = self.call, self.unique("mug")
        body = {"id": product, "name": "Mug", "price": price(1250), "category": "kitchen", "stock": 10}
        made = call("POST", "/v1/products", body, 201, Prefer="wait=30", Idempotency_Key=product)
        self.assertIn("Location", made.headers)
        call("POST", "/v1/products", body | {"id": self.unique("tea")}, 201, Prefer="wait=30")
        call("POST", "/v1/products", body | {"surprise": 1}, 422)
        call("POST", "/v1/products", "{", 400)
        call("POST", "/v1/products", body | {"name": "Other"}, 409)
        read = call("GET", f"/v1/products/{product}", status=200)
        call("GET", f"/v1/products/{product}", status=304, If_None_Match=read.etag)
        self.assertIsNotNone(call("GET", "/v1/products?limit=1", status=200).json["next_cursor"])
        call("GET", "/v1/products?limt=1", status=400)
        call("PUT", f"/v1/products/{product}", {"name": "Mug 2", "price": price(1300)}, 200, If_Match=read.etag)
        call("PUT", f"/v1/products/{product}", {"name": "Mug 3", "price": price(1300)}, 412, If_Match=read.etag)
        call("PATCH", f"/v1/products/{product}", {"price": price(1400)}, 200)
        call("POST", f"/v1/products/{product}/stock", {"adjust": 5, "reason": "delivery"}, 200)
        call("POST", f"/v1/products/{product}/stock", {"adjust": -500}, 409)
        call("POST", f"/v1/products/{product}/stock", {}, 422)
        self.assertEqual(call("GET", f"/v1/products/{product}/stock", status=200).json["on_hand"], 15)
        call("DELETE", f"/v1/products/{product}", status=204)
        call("GET", f"/v1/products/{product}", status=404)

    def test_real_answers_of_orders(self):
        call, product = self.call, self.unique("pen")
        call("POST", "/v1/products", {"id": product, "name": "Pen", "price": price(100), "stock": 3}, 201, Prefer="wait=30")
        body = order_body("ann", (product, 2), metadata={"k": "v"}, reference="r-1", currency="USD")
        order = call("POST", "/v1/orders", body, 201, Idempotency_Key=self.unique("key"), Prefer="wait=20").json
        rejected = call("POST", "/v1/orders", order_body("ann", (product, 9)), 201, Prefer="wait=20").json
        self.assertEqual(rejected["status"], "rejected")
        call("POST", "/v1/orders", order_body("ann", ("none", 1)), 422)
        pending = call("POST", "/v1/orders", order_body("bob", (product, 1)), 201).json["id"]
        read = call("GET", f"/v1/orders/{order['id']}", status=200)
        call("GET", f"/v1/orders/{order['id']}", status=304, If_None_Match=read.etag)
        call("GET", f"/v1/orders/{order['id']}/history", status=200)
        call("GET", "/v1/orders/none", status=404)
        self.assertEqual(len(call("GET", "/v1/orders?limit=2&customer_id=ann", status=200).json["data"]), 2)
        call("GET", "/v1/orders?status=odd", status=400)
        call("POST", f"/v1/orders/{order['id']}/cancel", {"reason": "changed my mind"}, 200)
        call("POST", f"/v1/orders/{pending}/cancel", status=200)
        call("POST", f"/v1/orders/{rejected['id']}/cancel", status=409)

    def test_real_answers_of_payments_and_shipments(self):
        call, product = self.call, self.unique("lamp")
        call("POST", "/v1/products", {"id": product, "name": "Lamp", "price": price(1000), "stock": 9}, 201, Prefer="wait=30")
        payer = self.unique("payer")
        body = order_body(payer, (product, 3), payment_method="tok_visa")
        order = call("POST", "/v1/orders", body, 201, Prefer="wait=20").json["id"]
        shipment = f"/v1/shipments/{order}:1"
        wait_until(lambda: self.call("GET", shipment).status == 200, 60, "the shipment is asked for")
        payment = call("GET", f"/v1/payments/{order}", status=200)
        call("GET", f"/v1/payments/{order}", status=304, If_None_Match=payment.etag)
        call("GET", "/v1/payments/none", status=404)
        self.assertEqual(len(call("GET", f"/v1/payments?customer_id={payer}&status=captured", status=200).json["data"]), 1)
        answer = {"call_id": f"{order}:purchase:1", "outcome": "captured", "reference": "ch_1"}
        call("POST", f"/v1/payments/{order}/answers", answer, 401)
        call("POST", f"/v1/payments/{order}/answers", answer, 202, **signature(json.dumps(answer)))
        call("POST", f"{shipment}/updates", {"status": "delivered"}, 409)
        part = {"status": "shipped", "lines": [{"product_id": product, "quantity": 2}], "carrier": "DHL", "tracking": "JD1"}
        call("POST", f"{shipment}/updates", part, 200)
        call("POST", f"{shipment}/updates", {"status": "delivered", "note": "at the door"}, 200)
        self.assertEqual(len(call("GET", f"/v1/shipments?order_id={order}", status=200).json["data"]), 2)
        self.assertEqual(len(call("GET", "/v1/shipments?tracking=JD1&location=main", status=200).json["data"]), 1)
        for path in ("orders?sort=updated_at&total_min=1", "orders/counts?by=status", "search?q=JD1", "stock?availability=some",
                     "stock-movements?kind=count", "reservations?status=active", "locations"):
            self.assertTrue(call("GET", f"/v1/{path}", status=200).json["data"], path)
        call("GET", "/v1/orders?limit=2", status=200, Accept="text/csv")
        for path in ("orders/counts", "search?q=", "stock?availability=few", "orders?total_max=a"):
            call("GET", f"/v1/{path}", status=400)
        read = call("GET", shipment, status=200)
        call("GET", shipment, status=304, If_None_Match=read.etag)
        wait_until(lambda: self.call("GET", f"/v1/orders/{order}").json["fulfillment_status"] == "partially_shipped", 20,
                   "a part has left")
        wait_until(lambda: self.call("GET", f"{shipment[:-1]}2").status == 200, 20, "the rest is a shipment of its own")
        call("POST", f"/v1/orders/{order}/cancel", {"lines": [{"product_id": product, "quantity": 9}]}, 409)
        rest = {"lines": [{"product_id": product, "quantity": 1}], "id": "rest", "reason": "regret"}
        call("POST", f"/v1/orders/{order}/cancel", rest, 200, Prefer="wait=20")
        call("POST", f"/v1/orders/{order}/cancel", status=409)
        call("POST", f"/v1/orders/{order}/shipments", {}, 409)
        call("POST", f"/v1/orders/{order}/shipments", {"lines": []}, 422)
        back = {"lines": [{"product_id": product, "quantity": 1}], "restock": True, "refund": True, "reason": "broken"}
        call("POST", f"/v1/orders/{order}/returns", back, 201, Idempotency_Key="back")
        call("POST", f"/v1/orders/{order}/returns", back | {"reason": "other"}, 422, Idempotency_Key="back")
        call("POST", f"/v1/orders/{order}/returns", back | {"lines": [{"product_id": product, "quantity": 9}]}, 409)
        call("POST", f"/v1/orders/{order}/refunds", {"amount": price(500), "reason": "late"}, 201)
        call("POST", f"/v1/orders/{order}/refunds", {"amount": price(9999), "reason": "late"}, 409)
        wait_until(lambda: [refund["status"] for refund in call("GET", f"/v1/orders/{order}/refunds", status=200).json["data"]]
                   == ["succeeded"] * 3, 60, "the money is back")
        returns = call("GET", f"/v1/orders/{order}/returns", status=200)
        call("GET", f"/v1/orders/{order}/returns", status=304, If_None_Match=returns.etag)

    def test_real_answers_of_manual_orders(self):
        call, product = self.call, self.unique("vase")
        call("POST", "/v1/products", {"id": product, "name": "Vase", "price": price(1000), "stock": 9}, 201, Prefer="wait=30")
        body = order_body("cid", (product, 1), payment_terms="manual")
        call("POST", "/v1/orders", body | {"payment_terms": "none", "ship_before_payment": True}, 422)
        order = call("POST", "/v1/orders", body, 201).json["id"]
        wait_until(lambda: self.call("GET", f"/v1/orders/{order}").json["status"] == "reserved", 60, "the stock is reserved")
        payments = f"/v1/orders/{order}/payments"
        part = {"amount": price(400), "method": "cash", "reference": "receipt 17", "received_at": "2026-01-31T08:05:00Z"}
        call("POST", payments, part, 201, Idempotency_Key="part")
        call("POST", payments, part | {"method": "transfer"}, 422, Idempotency_Key="part")
        call("POST", payments, part | {"amount": price(0)}, 422)
        self.assertEqual(call("GET", f"/v1/orders/{order}", status=200).json["payment_status"], "partially_captured")
        call("POST", f"/v1/orders/{order}/cancel", {"reason": "changed my mind"}, 200)
        refunds = f"/v1/orders/{order}/refunds"
        self.assertTrue(call("GET", refunds, status=200).json["data"][0]["by_hand"])
        call("POST", f"{refunds}/other/paid", status=404)
        call("POST", f"{refunds}/automatic/paid", {"reference": "transfer 99"}, 200)
        call("POST", f"{refunds}/automatic/paid", status=200)
        usual = call("POST", "/v1/orders", order_body("cid", (product, 1)), 201, Prefer="wait=20").json["id"]
        call("POST", f"/v1/orders/{usual}/payments", part, 409)

    def test_real_answers_of_imported_orders(self):
        call, number = self.call, self.unique("#")
        body = {"source": "old-shop", "number": number, "customer_id": self.unique("eve"), "currency": "USD", "status": "completed",
                "placed_at": "2024-03-05T19:22:11Z", "payment": {"method": "card"}, "carrier": "DHL",
                "lines": [{"product_id": "gone", "quantity": 2, "unit_price": price(1250)}],
                "shipping": [{"name": "Parcel", "price": price(500)}],
                "tax": [{"code": "VAT", "amount": price(240)}], "expected_total": price(3240)}
        order = call("POST", "/v1/imported-orders", body, 201).json
        self.assertEqual(order["imported"]["number"], number)
        call("POST", "/v1/imported-orders", body, 200)
        changed = call("POST", "/v1/imported-orders", body | {"customer_note": "ring"}, 409).json
        self.assertEqual([error["pointer"] for error in changed["errors"]], ["/customer_note"])
        call("POST", "/v1/imported-orders", body | {"customer_note": "ring", "replace": True}, 200)
        call("POST", "/v1/imported-orders", body | {"lines": []}, 422)
        call("GET", f"/v1/orders/{order['id']}", status=200)
        call("POST", f"/v1/orders/{order['id']}/cancel", status=409)
        call("POST", f"/v1/orders/{order['id']}/refunds", {"amount": price(500), "reason": "late"}, 201)
        call("POST", "/v1/imported-orders", body | {"replace": True}, 409)
        customer = f"/v1/customers/{body['customer_id']}"
        wait_until(lambda: self.call("GET", customer).json.get("orders", {}).get("completed") == 1, 60, "the order is counted")

    def test_real_answers_of_customers(self):
        call, product, customer = self.call, self.unique("book"), self.unique("dan")
        call("POST", "/v1/products", {"id": product, "name": "Book", "price": price(1000), "stock": 9}, 201, Prefer="wait=30")
        body = {"id": customer, "name": "Dan", "email": f"{customer}@example.com", "phone": "1", "metadata": {"k": "v"}}
        self.assertIn("Location", call("POST", "/v1/customers", body, 201, Idempotency_Key=customer).headers)
        call("POST", "/v1/customers", body, 409)
        call("POST", "/v1/customers", {"email": "nowhere"}, 422)
        call("POST", "/v1/orders", order_body(customer, (product, 1)), 201, Prefer="wait=20")
        wait_until(lambda: self.call("GET", f"/v1/customers/{customer}").json["value"], 60, "the order is counted")
        read = call("GET", f"/v1/customers/{customer}", status=200)
        self.assertEqual((read.json["segment"], len(read.json["recent_orders"])), ("new", 1))
        call("GET", f"/v1/customers/{customer}", status=304, If_None_Match=read.etag)
        call("PATCH", f"/v1/customers/{customer}", {"name": "Dan D."}, 200, If_Match=read.etag)
        call("PATCH", f"/v1/customers/{customer}", {"name": "Dan D."}, 412, If_Match=read.etag)
        self.assertEqual(len(call("GET", f"/v1/customers?email={customer}%40example.com", status=200).json["data"]), 1)
        call("DELETE", f"/v1/customers/{customer}", status=204)
        self.assertNotIn("name", call("GET", f"/v1/customers/{customer}", status=200).json)
        call("DELETE", "/v1/customers/none", status=404)

    def test_real_answers_of_the_shops_own_rules(self):
        rate = {"country": "DE", "rate_ppm": 190000, "label": "VAT 19 %", "code": "VAT", "reason": "standard"}
        method = {"name": "Parcel", "countries": ["DE"], "price": {"kind": "by_weight", "steps": [
            {"up_to": 1000, "amount": price(490)}, {"amount": price(990)}]}}
        sale = {"label": "Sale", "code": self.unique("SALE"), "conditions": {"min_items": 2, "segments": ["vip"]},
                "action": {"kind": "buy_x_get_y", "buy": 2, "get": 1}}
        for path, body, change, bad in (("/v1/tax-rates", rate, {"rate_ppm": 160000}, {"rate_ppm": 1000001}),
                                        ("/v1/shipping-methods", method, {"free_from": price(5000)}, {"countries": ["XX"]}),
                                        ("/v1/promotions", sale, {"usage_limit": 5}, {"usage_limit": 0})):
            with self.subTest(path=path):
                call, one = self.call, self.unique("rule")
                made = call("POST", path, body | {"id": one}, 201, Prefer="wait=30", Idempotency_Key=one)
                self.assertIn("Location", made.headers)
                call("POST", path, body | {"id": one}, 409)
                call("POST", path, body | bad, 422)
                call("POST", path, {"id": self.unique("rule")}, 422)
                read = call("GET", f"{path}/{one}", status=200)
                call("GET", f"{path}/{one}", status=304, If_None_Match=read.etag)
                call("PATCH", f"{path}/{one}", change, 200, If_Match=read.etag)
                call("PATCH", f"{path}/{one}", change, 412, If_Match=read.etag)
                self.assertIn(one, [rule["id"] for rule in call("GET", f"{path}?status=active", status=200).json["data"]])
                self.assertEqual(call("POST", f"{path}/{one}/end", status=200).json["status"], "ended")
                call("POST", f"{path}/{one}/end", status=409)
                call("POST", f"{path}/none/end", status=404)

    def test_real_answers_about_redemptions(self):
        one, product, call = self.unique("limited"), self.unique("mug"), self.call
        call("POST", "/v1/products", {"id": product, "name": "Mug", "price": price(1000), "stock": 5}, 201, Prefer="wait=30")
        call("POST", "/v1/promotions", {"id": one, "label": "Sale", "code": one, "usage_limit": 2,
                                        "action": {"kind": "percent", "percent_ppm": 100000}}, 201, Prefer="wait=30")
        order = {"customer_id": "ann", "lines": [{"product_id": product, "quantity": 1}], "codes": [one]}
        wait_until(lambda: call("POST", "/v1/quotes", order, 200), 60, "the code is known")
        placed = call("POST", "/v1/orders", order, 201, Prefer="wait=30").json["id"]
        redeemed = [{"promotion_id": one, "status": "redeemed"}]
        wait_until(lambda: call("GET", f"/v1/orders/{placed}", status=200).json.get("redemptions") == redeemed, 60, "it is redeemed")
        used = call("GET", f"/v1/promotions/{one}/redemptions?status=held", status=200).json["data"]
        self.assertEqual([each["order_id"] for each in used], [placed])
        call("POST", "/v1/orders", order, 201, Prefer="wait=30")
        wait_until(lambda: call("GET", f"/v1/promotions/{one}", status=200).json["used"] == 2, 60, "it is used up")
        call("PATCH", f"/v1/promotions/{one}", {"usage_limit": 1}, 409)
        call("GET", f"/v1/promotions/{one}/redemptions?status=none", status=400)

    def test_what_the_schemas_forbid_is_refused(self):
        line, product = {"product_id": "p", "quantity": 1}, {"name": "n", "price": price(1)}
        order = {"customer_id": "c", "lines": [line]}
        back = {"lines": [line], "restock": True, "refund": False, "reason": "r"}
        for path, body in (("/v1/orders", order | {"lines": []}), ("/v1/orders", order | {"lines": [line] * 1001}),
                           ("/v1/orders", order | {"lines": [line | {"quantity": 0}]}),
                           ("/v1/orders", order | {"lines": [line | {"quantity": 1_000_001}]}),
                           ("/v1/orders", order | {"customer_id": " c"}), ("/v1/orders", order | {"surprise": 1}),
                           ("/v1/orders", order | {"reference": ""}), ("/v1/orders", order | {"reference": "r" * 129}),
                           ("/v1/orders", order | {"metadata": {f"k{i}": "" for i in range(51)}}),
                           ("/v1/products", product | {"name": ""}), ("/v1/products", product | {"stock": -1}),
                           ("/v1/products", product | {"stock": 10 ** 12 + 1}), ("/v1/products", product | {"price": 1}),
                           ("/v1/products/p/stock", {"count": -1}), ("/v1/products/p/stock", {"adjust": 10 ** 12 + 1}),
                           ("/v1/products/p/stock", {"count": 1, "reason": "r" * 513}),
                           ("/v1/orders", order | {"payment_method": "p" * 129}),
                           ("/v1/orders/o/refunds", {"reason": ""}), ("/v1/orders/o/refunds", {"reason": "r" * 513}),
                           ("/v1/orders/o/returns", back | {"lines": []}),
                           ("/v1/orders/o/returns", back | {"lines": [line | {"quantity": 0}]}),
                           ("/v1/shipments/s/updates", {"status": "requested"}),
                           ("/v1/shipments/s/updates", {"status": "shipped", "lines": []}),
                           ("/v1/shipments/s/updates", {"status": "lost", "note": "n" * 513}),
                           ("/v1/customers", {"email": "nowhere"}), ("/v1/customers", {"name": "n" * 201}),
                           ("/v1/orders/o/payments", {"amount": price(1), "method": ""}),
                           ("/v1/orders/o/payments", {"amount": price(1), "method": "m", "reference": "r" * 129}),
                           ("/v1/orders/o/refunds/r/paid", {"reference": ""}),
                           ("/v1/orders", order | {"payment_terms": "later"}),
                           ("/v1/products", product | {"weight_g": -1}), ("/v1/products", product | {"tax_class": "c" * 65}),
                           ("/v1/tax-rates", {"country": "DE", "rate_ppm": 190000, "label": "VAT"}),
                           ("/v1/promotions", {"label": "s", "action": {"kind": "percent", "percent_ppm": 0}}),
                           ("/v1/orders/o/cancel", {"reason": "r" * 513})):
            with self.subTest(path=path, body=str(body)[:60]):
                template = self.openapi.template_of(path)
                self.assertNotEqual(self.openapi.problems(body, "paths", template, "post", "requestBody", "content",
                                                          "application/json", "schema", is_closed=False), [])
                self.call("POST", path, body, 422)

    def test_real_answers_of_the_older_routes(self):
        call = self.call
        body = {"name": "Cup", "price": 12.5, "stock": 4, "category": "kitchen"}
        product = call("POST", "/api/product", body, 200).json["productId"]
        wait_until(lambda: product in str(get(self.ordo.port, "/api/product").json), 60, "the product is there")
        call("GET", "/api/product", status=200)
        call("POST", "/api/product", {"name": "Cup"}, 400)
        order = {"userId": "u", "products": [{"productId": product, "quantity": 1}], "totalAmount": 12.5}
        placed = call("POST", "/api/order", order, 200).json["orderId"]
        wait_until(lambda: placed in str(get(self.ordo.port, "/api/order").json), 60, "the order is there")
        call("GET", "/api/order", status=200)
        call("PUT", f"/api/product/{product}", {"price": 13}, 200)
        call("DELETE", f"/api/product/{product}", status=200)
        call("DELETE", "/api/product/none", status=404)

    def test_real_answers_of_operation(self):
        for path in ("/", "/livez", "/readyz", "/readyz?verbose", "/metrics", "/openapi.json", "/asyncapi.json", "/docs"):
            answer = self.call("GET", path, status=200)
            if "ETag" in answer.headers:
                self.call("GET", path, status=304, If_None_Match=answer.etag)

    def test_the_page_is_whole_and_alone(self):
        page = get(self.ordo.port, "/docs").body.decode()
        check = PageCheck()
        check.feed(page)
        self.assertEqual(check.open, [])
        self.assertEqual(len(check.ids), len(set(check.ids)))
        self.assertEqual([link for link in check.links if link not in check.ids], [], "links that lead nowhere")
        self.assertEqual(check.foreign, [], "things fetched from elsewhere")
        for _, _, operation in self.openapi.operations():
            self.assertIn(operation["operationId"], check.ids)
        for topic, channel in self.asyncapi.json["channels"].items():
            for message in channel["messages"]:
                self.assertIn(f"{topic}-{message}", check.ids)


class Records(Case):
    """The records in the log match the AsyncAPI document."""

    def test_real_records(self):
        data = self.folder / "data"
        ordo = self.server("ordo", {"data_dir": str(data), "carrier": "external"}).start()
        document = Document(get(ordo.port, "/asyncapi.json").body)
        with closing(Http(ordo.port)) as http:
            for index in range(3):
                body = {"id": f"p{index}", "name": "P", "price": price(100), "stock": 5}
                self.assertStatus(http.post("/v1/products", body, Prefer="wait=30"), 201)
            self.assertStatus(http.post("/v1/products/p0/stock", {"adjust": 2}), 200)
            kept = self.assertStatus(http.post("/v1/orders", order_body("c", ("p1", 2)), Prefer="wait=20"), 201).json
            self.assertStatus(http.post("/v1/orders", order_body("c", ("p1", 9)), Prefer="wait=20"), 201)
            self.assertStatus(http.post(f"/v1/orders/{kept['id']}/cancel"), 200)
            old = {"userId": "u", "products": [{"productId": "none", "quantity": 1}], "totalAmount": 1}
            self.assertStatus(http.post("/api/order", old), 200)
        ordo.stop()

        seen = set()
        for topic, channel in document.json["channels"].items():
            shown = run_ordo("log", "cat", topic, "--data-dir", str(data), folder=self.folder)
            self.assertEqual(shown.returncode, 0, f"{topic}: {shown.stderr}")
            for record in map(json.loads, shown.stdout.splitlines()):
                kind = record["type"]
                self.assertIn(kind, channel["messages"], f"on {topic}")
                self.assertEqual(document.problems(record["data"], "components", "messages", kind, "payload"), [], record)
                seen.add(kind)
        for kind in ("order.placed", "product.changed", "order.created", "stock.reserved", "stock.rejected",
                     "order.cancel_requested", "order.cancelled", "stock.release_requested", "stock.adjusted"):
            self.assertIn(f"ordo.{kind}.v1", seen)


class PageCheck(html.parser.HTMLParser):
    """Finds unclosed tags, ids, links within the page, and everything that a browser would load."""

    EMPTY = {"meta", "input", "br", "link", "img"}

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.foreign = [], [], [], []

    def handle_starttag(self, tag, attributes):
        fields = dict(attributes)
        if "id" in fields:
            self.ids.append(fields["id"])
        if tag == "a" and fields.get("href", "").startswith("#"):
            self.links.append(fields["href"][1:])
        if "src" in fields or tag == "link":
            self.foreign.append(tag)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            raise AssertionError(f"</{tag}> within {self.open} at {self.getpos()}")
        self.open.pop()


if __name__ == "__main__":
    unittest.main()
