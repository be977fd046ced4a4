"""The two servers of the stack. Both have the same methods: start, stop, kill, pause, resume, restart.

A server keeps its port and its data from construction on, across restarts.
"""

import base64
import os
import random
import shutil
import socket
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import artifacts
import wire
from errors import StackError
from processes import Process, ProcessId, terminate, wait_for
from security import Security

HOST = wire.HOST
DATABASE = "ordo"
READY_TIMEOUT_S = 180  # A start takes a minute on a very busy machine, and two or three seconds on an idle one.
_CLUSTER_ID = "b3Jkby1zdGFjay1vcmRvLQ"  # Any 16 bytes in base64, the same for every node of a cluster.


_claims: list[socket.socket] = []  # Sockets for the claimed ports. They are closed when this process ends.


def free_port() -> int:
    """A port without a listener that no other caller gets while this process runs. So a server may listen on it later, and
    again after a restart. It is below the range that the kernel uses for outgoing connections."""
    for _ in range(1000):
        port = random.randrange(20000, 32000)
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0ordo-port-{port}")  # An abstract name needs no file, and disappears with its process.
            with socket.socket() as probe:
                probe.bind((HOST, port))
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        return port
    raise StackError("no free port between 20000 and 32000")


class KafkaNode(Process):
    """One process that is both a broker and a controller."""

    def __init__(self, node_id: int, folder: Path, daemon: bool, advertised_port: int | None = None,
                 security: Security | None = None, brief: bool = False):
        super().__init__(f"kafka node {node_id}", [], folder / f"kafka-{node_id}.log", daemon)
        self.node_id, self.folder = node_id, folder / f"kafka-{node_id}"
        self.port, self.controller_port = free_port(), free_port()
        # If another port is advertised to clients, the brokers use a separate listener among themselves.
        self.advertised_port = advertised_port or self.port
        self.broker_port = free_port() if advertised_port else None
        # For clients with TLS and login. The stack itself uses the plain port.
        self.security, self.secured_port = security, free_port() if security else None
        # Java's second compiler only helps long-running brokers. A broker that lives for minutes would spend a third of its time in it.
        self.java_options = ["-XX:TieredStopAtLevel=1"] if brief else []

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def advertised_address(self) -> str:
        """The address of this node that the cluster tells its clients."""
        return f"{HOST}:{self.advertised_port}"

    def start(self) -> None:
        self.spawn()
        self.await_brokers({self.node_id})

    def restart(self) -> None:
        self.stop()
        self.start()

    def await_brokers(self, ids: set[int]) -> None:
        """Waits until this node answers and reports the brokers with these ids as up."""
        self.wait_ready(lambda: ids <= wire.kafka_metadata(self.port).brokers, READY_TIMEOUT_S)

    def prepare(self, voters: str, config: dict, replication: int) -> None:
        """Writes the configuration and a formatted data folder, once."""
        data = self.folder / "data"
        data.mkdir(parents=True)
        jars = artifacts.kafka_jars()
        prepared = prepared_kafka(jars)
        _write_properties(self.folder / "server.properties", _properties(self, voters, data, replication) | config)
        # The same files as from `StorageTool format`, but without starting a JVM for each node.
        shutil.copy(prepared / "bootstrap.checkpoint", data)
        directory_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        _write_properties(data / "meta.properties", {
            "version": 1, "cluster.id": _CLUSTER_ID, "node.id": self.node_id, "directory.id": directory_id})
        archive = prepared / "classes.jsa"
        self.command = _java(jars, *self.java_options, *([f"-XX:SharedArchiveFile={archive}"] if archive.exists() else []),
                             main="kafka.Kafka", arguments=[str(self.folder / "server.properties")])


