"""ordo in one process on one SQLite file."""

import json
import re
import signal
import socket
import unittest
import uuid
from contextlib import closing

import webhooks
from events import PATIENCE_S, LiveEvents, Stream
from harness import AT_REST, HOST, Case, Http, Server, check, get, raw_exchange, rebuild, run_ordo, wait_until
from main_job import MainJob
from shop import Load, Shop, audit, order_body, price, stock_up


class EmbeddedCase(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.folder / "data"
        cls.ordo = cls.server("ordo", {"data_dir": str(cls.data)} | AT_REST | cls.settings())
        cls.ordo.start()
        cls.port = cls.ordo.port

    @classmethod
    def settings(cls) -> dict:
        return {}


class EmbeddedMainJob(MainJob, EmbeddedCase):
    @classmethod
    def tearDownClass(cls):
        # After all of these tests, check and rebuild must succeed, with the server running and without it.
        check(cls.ordo)
        rebuild(cls.ordo)
        cls.ordo.stop()
        check(cls.ordo)
        rebuild(cls.ordo)
        super().tearDownClass()


class EmbeddedWebhooks(webhooks.Webhooks, EmbeddedCase):
    @classmethod
    def settings(cls) -> dict:
        return webhooks.SETTINGS

    @property
    def api(self):
        return self.ordo

    sender = api


class BadInput(EmbeddedCase):
    """For any bad input, the answer names the problem and the server continues."""

    @classmethod
    def settings(cls) -> dict:
        return {"max_body": "64KiB"}

    def setUp(self):
        self.http = Http(self.port)
        self.addCleanup(self.http.close)
        self.shop = Shop(self.http)
        self.addCleanup(lambda: self.assertEqual(get(self.port, "/readyz").status, 200))

    def test_bodies_that_are_no_json(self):
        for body in (b"", b"{", b"[1,", b"null garbage", b"{'a':1}", b'{"customer_id":"\xff\xfe"}', b'{"a":"\x01"}', b"\x00",
                     b'{"customer_id":"c","customer_id":"d","lines":[]}', b"[" * 40000, b"{\"a\":" * 5000, b'{"n":01}',
                     b'{"n":+1}', b'{"n":NaN}', b'{"a":"\\ud800"}', b'{"a":1,}', b"\xef\xbb\xbf{}"):
            with self.subTest(body=body[:40]):
                self.assertProblem(self.http.post("/v1/orders", body), 400, "malformed_json")

    def test_fields_that_are_wrong(self):
        line = {"product_id": "p", "quantity": 1}
        for body, pointer in (
                ({"lines": [line]}, "/customer_id"), ({}, "/lines"),
                ({"customer_id": 5, "lines": [line]}, "/customer_id"),
                ({"customer_id": None, "lines": [line]}, "/customer_id"),
                ({"customer_id": "", "lines": [line]}, "/customer_id"),
                ({"customer_id": "c", "lines": line}, "/lines"),
                ({"customer_id": "c", "lines": []}, "/lines"),
                ({"customer_id": "c", "lines": [line] * 1001}, "/lines"),
                ({"customer_id": "c", "lines": [line, 7]}, "/lines/1"),
                ({"customer_id": "c", "lines": [line, {"product_id": "p"}]}, "/lines/1/quantity"),
                ({"customer_id": "c", "lines": [line], "surprise": 1}, "/surprise"),
                ({"customer_id": "c", "lines": [line | {"colour": "red"}]}, "/lines/0/colour"),
                ({"customer_id": "c", "lines": [line], "currency": "dollars"}, "/currency"),
                ({"customer_id": "c", "lines": [line], "reference": ""}, "/reference"),
                ({"customer_id": "c", "lines": [line], "reference": "r" * 129}, "/reference"),
                ({"customer_id": "c", "lines": [line], "location": "a/b"}, "/location"),
                ({"customer_id": "c", "lines": [line], "metadata": {"$where": "1"}}, "/metadata"),
                ({"customer_id": "c", "lines": [line], "metadata": {"k": 1}}, "/metadata/k"),
                ({"customer_id": "c", "lines": [line], "metadata": {"k": "v" * 513}}, "/metadata/k"),
                ({"customer_id": "c", "lines": [line], "metadata": {f"k{i}": "" for i in range(51)}}, "/metadata"),
                ({"customer_id": "c", "lines": [line], "expected_total": 5}, "/expected_total"),
                ([], ""), ("text", "")):
            with self.subTest(pointer=pointer, body=str(body)[:80]):
                body = json.dumps(body)
                self.assertProblem(self.http.post("/v1/orders", body), 422, "invalid_fields", pointer)

    def test_a_field_misspelt_is_named(self):
        problem = self.assertProblem(self.http.post("/v1/orders", {"custmer_id": "c", "lines": []}), 422)
        self.assertIn("customer_id", next(e["detail"] for e in problem["errors"] if e["pointer"] == "/custmer_id"))

    def test_quantities(self):
        product = self.unique("bulk")
        self.shop.add_product(product, stock=10)
        for quantity in ("0", "-1", "1000001", "9223372036854775807", "9223372036854775808", "1e99", "1.5", '"1"', "null", "[]",
                         "true", "-0", "123456789012345678901234567890"):
            with self.subTest(quantity=quantity):
                body = '{"customer_id":"c","lines":[{"product_id":"%s","quantity":%s}]}' % (product, quantity)
                self.assertProblem(self.http.post("/v1/orders", body), 422, "invalid_fields", "/lines/0/quantity")
        self.assertEqual(self.shop.order("c", (product, 1_000_000))["status"], "rejected")
        self.assertEqual(self.shop.stock(product)["available"], 10)

    def test_totals_too_large_to_hold(self):
        product = self.unique("gold")
        self.shop.add_product(product, stock=10, amount=10 ** 15)  # JSON clients cannot read larger numbers exactly.
        self.assertProblem(self.http.post("/v1/orders", order_body("c", (product, 2))), 422, "amount_overflow")
        self.assertEqual(self.shop.order("c", (product, 1))["total"]["amount"], 10 ** 15)

    def test_money(self):
        good = {"name": "n", "price": {"amount": 1, "currency": "USD"}}
        for wrong, pointer in (({"price": {"amount": -1, "currency": "USD"}}, "/price/amount"),
                               ({"price": {"amount": 1.5, "currency": "USD"}}, "/price/amount"),
                               ({"price": {"amount": "1", "currency": "USD"}}, "/price/amount"),
                               ({"price": {"amount": 2 ** 63, "currency": "USD"}}, "/price/amount"),
                               ({"price": {"amount": 10 ** 15 + 1, "currency": "USD"}}, "/price/amount"),
                               ({"price": {"amount": 1, "currency": "usd"}}, "/price/currency"),
                               ({"price": {"amount": 1, "currency": "XYZ"}}, "/price/currency"),
                               ({"price": {"amount": 1}}, "/price/currency"),
                               ({"price": 19.99}, "/price"),
                               ({"name": ""}, "/name"), ({"name": "n" * 201}, "/name"), ({"category": "c" * 201}, "/category"),
                               ({"stock": -1}, "/stock"), ({"stock": 10 ** 12 + 1}, "/stock"), ({"id": "a/b"}, "/id"),
                               ({"location": "x"}, "/location")):
            with self.subTest(wrong=str(wrong)[:60]):
                self.assertProblem(self.http.post("/v1/products", good | wrong), 422, "invalid_fields", pointer)
        for digits in ("19.999", "0.001", "1e-3"):  # The seed's prices are decimals. These have more digits than the currency.
            body = '{"name":"n","price":%s,"stock":1,"category":"c"}' % digits
            self.assertIn("price", self.assertStatus(self.http.post("/api/product", body), 400).json["message"])
        for digits, cents in (("19.99", 1999), ("0.1", 10), ("1e2", 10000), ("7.10", 710), ("5.000", 500), ("0", 0)):
            body = '{"name":"n","price":%s,"stock":1,"category":"c"}' % digits
            product = self.assertStatus(self.http.post("/api/product", body), 200).json["productId"]
            made = wait_until(lambda product=product: self.http.get(f"/v1/products/{product}").json, 60, "the product is there")
            wait_until(lambda product=product: self.http.get(f"/v1/products/{product}").status == 200, 60, "it is there")
            made = self.http.get(f"/v1/products/{product}").json
            self.assertEqual(made["price"], price(cents), digits)

    def test_odd_ids(self):
        for odd in ("", " a", "a ", "a/b", "a\nb", "a\u0000b", "ünïcode", "x" * 129, "../../etc/passwd", "${jndi:ldap://x}",
                    "<script>", "a\"b", "{\"$gt\":\"\"}", "a%2fb"):
            with self.subTest(id=odd):
                if odd != "ünïcode":  # A customer's id may be a name in any script.
                    body = order_body(odd, ("p", 1))
                    self.assertProblem(self.http.post("/v1/orders", body), 422, "invalid_fields", "/customer_id")
                self.assertProblem(self.http.post("/v1/products", {"id": odd, "name": "n", "price": price(1)}), 422,
                                   "invalid_fields", "/id")
        for path in ("/v1/orders/%00", "/v1/orders/..%2f..%2fetc", "/v1/orders/" + "x" * 3000, "/v1/orders/%ff",
                     "/v1/products/%7b%22$gt%22:%22%22%7d", "/v1/orders/'; DROP TABLE orders; --".replace(" ", "%20")):
            with self.subTest(path=path[:60]):
                self.assertProblem(self.http.get(path), 404)
        self.assertProblem(self.http.get("/v1/orders/%zz"), 404)
        self.assertProblem(self.http.get("/v1/orders?customer_id=%zz"), 400, "bad_query")

    def test_bodies_over_the_limit(self):
        body = {"customer_id": "c", "lines": [], "metadata": {"k": "v" * 70_000}}
        answer = self.http.post("/v1/orders", body)
        self.assertProblem(answer, 413, "body_too_large")
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        received = raw_exchange(self.port, b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                           b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 2 + b"0\r\n\r\n")
        self.assertTrue(received.startswith(b"HTTP/1.1 413 "), received[:200])
        received = raw_exchange(self.port, b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n")
        self.assertTrue(received.startswith(b"HTTP/1.1 413 "), received[:200])

    def test_requests_that_are_no_http(self):
        for data, status in ((b"hello\r\n\r\n", b"400"), (b"GET / HTTP/1.1\r\nbad header\r\n\r\n", b"400"),
                             (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 40_000 + b"\r\n\r\n", b"431"),
                             (b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", b"400"),
                             (b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde",
                              b"(400|501)"),
                             (b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                              b"0\r\n\r\n", b"400"),
                             (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"400")):
            with self.subTest(data=data[:60]):
                received = raw_exchange(self.port, data, half_close=True)
                self.assertRegex(received[:40], b"^HTTP/1.1 " + status + b" ")

    def test_a_half_sent_request_takes_nothing_and_blocks_nobody(self):
        product = self.unique("half")
        self.shop.add_product(product, stock=10)
        body = json.dumps(order_body("half", (product, 1)))
        head = f"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        for sent in (head[:20], head, head + body[:-1]):
            with socket.create_connection((HOST, self.port)) as connection:
                connection.sendall(sent.encode())
            raw_exchange(self.port, sent.encode(), half_close=True)
        hanging = [socket.create_connection((HOST, self.port)) for _ in range(50)]
        for connection in hanging:
            connection.sendall(head.encode())
        self.assertEqual(self.shop.order("whole", (product, 1))["status"], "confirmed")
        for connection in hanging:
            connection.close()
        self.shop.order("whole", (product, 1))
        self.assertEqual(self.shop.all("/v1/orders", customer_id="half"), [])
        self.assertEqual(self.shop.stock(product)["reserved"], 2)

    def test_methods_paths_and_media_types(self):
        answer = self.http("DELETE", "/v1/orders")
        self.assertProblem(answer, 405, "method_not_allowed")
        self.assertEqual(set(answer.headers["Allow"].split(", ")), {"OPTIONS", "GET", "HEAD", "POST"})
        self.assertProblem(self.http("BREW", "/v1/orders"), 405)
        self.assertStatus(self.http("OPTIONS", "/v1/orders"), 204)
        head = self.assertStatus(self.http("HEAD", "/v1/products"), 200)
        self.assertEqual(head.body, b"")
        self.assertProblem(self.http.get("/v1/order"), 404, "no_route")
        self.assertIn("without the slash", self.assertProblem(self.http.get("/v1/orders/x/"), 404)["hint"])
        body = json.dumps(order_body("c", ("p", 1)))
        for media in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "jason"):
            self.assertProblem(self.http.post("/v1/orders", body, Content_Type=media), 415, "unsupported_media_type")
        for media in ("application/json; charset=utf-8", "application/vnd.shop+json", "Application/JSON"):
            self.assertProblem(self.http.post("/v1/orders", body, Content_Type=media), 422, "unknown_product")

    def test_headers_that_are_wrong(self):
        body = order_body("c", ("p", 1))
        self.assertProblem(self.http.post("/v1/orders", body, Idempotency_Key="k" * 256), 400, "bad_header")
        self.assertProblem(self.http.post("/v1/orders", body, Idempotency_Key=""), 400, "bad_header")
        product = self.unique("matched")
        self.shop.add_product(product, stock=1)
        put = {"name": "n", "price": price(1)}
        self.assertProblem(self.http("PUT", f"/v1/products/{product}", put, If_Match="7"), 400, "bad_header")
        for odd in ("wait=", "wait=-1", "wait=abc", "wait=99999999999999999999", ","):  # Invalid preferences are ignored.
            self.assertStatus(self.http.post("/v1/orders", order_body("c", (product, 1)), Prefer=odd), 201)

    def test_a_trace_is_carried_on(self):
        trace = uuid.uuid4().hex
        answer = self.http.get(f"/v1/orders/{uuid.uuid4()}", traceparent=f"00-{trace}-00f067aa0ba902b7-01")
        self.assertEqual(self.assertProblem(answer, 404)["trace_id"], trace)


class Crashes(EmbeddedCase):
    def setUp(self):
        self.http = Http(self.port)
        self.addCleanup(self.http.close)
        self.shop = Shop(self.http)

    def load(self, **options) -> Load:
        name = self.unique("load")
        return Load(name, [self.port], stock_up(self.shop, name), **options)

    def test_kill_9_under_load_loses_nothing(self):
        with self.load(rate=1000) as load:
            for _ in range(4):
                load.wait_for(150)
                self.ordo.crash()
            load.wait_for(100)
        self.assertGreater(load.journal.retries, 0)
        audit(self, self.shop, load.journal)
        check(self.ordo)

    def test_sigterm_under_load_loses_nothing_and_is_quick(self):
        with self.load(rate=1000) as load:
            load.wait_for(200)
            took = self.ordo.terminate()
            self.assertEqual(self.ordo.exit_code, 0, self.ordo.log_tail())
            self.assertLess(took, 20)
            self.ordo.start()
            load.wait_for(100)
        audit(self, self.shop, load.journal)
        check(self.ordo)

    def test_a_pause_is_only_a_pause(self):
        with self.load(rate=500) as load:
            load.wait_for(100)
            self.ordo.pause()
            load.run_for(1)
            self.ordo.resume()
            load.wait_for(100)
        audit(self, self.shop, load.journal)

    def test_sigint_ends_it_too(self):
        self.ordo.id.signal(signal.SIGINT)
        wait_until(lambda: not self.ordo.alive(), 60, "it ends")
        self.assertEqual(self.ordo.exit_code, 0)
        self.ordo.start()


class EmbeddedLiveEvents(LiveEvents, EmbeddedCase):
    @property
    def api(self) -> Server:
        return self.ordo

    def test_tail_needs_no_server(self):
        order = self.place_order()
        self.ordo.stop()
        done = run_ordo("events", "tail", "--data-dir", str(self.data), "--order", order, "--from", "start", "--count", "1",
                        "-o", "json", folder=self.folder, env={"ORDO_LISTEN": f"{HOST}:{self.port}"})
        self.ordo.start()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["subject"], order)


class EventsAndRetention(EmbeddedCase):
    @classmethod
    def settings(cls) -> dict:
        return {"topics.order_events.retention": "1s", "topics.order_events.partitions": 1}

    def test_what_the_log_has_forgotten_is_a_gap(self):
        with closing(Http(self.port)) as client:
            shop = Shop(client)
            shop.add_product("p", stock=10)
            shop.order("c", ("p", 1))

            def first():
                with closing(Stream(self.port, "order_events.0.0")) as stream:
                    event = stream.next()
                    return event if event.type == "gap" else None

            gap = wait_until(first, PATIENCE_S, "the log begins later", every_s=0.5)
            self.assertEqual((gap.data["reason"], gap.data["requested"]), ("retention", "order_events.0.0"))
            self.assertEqual(gap.data["resume"], f"order_events.0.{gap.data['missing']}")
            self.assertGreater(gap.data["missing"], 0)


class SecondProcess(EmbeddedCase):
    def test_a_data_folder_belongs_to_one_process(self):
        second = self.server("second", {"data_dir": str(self.data)})
        second.spawn()
        wait_until(lambda: not second.alive(), 60, "the second process ends")
        self.assertNotEqual(second.exit_code, 0)
        self.assertRegex(second.log_tail(), re.compile("in use|another process|locked|already", re.IGNORECASE))
        self.assertIn(str(self.data), second.log_tail())
        self.assertEqual(get(self.port, "/readyz").status, 200)

    def test_a_port_belongs_to_one_process(self):
        second = self.server("same-port", {"data_dir": str(self.folder / "other"), "listen": f"{HOST}:{self.port}"})
        second.spawn()
        wait_until(lambda: not second.alive(), 60, "the second process ends")
        self.assertNotEqual(second.exit_code, 0)
        self.assertIn(str(self.port), second.log_tail())


class Starting(Case):
    def serve(self, *arguments: str, env: dict | None = None):
        return run_ordo("serve", "--listen", f"{HOST}:0", "--data-dir", str(self.folder / "data"), *arguments,
                        folder=self.folder, env=env, timeout_s=20)

    def test_mistakes_in_the_configuration_are_named_with_what_was_meant(self):
        config = self.folder / "mistaken.toml"
        config.write_text('data_dri = "x"\npartitions = "four"\ncurrency = "dollars"\n')
        for done, words in ((self.serve("--config", str(config)), ("data_dri", "data_dir", "partitions", "currency")),
                            (self.serve("--lissten", "x"), ("--lissten", "--listen")),
                            (self.serve(env={"ORDO_CURENCY": "EUR"}), ("ORDO_CURENCY", "ORDO_CURRENCY")),
                            (self.serve("--config", "nowhere.toml"), ("nowhere.toml",)),
                            (self.serve("--kafka", "127.0.0.1:1"), ("kafka", "mongo")),
                            (self.serve("--roles", "api,cook"), ("cook", "intake")),
                            (run_ordo("sevre", folder=self.folder), ("sevre", "serve"))):
            with self.subTest(words=words):
                self.assertEqual(done.returncode, 2, done.stderr)
                for word in words:
                    self.assertIn(word, done.stderr)

    def test_it_says_where_it_listens(self):
        port_file = self.folder / "port"
        server = Server(self.folder, "any-port", {"listen": f"{HOST}:0", "data_dir": str(self.folder / "any"),
                                                  "port_file": str(port_file)})
        self.addCleanup(server.stop)
        server.spawn()
        port = int(wait_until(lambda: port_file.exists() and port_file.read_text().strip(), 60, "the port is written"))
        server.await_said(f"listening on http://{HOST}:{port}")
        self.assertEqual(wait_until(lambda: get(port, "/livez").status, 60, "it serves"), 200)

    def test_a_folder_that_cannot_be_written_is_an_error(self):
        file = self.folder / "a-file"
        file.write_text("not a folder")
        done = run_ordo("serve", "--listen", f"{HOST}:0", "--data-dir", str(file / "data"), folder=self.folder, timeout_s=20)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(str(file), done.stderr)

    def test_data_of_another_shape_is_refused(self):
        data = str(self.folder / "four")
        server = self.server("four", {"data_dir": data})
        server.start()
        product = self.unique("p")
        with closing(Http(server.port)) as client:
            Shop(client).add_product(product, stock=1)
        server.stop()
        other = self.server("eight", {"data_dir": data, "partitions": 8})
        other.spawn()
        wait_until(lambda: not other.alive(), 60, "it refuses to start")
        self.assertNotEqual(other.exit_code, 0)
        self.assertIn("partition", other.log_tail())
        server.start()
        self.assertEqual(get(server.port, f"/v1/products/{product}/stock").json["on_hand"], 1)


if __name__ == "__main__":
    unittest.main()
