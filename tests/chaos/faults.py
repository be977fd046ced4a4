"""A plan of faults, and when they happen. It is drawn only from a seed.

The same seed, minutes and stage give the same plan, so a campaign can be repeated. The system's reactions differ, because
of its clocks and threads.
"""

import json
import random
from dataclasses import asdict, dataclass, replace
from pathlib import Path

PROCESS_FAULTS = ("kill", "pause", "pause_long", "restart")
BROKER_FAULTS = ("kill", "pause", "restart")
DATABASE_FAULTS = ("kill", "pause", "restart")
LINK_FAULTS = ("cut", "refuse", "delay", "throttle", "blackhole", "half_open")
INTRUSIONS = ("forge", "propagate", "claim_replay", "tombstone", "oversize")  # See intruder.py.
INTRUSION_EVERY_S = (2.0, 6.0)
SESSION_CHOICES_S = (3, 6, 10)
WORKERS = ("intake", "catalog", "orders", "stock", "payment", "logistics", "crm", "webhooks", "promotions", "pricing")
# The roles of each process. Two processes accept requests, two run processors.
LAYOUTS = {
    "twins": {"workers-1": WORKERS, "workers-2": WORKERS},
    "split": {"workers-1": ("intake", "catalog", "orders", "promotions"),
              "workers-2": ("stock", "payment", "logistics", "crm", "webhooks", "pricing")},
    "overlapping": {"workers-1": ("intake", "catalog", "orders", "stock", "promotions", "pricing"),
                    "workers-2": ("orders", "stock", "payment", "logistics", "crm", "webhooks", "promotions")},
}
FIRST_AT_S = 3.0
OVERLAP_ONE_IN = 4  # How often the next fault begins before this one ends.


@dataclass(frozen=True)
class Fault:
    at: float  # seconds since the beginning
    kind: str
    target: str  # a process, "kafka-<n>" or "mongo"; with the prefix "link:" its proxy; "topics" for an intrusion
    lasts: float  # also how long a killed process stays down
    value: float = 0  # delay in seconds; throttle in bytes per second

    def __str__(self) -> str:
        value = {"delay": f" by {self.value:g} s", "throttle": f" to {self.value / 1000:g} KB/s"}.get(self.kind, "")
        return f"{self.at:6.1f} s  {self.kind} {self.target}{value}, for {self.lasts:.1f} s"


@dataclass(frozen=True)
class Plan:
    mode: str
    brokers: int
    seed: int
    seconds: float
    layout: str  # one of LAYOUTS; "" for the embedded mode
    session_s: int  # of the consumer groups
    faults: tuple[Fault, ...]

    @property
    def processes(self) -> dict[str, tuple[str, ...]]:
        """Name -> roles."""
        if self.mode == "embedded":
            return {"serve": ()}
        return {"api-1": ("api",), "api-2": ("api",)} | LAYOUTS[self.layout]

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)

    @staticmethod
    def from_json(text: str) -> "Plan":
        fields = json.loads(text)
        return Plan(**fields | {"faults": tuple(Fault(**each) for each in fields["faults"])})

    @staticmethod
    def load(path: Path) -> "Plan":
        return Plan.from_json(path.read_text())


def draw(mode: str, brokers: int, seed: int, seconds: float) -> Plan:
    dice = random.Random(f"{mode} {brokers} {seed}")
    if mode == "embedded":
        plan = Plan(mode, 0, seed, seconds, "", 0, ())
    else:
        plan = Plan(mode, brokers, seed, seconds, dice.choice(sorted(LAYOUTS)), dice.choice(SESSION_CHOICES_S), ())
    faults: list[Fault] = []
    at = FIRST_AT_S
    while at < seconds:
        fault = _draw_one(dice, plan, at, _busy(faults, at))
        if fault is None:
            at = round(at + 0.5, 2)
            continue
        # The last ones end with the campaign. The repair that follows is the same for all.
        faults.append(replace(fault, lasts=round(min(fault.lasts, seconds - at), 2)))
        if dice.randrange(OVERLAP_ONE_IN) == 0:
            at += max(0.5, fault.lasts * dice.uniform(0.2, 0.9))
        else:
            at += fault.lasts + (0.0 if dice.randrange(3) == 0 else dice.uniform(1, 7))
        at = round(at, 2)
    return replace(plan, faults=tuple(sorted(faults + _intrusions(plan), key=lambda fault: fault.at)))