class Kafka:
    """A Kafka cluster. The methods act on all of its nodes; `nodes[i]` has the same methods for one node.

    advertised_ports: one a node, where clients shall find it instead of at its own port: somebody else listens there and
    forwards to the node. `bootstrap` still has the nodes' own ports, which also answer. `advertised` has only the other ports.
    security: each node has one more port, in `secured`, where clients have to speak TLS and to log in, by SCRAM-SHA-512 or PLAIN.
    brief: for short use, see Stack.
    """

    def __init__(self, folder: Path, brokers: int = 1, config: dict | None = None, daemon: bool = False,
                 advertised_ports: list[int] | None = None, security: Security | None = None, brief: bool = False):
        if not 1 <= brokers <= 9:
            raise StackError(f"a cluster of {brokers} brokers is not supported: 1 to 9 are")
        if advertised_ports and len(advertised_ports) != brokers:
            raise StackError(f"{len(advertised_ports)} advertised ports for {brokers} brokers")
        self.security = security
        self.replication = min(brokers, 3)
        ports = advertised_ports or [None] * brokers
        self.nodes = [KafkaNode(node_id, folder, daemon, port, security, brief) for node_id, port in enumerate(ports, start=1)]
        voters = ",".join(f"{node.node_id}@{HOST}:{node.controller_port}" for node in self.nodes)
        for node in self.nodes:
            node.prepare(voters, config or {}, self.replication)

    @property
    def bootstrap(self) -> str:
        return ",".join(node.address for node in self.nodes)

    @property
    def advertised(self) -> str:
        """The same, with the advertised ports."""
        return ",".join(node.advertised_address for node in self.nodes)

    @property
    def secured(self) -> str:
        return ",".join(f"{HOST}:{node.secured_port}" for node in self.nodes)

    def spawn(self) -> None:
        for node in self.nodes:
            if not node.alive():
                node.spawn()

    def wait_ready(self) -> None:
        for node in self.nodes:
            node.await_brokers({each.node_id for each in self.nodes})
        if self.security:
            wire.kafka_add_user(self._port(), self.security.user, self.security.password)

    def start(self) -> None:
        self.spawn()
        self.wait_ready()

    def stop(self, timeout_s: float = 15) -> None:
        # All at the same time, because a node without a majority cannot end gracefully.
        terminate([node.id for node in self.nodes if node.alive()], timeout_s)
        self.alive()

    def alive(self) -> bool:
        """True when all nodes run."""
        return all([node.alive() for node in self.nodes])  # A list, because each call reaps an ended process.

    def kill(self) -> None:
        for node in self.nodes:
            node.kill()

    def pause(self) -> None:
        for node in self.nodes:
            node.pause()

    def resume(self) -> None:
        for node in self.nodes:
            node.resume()

    def restart(self) -> None:
        self.stop()
        self.start()

    def topics(self) -> dict[str, int]:
        """Name -> number of partitions that have a leader."""
        return wire.kafka_metadata(self._port()).topics

    def create_topic(self, name: str, partitions: int = 4, replication: int | None = None, config: dict | None = None) -> None:
        """Creates a topic and waits until every running node knows a leader for each partition. Fails if the topic exists."""
        wire.kafka_create_topic(self._port(), name, partitions, replication or self.replication, config or {})

        def known() -> bool:
            running = [node for node in self.nodes if node.alive()]
            return all(wire.kafka_metadata(node.port).topics.get(name) == partitions for node in running)

        if not wait_for(known, 20):
            raise StackError(f"topic {name} has no leaders 20 s after its creation")

    def delete_topic(self, name: str) -> None:
        wire.kafka_delete_topic(self._port(), name)
        if not wait_for(lambda: name not in self.topics(), 20):
            raise StackError(f"topic {name} still exists 20 s after its deletion")

    def delete_records(self, name: str, partition: int, before: int) -> None:
        """For a cluster of one broker."""
        wire.kafka_delete_records(self._port(), name, partition, before)

    def processes(self) -> list[ProcessId]:
        return [node.id for node in self.nodes if node.id]

    def _port(self) -> int:
        for node in self.nodes:
            if node.alive():
                return node.port
        raise StackError("kafka does not run")


