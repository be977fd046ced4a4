#!/usr/bin/python3
"""Real faults for a real system: it kills, freezes and restarts processes and servers, and cuts, slows and silences links, under the
load of clients that record their answers. At the end, no order may be lost or doubled, and no stock oversold.

    tests/chaos/chaos.py --minutes 10                          # one broker, a new seed, which it prints
    tests/chaos/chaos.py --minutes 5 --brokers 3 --seed 7      # the same faults as every time with this seed
    tests/chaos/chaos.py --minutes 2 --mode embedded           # ordo without a broker
    tests/chaos/chaos.py --plan FOLDER/plan.json               # a stored plan, possibly edited

Exit code 0: success; the folder with logs and journals is removed. 1: failure; the folder stays.
"""

import argparse
import collections
import contextlib
import os
import random
import shutil
import sys
import tempfile
import threading
import time
import traceback
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

import faults  # noqa: E402
CHOSEN_SEED = os.environ.pop("ORDO_CHAOS_SEED", "")  # Before the import of harness, which removes variables with the prefix ORDO_.
import harness  # noqa: E402  (puts tools/stack on the path)
import journal  # noqa: E402
from audit import AT_REST, World, compare  # noqa: E402
from clients import Load  # noqa: E402
from faults import Fault, Plan  # noqa: E402
from fleet import Fleet, Member  # noqa: E402
from harness import Http, wait_until  # noqa: E402
from intruder import Intruder  # noqa: E402
from shop import Shop  # noqa: E402

CLIENTS = 4
RECOVERY_S = 90  # After the repair, every client must be served again within this time.
AT_REST_S = 180  # And all records in the log must be processed within this time.
FOREIGN_EVERY_S = 2.5


