"""A system of `ordo` processes on a shared Kafka and database. It is separate from other systems on these servers."""

import json
import subprocess
import uuid

from harness import AT_REST, Case, Http, Server, check  # (also puts tools/stack on the path)
from shop import Load, Shop, audit, stock_up
from stack import Stack

TOPICS = ("order_created", "product_events", "order_events", "stock", "payments", "shipments", "customers", "webhooks", "promotions",
          "pricing")
# The tests' database reads a whole collection for each page of a list. That takes long on a busy machine.
LIST_S = 60
SOCKET_TIMEOUT_MS = 30_000
WORKERS = ("intake", "catalog", "orders", "stock", "payment", "logistics", "crm", "webhooks", "promotions", "pricing")

_stack: Stack | None = None


def with_socket_timeout(url: str, milliseconds: int = SOCKET_TIMEOUT_MS) -> str:
    return f"{url}{'&' if '?' in url else '?'}socketTimeoutMS={milliseconds}"


def start_stack(kafka_config: dict | None = None, database: str = "ferret") -> None:
    """For setUpModule: one stack for all classes of the module. `kafka_config`: settings of the broker."""
    global _stack
    _stack = Stack(brokers=1, brief=True, kafka_config=kafka_config, database=database)
    _stack.start()


def stop_stack() -> None:
    global _stack
    if _stack is not None:
        _stack.close()
    _stack = None


class ClusterCase(Case):
    """A class of tests with its own system. The class gives the names of its topics, groups and database.

    `processes`: name of the process -> its roles. Every process serves HTTP, at least for its readiness.
    """

    processes: dict[str, tuple[str, ...]] = {"api": ("api",), "workers": WORKERS}
    partitions = 4
    settings = AT_REST
    mongo_timeout_ms: int | None = SOCKET_TIMEOUT_MS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stack = _stack
        cls.addClassCleanup(cls.repair_stack)
        cls.prefix = f"{cls.__name__.lower()}-{uuid.uuid4().hex[:6]}"
        cls.database = cls.prefix.replace("-", "_")
        cls.servers = {name: cls.member(name, roles) for name, roles in cls.processes.items()}
        cls.start_all()

    @classmethod
    def member(cls, name: str, roles: tuple[str, ...]) -> Server:
        settings = {
            "kafka": cls.stack.bootstrap,
            "mongo": cls.mongo_url(),
            "group_prefix": f"{cls.prefix}-",
            "partitions": cls.partitions,
            "roles": list(roles),
            "list_timeout": f"{LIST_S}s",
        } | cls.settings | {f"topics.{topic}.name": cls.topic(topic) for topic in TOPICS}
        return cls.server(name, settings)

    @classmethod
    def mongo_url(cls) -> str:
        url = cls.stack.mongo_url_of(cls.database)
        return url if cls.mongo_timeout_ms is None else with_socket_timeout(url, cls.mongo_timeout_ms)

    @classmethod
    def topic(cls, name: str) -> str:
        return f"{cls.prefix}-{name}"

    @classmethod
    def start_all(cls) -> None:
        for server in cls.servers.values():
            server.spawn()
        for server in cls.servers.values():
            server.wait_serving()
        cls.port = next(server.port for name, server in cls.servers.items() if "api" in cls.processes[name])

    @classmethod
    def repair_stack(cls) -> None:
        """Resumes everything that a test left stopped, for the next class."""
        for service in (cls.stack.kafka, cls.stack.mongo):
            if service.processes():
                for process in service.processes():
                    process.signal(18)  # SIGCONT
                if not service.alive():
                    service.start()

    @classmethod
    def check(cls) -> None:
        check(next(iter(cls.servers.values())))

    # --- the topics as other programs see them ---------------------------------------------------------------------------------

    @classmethod
    def kcat(cls, *arguments: str, text: str = "") -> str:
        done = subprocess.run(["kcat", "-b", cls.stack.bootstrap, *arguments], input=text, capture_output=True, text=True,
                              timeout=60)
        if done.returncode != 0:
            raise AssertionError(f"kcat {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    @classmethod
    def produce(cls, topic: str, *values: str, key: str | None = None) -> None:
        """Appends records without headers, one per value, as any producer may write them."""
        keyed = ["-k", key] if key is not None else []
        cls.kcat("-P", "-t", cls.topic(topic), "-X", "acks=all", *keyed, text="".join(value + "\n" for value in values))

    @classmethod
    def consume(cls, topic: str) -> list[dict]:
        """All records of a topic: `key`, `payload` and the dict `headers`."""
        records = []
        for line in cls.kcat("-C", "-t", cls.topic(topic), "-e", "-q", "-J").splitlines():
            record = json.loads(line)
            headers = record.get("headers", [])
            record["headers"] = dict(zip(headers[::2], headers[1::2]))
            records.append(record)
        return records


class ShopCase(ClusterCase):
    """Each test has a client, and its own products."""

    def setUp(self):
        self.http = Http(self.port)
        self.addCleanup(self.http.close)
        self.shop = Shop(self.http)
        self.name = self.unique("load")
        self.products = stock_up(self.shop, self.name)


class FailureCase(ShopCase):
    """Uses small loads, because the tests' database reads every document to replace one. A group detects a dead member after
    six seconds instead of ten, see docs/operations.md."""

    settings = ClusterCase.settings | {"kafka_settings": "session.timeout.ms=6000,heartbeat.interval.ms=1500"}

    def setUp(self):
        super().setUp()
        self.plenty = self.unique("plenty")  # A product that no load orders.
        self.shop.add_product(self.plenty, stock=1000)

    def load(self, *names: str, **options) -> Load:
        ports = [self.servers[name].port for name in names or ("api",)]
        return Load(self.name, ports, self.products, **options)

    def assertNothingLost(self, load: Load) -> None:
        audit(self, self.shop, load.journal, bound_s=120)
        self.check()
