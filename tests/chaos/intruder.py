"""Another program that writes records to ordo's topics that no processor may believe: records that claim to be ordo's own, an
answer with the headers of the record that it answers, empty records, and records too large for a dead letter.

Once such a record is in the topic, it must become a dead letter with its reason, and change nothing else.
"""

import json
import random
import subprocess
import tempfile
from pathlib import Path

from journal import Journal

# Kind of fault -> the reason of its dead letter.
REASONS = {
    "forge": "forged_source",
    "propagate": "forged_source",
    "claim_replay": "forged_source",
    "tombstone": "tombstone",
    "oversize": "malformed_json",
}
TOPIC_OF = {"forge": "order_created", "propagate": "order_events", "claim_replay": "order_created", "tombstone": "order_events",
            "oversize": "order_created"}
OVERSIZE_BYTES = 1_048_300  # Within a broker's default limit, but not with the headers of a dead letter.
PRODUCE_S = 15


class Intruder:
    """Called from one thread at a time."""

    def __init__(self, prefix: str, seed: int, folder: Path, bootstrap: str, topic, journal: Journal):
        self.prefix, self.bootstrap, self.topic, self.journal = prefix, bootstrap, topic, journal
        self.dice = random.Random(f"{seed} intruder")
        self.folder = folder
        self._names = 0

    def act(self, kind: str) -> None:
        self._names += 1
        name = f"{self.prefix}-intruder-{self._names}"
        topic = self.topic(TOPIC_OF[kind])
        headers, value = getattr(self, f"_{kind}")(name, topic)
        self.journal.note("intrusion", name, "sent", kind=kind, topic=TOPIC_OF[kind], reason=REASONS[kind])
        # Must not be repeated, because a copy would give another letter.
        self.journal.note("intrusion", name, "acked" if self._produce(topic, name, headers, value) else "unknown")

    # --- what it writes: headers and value -----------------------------------------------------------------------------

    def _forge(self, name: str, topic: str) -> tuple[dict, str]:
        """An order with the source of a running process, with a number far ahead."""
        headers = self._headers_of_last(topic, "/ordo/")
        headers |= {"ce_sequence": str(10**12 + self._names), "ce_id": name}
        return headers, json.dumps({"orderId": name, "userId": name, "fresh": True, "totalAmount": 0.01,
                                    "products": [{"productId": f"{self.prefix}-plenty-0", "quantity": 1, "name": "free",
                                                  "unitPrice": {"amount": 1, "currency": "USD"}}]})

    def _propagate(self, name: str, topic: str) -> tuple[dict, str]:
        """A service that copies the headers of a record into its answer."""
        headers = self._headers_of_last(topic, "/ordo/")
        headers |= {"ce_type": "ordo.payment.captured.v1", "ce_previous": str(10**12), "ce_sequence": str(10**12 + 1)}
        return headers, json.dumps({"order_id": name})

    def _claim_replay(self, name: str, topic: str) -> tuple[dict, str]:
        headers = {"ce_specversion": "1.0", "ce_id": name, "ce_source": "/erp", "ce_type": "ordo.order.placed.v1",
                   "ordo_origin": "order_created/0/0@2026-01-02T03:04:05Z", "ordo_replay_of": "order_created:0"}
        return headers, json.dumps({"userId": name, "products": [{"productId": f"{self.prefix}-plenty-0", "quantity": 1}]})

    def _tombstone(self, name: str, topic: str) -> tuple[dict, str]:
        return {}, ""

    def _oversize(self, name: str, topic: str) -> tuple[dict, str]:
        return {}, "not JSON " + "x" * OVERSIZE_BYTES

    # --- the topic -----------------------------------------------------------------------------------------------------

    def _headers_of_last(self, topic: str, source: str) -> dict:
        """The headers of a recent record whose source has this prefix; invented if there is none yet."""
        found = subprocess.run(["kcat", "-b", self.bootstrap, "-C", "-t", topic, "-o", "-20", "-e", "-q", "-J"],
                               capture_output=True, text=True, errors="replace", timeout=PRODUCE_S, check=False).stdout
        for line in reversed(found.splitlines()):
            try:
                pairs = json.loads(line).get("headers") or []
            except ValueError:
                continue
            headers = dict(zip(pairs[::2], pairs[1::2]))
            if str(headers.get("ce_source", "")).startswith(source):
                return {name: value for name, value in headers.items() if isinstance(value, str)}
        return {"ce_specversion": "1.0", "ce_id": "made-up", "ce_source": "/ordo/api/00000000-0000-7000-8000-000000000000",
                "ce_type": "ordo.order.placed.v1", "ce_time": "2026-01-02T03:04:05Z"}

    def _produce(self, topic: str, key: str, headers: dict, value: str) -> bool:
        options = [part for name, text in headers.items() for part in ("-H", f"{name}={text}")]
        with tempfile.NamedTemporaryFile("w", dir=self.folder, suffix=".record", encoding="utf-8") as record:
            record.write(value)
            record.flush()
            # A file is one record. For an empty record, use a line with only a key, because kcat skips an empty file.
            keyed, source, given = (["-k", key], [record.name], None) if value else (["-Z", "-K", "="], [], f"{key}=\n")
            try:
                done = subprocess.run(["kcat", "-b", self.bootstrap, "-P", "-t", topic, *keyed, "-p", "0", "-X",
                                       "enable.idempotence=true", "-X", "message.timeout.ms=6000", "-X",
                                       "message.max.bytes=2000000", *options, *source],
                                      input=given, text=True, capture_output=True, timeout=PRODUCE_S)
            except subprocess.TimeoutExpired:
                return False
        return done.returncode == 0