class Campaign:
    def __init__(self, plan: Plan, folder: Path, rate: float):
        self.plan, self.folder, self.rate = plan, folder, rate
        self.prefix = f"chaos-{uuid.uuid4().hex[:6]}"
        self.began = time.monotonic()
        self.done: collections.Counter = collections.Counter()  # "kill workers" -> how often
        self.kills = 0
        self.problems: list[str] = []
        self._lock = threading.Lock()
        self._broker_lock, self._database_lock = threading.Lock(), threading.Lock()
        self._intruder_lock = threading.Lock()
        self._log = open(folder / "campaign.log", "a", encoding="utf-8")
        self.fleet = Fleet(plan, folder, self.prefix, self.say)
        self.load = Load(folder, self.prefix, plan.seed, self.fleet.doors, rate, CLIENTS,
                         hot_stock=max(10, int(plan.seconds * rate / 20)))
        if self.fleet.stack:
            self.load.add_foreigner(self.fleet.bootstrap, self.fleet.topic("order_created"), FOREIGN_EVERY_S)
            self.intruder = Intruder(self.prefix, plan.seed, folder, self.fleet.bootstrap, self.fleet.topic,
                                     journal.Journal(folder / "intruder.journal"))

    def say(self, text: str) -> None:
        line = f"{time.monotonic() - self.began:7.1f} s  {text}"
        with self._lock:
            print(line, flush=True)
            self._log.write(line + "\n")
            self._log.flush()

    # --- faults ------------------------------------------------------------------------------------------------------

    def run_faults(self) -> None:
        """Runs each fault in its own thread, at its time. Returns when the last one is over."""
        self.began = time.monotonic()
        threads = []
        for fault in self.plan.faults:
            time.sleep(max(0.0, self.began + fault.at - time.monotonic()))
            self.load.check()
            thread = threading.Thread(target=self._run_fault, args=(fault,), daemon=True)
            thread.start()
            threads.append(thread)
            if self.fleet.unexpected:
                break
        time.sleep(max(0.0, self.began + self.plan.seconds - time.monotonic()))
        for thread in threads:
            thread.join(120)
            if thread.is_alive():
                self.problems.append("a fault does not end")

    def _run_fault(self, fault: Fault) -> None:
        try:
            if fault.target.startswith("link:"):
                self._on_link(fault)
            elif fault.target.startswith("kafka-"):
                self._on_broker(fault)
            elif fault.target == "topics":
                self._intrude(fault)
            elif fault.target == "mongo":
                with self._database_lock:
                    self._on_server(fault, self.fleet.stack.mongo)
            else:
                self._on_process(fault, self.fleet.members[fault.target])
        except Exception as error:
            self.problems.append(f"{fault}: {error}\n{traceback.format_exc()}")

    def _count(self, fault: Fault) -> None:
        self.say(str(fault)[10:])
        target = fault.target.rstrip("0123456789").rstrip("-")
        with self._lock:
            self.done[f"{fault.kind} {target}"] += 1
            self.kills += fault.kind == "kill"

    def _on_link(self, fault: Fault) -> None:
        link = self.fleet.links[fault.target.removeprefix("link:")]
        self._count(fault)
        if fault.kind == "delay":
            link.delay(fault.value)
        elif fault.kind == "throttle":
            link.throttle(int(fault.value))
        else:
            getattr(link, fault.kind)()
        time.sleep(fault.lasts)
        link.heal()

    def _on_broker(self, fault: Fault) -> None:
        kafka = self.fleet.stack.kafka
        node = kafka.nodes[int(fault.target.removeprefix("kafka-")) - 1]
        with self._broker_lock:  # Never two at the same time, however long the last one needs to return.
            kafka.wait_ready()
            self._on_server(fault, node)

    def _intrude(self, fault: Fault) -> None:
        with self._intruder_lock:
            self._count(fault)
            self.intruder.act(fault.kind)

    def _on_server(self, fault: Fault, server) -> None:
        if time.monotonic() - self.began > self.plan.seconds:
            return self.say(f"{str(fault)[10:]}: too late, left out")
        self._count(fault)
        if fault.kind == "pause":
            server.pause()
            time.sleep(fault.lasts)
            return server.resume()
        server.kill() if fault.kind == "kill" else server.stop()
        time.sleep(fault.lasts)
        server.start()

    def _on_process(self, fault: Fault, member: Member) -> None:
        with member.lock:
            if not member.server.alive():
                return self.say(f"{str(fault)[10:]}: it does not run, left out")
            self._count(fault)
            if fault.kind.startswith("pause"):
                member.server.pause()
                time.sleep(fault.lasts)
                return member.server.resume()
            member.wanted = False
            if fault.kind == "kill":
                member.server.kill()
            else:
                member.server.terminate()
                self.fleet.note_stop(member)
            time.sleep(fault.lasts)
            member.start()

    # --- afterwards --------------------------------------------------------------------------------------------------

    def recover(self) -> None:
        """After the repair: waits until every client is served again, then stops the clients."""
        self.say("healing")
        self.fleet.heal()
        before = [client.acknowledged for client in self.load.clients]

        def served():
            self.load.check()
            if self.fleet.unexpected:
                raise RuntimeError("a process ended as none should")
            return all(client.acknowledged > count for client, count in zip(self.load.clients, before))

        began = time.monotonic()
        wait_until(served, RECOVERY_S, "after all faults every client is served again", every_s=0.2)
        self.say(f"repaired; all clients served again after {time.monotonic() - began:.1f} s")
        self.load.stop()
        dice = random.Random(f"{self.plan.seed} settle")
        unknown = [each for each in journal.requests_of(journal.read(self.folder)) if each.outcome == "unknown"]
        self.await_rest()  # Requests in progress arrive before the clients repeat others.
        settled = self.load.settle(unknown, dice)
        self.say(f"{len(unknown)} requests of unknown outcome, {settled} of them repeated and answered")

    def await_rest(self) -> None:
        """Waits until `ordo check` finds no lag, and no order is in progress."""
        port = self.fleet.doors[0]
        with contextlib.closing(Http(port)) as http:
            shop = Shop(http)

            def rested():
                if self.fleet.unexpected:
                    raise RuntimeError("a process ended as none should")
                code, report = self.fleet.check(wait_s=20)
                assert code in (0, 5) and report["lag"] == 0, (code, report)
                waiting = [order["id"] for status in ("pending", "reserved") for order in shop.all("/v1/orders", status=status)]
                assert not waiting, f"{len(waiting)} orders wait, such as {waiting[0]}"
                return True

            wait_until(rested, AT_REST_S, "all records are processed and all orders decided", every_s=1)

    def world(self) -> World:
        with contextlib.closing(Http(self.fleet.doors[0])) as http:
            shop = Shop(http)
            world = World(orders=shop.all("/v1/orders"), counted=dict(self.load.goods.stock))
            world.levels = {product: shop.stock(product) for product in self.load.goods.stock}
            world.customers = {customer["id"]: customer for customer in shop.all("/v1/customers")}
            world.created = self.fleet.created()
            if self.fleet.stack:
                world.letters = shop.all("/v1/dlq", depth=20_000)
        return world

    def judge(self) -> None:
        """Fills `problems` and prints the table."""
        self.await_rest()
        code, report = self.fleet.check(wait_s=60)
        requests = journal.requests_of(journal.read(self.folder))
        world = self.world()
        findings = compare(requests, world)
        for request in requests:
            if request.op == "order" and request.refused:
                findings.other.append(f"order {request.name} was refused, although it is valid")
        for kind, texts in (("lost", findings.lost), ("doubled", findings.doubled), ("oversold", findings.oversold),
                            ("wrong", findings.other)):
            self.problems += [f"{kind}: {text}" for text in texts[:20]]
            if len(texts) > 20:
                self.problems.append(f"{kind}: and {len(texts) - 20} more")
        if code != 0:
            self.problems.append(f"ordo check ends with {code}: {report}")
        self.problems += self.fleet.unexpected + self.fleet.broken_checks()
        self._print(requests, world, findings, code, report)

    def _print(self, requests, world, findings, code: int, report) -> None:
        outcomes = collections.Counter((request.op, request.outcome) for request in requests)
        print(f"\n{'':10}{'sent':>8}{'acked':>8}{'refused':>9}{'unknown':>9}")
        for op in journal.OPS:
            figures = [outcomes[op, outcome] for outcome in ("acked", "refused", "unknown")]
            if sum(figures):
                print(f"{op:10}{sum(figures):8}{figures[0]:8}{figures[1]:9}{figures[2]:9}")
        states = collections.Counter(order["status"] for order in world.orders)
        print("orders    " + ", ".join(f"{states[state]} {state}" for state in AT_REST))
        if world.created is not None:
            print(f"topic     {len(world.created)} records in order_created for {len(world.orders)} orders")
        if isinstance(report, dict) and report.get("dead_letters"):
            print(f"dead      {report['dead_letters']}")
        print("faults    " + ", ".join(f"{count} {what}" for what, count in sorted(self.done.items())))
        starts = {name: member.starts for name, member in self.fleet.members.items()}
        print(f"starts    {starts}")
        for text in self.fleet.ended:
            print(f"ended     {text}")
        figures = self.load.figures
        sent = sum(outcomes[op, outcome] for op in ("order", "foreign") for outcome in ("acked", "refused", "unknown"))
        acked = outcomes["order", "acked"] + outcomes["foreign", "acked"]
        unknown = outcomes["order", "unknown"] + outcomes["foreign", "unknown"]
        print(f"\n{self.plan.seconds / 60:.1f} minutes ({self.plan.mode}, {self.plan.brokers} brokers, seed {self.plan.seed}, "
              f"{self.plan.layout or 'one process'}): {sum(self.done.values())} faults, {self.kills} kills, "
              f"{len(self.fleet.ended)} ended by themselves; orders {sent} sent, {acked} acknowledged, {unknown} unknown; "
              f"p50 {figures.percentile(50) * 1000:.0f} ms, p99 {figures.percentile(99) * 1000:.0f} ms, longest outage "
              f"{figures.longest_outage_s():.1f} s; lost {len(findings.lost)}, doubled {len(findings.doubled)}, oversold "
              f"{len(findings.oversold)}, check {'ok' if code == 0 else 'VIOLATED'}", flush=True)

    def run(self) -> bool:
        try:
            self.fleet.start()
            self.say("the system serves")
            self.load.stock_up()
            self.load.start()
            self.run_faults()
            self.recover()
            self.judge()
        except Exception as error:  # For any error, the campaign has failed and its folder stays.
            self.problems.append(f"{error}\n{traceback.format_exc()}")
            self.problems += self.fleet.unexpected + self.fleet.broken_checks()
        finally:
            if self.problems:
                with contextlib.suppress(Exception):
                    self.fleet.keep_evidence()
            self.fleet.close()
        return not self.problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1, help="of faults (default: 1); the end takes a minute more")
    parser.add_argument("--seed", type=int, help="default: $ORDO_CHAOS_SEED, or a fresh one")
    parser.add_argument("--brokers", type=int, choices=(1, 3), default=1)
    parser.add_argument("--mode", choices=("cluster", "embedded"), default="cluster")
    parser.add_argument("--rate", type=float, default=8, help="what all clients ask for, a second (default: 8)")
    parser.add_argument("--plan", type=Path, help="a plan that an earlier run has left")
    parser.add_argument("--keep", action="store_true", help="keeps the folder in any case")
    options = parser.parse_args()
    if not harness.BINARY.exists():
        parser.error(f"there is no {harness.BINARY}: build it, or set ORDO_BIN to its path")
    if os.environ.get("ORDO_TEST_MONGO"):
        parser.error("ORDO_TEST_MONGO is set: chaos kills its database, so it needs its own")
    seed = options.seed if options.seed is not None else int(CHOSEN_SEED or random.SystemRandom().randrange(1_000_000))
    plan = Plan.load(options.plan) if options.plan else faults.draw(options.mode, options.brokers, seed, options.minutes * 60)
    folder = Path(tempfile.mkdtemp(prefix="ordo-chaos-"))
    (folder / "plan.json").write_text(plan.to_json())
    print(f"seed {plan.seed}, {plan.mode}, {plan.brokers} brokers, layout {plan.layout or 'one process'}, session timeout "
          f"{plan.session_s} s; logs and journals in {folder}")
    for fault in plan.faults:
        print(f"  {fault}")
    campaign = Campaign(plan, folder, options.rate)
    if campaign.run():
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
        return 0
    print("\nFAILED")
    for problem in campaign.problems[:60]:
        print(f"* {problem}")
    print(f"\nlogs, journals and the plan are in {folder}; again with\n  tests/chaos/chaos.py --minutes {plan.seconds / 60:g} "
          f"--brokers {plan.brokers or 1} --mode {plan.mode} --seed {plan.seed} --rate {options.rate:g}\nor --plan "
          f"{folder / 'plan.json'}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
