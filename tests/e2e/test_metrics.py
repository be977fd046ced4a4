"""What operators see: /metrics, the log lines about dead letters, and the alerts, the dashboard and the table of
docs/operations.md, which use the metrics."""

import json
import re
import time

from cluster import WORKERS, ClusterCase, start_stack, stop_stack
from harness import HOST, PROJECT, Case, Http, append_records, get, run_ordo, wait_until
from promtool import promtool
from shop import Shop

setUpModule, tearDownModule = start_stack, stop_stack

PROMETHEUS = PROJECT / "deploy" / "prometheus"
BOARD = PROJECT / "deploy" / "grafana" / "ordo.json"
MANUAL = PROJECT / "docs" / "operations.md"

NAME = re.compile(r"\b(?:ordo|process)_[a-z0-9_]+\b")
SERIES = re.compile(r"^([a-z_:]+)(?:\{(.*)\})? (\S+)$")
# Only of a server with https, which the servers here do not have.
WITH_TLS = {"ordo_tls_handshakes_total", "ordo_tls_handshake_failures_total", "ordo_tls_sessions_resumed_total",
            "ordo_tls_certificate_days_left"}


class Metrics:
    """The parsed text of /metrics."""

    def __init__(self, text: str):
        self.text = text
        self.types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
        self.samples: dict[tuple, float] = {}
        for line in text.splitlines():
            if found := SERIES.match(line):
                labels = frozenset(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', found[2] or ""))
                self.samples[found[1], labels] = float(found[3])

    def __call__(self, name: str, **labels: str) -> float:
        """The sum of the samples with these labels."""
        return sum(value for (sample, has), value in self.samples.items() if sample == name and has >= set(labels.items()))

    def labels_of(self, name: str) -> set[str]:
        return {label for (sample, has), _ in self.samples.items() if self.metric_of(sample) == name for label, _ in has} - {"le"}

    def metric_of(self, sample: str) -> str:
        return next((name for name in (sample, re.sub("_(bucket|sum|count)$", "", sample)) if name in self.types), sample)


def read_metrics(port: int) -> Metrics:
    answer = get(port, "/metrics")
    assert answer.status == 200, str(answer)
    return Metrics(answer.body.decode())


def documented() -> dict[str, set[str]]:
    """The metrics of the manual's table, with their labels. `ordo_{a,b}_total{label}` stands for two."""
    section = MANUAL.read_text().split("\n## Metrics\n")[1].split("\n## ")[0]
    found = {}
    for text in re.findall(r"`((?:ordo|process)_[^`]*)`", "\n".join(line for line in section.splitlines() if line.startswith("|"))):
        labels = re.search(r"\{([a-z_,]+)\}$", text)
        names = text[:labels.start()] if labels else text
        head, _, rest = names.partition("{")
        parts, _, tail = rest.partition("}")
        for part in parts.split(","):
            found[head + part + tail] = set(labels[1].split(",")) if labels else set()
    return found


class ExpectsMetrics:
    """A mix-in. The class gives `port` and `write`."""

    def log_lines(self, event: str) -> list[dict]:
        lines = [json.loads(line) for line in self.server_log().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]

    def test_dead_letters_are_seen(self):
        before = read_metrics(self.port)
        promtool("check", "metrics", text=before.text)
        self.assertEqual(before("ordo_dead_letters_total", topic="product_events", reason="malformed_json"), 0)
        self.write("product_events", "cup", "no json", "none either",
                   json.dumps({"action": "update", "product": {"_id": "cup", "price": 1}}))
        wait_until(lambda: read_metrics(self.port)("ordo_dead_letters_open", topic="product_events") == 3, 60, "3 are open")
        after = read_metrics(self.port)
        promtool("check", "metrics", text=after.text)
        self.assertEqual(after("ordo_dead_letters_total"), 3)
        self.assertEqual(after("ordo_dead_letters_total", processor="catalog", topic="product_events", reason="malformed_json"), 2)
        self.assertEqual(after("ordo_dead_letters_total", processor="catalog", topic="product_events", reason="unknown_product"), 1)
        self.assertEqual(after("ordo_dead_letters_open"), 3)

        def told():
            lines = self.log_lines("dead letter")
            return len(lines) + sum(line["left_out"] for line in lines + self.log_lines("dead letters")) == 3

        wait_until(told, 30, "each dead letter is logged")
        first = self.log_lines("dead letter")[0]
        self.assertEqual((first["level"], first["processor"], first["topic"]), ("warn", "catalog", "product_events"))
        self.assertEqual(first["reason"], "malformed_json")

        letter = json.loads(get(self.port, "/v1/dlq?topic=product_events").body)["data"][0]["id"]
        done = run_ordo("dlq", "drop", letter, "--url", f"http://{HOST}:{self.port}", folder=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        wait_until(lambda: read_metrics(self.port)("ordo_dead_letters_open") == 2, 60, "one is closed")

    def test_orders_and_processes_are_seen(self):
        http = Http(self.port)
        self.addCleanup(http.close)
        shop = Shop(http)
        product = self.unique("tea")
        shop.add_product(product, stock=1, amount=500)
        before = read_metrics(self.port)
        for _ in range(2):  # The second finds no stock.
            placed = self.assertStatus(http.post("/v1/orders", {"customer_id": "ann", "lines": [
                {"product_id": product, "quantity": 1}]}), 201)
            shop.decided(placed.json["id"])

        def seen():
            now = read_metrics(self.port)
            return all(now("ordo_orders_total", status=status) - before("ordo_orders_total", status=status) == count
                       for status, count in {"pending": 2, "reserved": 1, "rejected": 1}.items())

        wait_until(seen, 60, "both orders are counted")
        # Both are settled. Soon no record waits any more.
        wait_until(lambda: read_metrics(self.port)("ordo_processor_oldest_record_seconds") == 0, 60, "nothing waits")
        metrics = read_metrics(self.port)
        self.assertEqual(metrics("ordo_ready"), 1)
        self.assertTrue(all(value == 1 for (name, _), value in metrics.samples.items() if name == "ordo_ready_check"))
        self.assertEqual({metrics("ordo_processor_partitions", processor=worker) for worker in WORKERS}, {4})
        self.assertGreaterEqual(metrics("ordo_log_seconds_count", operation="append"), 2)
        for operation in ("commit", "get"):
            self.assertGreater(metrics("ordo_store_seconds_count", operation=operation), 0, operation)
        self.assertEqual(metrics("ordo_build_info"), 1)
        self.assertLess(abs(time.time() - metrics("process_start_time_seconds")), 3600)

    def test_the_manual_has_them_all(self):
        metrics, manual = read_metrics(self.port), documented()
        self.assertEqual(set(metrics.types) - set(manual), set(), "not in the table of docs/operations.md")
        for name in metrics.types:
            self.assertLessEqual(metrics.labels_of(name), manual[name], f"labels of {name} in docs/operations.md")


class EmbeddedMetrics(ExpectsMetrics, Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.folder / "data"
        cls.ordo = cls.server("ordo", {"data_dir": str(cls.data), "carrier": "external"}).start()
        cls.port = cls.ordo.port

    def server_log(self):
        return self.ordo.log.read_text()

    def write(self, topic, key, *values):
        """Writes directly into the log, because the API would refuse these records."""
        self.ordo.terminate()
        append_records(self.data, *({"topic": topic, "key": key, "value": value} for value in values))
        self.ordo.start()


class ClusterMetrics(ExpectsMetrics, ClusterCase):
    processes = {"ordo": ("api", *WORKERS)}

    def server_log(self):
        return self.servers["ordo"].log.read_text()

    def write(self, topic, key, *values):
        self.produce(topic, *values, key=key)

    def test_what_is_made_of_them_names_nothing_else(self):
        """Alerts, dashboard and manual only name metrics that a server has, here or with the embedded store."""
        embedded = self.server("embedded", {"data_dir": str(self.folder / "data")}).start()
        real = set(read_metrics(self.port).types) | set(read_metrics(embedded.port).types) | WITH_TLS
        samples = real | {f"{name}_{suffix}" for name in real for suffix in ("bucket", "sum", "count")}
        rules = (PROMETHEUS / "rules.yml").read_text()
        board = json.loads(BOARD.read_text())
        expressions = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
        self.assertGreater(len(expressions), 20)
        named = {"the alerts": set(NAME.findall(rules)), "the board": {name for text in expressions for name in NAME.findall(text)},
                 "the board's choices": {name for choice in board["templating"]["list"] for name in NAME.findall(choice["query"])}}
        for what, names in named.items():
            self.assertEqual(names - samples, set(), f"{what} name what no server has")
        self.assertEqual(set(documented()) - real, set(), "docs/operations.md names what no server has")
