"""Permissions: keys, tokens, limits, the audit log. No secret may appear anywhere else."""

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import re
import subprocess
import sys
import time
import unittest
import uuid
from pathlib import Path

from harness import BINARY, HOST, Case, Http, Process, free_port, get, metric, raw_exchange, run_ordo, wait_until

ROLES = ("admin", "merchant", "support", "service", "read-only")
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
ORIGIN = "https://shop.example"


def unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwk(kid: str, key: bytes) -> dict:
    return {"kty": "oct", "kid": kid, "alg": "HS256", "k": unpadded(key)}


def token(kid: str, key: bytes, lasts_s: float = 600, **claims) -> str:
    claims = {"iss": "https://id.example", "aud": "ordo", "sub": "ann", "exp": int(time.time() + lasts_s)} | claims
    head = unpadded(json.dumps({"alg": "HS256", "typ": "JWT", "kid": kid}).encode())
    signed = head + "." + unpadded(json.dumps(claims).encode())
    return signed + "." + unpadded(hmac.digest(key, signed.encode(), hashlib.sha256))


def bearer(credential: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential}"}


def signature(body: str) -> dict[str, str]:
    """The header fields of Standard Webhooks."""
    at, message = str(int(time.time())), f"msg_{uuid.uuid4()}"
    mac = hmac.digest(base64.b64decode(SECRET.removeprefix("whsec_")), f"{message}.{at}.{body}".encode(), hashlib.sha256)
    return {"webhook_id": message, "webhook_timestamp": at, "webhook_signature": "v1," + base64.b64encode(mac).decode()}


class Proxy(Process):
    """nginx in front of a server, on this machine, in its usual configurations: with the client's Host or its own, and with or
    without the client's address."""

    CONFIG = """daemon off; pid {folder}/nginx.pid; error_log stderr; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen {host}:{port};
    location = /ready {{ return 200; }}
    location /plain/ {{ proxy_pass http://{host}:{ordo}/; proxy_set_header Host $http_host; }}
    location /forwarded/ {{
      proxy_pass http://{host}:{ordo}/; proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
    location /upstream/ {{ proxy_pass http://{host}:{ordo}/; proxy_set_header X-Real-IP $remote_addr; }}
  }}
}}
"""

    def __init__(self, folder: Path, ordo: int):
        self.port = free_port()
        config = folder / "nginx.conf"
        config.write_text(self.CONFIG.format(folder=folder, host=HOST, port=self.port, ordo=ordo))
        super().__init__("nginx", ["nginx", "-p", str(folder), "-c", str(config)], folder / "nginx.log", daemon=False)

    def start(self) -> None:
        self.spawn()
        self.wait_ready(lambda: get(self.port, "/ready").status == 200, 20)


class AuthCase(Case):
    def changed(self, server, change):
        """Runs `change` and waits until the server has read the file again. A request with a key that it does not know yet would
        count as one with a wrong key."""
        def count():
            return server.log.read_text().count("was read again")

        before = count()
        result = change()
        wait_until(lambda: count() > before, 60, "the server has read the file again")
        return result

    def key(self, server, name: str, role: str, *more: str) -> str:
        return self.changed(server, lambda: self.make_key(server.config, name, role, *more))

    def command(self, server, *arguments: str):
        done = self.changed(server, lambda: run_ordo("key", *arguments, "--config", str(server.config), folder=self.folder))
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    @classmethod
    def make_key(cls, config, name: str, role: str, *more: str) -> str:
        done = run_ordo("key", "create", name, "--role", role, "--config", str(config), *more, folder=cls.folder)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        cls.secrets.append(done.stdout.strip())
        return done.stdout.strip()

    def client(self, server) -> Http:
        client = Http(server.port)
        self.addCleanup(client.close)
        return client

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secrets = []


