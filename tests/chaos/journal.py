"""What clients know about their requests: one append-only file per client, one JSON object per line.

Its operation (`op`) and its name identify a request. It is `sent` once, before its first attempt. Then it is `acked` (with the
answer), `refused` (it certainly had no effect) or `unknown`. Several of these may follow, because an abandoned request can be
tried again, and an acknowledged one repeated.
"""

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

OPS = ("order", "foreign", "cancel", "refund", "adjust", "count", "intrusion")
STATES = ("sent", "acked", "refused", "unknown")


class Journal:
    """Several threads may write to one journal."""

    def __init__(self, path: Path):
        self._file = open(path, "a", encoding="utf-8")
        self._lock = threading.Lock()

    def note(self, op: str, name: str, state: str, **detail) -> None:
        assert op in OPS and state in STATES, (op, state)
        line = json.dumps({"at": round(time.time(), 3), "op": op, "name": name, "state": state} | detail)
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()

    def close(self) -> None:
        with self._lock:
            self._file.close()


@dataclass
class Request:
    """All entries of one journal about one request."""

    op: str
    name: str
    sent: dict
    acks: list[dict] = field(default_factory=list)
    refused: bool = False
    unknown: bool = False
    order: int = 0  # position among the requests of one client

    @property
    def outcome(self) -> str:
        if self.acks:
            return "acked"
        return "refused" if self.refused and not self.unknown else "unknown"


def read(folder: Path) -> list[dict]:
    """All entries of all journals in a folder. The journals are sorted by name, and keep the order of their entries."""
    entries = []
    for path in sorted(folder.glob("*.journal")):
        entries += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return entries


def requests_of(entries: Iterable[dict]) -> list[Request]:
    found: dict[tuple[str, str], Request] = {}
    for number, entry in enumerate(entries):
        key = entry["op"], entry["name"]
        if entry["state"] == "sent":
            assert key not in found, f"{key} was sent twice"
            found[key] = Request(*key, sent=entry, order=number)
        elif entry["state"] == "acked":
            found[key].acks.append(entry)
        elif entry["state"] == "refused":
            found[key].refused = True
        else:
            found[key].unknown = True
    return list(found.values())
