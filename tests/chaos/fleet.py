"""The system under faults: the stack, ordo's processes, a proxy in front of each of them, and the supervisor that restarts
ended processes."""

import contextlib
import json
import re
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import pymongo

from faults import Plan
from harness import AT_REST, HOST, Server, run_ordo
from proxy import Proxy
from services import free_port
from stack import Stack

TOPICS = ("order_created", "product_events", "order_events", "stock", "payments", "shipments", "customers", "webhooks", "promotions",
          "pricing")
LOOK_EVERY_S = 0.1
RESTART_AFTER_S = 0.3
GIVE_UP_AFTER = 6  # after this many ends of a process, its problem is permanent
# The exit codes with which `ordo serve` may end by itself (see docs/operations.md), and the log line with the reason.
OWN_END_CODES = {1: '"event":"cannot go on"|"event":"ends at once"|^ordo: '}
DATABASE = "chaos"


def stopped_well(code: int, said: str) -> bool:
    """Whether `code` is a valid end after a SIGTERM: 0; 1 if the stop took too long and the log says so; the signal itself if the
    process had just started and did not handle signals yet."""
    if code == -signal.SIGTERM:
        return not said
    return code == 0 or re.search(OWN_END_CODES.get(code, "(?!)"), said) is not None


class Member:
    """One ordo process. A fault holds the lock while it acts on the process."""

    def __init__(self, server: Server, door: Proxy):
        self.server, self.door = server, door
        self.lock = threading.RLock()
        self.wanted = False  # False: down on purpose; the supervisor does not restart it
        self.starts = 0
        self.own_ends = 0
        self.last_size = 0  # size of the log at the last start

    @property
    def name(self) -> str:
        return self.server.name.removeprefix("ordo ")

    def start(self) -> None:
        with self.lock:
            self.last_size = self.server.log.stat().st_size if self.server.log.exists() else 0
            self.server.spawn()
            self.wanted = True
            self.starts += 1

    def log_since_start(self) -> str:
        with open(self.server.log, "rb") as log:
            log.seek(self.last_size)
            return log.read().decode(errors="replace")


