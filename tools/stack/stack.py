#!/usr/bin/env python3
"""A real Kafka and a MongoDB-compatible database on 127.0.0.1, without containers or root.

As a program: `stack.py up`, `stack.py status`, `stack.py down`. The servers stay when `up` returns.
As a module: the servers end with the program, however it ends.

    with Stack(brokers=1) as stack:
        stack.kafka.create_topic("stock", partitions=4)
        run(stack.bootstrap, stack.mongo_url)
        stack.kafka.kill(); stack.kafka.start()
        stack.mongo.pause(); stack.mongo.resume()
"""

import argparse
import atexit
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # So that an import from elsewhere finds the other files of this folder.

import artifacts  # noqa: E402
import wire  # noqa: E402
from errors import StackError  # noqa: E402
from mongo_java import JavaMongo  # noqa: E402
from processes import ProcessId, terminate, wait_for  # noqa: E402
from security import Security  # noqa: E402
from services import ExternalMongo, Kafka, Mongo, prepared_kafka, with_database  # noqa: E402

# `up` writes this file for `down`. Another state file gives another, separate stack.
STATE = Path(os.environ.get("ORDO_STACK_STATE") or artifacts.PROJECT / "build" / "stack" / "state.json").absolute()
_PREFIX = "ordo-stack-"


class Stack:
    """Both servers, with their data in one folder that is removed when the stack is closed.

    brokers: 0 omits Kafka. mongo=False omits the database. kafka_config: additional broker settings.
    With $ORDO_TEST_MONGO set, `mongo` is that server. daemon=True is for the program above: the servers do not end by themselves.
    advertised_ports: see Kafka. secured=True: both servers require TLS and a user. `stack.security` has the data for clients, and
    `stack.kafka.secured` the address of Kafka. `bootstrap` stays open, for the stack itself. Not with $ORDO_TEST_MONGO.
    database: "ferret", or "java" for the other one, which supports neither TLS nor users. It stores its data in a file, or
    with "java-memory" in memory.
    brief=True: for tests, which run for minutes and share the CPU. The servers start faster, but are slower later.
    """

    def __init__(self, brokers: int = 1, mongo: bool = True, kafka_config: dict | None = None,
                 directory: Path | None = None, daemon: bool = False, advertised_ports: list[int] | None = None, secured: bool = False,
                 brief: bool = False, database: str = "ferret"):
        self._creator = os.getpid()
        self._closed = False
        self.security: Security | None = None
        self.kafka: Kafka | None = None
        self.mongo: Mongo | JavaMongo | ExternalMongo | None = None
        if not daemon:
            _sweep()
        self.directory = _new_folder(directory)
        try:
            if not daemon:
                me = ProcessId.of(os.getpid())
                (self.directory / "owner").write_text(f"{me.pid} {me.started}")
                atexit.register(self.close)
            external = os.environ.get("ORDO_TEST_MONGO")
            if secured and mongo and external:
                raise StackError("a secured stack needs its own database: unset ORDO_TEST_MONGO")
            if secured:
                self.security = Security(self.directory / "security")
            if brokers:
                self.kafka = Kafka(self.directory, brokers, kafka_config, daemon, advertised_ports, self.security, brief)
            if secured and database != "ferret":
                raise StackError("the database of a secured stack must be FerretDB")
            if mongo and external:
                self.mongo = ExternalMongo(external)
            elif mongo and database in JAVA:
                self.mongo = JavaMongo(self.directory, daemon, brief, in_memory=database == "java-memory")
            elif mongo:
                self.mongo = Mongo(self.directory, daemon, self.security, brief)
        except BaseException:
            self.close()
            raise

    @property
    def bootstrap(self) -> str:
        """Kafka's bootstrap servers."""
        return self.kafka.bootstrap

    @property
    def mongo_url(self) -> str:
        return self.mongo.url

    def mongo_url_of(self, database: str) -> str:
        """The database server's address with another default database: tests that share a stack use one each."""
        return with_database(self.mongo.url, database)

    def spawn(self) -> None:
        """Starts the processes without waiting for them to be ready."""
        for service in self._services():
            service.spawn()

    def wait_ready(self) -> None:
        for service in self._services():
            service.wait_ready()

    def start(self) -> "Stack":
        try:
            self.spawn()
            self.wait_ready()
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        """Ends the processes and removes the folder. May be called again. Does nothing in a forked child."""
        if self._closed or os.getpid() != self._creator:
            return
        self._closed = True
        atexit.unregister(self.close)
        terminate(self.processes(), timeout_s=10)
        for service in self._services():
            service.alive()  # Reaps it.
        shutil.rmtree(self.directory, ignore_errors=True)

    def processes(self) -> list[ProcessId]:
        return [process for service in self._services() for process in service.processes()]

    def __enter__(self) -> "Stack":
        return self.start()

    def __exit__(self, *_) -> None:
        self.close()

    def _services(self) -> list:
        return [service for service in (self.kafka, self.mongo) if service]


JAVA = ("java", "java-memory")
DATABASES = ("ferret", *JAVA)


def prepare(databases: tuple[str, ...] = DATABASES) -> None:
    """Fills the cache, so that the first test need not wait for it."""
    prepared_kafka(artifacts.kafka_jars())
    if set(JAVA) & set(databases):
        artifacts.mongo_java()
    if "ferret" in databases and not os.environ.get("ORDO_TEST_MONGO"):
        artifacts.ferret()