class Mongo(Process):
    """FerretDB: a server for MongoDB's protocol that stores its data in SQLite. With security, it accepts only TLS and requires
    a login. `url` has no password; the client must add it."""

    def __init__(self, folder: Path, daemon: bool = False, security: Security | None = None, brief: bool = False):
        # It reads whole collections into memory to find a few documents. With Go's default, garbage collection takes a third of its time.
        super().__init__("mongo", [], folder / "mongo.log", daemon, {"GOGC": "400"} if brief else None)
        data = folder / "mongo"
        data.mkdir()
        self.port = free_port()
        self.url = f"mongodb://{HOST}:{self.port}/{DATABASE}"
        self.command = [str(artifacts.ferret()), f"{HOST}:{self.port}", str(data)]
        self.tls = None
        if security:
            self.url += "?tls=true"
            self.command += [str(security.certificate), str(security.key)]
            self.tls = security.client_context()
            self.env |= {"FERRET_USER": security.user, "FERRET_PASSWORD": security.password, "FERRET_DATABASE": DATABASE}

    def wait_ready(self) -> None:
        super().wait_ready(lambda: wire.mongo_hello(self.port, tls=self.tls), READY_TIMEOUT_S)

    def start(self) -> None:
        self.spawn()
        self.wait_ready()

    def restart(self) -> None:
        self.stop()
        self.start()

    def processes(self) -> list[ProcessId]:
        return [self.id] if self.id else []


class ExternalMongo:
    """The MongoDB that $ORDO_TEST_MONGO names. The stack neither starts nor stops this server."""

    pid = None

    def __init__(self, url: str):
        if urlsplit(url).scheme not in ("mongodb", "mongodb+srv"):
            raise StackError(f"ORDO_TEST_MONGO is not a mongodb:// address: {url}")
        self.url = with_database(url, urlsplit(url).path.strip("/") or DATABASE)

    def start(self) -> None:
        raise StackError("ORDO_TEST_MONGO names a server that the stack must not start, stop, kill, pause or restart")

    stop = kill = pause = resume = restart = start

    def alive(self) -> bool:
        return True

    def spawn(self) -> None:
        """Part of Stack.start(); nothing to do."""

    def wait_ready(self) -> None:
        """Part of Stack.start(): there is nothing to do."""

    def processes(self) -> list[ProcessId]:
        return []


