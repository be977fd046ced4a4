"""The routes of the system, tags and requests about many orders, on a server without keys and on one with keys."""

import json
import unittest

from api_documents import Checked, OpenApi
from harness import Case, Http, get, run_ordo, wait_until
from shop import Shop


class SystemCase(Case):
    def call(self, server, key: str | None = None) -> Checked:
        """Calls of a client, compared with the document."""
        http = Http(server.port)
        self.addCleanup(http.close)
        if key is None:
            return Checked(http, self.openapi)
        return Checked(lambda method, path, body=None, **headers: http(method, path, body, Authorization=f"Bearer {key}", **headers),
                       self.openapi)


class OpenServer(SystemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.folder / "data"
        cls.ordo = cls.server("ordo", {"data_dir": str(cls.data), "carrier": "external", "io_threads": 1})
        cls.ordo.start()
        cls.openapi = OpenApi(get(cls.ordo.port, "/openapi.json").body)

    def setUp(self):
        self.ask = self.call(self.ordo)

    def test_me_status_and_settings(self):
        me = self.ask("GET", "/v1/me", status=200).json
        self.assertEqual((me["kind"], me["role"], me["mode"]), ("none", "admin", "embedded"))
        self.assertIn("access:write", me["permissions"])
        status = self.ask("GET", "/v1/status", status=200).json
        self.assertTrue(status["ready"])
        self.assertLessEqual({"intake", "orders", "stock", "crm"}, {place["name"] for place in status["processors"]})
        self.assertGreater(status["disk"]["bytes"], 0)
        self.assertGreater(status["memory"]["rss_bytes"], 1_000_000)
        settings = {setting["name"]: setting for setting in self.ask("GET", "/v1/settings", status=200).json["data"]}
        self.assertEqual(settings["carrier"]["source"], "file")
        self.assertEqual(settings["io_threads"]["value"], "1")
        self.assertEqual(settings["max_body"]["source"], "default")

    def test_processors_catch_up(self):
        with_shop = Shop(self.ask.http)
        with_shop.add_product("lag-mug", 10)

        def settled():
            places = self.ask("GET", "/v1/status", status=200).json["processors"]
            return all(place["lag"] == 0 for place in places) and sum(place["next"] for place in places) > 0

        wait_until(settled, 30, "all records are processed")

    def test_tags(self):
        shop = Shop(self.ask.http)
        shop.add_product("tag-mug", 10)
        order = shop.order("ann", ("tag-mug", 1))
        path = f"/v1/orders/{order['id']}/tags"
        tagged = self.ask("POST", path, {"add": ["gift", "rush"]}, status=200, Prefer="wait=10").json
        self.assertEqual(tagged["tags"], ["gift", "rush"])
        self.assertEqual(self.ask("POST", path, {"remove": ["rush"], "add": ["gift"]}, 200, Prefer="wait=10").json["tags"], ["gift"])
        done = run_ordo("orders", "tag", order["id"], "--add", "late", "--remove", "gift", "-o", "json", "--url",
                        f"http://127.0.0.1:{self.ordo.port}", folder=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["tags"], ["late"])
        self.assertProblem(self.ask("POST", path, {"add": ["a"], "remove": ["a"]}), 422, "invalid_fields", "/add/0")

    def test_many_orders(self):
        shop = Shop(self.ask.http)
        shop.add_product("bulk-mug", 100)
        orders = [shop.order("ann", ("bulk-mug", 1))["id"] for _ in range(12)]
        tag = {"filter": {"product_id": "bulk-mug"}, "action": "tag", "add": ["recall"]}
        dry = self.ask("POST", "/v1/orders/bulk", tag | {"dry_run": True}, 200).json
        self.assertEqual((dry["would"], dry["done"]), (12, 0))
        done = self.ask("POST", "/v1/orders/bulk", tag, 200, Prefer="wait=10").json
        self.assertEqual((done["done"], done["refused"]), (12, 0))
        ship = {"ids": orders[:6], "action": "ship"}
        shipped = wait_until(lambda: self.all_done(ship, 6), 30, "the shipments exist and leave")
        self.assertEqual([one["id"] for one in shipped["data"]], orders[:6])
        cancel = self.ask("POST", "/v1/orders/bulk", {"ids": orders[5:8], "action": "cancel", "reason": "recall"}, 200,
                          Prefer="wait=10").json
        self.assertEqual([one["outcome"] for one in cancel["data"]], ["refused", "done", "done"], cancel)
        self.assertEqual(cancel["data"][0]["code"], "illegal_transition")

    def all_done(self, body: dict, count: int) -> dict | None:
        answer = self.ask("POST", "/v1/orders/bulk", body, 200, Prefer="wait=10").json
        return answer if answer["done"] + answer["unchanged"] == count else None

    def test_a_check_runs_inside_the_server(self):
        self.assertIn(self.ask("POST", "/v1/checks").status, (202, 409))
        done = wait_until(lambda: self.finished(), 60, "the check is done")
        self.assertEqual((done["status"], done["clean"]), ("done", True), done)
        self.assertTrue(done["report"]["invariants"])
        # The server still writes: the check has readers of its own.
        Shop(self.ask.http).add_product(self.unique("mug"), 1)

    def finished(self) -> dict | None:
        check = self.ask("GET", "/v1/checks/latest", status=200).json
        return None if check["status"] == "running" else check

    def test_the_audit_log(self):
        name = self.unique("mug")
        Shop(self.ask.http).add_product(name, 1)

        def written():
            lines = self.ask("GET", "/v1/audit-log?limit=20", status=200).json["data"]
            return next((line for line in lines if line["method"] == "POST" and line.get("route") == "/v1/products"), None)

        line = wait_until(written, 20, "the line is written")
        self.assertEqual((line["who"], line["status"]), ("anybody", 201))
        newest = self.ask("GET", "/v1/audit-log?limit=1", status=200).json
        older = self.ask("GET", f"/v1/audit-log?limit=1&cursor={newest['next_cursor']}", status=200).json
        self.assertEqual(older["data"][0]["seq"], newest["data"][0]["seq"] - 1)
        self.assertTrue(self.ask("GET", "/v1/audit-log/verification", status=200).json["unbroken"])

    def test_a_note_about_a_customer(self):
        customer = self.unique("c")
        self.ask("POST", "/v1/customers", {"id": customer, "note": "rings twice\nhas a dog"}, 201, Prefer="wait=10")
        self.assertEqual(self.ask("GET", f"/v1/customers/{customer}", status=200).json["note"], "rings twice\nhas a dog")
        cleared = self.ask("PATCH", f"/v1/customers/{customer}", {"note": ""}, 200, Prefer="wait=10").json
        self.assertNotIn("note", cleared)


class FirstKey(SystemCase):
    """Begins without keys. One test, because the first key ends that for good."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.folder / "data"
        cls.ordo = cls.server("ordo", {"data_dir": str(cls.data)})
        cls.ordo.start()
        cls.openapi = OpenApi(get(cls.ordo.port, "/openapi.json").body)

    def test_keys_over_the_api(self):
        ask = self.call(self.ordo)
        self.assertProblem(ask("POST", "/v1/keys", {"name": "owner", "role": "admin"}), 409, "first_key")
        first = ask("POST", "/v1/keys", {"name": "owner", "role": "admin", "first_key": True}, 201).json
        self.assertTrue(first["first_key"])
        self.assertProblem(ask("GET", "/v1/orders"), 401, "unauthenticated")
        owner = self.call(self.ordo, first["key"])
        self.assertEqual(owner("GET", "/v1/me", status=200).json["name"], "owner")

        made = owner("POST", "/v1/keys", {"name": "shop", "role": "service", "scopes": ["orders:read"]}, 201).json
        shop = self.call(self.ordo, made["key"])
        me = shop("GET", "/v1/me", status=200).json
        self.assertEqual((me["kind"], me["permissions"]), ("key", ["orders:read"]))
        for path in ("/v1/status", "/v1/settings", "/v1/keys", "/v1/audit-log", "/v1/checks/latest"):
            self.assertProblem(shop("GET", path), 403, "forbidden")
        fresh = owner("POST", f"/v1/keys/{made['id']}/rotate", {"grace_s": 0}, 201).json
        self.assertProblem(shop("GET", "/v1/orders"), 401, "key_revoked")
        self.assertEqual(self.call(self.ordo, fresh["key"])("GET", "/v1/orders").status, 200)
        self.assertFalse(owner("DELETE", f"/v1/keys/{fresh['id']}", status=200).json["live"])
        self.assertEqual(len(owner("GET", "/v1/keys", status=200).json["data"]), 3)
        self.assertEqual(owner("GET", "/v1/status", status=200).status, 200)

        listed = run_ordo("key", "list", "--all", "-o", "json", "--config", str(self.ordo.config), folder=self.folder)
        self.assertEqual(len(json.loads(listed.stdout)), 3)
        self.assertEqual((self.data / "api-keys.json").stat().st_mode & 0o777, 0o600)

        def actions():
            lines = owner("GET", "/v1/audit-log?limit=100", status=200).json["data"]
            found = [line["method"] for line in lines if line["method"].startswith("key ")]
            return found if len(found) >= 4 else None

        self.assertEqual(wait_until(actions, 20, "the actions are written"), ["key revoke", "key rotate", "key create", "key create"])
        for file in self.folder.rglob("*"):
            if file.is_file():
                for key in (first["key"], made["key"], fresh["key"]):
                    self.assertNotIn(key.rsplit("_", 1)[1].encode(), file.read_bytes(), f"a secret is in {file}")


if __name__ == "__main__":
    unittest.main()