def _new_folder(directory: Path | None) -> Path:
    if directory is None:
        return Path(tempfile.mkdtemp(prefix=_PREFIX))
    directory = Path(directory).absolute()
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):  # It is removed at the end, so it must not contain other files.
        raise StackError(f"{directory} is not empty")
    return directory


def _sweep() -> None:
    """Removes the folders of killed programs."""
    for owner in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/owner"):
        try:
            pid, started = map(int, owner.read_text().split())
        except (OSError, ValueError):
            continue  # It is being written, or belongs to another program.
        if not ProcessId(pid, started).alive():
            shutil.rmtree(owner.parent, ignore_errors=True)


# The program. It only knows its servers from state.json.


def _up(directory: Path | None, brokers: int, database: str) -> int:
    state = _load()
    if state and any(process.alive() for process in _processes(state)):
        if len(state["kafka"]) != brokers:
            raise StackError(f"a stack with {len(state['kafka'])} brokers already runs: stack.py down")
        if state["database"] != database:
            raise StackError(f"a stack with the database {state['database']} already runs: stack.py down")
        if not wait_for(lambda: not _failures(state), 60, every_s=0.2):
            raise StackError(f"a broken stack already runs ({'; '.join(_failures(state))}): stack.py down")
    else:
        _down()  # Removes the remains of a reboot or a crash.
        prepare((database,))
        stack = Stack(brokers, directory=directory, daemon=True, database=database)
        try:
            stack.spawn()
            state = _describe(stack) | {"database": database}
            STATE.write_text(json.dumps(state, indent=2) + "\n")  # Written before the wait, so that `down` finds the processes in any case.
            stack.wait_ready()
        except BaseException:
            stack.close()
            STATE.unlink(missing_ok=True)
            raise
    print(f"KAFKA={state['bootstrap']} MONGO={state['mongo_url']}")
    return 0


def _down() -> int:
    state = _load()
    if state:
        terminate(_processes(state), timeout_s=15)
        shutil.rmtree(state["directory"], ignore_errors=True)
        STATE.unlink()
    return 0


def _status() -> int:
    state = _load()
    if not state:
        print("no stack (stack.py up starts one)")
        return 1
    failures = _failures(state)
    for node in state["kafka"]:
        print(f"kafka  127.0.0.1:{node['port']}  process {node['pid']}")
    mongo = state["mongo"]
    print(f"mongo  {state['mongo_url']}  " + (f"process {mongo['pid']}" if mongo else "from ORDO_TEST_MONGO"))
    print(f"data   {state['directory']}")
    print("\n".join(failures) if failures else "ready")
    return 1 if failures else 0


def _describe(stack: Stack) -> dict:
    def process(service) -> dict:
        return {"port": service.port, "pid": service.id.pid, "started": service.id.started}

    return {
        "bootstrap": stack.bootstrap,
        "mongo_url": stack.mongo_url,
        "directory": str(stack.directory),
        "kafka": [process(node) for node in stack.kafka.nodes],
        "mongo": process(stack.mongo) if stack.mongo.processes() else None,
    }


def _failures(state: dict) -> list[str]:
    """The problems of the stack as texts. Empty when it is ready."""
    failures = []
    servers = [("kafka", node, wire.kafka_metadata) for node in state["kafka"]]
    if state["mongo"]:
        servers.append(("mongo", state["mongo"], wire.mongo_hello))
    for name, server, probe in servers:
        if not ProcessId(server["pid"], server["started"]).alive():
            failures.append(f"{name} on port {server['port']} does not run")
            continue
        try:
            answer = probe(server["port"])
        except OSError as error:
            failures.append(f"{name} on port {server['port']} does not answer: {error}")
            continue
        if name == "kafka" and len(answer.brokers) < len(state["kafka"]):
            failures.append(f"kafka on port {server['port']} knows {len(answer.brokers)} of {len(state['kafka'])} brokers")
    return failures


def _processes(state: dict) -> list[ProcessId]:
    servers = state["kafka"] + ([state["mongo"]] if state["mongo"] else [])
    return [ProcessId(server["pid"], server["started"]) for server in servers]


def _load() -> dict | None:
    try:
        return json.loads(STATE.read_text())
    except FileNotFoundError:
        return None


def main() -> int:
    parser = argparse.ArgumentParser(prog="stack.py", description="Kafka and a MongoDB-compatible database on 127.0.0.1")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start them, unless they run already, and print their addresses")
    up.add_argument("--dir", type=Path, help="an empty folder for data and logs (default: a new temporary one)")
    up.add_argument("--brokers", type=int, default=1, metavar="N", choices=range(1, 10), help="Kafka nodes (default: 1)")
    up.add_argument("--database", choices=DATABASES, default="ferret", help="FerretDB, or mongo-java-server (default: ferret)")
    commands.add_parser("down", help="stop them and remove their folder")
    commands.add_parser("status", help="say what runs; the exit code is 0 when all of it answers")
    commands.add_parser("prepare", help="only download and build what `up` needs")
    options = parser.parse_args()
    STATE.parent.mkdir(parents=True, exist_ok=True)
    try:
        if options.command == "status":
            return _status()
        if options.command == "prepare":
            prepare()
            return 0
        with artifacts.locked(STATE.with_name("state.lock")):
            return _up(options.dir, options.brokers, options.database) if options.command == "up" else _down()
    except StackError as error:
        print(f"stack: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