class ClosedDoor(AuthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.folder / "data"
        cls.ordo = cls.server("ordo", {"data_dir": str(cls.data), "carrier": "external", "gateway_secret": SECRET,
                                       "cors_origins": [ORIGIN]})
        cls.keys = {role: cls.make_key(cls.ordo.config, f"the {role}", role) for role in ROLES}
        cls.ordo.start()
        cls.document = json.loads(cls.ask("GET", "/openapi.json", cls.keys["admin"]).body)

    @classmethod
    def ask(cls, method: str, path: str, key: str | None = None, body=None, **headers):
        with contextlib.closing(Http(cls.ordo.port)) as client:
            return client(method, path, body, **(bearer(key) if key else {}), **headers)

    def operations(self):
        for template, item in self.document["paths"].items():
            for method, operation in item.items():
                yield method.upper(), template, operation

    def test_every_route_for_every_role(self):
        roles = self.document["x-ordo-roles"]
        self.assertEqual(set(roles), {*ROLES, "customer"})  # keys never have the role customer
        seen = set()
        client = self.client(self.ordo)
        for method, template, operation in self.operations():
            path = re.sub(r"\{\w+\}", "none", template)
            asked = "HEAD" if path == "/v1/events" else method  # The answer is endless.
            security, needed = operation["security"], operation.get("x-ordo-permission")
            seen.add(needed)
            if {"signature": []} in security and "payments" in template:
                continue  # These need a signature, because the secret is configured; see below.
            with self.subTest(route=f"{method} {template}", role=None):
                answer = client(asked, path)
                if template.startswith("/admin"):  # public files, of any name
                    self.assertIn(answer.status, (200, 307, 404))
                elif security == [] or {} in security:
                    self.assertStatus(answer, 200)
                else:
                    self.assertStatus(answer, 401)
                    self.assertIn("Bearer", answer.headers["WWW-Authenticate"])
                    if asked != "HEAD":
                        self.assertIn("message" if path.startswith("/api/") else "code", answer.json)
            for role, key in self.keys.items():
                with self.subTest(route=f"{method} {template}", role=role):
                    answer = client(asked, path, **bearer(key))
                    if security == [] or needed is None or needed in roles[role]:
                        self.assertNotIn(answer.status, (401, 403, 404 if "{" not in template else 0), str(answer))
                    else:
                        self.assertStatus(answer, 403)
                        self.assertIn(f'scope="{needed}"', answer.headers["WWW-Authenticate"])
                        if asked != "HEAD":
                            self.assertIn(needed, answer.body.decode())
        # orders:price decides about the content of a request, not about a route.
        self.assertEqual(seen - {None}, set(roles["admin"]) - {"orders:price"}, "permissions that no route needs")

    def test_the_table_says_what_is_meant(self):
        for role, method, path, status in (("read-only", "POST", "/v1/orders", 403), ("service", "GET", "/v1/dlq", 403),
                                           ("support", "POST", "/v1/products", 403), ("merchant", "POST", "/v1/dlq/drop", 403),
                                           ("service", "POST", "/v1/orders/none/refunds", 403),
                                           ("support", "GET", "/v1/events", 403), ("read-only", "DELETE", "/v1/customers/x", 403),
                                           ("read-only", "GET", "/metrics", 200), ("support", "GET", "/docs", 200)):
            with self.subTest(role=role, path=path):
                self.assertStatus(self.ask(method, path, self.keys[role]), status)

    def test_what_is_public_and_what_is_not(self):
        self.assertStatus(self.ask("GET", "/livez"), 200)
        self.assertEqual(self.ask("GET", "/readyz").json, {"status": "ready"})
        self.assertProblem(self.ask("GET", "/readyz?verbose"), 401, "unauthenticated")
        self.assertIn("checks", self.ask("GET", "/readyz?verbose", self.keys["read-only"]).json)
        for path in ("/", "/metrics", "/docs", "/openapi.json", "/v1/orders"):
            self.assertProblem(self.ask("GET", path), 401, "unauthenticated")

    def test_signed_callbacks_need_no_key(self):
        body = json.dumps({"call_id": "c", "outcome": "captured"})
        self.assertProblem(self.ask("POST", "/v1/payments/none/answers", body=body, **signature(body)), 404, "unknown_payment")
        self.assertProblem(self.ask("POST", "/v1/payments/none/answers", body=body), 401, "missing_signature")

    def test_ways_to_show_a_key(self):
        key = self.keys["merchant"]
        client = self.client(self.ordo)
        self.assertStatus(client.get("/v1/products", X_Api_Key=key), 200)
        self.assertStatus(client.get("/v1/products", Authorization=f"bearer  {key}"), 200)
        self.assertProblem(client.get("/v1/products", Authorization=f"Basic {key}"), 401, "unauthenticated")
        self.assertProblem(client.get("/v1/products", Authorization=f"Bearer {key}", X_Api_Key=key), 401, "unauthenticated")
        # Without JSON Web Keys, tokens are not accepted.
        self.assertProblem(client.get("/v1/products", **bearer("a.b.c")), 401, "invalid_key")

    def test_scopes_are_narrower_than_the_role(self):
        narrow = self.key(self.ordo, "narrow", "merchant", "--scope", "orders:read,products:read")
        self.assertStatus(self.ask("GET", "/v1/products", narrow), 200)
        self.assertStatus(self.ask("POST", "/v1/products", narrow, {}), 403)
        beyond = run_ordo("key", "create", "x", "--role", "support", "--scope", "products:write", "--config",
                          str(self.ordo.config), folder=self.folder)
        self.assertEqual(beyond.returncode, 2, beyond.stderr)

    def test_a_revoked_key_ends_at_once_and_its_streams_do(self):
        key = self.key(self.ordo, "short", "admin")
        connection = http.client.HTTPConnection(HOST, self.ordo.port, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/events", headers=bearer(key))
        stream = connection.getresponse()
        self.assertEqual(stream.status, 200)
        self.command(self.ordo, "revoke", "short")
        began = time.monotonic()
        rest = stream.read()
        self.assertLess(time.monotonic() - began, 10)
        self.assertIn(b"no longer valid", rest)
        self.assertProblem(self.ask("GET", "/v1/orders", key), 401, "key_revoked")
        listed = run_ordo("key", "list", "--all", "-o", "json", "--config", str(self.ordo.config), folder=self.folder)
        self.assertEqual([k["state"] for k in json.loads(listed.stdout) if k["name"] == "short"], ["revoked"])

    def test_a_key_expires_and_is_rotated(self):
        brief = self.key(self.ordo, "brief", "read-only", "--expires", "3s")
        wait_until(lambda: self.ask("GET", "/v1/orders", brief).status == 401, 60, "the key expires", 0.5)
        old = self.key(self.ordo, "turned", "service")
        self.assertStatus(self.ask("GET", "/v1/orders", old), 200)
        fresh = json.loads(self.command(self.ordo, "rotate", "turned", "-o", "json").stdout)
        self.secrets.append(fresh["key"])
        self.assertEqual((fresh["role"], fresh["state"]), ("service", "live"))
        self.assertStatus(self.ask("GET", "/v1/orders", fresh["key"]), 200)
        self.assertProblem(self.ask("GET", "/v1/orders", old), 401, "key_revoked")

    def test_the_audit_log_says_who_changed_what(self):
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        body = {"id": self.unique("p"), "name": "Very private mug", "price": {"amount": 100, "currency": "USD"}, "stock": 1}
        self.assertStatus(self.ask("POST", "/v1/products", self.keys["merchant"], body,
                                   traceparent=f"00-{trace}-00f067aa0ba902b7-01"), 201)
        self.assertStatus(self.ask("POST", "/v1/products", self.keys["read-only"], body), 403)
        audit = self.data / "audit.log"

        def line():
            lines = [json.loads(text) for text in audit.read_text().splitlines()]
            return [entry for entry in lines if entry.get("trace_id") == trace], lines

        (entry,), lines = wait_until(lambda: (found := line())[0] and found, 60, "the change is written down")
        self.assertEqual((entry["name"], entry["role"], entry["address"], entry["method"], entry["route"], entry["target"],
                          entry["status"]), ("the merchant", "merchant", HOST, "POST", "/v1/products", "/v1/products", 201))
        self.assertRegex(entry["who"], "^key:[0-9A-Za-z]{12}$")
        self.assertIn("key create", [entry["method"] for entry in lines])
        wait_until(lambda: [e for e in line()[1] if e.get("status") == 403 and e["role"] == "read-only"], 60, "the 403 is there")
        self.assertNotIn("private", audit.read_text())
        self.assertEqual(audit.stat().st_mode & 0o777, 0o600)
        self.assertEqual((self.data / "api-keys.json").stat().st_mode & 0o777, 0o600)
        # After the rotation, it continues in a new file.
        audit.rename(self.data / "audit.log.1")
        self.assertStatus(self.ask("DELETE", f"/v1/products/{body['id']}", self.keys["merchant"]), 204)
        wait_until(lambda: audit.exists() and "DELETE" in audit.read_text(), 60, "a new audit log")

    def test_cors(self):
        client = self.client(self.ordo)
        preflight = client("OPTIONS", "/v1/orders", Origin=ORIGIN, Access_Control_Request_Method="POST")
        self.assertStatus(preflight, 204)
        self.assertEqual(preflight.headers["Access-Control-Allow-Origin"], ORIGIN)
        self.assertIn("Authorization", preflight.headers["Access-Control-Allow-Headers"])
        for answer in (client.get("/v1/orders", Origin=ORIGIN, **bearer(self.keys["admin"])), client.get("/v1/orders", Origin=ORIGIN)):
            self.assertEqual(answer.headers["Access-Control-Allow-Origin"], ORIGIN)
            self.assertEqual(answer.headers["Vary"], "Origin")
            self.assertIn("ETag", answer.headers["Access-Control-Expose-Headers"])
        for origin in ("https://evil.example", "https://shop.example.evil.example", "null", "http://shop.example"):
            other = client("OPTIONS", "/v1/orders", Origin=origin, Access_Control_Request_Method="POST")
            self.assertNotIn("Access-Control-Allow-Origin", other.headers)
            self.assertEqual(other.headers["Vary"], "Origin")

    def test_every_answer_is_guarded(self):
        answers = [self.ask("GET", path, self.keys["admin"]) for path in ("/v1/orders", "/none", "/docs", "/metrics")]
        answers.append(self.ask("GET", "/v1/orders"))
        for answer in answers:
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(answer.headers["X-Frame-Options"], "DENY")
            self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(answers[0].headers["Cache-Control"], "no-store")
        self.assertIn(b"nosniff", raw_exchange(self.ordo.port, b"nonsense\r\n\r\n"))
        page = answers[2]
        script = re.search(rb"<script>(.*?)</script>", page.body, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
        self.assertIn(f"script-src 'sha256-{digest}'", page.headers["Content-Security-Policy"])
        self.assertEqual(page.body.count(b"<script"), 1)
        self.assertIsNone(re.search(rb"\son\w+=", page.body), "handlers in tags do not run under this policy")

    def test_commands_show_their_key(self):
        base = ("products", "list", "-o", "json", "--url", self.ordo.url)
        refused = run_ordo(*base, folder=self.folder)
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertIn("requires a key", refused.stderr)
        done = run_ordo(*base, folder=self.folder, env={"ORDO_API_KEY": self.keys["read-only"]})
        self.assertEqual(done.returncode, 0, done.stderr)
        path = self.folder / "key.txt"
        path.write_text(self.keys["read-only"] + "\n")
        done = run_ordo(*base, "--api-key-file", str(path), folder=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        on_the_line = run_ordo(*base, "--api-key", self.keys["read-only"], folder=self.folder)
        self.assertEqual(on_the_line.returncode, 2)
        self.assertIn("ORDO_API_KEY", on_the_line.stderr)
        self.assertNotIn(self.keys["read-only"], on_the_line.stderr)

    def test_zz_no_secret_is_seen(self):
        """Runs last and checks the output of all other tests."""
        self.ordo.await_said("Requests need authentication: 5 keys are valid.")
        self.ordo.await_said("Payments are simulated")
        texts = [path.read_text(errors="replace") for path in self.folder.rglob("*")
                 if path.is_file() and path.suffix in (".log", ".1", ".json")]
        command = subprocess.run(["/bin/ps", "-eo", "args"], capture_output=True, text=True, check=False).stdout
        for secret in [*self.secrets, SECRET]:
            kept = secret.rsplit("_", 1)[-1]
            for text in [*texts, command]:
                self.assertNotIn(kept, text)
        shown = run_ordo("config", "show", "--config", str(self.ordo.config), folder=self.folder,
                         env={"ORDO_API_KEY": self.keys["admin"], "DATABASE_URL": "mongodb://joe:hunter2@db/x",
                              "ORDO_KAFKA": "b:1", "ORDO_KAFKA_SETTINGS": "sasl.password=hunter2"})
        self.assertEqual(shown.returncode, 0, shown.stderr)
        for secret in (self.keys["admin"], SECRET, "hunter2"):
            self.assertNotIn(secret, shown.stdout + shown.stderr)


class SignedDoor(AuthCase):
    UNSIGNED = 10_000
    PIPELINED = 50

    def test_callbacks_without_a_signature_do_not_fill_the_disk(self):
        data = self.folder / "data"
        ordo = self.server("ordo", {"data_dir": str(data), "carrier": "external", "carrier_secret": SECRET})
        self.make_key(ordo.config, "owner", "admin")
        key = self.secrets[-1]
        ordo.start()
        client = self.client(ordo)
        shipment = self.shipment(client, key)
        audit = data / "audit.log"
        before = audit.stat().st_size

        body = json.dumps({"shipment_id": shipment, "status": "shipped"})
        path = f"/v1/shipments/{shipment}/updates"
        unsigned = (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    f"Content-Length: {len(body)}\r\n")
        refused = 0
        for batch in range(self.UNSIGNED // self.PIPELINED):
            requests = (unsigned + "\r\n" + body) * (self.PIPELINED - 1) + unsigned + "Connection: close\r\n\r\n" + body
            answered = raw_exchange(ordo.port, requests.encode())
            refused += len(re.findall(rb"HTTP/1\.1 (?:401|429) ", answered))
            if batch == self.UNSIGNED // self.PIPELINED // 2:
                self.assertStatus(client.post(path, body, **signature(body)), 200)
        self.assertEqual(refused, self.UNSIGNED)
        ordo.stop()  # then the whole log is in its file
        lines = [json.loads(line) for line in audit.read_text().splitlines()]
        (line,) = [line for line in lines if line.get("target") == path and line.get("status") == 200]
        self.assertEqual(line["who"], "signed:carrier")
        grown = audit.stat().st_size - before
        print(f"  {self.UNSIGNED} callbacks without a signature: {grown} bytes of audit log", file=sys.stderr)
        self.assertLess(grown, 64 * 1024)

    def shipment(self, client: Http, key: str) -> str:
        """A shipment of a paid order that waits for its carrier."""
        owner = bearer(key)
        mug = {"id": "mug", "name": "Mug", "price": {"amount": 100, "currency": "USD"}, "stock": 1}
        self.assertStatus(client.post("/v1/products", mug, **owner), 201)
        order = {"customer_id": "ann", "lines": [{"product_id": "mug", "quantity": 1}]}
        placed = self.assertStatus(client.post("/v1/orders", order, **owner), 201).json["id"]
        return wait_until(lambda: client.get(f"/v1/shipments?order_id={placed}", **owner).json["data"][0]["id"], 60,
                          "there is a shipment")


class OpenDoor(AuthCase):
    def test_the_first_key_closes_it_and_commands_go_on(self):
        data = self.folder / "data"
        ordo = self.server("ordo", {"data_dir": str(data)}).start()
        ordo.await_said("No authentication")
        client = self.client(ordo)
        self.assertStatus(client.get("/v1/orders"), 200)
        product = {"id": "mug", "name": "Mug", "price": {"amount": 100, "currency": "USD"}, "stock": 1}
        self.assertStatus(client.post("/v1/products", product), 201)
        wait_until(lambda: '"who":"anybody"' in (data / "audit.log").read_text(), 60, "it is written down")
        self.assertEqual(data.stat().st_mode & 0o777, 0o700)
        self.assertIn("ordo_access_closed 0", client.get("/metrics").body.decode())
        key = self.key(ordo, "first", "admin")
        self.assertStatus(client.get("/v1/orders"), 401)
        self.assertStatus(client.get("/v1/orders", **bearer(key)), 200)
        # With a broken or missing key file, no key is accepted.
        (data / "api-keys.json").write_text("{")
        ordo.await_said("what was read last stays")
        (data / "api-keys.json").unlink()
        self.assertStatus(client.get("/v1/orders"), 401)
        self.assertStatus(client.get("/v1/orders", **bearer(key)), 200)
        client.close()
        ordo.stop()
        # A service inside a command has its own authentication and its own key.
        again = self.make_key(ordo.config, "second", "admin")
        listed = run_ordo("products", "list", "-o", "json", "--config", str(ordo.config), folder=self.folder)
        self.assertEqual((listed.returncode, [p["id"] for p in json.loads(listed.stdout)]), (0, ["mug"]), listed.stderr)
        self.assertNotIn(again, listed.stderr)

    def test_the_audit_log_is_a_chain_that_outlives_a_kill(self):
        data = self.folder / "chain"
        ordo = self.server("chain", {"data_dir": str(data)}).start()
        audit = data / "audit.log"

        def change():
            client = self.client(ordo)
            self.assertStatus(client.post("/v1/customers", {"id": self.unique("c")}), 201)
            client.close()

        def verify(*more: str) -> tuple[int, str]:
            done = run_ordo("audit", "verify", "--config", str(ordo.config), *more, folder=self.folder)
            return done.returncode, done.stdout + done.stderr

        change()
        wait_until(lambda: '"method":"POST"' in audit.read_text(), 60, "it is written down")
        ordo.crash()
        change()
        head = str(int(metric(ordo.port, "ordo_audit_head")))
        ordo.stop()
        code, said = verify()
        self.assertEqual(code, 0, said)
        methods = [json.loads(line)["method"] for line in audit.read_text().splitlines()]
        self.assertEqual([m for m in methods if m != "POST"], ["start", "start", "stop"])
        self.assertEqual(methods.count("POST"), 2)
        self.assertEqual(verify("--head", head)[0], 0)
        self.assertEqual(verify(str(data))[0], 0)
        text = audit.read_bytes()
        lines = text.splitlines(keepends=True)
        audit.write_bytes(text.replace(b'"anybody"', b'"nobody!"', 1))
        code, said = verify()
        self.assertEqual(code, 5, said)
        self.assertIn("audit.log, line 2 was changed", said)
        audit.write_bytes(b"".join(lines[:-1]))
        self.assertEqual(verify("--head", str(len(lines)))[0], 5)
        self.assertEqual(verify(str(self.folder / "none"))[0], 4)
        self.assertEqual(verify("--head", "x")[0], 2)

    def test_a_proxy_on_this_machine_opens_it_to_nobody(self):
        ordo = self.server("proxied", {"data_dir": str(self.folder / "proxied")}).start()
        front = Proxy(self.folder, ordo.port)
        self.addCleanup(front.stop)
        front.start()
        proxied, direct = self.client(front), self.client(ordo)
        self.assertStatus(direct.get("/v1/customers"), 200)
        # nginx with its defaults, with the usual configuration, and with a local name that does not show the proxy.
        for path, host, status, code in (("/plain", "shop.example", 421, "wrong_host"),
                                         ("/forwarded", "shop.example", 421, "wrong_host"),
                                         ("/forwarded", "localhost", 403, "forwarded_without_keys")):
            for method, body in (("GET", None), ("POST", {"id": "eve"})):
                with self.subTest(path=path, host=host, method=method):
                    self.assertProblem(proxied(method, path + "/v1/customers", body, Host=host), status, code)
        self.assertProblem(proxied.get("/upstream/v1/customers", Host="shop.example"), 403, "forwarded_without_keys")
        self.assertEqual(direct.get("/v1/customers").json["data"], [])

    def test_it_does_not_listen_to_other_machines(self):
        refused = run_ordo("serve", "--listen", f"0.0.0.0:{free_port()}", "--data-dir", "alone", folder=self.folder)
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertIn("ordo key create", refused.stderr)


class Limits(AuthCase):
    """Tokens and their keys, limits, wrong keys. They need a separate server, because all requests come from one address."""

    def test_tokens_limits_and_wrong_keys(self):
        one, two = b"1" * 32, b"2" * 32
        jwks = self.folder / "jwks.json"
        jwks.write_text(json.dumps({"keys": [jwk("one", one)]}))
        settings = {"data_dir": str(self.folder / "data"), "jwt_keys": str(jwks), "jwt_issuer": "https://id.example",
                    "jwt_audience": "ordo", "rate_limit": 20}
        ordo = self.server("ordo", settings).start()
        client = self.client(ordo)
        first = token("one", one, role="merchant", scope="orders:read products:read")
        self.assertStatus(client.get("/v1/orders", **bearer(first)), 200)
        self.assertProblem(client.post("/v1/products", {}, **bearer(first)), 403, "forbidden")
        self.assertProblem(client.get("/v1/orders", **bearer(token("one", one, -60, role="admin"))), 401, "token_expired")
        self.assertProblem(client.get("/v1/orders", **bearer(token("one", one, aud="x", role="admin"))), 401, "wrong_audience")
        self.assertProblem(client.get("/v1/orders", **bearer(token("one", two, role="admin"))), 401, "bad_token")

        fresh = jwks.with_suffix(".new")
        fresh.write_text(json.dumps({"keys": [jwk("one", one), jwk("two", two)]}))
        self.changed(ordo, lambda: fresh.rename(jwks))
        second = token("two", two, role="merchant", sub="bob")
        self.assertStatus(client.get("/v1/orders", **bearer(second)), 200)
        self.assertStatus(client.get("/v1/orders", **bearer(first)), 200)
        fresh.write_text(json.dumps({"keys": [jwk("two", two)]}))
        self.changed(ordo, lambda: fresh.rename(jwks))
        self.assertProblem(client.get("/v1/orders", **bearer(first)), 401, "unknown_token_key")

        # The limit of one subject. The answer shows the rest. Another subject is not affected.
        third = token("two", two, role="merchant", sub="cem")
        began = time.monotonic()
        answers = [client.get("/v1/orders", **bearer(third)) for _ in range(200)]
        took = time.monotonic() - began
        limited = [answer for answer in answers if answer.status == 429]
        self.assertGreater(len(limited), 0, f"200 requests took {took} s")
        self.assertLessEqual(200 - len(limited), 20 + 20 * took + 1)
        self.assertProblem(limited[0], 429, "rate_limited")
        self.assertEqual(limited[0].headers["Retry-After"], "1")
        self.assertEqual(answers[0].headers["RateLimit-Policy"], '"key";q=20;w=1')
        self.assertEqual(answers[0].headers["RateLimit"], '"key";r=19;t=1')
        self.assertStatus(client.get("/v1/orders", **bearer(second)), 200)

        # Wrong keys from one address do not block the right one.
        wrong = "ordo_" + "a" * 12 + "_" + "b" * 43
        statuses = [client.get("/v1/orders", **bearer(wrong)) for _ in range(30)]
        self.assertProblem(statuses[-1], 429, "rate_limited")
        self.assertGreaterEqual(int(statuses[-1].headers["Retry-After"]), 1)
        self.assertLessEqual(sum(answer.status == 401 for answer in statuses), 12)
        wait_until(lambda: client.get("/v1/orders", **bearer(second)).status == 200, 60, "the right token passes")
        metrics = wait_until(lambda: (answer := client.get("/metrics", **bearer(second))).status == 200 and answer, 60, "metrics")
        self.assertRegex(metrics.body.decode(), r'ordo_access_refused_total\{reason="wrong_key"\} [1-9]')
        self.assertNotIn(wrong.rsplit("_", 1)[-1], ordo.log.read_text())

    def test_addresses_have_a_limit_too(self):
        ordo = self.server("addresses", {"data_dir": str(self.folder / "addresses"), "rate_limit_address": 5}).start()
        client = self.client(ordo)
        answers = [client.get("/v1/orders") for _ in range(100)]
        self.assertTrue(any(answer.status == 429 for answer in answers))
        self.assertEqual(answers[0].headers["RateLimit-Policy"], '"address";q=5;w=1')
        self.assertStatus(get(ordo.port, "/livez"), 200)
        self.assertStatus(get(ordo.port, "/readyz"), 200)


if __name__ == "__main__":
    unittest.main()
