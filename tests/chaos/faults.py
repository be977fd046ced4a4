"""What shall happen when: a plan of faults, drawn from a seed and nothing else.

The same seed, minutes and stage give the same plan, so a campaign can be run again. What the system makes of it differs:
its clocks and threads are its own.
"""

import json
import random
from dataclasses import asdict, dataclass, replace
from pathlib import Path

PROCESS_FAULTS = ("kill", "pause", "pause_long", "restart")
BROKER_FAULTS = ("kill", "pause", "restart")
DATABASE_FAULTS = ("kill", "pause", "restart")
LINK_FAULTS = ("cut", "refuse", "delay", "throttle", "blackhole", "half_open")
SESSION_CHOICES_S = (3, 6, 10)
WORKERS = ("intake", "catalog", "orders", "stock", "payment", "logistics", "crm", "webhooks")
# Who does what, by name of process. Two take requests, two do the work.
LAYOUTS = {
    "twins": {"workers-1": WORKERS, "workers-2": WORKERS},
    "split": {"workers-1": ("intake", "catalog", "orders"), "workers-2": ("stock", "payment", "logistics", "crm", "webhooks")},
    "overlapping": {"workers-1": ("intake", "catalog", "orders", "stock"),
                    "workers-2": ("orders", "stock", "payment", "logistics", "crm", "webhooks")},
}
FIRST_AT_S = 3.0
OVERLAP_ONE_IN = 4  # So often the next fault does not wait for the end of this one.


@dataclass(frozen=True)
class Fault:
    at: float  # seconds since the beginning
    kind: str
    target: str  # a process, "kafka-<n>" or "mongo"; "link:" and one of these for its proxy
    lasts: float  # what is killed stays away so long
    value: float = 0  # of delay in seconds, of throttle in bytes a second

    def __str__(self) -> str:
        value = {"delay": f" by {self.value:g} s", "throttle": f" to {self.value / 1000:g} KB/s"}.get(self.kind, "")
        return f"{self.at:6.1f} s  {self.kind} {self.target}{value}, for {self.lasts:.1f} s"


@dataclass(frozen=True)
class Plan:
    mode: str
    brokers: int
    seed: int
    seconds: float
    layout: str  # of LAYOUTS; "" for the embedded mode
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
        # The last ones end with the campaign: what follows is the healing, and it is the same for all.
        faults.append(replace(fault, lasts=round(min(fault.lasts, seconds - at), 2)))
        if dice.randrange(OVERLAP_ONE_IN) == 0:
            at += max(0.5, fault.lasts * dice.uniform(0.2, 0.9))
        else:
            at += fault.lasts + (0.0 if dice.randrange(3) == 0 else dice.uniform(1, 7))
        at = round(at, 2)
    return replace(plan, faults=tuple(faults))


def _busy(faults: list[Fault], at: float) -> set[str]:
    """Targets that something is wrong with at the time; all brokers when it is one of them: never two at once."""
    busy = set()
    for fault in faults:
        if fault.at + fault.lasts >= at:
            busy.add(fault.target.removeprefix("link:"))
    return busy | {"kafka"} if any(name.startswith("kafka-") for name in busy) else busy


def _draw_one(dice: random.Random, plan: Plan, at: float, busy: set[str]) -> Fault | None:
    """None: everything it tried has something wrong with it already."""
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
        # A zombie is made of who owns partitions.
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