class Fleet:
    def __init__(self, plan: Plan, folder: Path, prefix: str, report):
        self.plan, self.folder, self.prefix, self.report = plan, folder, prefix, report
        self.links: dict[str, Proxy] = {}
        self.stack: Stack | None = None
        self.members: dict[str, Member] = {}
        self.ended: list[str] = []  # reasons of valid ends by itself
        self.unexpected: list[str] = []  # unexplained ends
        self._stop = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)
        try:
            if plan.mode == "cluster":
                self._make_stack()
            for name, roles in plan.processes.items():
                self._make_member(name, roles)
        except BaseException:
            self.close()
            raise

    # --- creation -----------------------------------------------------------------------------------------------------

    def _make_stack(self) -> None:
        nodes = [Proxy(f"kafka-{number}", free_port()) for number in range(1, self.plan.brokers + 1)]
        self.stack = Stack(brokers=self.plan.brokers, directory=self.folder / "stack",
                           advertised_ports=[proxy.port for proxy in nodes], brief=self.plan.seconds < 300)
        for proxy, node in zip(nodes, self.stack.kafka.nodes):
            proxy.target_port = node.port
            self.links[proxy.name] = proxy
        self.links["mongo"] = Proxy("mongo", free_port(), self.stack.mongo.port)

    def _make_member(self, name: str, roles: tuple[str, ...]) -> None:
        settings = dict(AT_REST)
        if self.plan.mode == "embedded":
            settings |= {"data_dir": str(self.folder / "data")}
        else:
            session_ms = self.plan.session_s * 1000
            settings |= {
                "kafka": self.stack.kafka.advertised,
                "mongo": f"mongodb://{HOST}:{self.links['mongo'].port}/{DATABASE}",
                "kafka_settings": f"session.timeout.ms={session_ms},heartbeat.interval.ms={session_ms // 4}",
                "group_prefix": f"{self.prefix}-",
                "roles": list(roles),
            } | {f"topics.{topic}.name": self.topic(topic) for topic in TOPICS}
        server = Server(self.folder, name, settings)
        door = Proxy(name, free_port(), server.port)
        self.links[name] = door
        self.members[name] = Member(server, door)

    def topic(self, name: str) -> str:
        return f"{self.prefix}-{name}"

    @property
    def doors(self) -> list[int]:
        """The ports of the API."""
        return [member.door.port for name, member in self.members.items() if name.startswith(("api", "serve"))]

    @property
    def bootstrap(self) -> str:
        return self.stack.kafka.advertised

    def start(self) -> None:
        if self.stack:
            self.stack.start()
        for member in self.members.values():
            member.start()
        for member in self.members.values():
            member.server.wait_serving()
        self._supervisor.start()

    # --- the supervisor ----------------------------------------------------------------------------------------------

    def _supervise(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            for member in self.members.values():
                if not member.lock.acquire(blocking=False):
                    continue  # A fault acts on it.
                try:
                    if member.wanted and not member.server.alive():
                        self._ended(member)
                finally:
                    member.lock.release()

    def _ended(self, member: Member) -> None:
        code, said = member.server.exit_code, member.log_since_start()
        why = [line for line in said.splitlines() if re.search(OWN_END_CODES.get(code, "(?!)"), line)]
        if why:
            self.ended.append(f"{member.name}, exit code {code}: {why[-1][:400]}")
            member.own_ends += 1
            self.report(f"{member.name} ended by itself, exit code {code}: {why[-1][:300]}")
        else:
            self.unexpected.append(f"{member.name} ended with {code} without an explanation; its log ends with:\n"
                                   f"{said[-2500:]}")
            self.report(f"{member.name} ended with {code}: this must never happen")
        if member.own_ends == GIVE_UP_AFTER:
            self.unexpected.append(f"{member.name} ended by itself {GIVE_UP_AFTER} times and is not restarted any more: {why[-1]}")
            member.wanted = False
            return
        if self._stop.wait(RESTART_AFTER_S):
            return
        member.start()

    def note_stop(self, member: Member) -> None:
        """Notes the end after a SIGTERM."""
        code, said = member.server.exit_code, member.log_since_start()
        if not stopped_well(code, said):
            self.unexpected.append(f"{member.name} ended with {code} after SIGTERM:\n{said[-2500:]}")
        elif code != 0:
            self.ended.append(f"{member.name}, exit code {code} after SIGTERM")

    def broken_checks(self) -> list[str]:
        """Failed checks in the logs, also of processes that the supervisor has restarted."""
        return [f"{name}: {line}" for name, member in self.members.items() if member.server.log.exists()
                for line in member.server.log.read_text(errors="replace").splitlines()
                if "CHECK failed" in line or "terminate called" in line or "Sanitizer" in line]

    # --- the end -----------------------------------------------------------------------------------------------------

    def heal(self) -> None:
        """Repairs every link, and waits until everything runs and serves."""
        if self.unexpected:
            raise AssertionError("a process ended as none should")
        for link in self.links.values():
            link.heal()
        if self.stack:
            for node in self.stack.kafka.nodes:
                node.resume() if node.alive() else node.spawn()
            mongo = self.stack.mongo
            mongo.resume() if mongo.alive() else mongo.spawn()
            self.stack.wait_ready()
        for member in self.members.values():
            with member.lock:
                if not member.server.alive():
                    member.start()
                else:
                    member.server.resume()
        for member in self.members.values():
            # A process that has just ended by itself is restarted meanwhile. So wait until it serves.
            self._wait_serving(member)

    def _wait_serving(self, member: Member, bound_s: float = 90) -> None:
        deadline = time.monotonic() + bound_s
        while True:
            try:
                return member.server.wait_serving()
            except Exception:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(LOOK_EVERY_S)

    def check(self, wait_s: int) -> tuple[int, dict | str]:
        """`ordo check`: its exit code and report."""
        server = next(iter(self.members.values())).server
        done = run_ordo("check", "--config", str(server.config), "--wait", str(wait_s), "-o", "json", folder=self.folder,
                        timeout_s=wait_s + 120)
        try:
            return done.returncode, json.loads(done.stdout)
        except ValueError:
            return done.returncode, done.stdout + done.stderr

    def created(self) -> list[dict] | None:
        """The values of order_created, without the intruder's."""
        if not self.stack:
            return None
        done = subprocess.run(["kcat", "-b", self.bootstrap, "-C", "-t", self.topic("order_created"), "-e", "-q", "-J"],
                              capture_output=True, text=True, timeout=60, check=True)
        records = [json.loads(line) for line in done.stdout.splitlines()]
        return [json.loads(record["payload"]) for record in records
                if not (record.get("key") or "").startswith(f"{self.prefix}-intruder-")]

    def pids(self) -> Counter:
        return Counter({name: member.starts for name, member in self.members.items()})

    def keep_evidence(self) -> None:
        """Stores, before everything ends, the servers' logs, all documents, and all topics with keys, headers and offsets."""
        if not self.stack:
            return
        for log in self.stack.directory.glob("*.log"):
            shutil.copy(log, self.folder / f"stack-{log.name}")
        with contextlib.suppress(Exception), pymongo.MongoClient(self.stack.mongo_url_of(DATABASE)) as client:
            for name in client[DATABASE].list_collection_names():
                with open(self.folder / f"{name}.documents", "w", encoding="utf-8") as out:
                    for document in client[DATABASE][name].find():
                        out.write(json.dumps(document, default=str) + "\n")
        for topic in TOPICS:
            with open(self.folder / f"{topic}.topic", "w", encoding="utf-8") as out, contextlib.suppress(OSError, ValueError):
                subprocess.run(["kcat", "-b", self.bootstrap, "-C", "-t", self.topic(topic), "-e", "-q", "-J"], stdout=out,
                               stderr=subprocess.DEVNULL, timeout=30, check=False)

    def close(self) -> None:
        self._stop.set()
        if self._supervisor.is_alive():
            self._supervisor.join(30)
        for member in self.members.values():
            with contextlib.suppress(Exception):
                member.server.stop(timeout_s=1)
        for link in self.links.values():
            link.close()
        if self.stack:
            self.stack.close()
