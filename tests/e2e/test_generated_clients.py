"""Clients that openapi-generator makes from /openapi.json, in three languages. They compile, and read what the API answers."""

import json
import subprocess
from datetime import datetime

import clients
from harness import AT_REST, Case, Http, get
from shop import Shop


def with_moments(value):
    """JSON with parsed times, because each language writes times differently."""
    if isinstance(value, dict):
        return {name: datetime.fromisoformat(member) if name.endswith("_at") else with_moments(member) for name, member in value.items()}
    return [with_moments(member) for member in value] if isinstance(value, list) else value


class GeneratedClients(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ordo = cls.server("ordo", AT_REST | {"data_dir": str(cls.folder / "data")}).start()
        cls.document = cls.folder / "openapi.json"
        cls.document.write_bytes(get(cls.ordo.port, "/openapi.json").body)

    def orders_are_placed_with(self, generator: str, program):
        client = self.folder / generator / "client"
        self.assertEqual(clients.generate(generator, self.document, client), [])
        product = self.unique("mug")
        http = Http(self.ordo.port)
        self.addCleanup(http.close)
        Shop(http).add_product(product, stock=10, amount=1250)

        done = subprocess.run([*program(client), self.ordo.url, product], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        said = json.loads(done.stdout)
        # On a connection of its own: the server has ended the first one if the client's build took long.
        order = with_moments(get(self.ordo.port, f"/v1/orders/{said['placed']['id']}").json)
        self.assertEqual((order["status"], order["total"]["amount"], order["metadata"]), ("confirmed", 2500, {"gift": "yes"}))
        for seen in said["placed"], said["read"]:
            self.assertEqual(with_moments(seen), order)
        self.assertEqual([(problem["status"], problem["code"]) for problem in said["problems"]],
                         [(422, "unknown_product"), (422, "total_mismatch")])
        self.assertEqual(said["problems"][0]["errors"][0]["pointer"], "/lines/0/product_id")

    def test_go(self):
        self.orders_are_placed_with("go", clients.go_program)

    def test_typescript(self):
        self.orders_are_placed_with("typescript-fetch", clients.typescript_program)

    def test_python(self):
        self.orders_are_placed_with("python", clients.python_program)

    def test_a_name_that_is_a_language_s_own_is_found(self):
        document = json.loads(self.document.read_text())
        document["components"]["schemas"]["Index"] = {"type": "object", "properties": {"name": {"type": "string"}}}
        file = self.folder / "index.json"
        file.write_text(json.dumps(document))
        found = clients.generate("typescript-fetch", file, self.folder / "index")
        self.assertTrue(found)
        for line in found:
            self.assertIn("Index (reserved word)", line)