def with_database(url: str, database: str) -> str:
    """The address of the same server with another default database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _properties(node: KafkaNode, voters: str, data: Path, replication: int) -> dict:
    majority = replication // 2 + 1
    brokers = {}
    if node.broker_port:
        brokers = {
            "listeners": f"PLAINTEXT://{node.address},BROKERS://{HOST}:{node.broker_port},CONTROLLER://{HOST}:{node.controller_port}",
            "advertised.listeners": f"PLAINTEXT://{node.advertised_address},BROKERS://{HOST}:{node.broker_port}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,BROKERS:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "BROKERS",
        }
    listeners = {
        "listeners": f"PLAINTEXT://{node.address},CONTROLLER://{HOST}:{node.controller_port}",
        "advertised.listeners": f"PLAINTEXT://{node.address}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    } | brokers
    return {
        "process.roles": "broker,controller",
        "node.id": node.node_id,
        "controller.quorum.voters": voters,
        "controller.listener.names": "CONTROLLER",
        "log.dirs": data,
        # If a test forgets to create a topic, that must be an error.
        "auto.create.topics.enable": "false",
        "num.partitions": 4,
        "default.replication.factor": replication,
        "min.insync.replicas": majority,
        "offsets.topic.num.partitions": 4,
        "offsets.topic.replication.factor": replication,
        "transaction.state.log.num.partitions": 4,
        "transaction.state.log.replication.factor": replication,
        "transaction.state.log.min.isr": majority,
        # Groups rebalance at once, and can detect a dead member within a second.
        "group.initial.rebalance.delay.ms": 0,
        "group.min.session.timeout.ms": 1000,
        # A killed broker is detected, and admitted again, after 3 s instead of 9.
        "broker.session.timeout.ms": 3000,
        "broker.heartbeat.interval.ms": 500,
        # Small files, and retention that is fast enough for tests.
        "log.segment.bytes": 16 * 1024 * 1024,
        "log.index.size.max.bytes": 1024 * 1024,
        "log.retention.check.interval.ms": 5000,
        "log.segment.delete.delay.ms": 1000,
        "log.cleaner.dedupe.buffer.size": 8 * 1024 * 1024,
        # All servers under test share two cores.
        "num.network.threads": 2,
        "num.io.threads": 4,
    } | (_secured(node, listeners) if node.security else listeners)


def _secured(node: KafkaNode, listeners: dict) -> dict:
    """The listeners and one more, for clients that log in."""
    security, here = node.security, f"SECURED://{HOST}:{node.secured_port}"
    login = "org.apache.kafka.common.security"
    return {
        "listeners": f"{listeners['listeners']},{here}",
        "advertised.listeners": f"{listeners['advertised.listeners']},{here}",
        "listener.security.protocol.map": f"{listeners['listener.security.protocol.map']},SECURED:SASL_SSL",
        "inter.broker.listener.name": listeners.get("inter.broker.listener.name", "PLAINTEXT"),
        "listener.name.secured.ssl.keystore.type": "PEM",
        "listener.name.secured.ssl.keystore.location": security.both,
        "listener.name.secured.sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN",
        "listener.name.secured.scram-sha-512.sasl.jaas.config": f"{login}.scram.ScramLoginModule required;",
        "listener.name.secured.plain.sasl.jaas.config":
            f'{login}.plain.PlainLoginModule required user_{security.user}="{security.password}";',
    }


def prepared_kafka(jars: list[Path]) -> Path:
    """The cache entry with two parts that make a node start faster: a formatted data folder to copy, and an archive of the
    classes that a broker loads (it saves a second per start). Both come from one trial run of a node."""
    stamp = artifacts.digest_of(artifacts.java()[1], artifacts.HERE / "services.py")
    home = artifacts.cache_dir() / f"{jars[0].parent.name}-prepared-{stamp}"

    def build(scratch: Path) -> None:
        trial = KafkaNode(1, scratch, daemon=False)
        data, config = trial.folder / "data", trial.folder / "server.properties"
        trial.folder.mkdir()
        _write_properties(config, _properties(trial, f"1@{HOST}:{trial.controller_port}", data, 1))
        artifacts.run("preparing Kafka (some seconds, once)", _java(
            jars, main="kafka.tools.StorageTool", arguments=["format", "-t", _CLUSTER_ID, "-c", str(config)]))
        shutil.copy(data / "bootstrap.checkpoint", scratch)
        trial.command = _java(jars, f"-XX:ArchiveClassesAtExit={scratch / 'classes.jsa'}", main="kafka.Kafka",
                              arguments=[str(config)])
        try:
            trial.start()
        finally:
            trial.stop(timeout_s=60)  # The JVM writes the archive when it ends.
        shutil.rmtree(trial.folder)

    return artifacts.entry(home, build)


def _java(jars: list[Path], *options: str, main: str, arguments: list[str]) -> list[str]:
    return [artifacts.java()[0], "-Xmx512m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData", *options,
            f"-Dlog4j2.configurationFile={artifacts.HERE / 'kafka' / 'log4j2.properties'}",
            "-cp", os.pathsep.join(map(str, jars)), main, *arguments]


def _write_properties(path: Path, values: dict) -> None:
    path.write_text("".join(f"{key}={value}\n" for key, value in values.items()))
