"""ordo with a Kafka and a database that require TLS and a login. It only needs settings. For every mistake in them, the message is
clear and contains no secret, and nothing is lost."""

import unittest
import uuid
from contextlib import closing

from cluster import TOPICS
from errors import StackError
from examples import python_home
from harness import AT_REST, Case, Http, Server, check, get, run_ordo, wait_until
from security import make_identity
from shop import Load, Shop, audit, stock_up
from stack import Stack

NOTICED_S = 60
_stack: Stack | None = None


def setUpModule() -> None:
    global _stack
    _stack = Stack(secured=True, brief=True)
    _stack.start()


def tearDownModule() -> None:
    if _stack is not None:
        _stack.close()


class LinkCase(Case):
    mechanism = "PLAIN"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.security = _stack.security
        cls.prefix = f"{cls.__name__.lower()}-{uuid.uuid4().hex[:6]}"
        cls.wrong = f"wrong{uuid.uuid4().hex}"  # A password, which is a secret too.
        cls.other_ca = cls.folder / "other-ca.pem"
        make_identity(cls.folder / "other", cls.other_ca, cls.folder / "other.pem", cls.folder / "other.key")
        cls.ordo = cls.member("ordo", cls.environment())

    @classmethod
    def environment(cls, kafka: dict | None = None, user: str | None = None, ca=None) -> dict[str, str]:
        """The environment with the secrets. `kafka` changes settings of librdkafka, None removes one. `user` and `ca` are those
        of the database."""
        settings = {
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": cls.mechanism,
            "sasl.username": cls.security.user,
            "sasl.password": cls.security.password,
            "ssl.ca.location": str(cls.security.ca),
        } | (kafka or {})
        user = f"{cls.security.user}:{cls.security.password}@" if user is None else user
        server = _stack.mongo_url.removeprefix("mongodb://").split("/")[0]
        return {
            "ORDO_KAFKA_SETTINGS": ",".join(f"{name}={value}" for name, value in settings.items() if value is not None),
            "ORDO_MONGO": f"mongodb://{user}{server}/{cls.prefix.replace('-', '_')}"
                          f"?{'authSource=ordo&' if user else ''}tls=true&tlsCAFile={ca or cls.security.ca}",
        }

    @classmethod
    def member(cls, name: str, environment: dict[str, str]) -> Server:
        server = cls.server(name, {"kafka": _stack.kafka.secured, "group_prefix": f"{cls.prefix}-"} | AT_REST
                            | {f"topics.{topic}.name": f"{cls.prefix}-{topic}" for topic in TOPICS})
        server.env = environment
        return server

    def tearDown(self):
        self.ordo.stop()

    def assertNoSecret(self, text: str) -> None:
        for secret in (self.security.password, self.wrong):
            self.assertNotIn(secret, text)

    def orders_are_taken_and_kept(self) -> None:
        self.ordo.start()
        with closing(Http(self.ordo.port)) as client:
            shop = Shop(client)
            with Load(self.prefix, [self.ordo.port], stock_up(shop, self.prefix), threads=2, rate=20) as load:
                load.wait_for(20)
                self.ordo.terminate()
                self.ordo.start()
                load.wait_for(20)
            audit(self, shop, load.journal)
        check(self.ordo)


class OrdersByPlain(LinkCase):
    def test_orders_are_taken_and_kept(self):
        self.orders_are_taken_and_kept()

    def test_mistakes_are_named_and_lose_nothing(self):
        self.ordo.start()
        with closing(Http(self.ordo.port)) as client:
            shop = Shop(client)
            products = stock_up(shop, self.prefix)
            with Load(self.unique("before"), [self.ordo.port], products, threads=2, rate=40) as load:
                load.wait_for(20)
            self.ordo.terminate()
            client.close()
            for name, environment, expected in (
                    ("kafka-password", self.environment(kafka={"sasl.password": self.wrong}), "sasl.password"),
                    ("kafka-no-password", self.environment(kafka={"sasl.password": None}), "sasl.password"),
                    ("kafka-ca", self.environment(kafka={"ssl.ca.location": str(self.other_ca)}), "ssl.ca.location"),
                    ("kafka-ca-missing", self.environment(kafka={"ssl.ca.location": "/no/such/file"}), "ssl.ca.location"),
                    ("mongo-password", self.environment(user=f"{self.security.user}:{self.wrong}@"), "in the setting mongo"),
                    ("mongo-no-password", self.environment(user=""), "in the setting mongo"),
                    ("mongo-ca", self.environment(ca=self.other_ca), "tlsCAFile")):
                with self.subTest(name):
                    self.says(name, environment, expected)
            self.ordo.start()  # With the right ones again.
            audit(self, shop, load.journal)
        check(self.ordo)

    def says(self, name: str, environment: dict[str, str], expected: str) -> None:
        """A process with such settings serves no requests, and reports the problem."""
        mistaken = self.member(name, environment)
        mistaken.spawn()

        def said() -> bool:
            text = mistaken.log.read_text()
            return any(expected in line for line in text.splitlines())

        wait_until(said, NOTICED_S, f"{name}: {expected} is named")
        # Some mistakes end the process. Others can be corrected at the servers while it waits.
        answer = wait_until(lambda: not mistaken.alive() or get(mistaken.port, "/readyz?verbose"), NOTICED_S, "it ends or answers")
        if answer is not True:
            self.assertEqual(answer.status, 503, str(answer))
            self.assertNoSecret(str(answer.body))
            mistaken.terminate()
        self.assertNotEqual(mistaken.exit_code, None)
        self.assertNoSecret(mistaken.log.read_text())

    def test_secrets_are_nowhere_to_be_seen(self):
        self.ordo.start()
        with open(f"/proc/{self.ordo.pid}/cmdline") as command:
            self.assertNoSecret(command.read())
        shown = run_ordo("config", "show", "--config", str(self.ordo.config), folder=self.folder, env=self.ordo.env)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("sasl.password=***", shown.stdout)
        self.assertNoSecret(shown.stdout + shown.stderr)
        for path in ("/readyz?verbose", "/metrics", "/openapi.json"):
            self.assertNoSecret(get(self.ordo.port, path).body.decode())
        for log in self.folder.rglob("*.log"):
            self.assertNoSecret(log.read_text())


class OrdersByScram(LinkCase):
    """Kafka 4 refuses the SCRAM of librdkafka before 2.6.1. So this uses the newer one of the examples' client."""

    mechanism = "SCRAM-SHA-512"

    @classmethod
    def environment(cls, **changes) -> dict[str, str]:
        found = sorted(python_home().glob("lib/python*/site-packages/confluent_kafka.libs/librdkafka-*.so*"))
        if not found:
            raise StackError("the wheel of confluent-kafka has no librdkafka in it")
        return super().environment(**changes) | {"LD_PRELOAD": str(found[0])}

    def test_orders_are_taken_and_kept(self):
        self.orders_are_taken_and_kept()

    def test_the_old_librdkafka_is_named(self):
        environment = self.environment()
        del environment["LD_PRELOAD"]
        old = self.member("old", environment)
        old.spawn()
        wait_until(lambda: '"kafka client"' in old.log.read_text() or get(old.port, "/readyz").status == 200, NOTICED_S,
                   "Kafka refuses or takes it")
        said = old.log.read_text()
        if "SASL authentication error" in said:  # The system's librdkafka is too old.
            self.assertIn("use 2.6.1 or newer, or PLAIN with TLS", said)
        old.terminate()
        self.assertNoSecret(said)


if __name__ == "__main__":
    unittest.main()