def _intrusions(plan: Plan) -> list[Fault]:
    """The records of another program in the topics. They are drawn separately, so that a seed's other faults do not change."""
    if plan.mode == "embedded":
        return []
    dice = random.Random(f"{plan.mode} {plan.brokers} {plan.seed} intrusions")
    at, found = FIRST_AT_S + dice.uniform(*INTRUSION_EVERY_S), []
    while at < plan.seconds:
        found.append(Fault(round(at, 2), dice.choice(INTRUSIONS), "topics", 0))
        at += dice.uniform(*INTRUSION_EVERY_S)
    return found


def _busy(faults: list[Fault], at: float) -> set[str]:
    """Targets with a fault at that time. If one broker has a fault, all brokers count, so that never two have one."""
    busy = set()
    for fault in faults:
        if fault.at + fault.lasts >= at:
            busy.add(fault.target.removeprefix("link:"))
    return busy | {"kafka"} if any(name.startswith("kafka-") for name in busy) else busy


def _draw_one(dice: random.Random, plan: Plan, at: float, busy: set[str]) -> Fault | None:
    """None when all tried targets already have a fault."""
    nodes = [f"kafka-{number}" for number in range(1, plan.brokers + 1)]
    for _ in range(20):
        what = dice.choices(("process", "link", "broker", "database"), (45, 30, 13, 12))[0]
        if plan.mode == "embedded" and what in ("broker", "database"):
            continue
        if what == "process":
            fault = _process_fault(dice, plan, at, dice.choice(sorted(plan.processes)))
        elif what == "link":
            doors = [name for name in sorted(plan.processes) if plan.mode == "embedded" or name.startswith("api")]
            behind = [] if plan.mode == "embedded" else [*nodes, "mongo", "mongo"]
            fault = _link_fault(dice, at, dice.choice(doors + behind))
        elif what == "broker":
            kind = dice.choice(BROKER_FAULTS)
            fault = Fault(at, kind, dice.choice(nodes), round(dice.uniform(0.5, 6 if kind == "pause" else 4), 2))
        else:
            kind = dice.choice(DATABASE_FAULTS)
            fault = Fault(at, kind, "mongo", round(dice.uniform(0.5, 8 if kind == "pause" else 5), 2))
        name = fault.target.removeprefix("link:")
        if name not in busy and not (name.startswith("kafka-") and "kafka" in busy):
            return fault
    return None


def _process_fault(dice: random.Random, plan: Plan, at: float, target: str) -> Fault:
    worker = target.startswith("workers")
    if plan.mode == "embedded":
        kind = dice.choices(("kill", "pause", "restart"), (6, 1, 1))[0]
    else:
        # Only an owner of partitions can become a zombie.
        kind = dice.choices(PROCESS_FAULTS, (4, 2, 4 if worker else 0, 2))[0]
    lasts = {"kill": (0.0, 5.0), "pause": (0.3, max(1.0, plan.session_s * 0.7)),
             "pause_long": (plan.session_s + 1.5, plan.session_s + 7), "restart": (0.0, 2.0)}[kind]
    if plan.mode == "embedded":
        lasts = (lasts[0], min(lasts[1], 2.0))
    return Fault(at, kind, target, round(dice.uniform(*lasts), 2))


def _link_fault(dice: random.Random, at: float, target: str) -> Fault:
    kind = dice.choice(LINK_FAULTS)
    lasts = round({"cut": 0.1, "refuse": dice.uniform(1, 6), "delay": dice.uniform(2, 8), "throttle": dice.uniform(2, 8),
                   "blackhole": dice.uniform(1, 11), "half_open": dice.uniform(1, 11)}[kind], 2)
    value = {"delay": round(dice.uniform(0.02, 0.4), 2), "throttle": dice.choice((20_000, 60_000, 200_000))}.get(kind, 0)
    return Fault(at, kind, f"link:{target}", lasts, value)
