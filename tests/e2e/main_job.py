"""Tests of the main job of ordo over HTTP, for every way to run it. A test class mixes in `MainJob` and gives `port`."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from harness import DECIDED_S, Http, raw_exchange, rebuild, wait_until
from shop import Shop, order_body, price, quoted


class MainJob:
    port: int  # of an API

    def setUp(self):
        self.http = Http(self.port)
        self.addCleanup(self.http.close)
        self.shop = Shop(self.http)

    def at_the_same_time(self, ask):
        """The result of ask(client), each with its own connection."""
        with closing(Http(self.port)) as client:
            return ask(client)

    def await_stock(self, product: str, **figures: int) -> None:
        """An order may show as reserved shortly before the stock level does: they are documents of two processors."""
        def look():
            stock = self.shop.stock(product)
            return all(stock[name] == figure for name, figure in figures.items())

        wait_until(look, DECIDED_S, f"the stock of {product} shows {figures}; it is {self.shop.stock(product)}")

    # --- orders ------------------------------------------------------------------------------------------------------

    def test_an_order_reserves_stock(self):
        pen, cup, customer = self.unique("pen"), self.unique("cup"), self.unique("customer")
        self.shop.add_product(pen, stock=10, amount=1999)
        self.shop.add_product(cup, stock=5, amount=50)
        answer = self.http.post("/v1/orders", order_body(customer, (pen, 2), (cup, 5), reference="R-1", metadata={"a": "b"}),
                                Prefer="wait=10")
        order = self.assertStatus(answer, 201).json
        self.assertEqual(answer.headers["Location"], f"/v1/orders/{order['id']}")
        order = self.shop.decided(order["id"])
        self.assertEqual((order["status"], order["payment_status"], order["fulfillment_status"]),
                         ("confirmed", "captured", "unfulfilled"))
        self.assertEqual((order["customer_id"], order["reference"], order["metadata"]), (customer, "R-1", {"a": "b"}))
        self.assertEqual(order["total"], price(2 * 1999 + 5 * 50))
        self.assertEqual([(line["product_id"], line["quantity"], line["unit_price"], line["total"]) for line in order["lines"]],
                         [(pen, 2, price(1999), price(3998)), (cup, 5, price(50), price(250))])
        self.assertRegex(order["number"], "^[0-9]+$")
        self.await_stock(pen, on_hand=10, reserved=2, available=8)
        self.await_stock(cup, on_hand=5, reserved=5, available=0)
        history = self.assertStatus(self.http.get(f"/v1/orders/{order['id']}/history"), 200).json["data"]
        self.assertEqual([entry["type"] for entry in history], ["ordo.order.created.v1", "ordo.stock.reserved.v1", "ordo.payment.captured.v1"])

    def test_an_order_that_cannot_be_filled_takes_nothing(self):
        plenty, few = self.unique("plenty"), self.unique("few")
        self.shop.add_product(plenty, stock=100)
        self.shop.add_product(few, stock=3)
        order = self.shop.order("c", (plenty, 1), (few, 4))
        self.assertEqual((order["status"], order["status_reason"]), ("rejected", "out_of_stock"))
        self.assertEqual(self.shop.stock(plenty)["reserved"], 0)
        self.assertEqual(self.shop.stock(few)["available"], 3)

    def test_lines_of_one_product_are_summed_before_they_are_reserved(self):
        product = self.unique("two-lines")
        self.shop.add_product(product, stock=3)
        self.assertEqual(self.shop.order("c", (product, 2), (product, 2))["status"], "rejected")
        self.assertEqual(self.shop.order("c", (product, 1), (product, 2))["status"], "confirmed")
        self.await_stock(product, available=0)

    def test_a_cancelled_order_gives_its_stock_back_once(self):
        product = self.unique("returned")
        self.shop.add_product(product, stock=4)
        order = self.shop.order("c", (product, 4))
        cancelled = self.assertStatus(self.http.post(f"/v1/orders/{order['id']}/cancel", {"reason": "changed my mind"},
                                                     Prefer="wait=20"), 200).json
        self.assertEqual((cancelled["status"], cancelled["status_reason"]), ("cancelled", "changed my mind"))
        refunded = wait_until(lambda: (now := self.http.get(f"/v1/orders/{order['id']}").json)["payment_status"] == "refunded"
                              and now, DECIDED_S, "the money goes back by itself")
        again = self.assertStatus(self.http.post(f"/v1/orders/{order['id']}/cancel"), 200).json
        self.assertEqual((again["status"], again["rev"]), ("cancelled", refunded["rev"]))
        self.await_stock(product, on_hand=4, reserved=0, available=4)
        self.assertEqual(self.shop.order("c", (product, 4))["status"], "confirmed")

    def test_what_is_over_cannot_be_cancelled(self):
        product = self.unique("gone")
        self.shop.add_product(product, stock=0)
        order = self.shop.order("c", (product, 1))
        self.assertEqual(order["status"], "rejected")
        self.assertProblem(self.http.post(f"/v1/orders/{order['id']}/cancel"), 409, "illegal_transition")
        self.assertProblem(self.http.post(f"/v1/orders/{uuid.uuid4()}/cancel"), 404, "unknown_order")

    def test_a_pending_order_can_be_cancelled_at_once(self):
        product = self.unique("regret")
        self.shop.add_product(product, stock=50)
        for _ in range(10):
            placed = self.shop.order("c", (product, 1), wait=False)
            answer = self.http.post(f"/v1/orders/{placed['id']}/cancel", Prefer="wait=20")
            self.assertEqual(self.assertStatus(answer, 200).json["status"], "cancelled")
        self.await_stock(product, on_hand=50, reserved=0)

    def test_oversell_is_impossible(self):
        product = self.unique("rare")
        self.shop.add_product(product, stock=7)
        with ThreadPoolExecutor(8) as pool:
            orders = list(pool.map(lambda number: self.at_the_same_time(
                lambda client: Shop(client).order(f"c{number}", (product, 1))), range(40)))
        self.assertEqual(sorted(order["status"] for order in orders), ["confirmed"] * 7 + ["rejected"] * 33)
        self.await_stock(product, on_hand=7, reserved=7, available=0)

    def test_prices_come_from_the_catalogue(self):
        product = self.unique("priced")
        self.shop.add_product(product, stock=10, amount=250)
        body = order_body("c", (product, 3), expected_total=price(749))
        problem = self.assertProblem(self.http.post("/v1/orders", body), 422, "total_mismatch", "/expected_total")
        self.assertIn("7.50", problem["errors"][0]["detail"])
        self.assertStatus(self.http.post("/v1/orders", body | {"expected_total": price(750)}), 201)
        self.assertProblem(self.http.post("/v1/orders", body | {"currency": "EUR"}), 422, "currency_mismatch")
        missing = self.unique("nowhere")
        self.assertProblem(self.http.post("/v1/orders", order_body("c", (product, 1), (missing, 1))), 422, "unknown_product",
                           "/lines/1/product_id")

    def test_what_was_written_can_be_read_at_once(self):
        product = self.unique("fresh")
        self.shop.add_product(product, stock=1000)
        self.assertEqual(self.assertStatus(self.http.get(f"/v1/products/{product}"), 200).json["id"], product)
        for _ in range(50):
            placed = self.shop.order("c", (product, 1), wait=False)
            read = self.assertStatus(self.http.get(f"/v1/orders/{placed['id']}"), 200).json
            for name in ("id", "number", "customer_id", "total", "lines", "placed_at"):
                self.assertEqual(read[name], placed[name], name)

    # --- idempotency -------------------------------------------------------------------------------------------------

    def test_a_repeated_request_is_the_same_order(self):
        product, key = self.unique("once"), self.unique("key")
        self.shop.add_product(product, stock=10)
        body = order_body("c", (product, 1))
        first = self.assertStatus(self.http.post("/v1/orders", body, Idempotency_Key=key), 201).json
        second = self.assertStatus(self.http.post("/v1/orders", body, Idempotency_Key=key), 201).json
        self.assertEqual((second["id"], second["number"]), (first["id"], first["number"]))
        self.shop.decided(first["id"])
        third = self.assertStatus(self.http.post("/v1/orders", body, Idempotency_Key=key), 201).json
        self.assertEqual((third["id"], third["number"]), (first["id"], first["number"]))
        other = order_body("c", (product, 2))
        self.assertProblem(self.http.post("/v1/orders", other, Idempotency_Key=key), 422, "idempotency_key_reused")
        self.await_stock(product, reserved=1)

    def test_a_request_repeated_at_the_same_time_is_one_order(self):
        product, key, customer = self.unique("race"), self.unique("key"), self.unique("customer")
        self.shop.add_product(product, stock=100)
        body = order_body(customer, (product, 1))

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: self.at_the_same_time(
                lambda client: client.post("/v1/orders", body, Idempotency_Key=key, Prefer="wait=10")), range(16)))
        self.assertEqual({answer.status for answer in answers}, {201}, [str(answer) for answer in answers])
        self.assertEqual(len({answer.json["id"] for answer in answers}), 1)
        self.shop.decided(answers[0].json["id"])
        # In any partition, a later order comes after every copy of this one. When it is decided, all copies have been processed.
        self.shop.order(customer, (product, 1), key=self.unique("key"))
        self.assertEqual(len(self.shop.all("/v1/orders", customer_id=customer)), 2)
        self.await_stock(product, reserved=2)

    def test_a_repeated_product_is_the_same_product(self):
        key = self.unique("key")
        body = {"name": "Made once", "price": price(100), "stock": 1}
        first = self.assertStatus(self.http.post("/v1/products", body, Idempotency_Key=key, Prefer="wait=20"), 201).json
        second = self.assertStatus(self.http.post("/v1/products", body, Idempotency_Key=key, Prefer="wait=20"), 201).json
        self.assertEqual((second["id"], second["rev"]), (first["id"], first["rev"]))
        other = body | {"name": "Something else"}
        self.assertProblem(self.http.post("/v1/products", other, Idempotency_Key=key), 422, "idempotency_key_reused")

    # --- products and stock ------------------------------------------------------------------------------------------

    def test_a_product_is_read_changed_and_deleted(self):
        product = self.unique("thing")
        made = self.shop.add_product(product, stock=1, amount=100, category="tools")
        self.assertEqual(made.headers["Location"], f"/v1/products/{product}")
        self.assertProblem(self.http.post("/v1/products", {"id": product, "name": "x", "price": price(1)}), 409, "product_exists")
        read = self.assertStatus(self.http.get(f"/v1/products/{product}"), 200)
        self.assertEqual((read.json["name"], read.json["price"], read.json["category"], read.json["status"]),
                         (f"Name of {product}", price(100), "tools", "active"))
        unchanged = self.assertStatus(self.http.get(f"/v1/products/{product}", If_None_Match=read.etag), 304)
        self.assertEqual((unchanged.body, unchanged.etag), (b"", read.etag))

        new = {"name": "Renamed", "price": price(200), "category": "tools"}
        changed = self.http("PUT", f"/v1/products/{product}", new, If_Match=read.etag, Prefer="wait=20")
        self.assertEqual(self.assertStatus(changed, 200).json["name"], "Renamed")
        self.assertNotEqual(changed.etag, read.etag)
        stale = self.http("PUT", f"/v1/products/{product}", new | {"name": "Lost update"}, If_Match=read.etag)
        self.assertProblem(stale, 412, "stale_revision")
        patched = self.http("PATCH", f"/v1/products/{product}", {"price": price(300)}, If_Match=changed.etag, Prefer="wait=20")
        self.assertEqual(self.assertStatus(patched, 200).json["price"], price(300))
        self.assertEqual(patched.json["name"], "Renamed")
        self.assertEqual(self.shop.order("c", (product, 1))["total"], price(300))

        self.assertStatus(self.http("DELETE", f"/v1/products/{product}", Prefer="wait=20"), 204)
        self.assertProblem(self.http.get(f"/v1/products/{product}"), 404, "unknown_product")
        self.assertProblem(self.http.post("/v1/orders", order_body("c", (product, 1))), 422, "unknown_product")
        self.assertProblem(self.http("PATCH", f"/v1/products/{product}", {"name": "Ghost"}), 404, "unknown_product")
        self.assertStatus(self.http.post("/v1/products", {"id": product, "name": "Back", "price": price(1)}, Prefer="wait=20"), 201)

    def test_one_of_two_updates_of_the_same_revision_wins(self):
        product = self.unique("contended")
        etag = self.shop.add_product(product, stock=1).etag

        def put(number):
            body = {"name": f"Name {number}", "price": price(number)}
            return self.at_the_same_time(
                lambda client: client("PUT", f"/v1/products/{product}", body, If_Match=etag, Prefer="wait=20"))

        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(put, range(6)))
        winners = [answer for answer in answers if answer.status == 200]
        self.assertEqual(sorted(answer.status for answer in answers), [200] + [412] * 5, [str(answer) for answer in answers])
        self.assertEqual(self.http.get(f"/v1/products/{product}").json["name"], winners[0].json["name"])

    def test_stock_is_counted_and_adjusted(self):
        product, movement = self.unique("counted"), self.unique("movement")
        self.shop.add_product(product, stock=5)
        path = f"/v1/products/{product}/stock"
        counted = self.assertStatus(self.http.post(path, {"count": 20, "reason": "stocktaking"}, Prefer="wait=20"), 200).json
        self.assertEqual((counted["on_hand"], counted["counted"], counted["available"]), (20, 20, 20))
        change = {"adjust": -6, "id": movement, "reason": "broken"}
        for _ in range(2):  # A repeated request with the same id changes nothing.
            adjusted = self.assertStatus(self.http.post(path, change, Prefer="wait=20"), 200).json
            self.assertEqual((adjusted["on_hand"], adjusted["adjusted"]), (14, -6))
        self.assertProblem(self.http.post(path, change | {"adjust": -7}), 422, "movement_id_reused")
        self.assertProblem(self.http.post(path, {"adjust": -15}, Prefer="wait=20"), 409, "negative_stock")
        self.assertProblem(self.http.post(path, {"count": 1, "adjust": 1}), 422, "invalid_fields")
        self.assertProblem(self.http.post(f"/v1/products/{self.unique('no')}/stock", {"count": 1}), 404, "unknown_product")
        self.assertEqual(self.shop.stock(product)["on_hand"], 14)

    # --- reading -----------------------------------------------------------------------------------------------------

    def test_orders_are_listed_by_every_filter_page_by_page(self):
        product, rare, customer = self.unique("listed"), self.unique("rare"), self.unique("customer")
        self.shop.add_product(product, stock=1000)
        self.shop.add_product(rare, stock=0)
        before = self.shop.order(self.unique("other"), (product, 1))["placed_at"]
        orders = [self.shop.order(customer, (product, number + 1)) for number in range(6)]
        rejected = self.shop.order(customer, (rare, 1))
        newest_first = [rejected["id"]] + [order["id"] for order in reversed(orders)]

        pages = self.shop.pages("/v1/orders", customer_id=customer, limit=3)
        self.assertEqual([len(page) for page in pages], [3, 3, 1])
        self.assertEqual([order["id"] for page in pages for order in page], newest_first)

        def ids(**query):
            return [order["id"] for order in self.shop.all("/v1/orders", **query)]

        self.assertEqual(ids(customer_id=customer, status="confirmed"), newest_first[1:])
        self.assertEqual(ids(customer_id=customer, status="rejected"), newest_first[:1])
        self.assertEqual(ids(customer_id=customer, product_id=rare), newest_first[:1])
        self.assertEqual(ids(product_id=rare), newest_first[:1])
        self.assertEqual(ids(customer_id=customer, payment_status="none"), newest_first[:1])
        self.assertEqual(ids(customer_id=customer, payment_status="captured"), newest_first[1:])
        self.assertEqual(ids(customer_id=customer, payment_status="refunded"), [])
        self.assertEqual(ids(customer_id=customer, fulfillment_status="unfulfilled"), newest_first)
        self.assertEqual(ids(customer_id=customer, fulfillment_status="shipped"), [])
        third = orders[2]["placed_at"]
        self.assertEqual(ids(customer_id=customer, **{"from": third}), newest_first[:5])
        self.assertEqual(ids(customer_id=customer, to=third), newest_first[5:])
        self.assertIn(before, [order["placed_at"] for order in self.shop.all("/v1/orders", product_id=product)])

        first = self.http.get(f"/v1/orders?customer_id={customer}&limit=3")
        link = first.headers["Link"]
        self.assertRegex(link, '^<.*>; rel="next"$')
        followed = self.assertStatus(self.http.get(link[1:link.index(">")]), 200).json
        self.assertEqual([order["id"] for order in followed["data"]], newest_first[3:6])
        cursor = first.json["next_cursor"]
        self.assertProblem(self.http.get(f"/v1/orders?customer_id=another&limit=3&cursor={cursor}"), 400, "bad_cursor")
        for query, words in (("statsu=reserved", "status"), ("limit=0", "1 to 500"), ("limit=501", "1 to 500"),
                             ("status=lost", "pending, reserved"), ("from=yesterday", "from"), ("cursor=abc", "cursor")):
            problem = self.assertProblem(self.http.get("/v1/orders?" + query), 400)
            self.assertIn(words, problem["detail"], query)

    def test_orders_are_found_counted_and_saved_as_a_file(self):
        product, customer, word = self.unique("found"), self.unique("finder"), self.unique("w").replace("-", "")
        self.shop.add_product(product, stock=100)
        contact = {"name": f"Đỗ {word}", "email": f"{word}@Example.com"}
        first = self.shop.order(customer, (product, 1), contact=contact, tags=["gift"], channel="phone", reference="=1+1")
        second = self.shop.order(customer, (product, 3))
        self.assertStatus(self.http.post(f"/v1/orders/{first['id']}/notes", {"text": "call", "public": False}, Prefer="wait=20"), 201)

        def ids(query):
            answer = self.assertStatus(self.http.get(f"/v1/orders?customer_id={customer}&{query}"), 200).json
            return [order["id"] for order in answer["data"]]

        self.assertEqual(ids(f"email={word.upper()}@example.com"), [first["id"]])
        self.assertEqual(ids("tag=gift"), [first["id"]])
        self.assertEqual(ids("channel=phone&location=main"), [first["id"]])
        self.assertEqual(ids(f"total_min={second['total']['amount']}"), [second["id"]])
        self.assertEqual(ids(f"total_max={first['total']['amount']}"), [first["id"]])
        self.assertEqual(sorted(ids("sort=updated_at")), sorted([first["id"], second["id"]]))

        counts = self.assertStatus(self.http.get(f"/v1/orders/counts?by=status&customer_id={customer}"), 200).json
        self.assertEqual(sum(one["count"] for one in counts["data"]), 2)

        hits = self.assertStatus(self.http.get(f"/v1/search?q=do+{word}"), 200).json["data"]
        self.assertIn(("order", first["id"]), [(hit["kind"], hit["id"]) for hit in hits])
        hits = self.assertStatus(self.http.get(f"/v1/search?q=%23{first['number']}"), 200).json["data"]
        self.assertEqual(hits[0]["id"], first["id"])

        file = self.assertStatus(self.http.get(f"/v1/orders?customer_id={customer}", Accept="text/csv"), 200)
        lines = file.body.decode().splitlines()
        self.assertEqual(len(lines), 3, lines)
        self.assertIn(",'=1+1,", lines[2])

    def test_stock_is_listed(self):
        product = self.unique("shelf")
        self.shop.add_product(product, stock=2)
        self.assertStatus(self.http.post(f"/v1/products/{product}/stock", {"adjust": -2}, Prefer="wait=20"), 200)

        def listed(path):
            return self.assertStatus(self.http.get(path), 200).json["data"]

        self.assertEqual([level["available"] for level in listed(f"/v1/stock?product_id={product}&availability=none")], [0])
        self.assertEqual(listed(f"/v1/stock?product_id={product}&availability=some"), [])
        self.assertEqual([one["kind"] for one in listed(f"/v1/stock-movements?product_id={product}")], ["adjust", "count"])
        self.assertIn("main", [one["location"] for one in listed("/v1/locations")])
        self.assertIsInstance(listed("/v1/reservations?status=active&limit=1"), list)

    def test_products_are_listed_by_category_and_status(self):
        category = self.unique("category & more")
        names = [self.unique("in-category") for _ in range(3)]
        for name in names:
            self.shop.add_product(name, stock=1, category=category)
        self.assertStatus(self.http("DELETE", f"/v1/products/{names[0]}", Prefer="wait=20"), 204)

        def ids(**query):
            return sorted(product["id"] for product in self.shop.all("/v1/products", category=category, **query))

        self.assertEqual(ids(), sorted(names[1:]))
        self.assertEqual(ids(status="active"), sorted(names[1:]))
        self.assertEqual(ids(status="archived"), names[:1])
        self.assertEqual([len(page) for page in self.shop.pages("/v1/products", category=category, limit=1)], [1, 1])

    def test_reads_have_entity_tags(self):
        product = self.unique("tagged")
        self.shop.add_product(product, stock=5)
        order = self.shop.order("c", (product, 1))
        path = f"/v1/orders/{order['id']}"
        read = self.assertStatus(self.http.get(path), 200)
        self.assertEqual(self.assertStatus(self.http.get(path, If_None_Match=read.etag), 304).body, b"")
        self.assertStatus(self.http.get(path, If_None_Match=f'"0", {read.etag}'), 304)
        self.assertStatus(self.http.get(path, If_None_Match='"12345"'), 200)
        self.http.post(path + "/cancel", Prefer="wait=20")
        self.assertStatus(self.http.get(path, If_None_Match=read.etag), 200)
        self.assertProblem(self.http.get(f"/v1/orders/{uuid.uuid4()}"), 404, "unknown_order")

    def test_waiting_is_the_clients_choice(self):
        product = self.unique("patience")
        self.shop.add_product(product, stock=5)
        began = time.monotonic()
        waited = self.http.post("/v1/orders", order_body("c", (product, 1)), Prefer="respond-async, wait=30")
        self.assertIn(self.assertStatus(waited, 201).json["status"], ("reserved", "confirmed"))
        self.assertLess(time.monotonic() - began, 29)
        self.assertEqual(waited.headers["Preference-Applied"], "wait")
        at_once = self.assertStatus(self.http.post("/v1/orders", order_body("c", (product, 1))), 201)
        self.assertEqual(at_once.json["status"], "pending")

    def test_ids_need_no_special_care(self):
        product = f"Crate 12:a+b@{uuid.uuid4().hex[:8]}~x.y"
        self.shop.add_product(product, stock=2)
        path = f"/v1/products/{quoted(product)}"
        self.assertEqual(self.assertStatus(self.http.get(path), 200).json["id"], product)
        order = self.shop.order("jane doe@example.org", (product, 2))
        self.assertEqual(order["status"], "confirmed")
        self.await_stock(product, available=0)
        found = self.shop.all("/v1/orders", product_id=product)
        self.assertEqual([one["id"] for one in found], [order["id"]])

    # --- the routes of the earlier Node.js system -----------------------------------------------------------------------

    def test_the_seeds_clients_go_on_working(self):
        name, user = self.unique("Lamp"), uuid.uuid4().hex[:24]
        made = self.http.post("/api/product", {"name": name, "price": 12.5, "stock": 4, "category": "lamps"})
        product = self.assertStatus(made, 200).json["productId"]
        self.assertEqual(made.json["message"], "Product creation requested")
        self.assertRegex(product, "^[0-9a-f]{24}$")

        def listed():
            return next((each for each in self.http.get("/api/product").json if each["_id"] == product), None)

        found = wait_until(lambda: (listed() or {}).get("stock") == 4 and listed(), DECIDED_S, "the product is listed")
        self.assertEqual((found["name"], found["price"], found["category"]), (name, 12.5, "lamps"))

        body = {"userId": user, "products": [{"productId": product, "quantity": 2}], "totalAmount": 25}
        placed = self.assertStatus(self.http.post("/api/order", body), 200)
        self.assertEqual(placed.json["message"], "Order received and is being processed")
        order = self.shop.decided(placed.json["orderId"])
        self.assertEqual((order["status"], order["customer_id"], order["total"]), ("confirmed", user, price(2500)))
        old = next(each for each in self.http.get("/api/order").json if each["_id"] == order["id"])
        self.assertEqual((old["userId"], old["products"], old["totalAmount"], old["status"]),
                         (user, [{"productId": product, "quantity": 2}], 25.0, "confirmed"))

        claimed = self.http.post("/api/order", body | {"totalAmount": 1})  # The catalogue's price wins.
        order = self.shop.decided(claimed.json["orderId"])
        self.assertEqual(order["total"], price(2500))
        history = self.http.get(f"/v1/orders/{order['id']}/history").json["data"]
        self.assertIn("1", history[0]["summary"])

        self.assertStatus(self.http("PUT", f"/api/product/{product}", {"price": 13, "stock": 9}), 200)
        wait_until(lambda: (listed() or {}).get("price") == 13 and listed()["stock"] == 9, DECIDED_S, "the change is listed")
        self.assertStatus(self.http("DELETE", f"/api/product/{product}"), 200)
        wait_until(lambda: listed() is None, DECIDED_S, "the product is gone")
        self.assertStatus(self.http("DELETE", f"/api/product/{product}"), 404)

    def test_the_seeds_clients_are_told_what_is_wrong(self):
        order = {"userId": "u", "products": [{"productId": "p", "quantity": 1}], "totalAmount": 1}
        for path, good in (("/api/order", order), ("/api/product", {"name": "n", "price": 1, "stock": 1, "category": "c"})):
            for missing in good:
                answer = self.http.post(path, {name: value for name, value in good.items() if name != missing})
                refused = self.assertStatus(answer, 400).json
                self.assertEqual((refused["message"], refused["detail"]), ("Missing required fields", f"{missing} is required"))
            self.assertTrue(self.assertStatus(self.http.post(path, "{"), 400).json["message"])
        for wrong in ({"products": []}, {"products": [{"productId": "p", "quantity": -1}]}, {"userId": {}}, {"products": "p"}):
            self.assertTrue(self.assertStatus(self.http.post("/api/order", order | wrong), 400).json["message"], wrong)
        for wrong in ({"price": -1}, {"stock": -1}, {"stock": 1.5}, {"name": ""}):
            body = {"name": "n", "price": 1, "stock": 1, "category": "c"} | wrong
            self.assertTrue(self.assertStatus(self.http.post("/api/product", body), 400).json["message"], wrong)

    def test_an_order_of_the_seed_for_an_unknown_product_is_kept_as_rejected(self):
        body = {"userId": "u", "products": [{"productId": self.unique("unknown"), "quantity": 2}], "totalAmount": 5}
        placed = self.assertStatus(self.http.post("/api/order", body), 200)
        order = self.shop.decided(placed.json["orderId"])
        self.assertEqual((order["status"], order["status_reason"]), ("rejected", "unknown_product"))

    # --- the server itself ---------------------------------------------------------------------------------------------

    def test_it_says_how_it_is(self):
        self.assertEqual(self.assertStatus(self.http.get("/livez"), 200).json["status"], "alive")
        ready = self.assertStatus(self.http.get("/readyz?verbose"), 200).json
        self.assertTrue(ready["checks"] and all(check["ok"] for check in ready["checks"]), ready)
        product = self.unique("metric")
        self.shop.add_product(product, stock=1)

        def accepted():
            text = self.assertStatus(self.http.get("/metrics"), 200).body.decode()
            return int(next(line.split()[1] for line in text.splitlines() if line.startswith("ordo_orders_accepted_total")))

        before = accepted()
        self.shop.order("c", (product, 1))
        self.assertEqual(accepted(), before + 1)
        self.assertIn("POST /v1/orders", self.assertStatus(self.http.get("/"), 200).json["routes"])

    def test_connections_are_kept_and_requests_pipelined(self):
        product = self.unique("pipelined")
        self.shop.add_product(product, stock=100)
        body = '{"customer_id":"c","lines":[{"product_id":"%s","quantity":1}]}' % product
        request = f"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        last = request + "Connection: close\r\n\r\n" + body
        received = raw_exchange(self.port, ((request + "\r\n" + body) * 9 + last).encode())
        self.assertEqual(received.count(b"HTTP/1.1 201 "), 10, received[:2000])
        ids = {part.split(b'"')[0] for part in received.split(b'{"id":"')[1:]}
        self.assertEqual(len(ids), 10)
        for order in ids:
            self.assertEqual(self.shop.decided(order.decode())["status"], "confirmed")


class MainJobOnKafka(MainJob):
    """For a ClusterCase: one process accepts requests, another one runs the processors. At the end, documents and log are compared."""

    @classmethod
    def tearDownClass(cls):
        cls.check()
        rebuild(cls.servers["workers"])  # while the processors run
        super().tearDownClass()
