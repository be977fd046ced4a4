#!/usr/bin/env python3
"""Takes the place of ordo's payment processor, over Kafka alone: reads `payments`, answers on `order_events`.

    ordo serve --roles api,intake,catalog,orders,stock,logistics,crm --kafka 127.0.0.1:9092 --mongo ... &
    ./payment_service.py --kafka 127.0.0.1:9092

It may be killed at any time and started again, and run more than once. Whatever had no answer is asked for again.
"""

import argparse
import json
import signal
import time
from datetime import datetime, timezone

from confluent_kafka import OFFSET_INVALID, Consumer, KafkaError, KafkaException, Producer, TopicPartition


class Bank:
    """A stand-in for your payment provider, which says by the payment method what comes of it. A real one is given `key`
    as its idempotency key, so that a request repeated after a crash moves no money twice."""

    def __init__(self, delay_s: float):
        self._delay_s = delay_s

    def charge(self, key: str, amount: dict, method: str, asked_at: float, details: dict) -> tuple[str, float]:
        """What comes of it, and when: "captured" or "failed". A real provider uses `details` for its checks against fraud, for the
        receipt and for the invoice."""
        if method == "card_declined":
            return "failed", asked_at
        return "captured", asked_at + (self._delay_s if method in ("slow", "late") else 0)

    def stop(self, key: str, method: str) -> bool:
        """Stops a charge under way. A late one is beyond that: its money is already moving."""
        return method != "late"

    def refund(self, key: str, amount: dict) -> bool:
        return True


def details_of(request: dict) -> dict:
    """What a provider may want to know beside the amount. All of it may be absent."""
    goods = request.get("goods") or []
    return {"email": (request.get("contact") or {}).get("email"), "billing_address": request.get("billing_address"),
            "tax": (request.get("totals") or {}).get("tax"),
            "lines": [{"name": each["name"], "quantity": each["quantity"], "total": each["total"]} for each in goods]}


class Progress:
    """A partition is committed up to its oldest request without an answer, so that a crash forgets none."""

    def __init__(self):
        self._next: dict[int, int] = {}  # partition -> offset to go on from
        self._open: dict[int, set[int]] = {}  # partition -> offsets without an answer

    def begin(self, partition: int, offset: int) -> None:
        self._next[partition] = offset + 1
        self._open.setdefault(partition, set()).add(offset)

    def end(self, partition: int, offset: int) -> None:
        self._open.get(partition, set()).discard(offset)

    def forget(self, partition: int) -> None:
        self._next.pop(partition, None)
        self._open.pop(partition, None)

    def offsets(self, topic: str) -> list[TopicPartition]:
        return [TopicPartition(topic, partition, min(self._open[partition], default=following))
                for partition, following in self._next.items()]


class PaymentService:
    def __init__(self, options: argparse.Namespace):
        self._options = options
        self._bank = Bank(options.bank_delay)
        self._progress = Progress()
        self._waiting: dict[str, tuple] = {}  # order -> (when, outcome, request, method, partition, offset)
        self._stopping = False
        self._consumer = Consumer({
            "bootstrap.servers": options.kafka, "group.id": options.group, "auto.offset.reset": "earliest",
            "enable.auto.commit": False, "session.timeout.ms": options.session_timeout * 1000})
        self._producer = Producer({
            "bootstrap.servers": options.kafka, "enable.idempotence": True,
            "partitioner": "murmur2_random"})  # as Java clients and ordo place keys

    def run(self) -> None:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: setattr(self, "_stopping", True))
        self._consumer.subscribe([self._options.payments], on_revoke=self._forget, on_lost=self._forget)
        print("payment service: started", flush=True)
        while not self._stopping:
            for message in self._consumer.consume(num_messages=100, timeout=0.1):
                self._take(message)
            for order, (when, outcome, request, _, partition, offset) in list(self._waiting.items()):
                if time.time() >= when:
                    del self._waiting[order]
                    self._answer_charge(outcome, request)
                    self._progress.end(partition, offset)
            # Only what the broker has acknowledged counts as answered.
            if self._producer.flush(30) > 0:
                raise SystemExit("payment service: the broker does not take the answers; starting again asks for them anew")
            self._commit()
        self._consumer.close()

    def _take(self, message) -> None:
        if message.error():
            if message.error().fatal():
                raise KafkaException(message.error())
            return  # Passing trouble, which the client mends by itself.
        partition, offset = message.partition(), message.offset()
        self._progress.begin(partition, offset)
        headers = {name: value.decode(errors="replace") for name, value in message.headers() or [] if value is not None}
        try:
            request = json.loads(message.value())
            if self._handle(headers.get("ce_type", ""), request, message.timestamp()[1] / 1000, partition, offset):
                return  # The answer comes later.
        except (ValueError, KeyError, TypeError) as error:
            # Nothing that is sent again would be any better: leave it, loudly, and go on.
            print(f"payment service: cannot read {partition}/{offset}: {error!r}", flush=True)
        self._progress.end(partition, offset)

    def _handle(self, kind: str, request: dict, asked_at: float, partition: int, offset: int) -> bool:
        """True: the request stays open."""
        if kind == "ordo.payment.authorize_requested.v1":
            order, method = request["order_id"], request["method"]
            details = details_of(request)
            bought = ", ".join(f"{line['quantity']} x {line['name']}" for line in details["lines"])
            print(f"payment service: {order} is for {bought or 'unnamed goods'}", flush=True)
            outcome, when = self._bank.charge(order, request["amount"], method, asked_at, details)
            if when > time.time():
                known = self._waiting.get(order)
                if known is None:
                    self._waiting[order] = (when, outcome, request, method, partition, offset)
                return known is None or known[4:] == (partition, offset)
            self._answer_charge(outcome, request)
        elif kind == "ordo.payment.capture_requested.v1":
            # Asked for after payment.authorized, which this service does not say: it charges at once.
            self._answer_charge("captured", request)
        elif kind == "ordo.payment.void_requested.v1":
            order = request["order_id"]
            charge = self._waiting.get(order)
            # What was answered before stands: ordo gives back what came too late. So does what cannot be stopped.
            if charge is not None and self._bank.stop(order, charge[3]):
                del self._waiting[order]
                self._answer("ordo.payment.voided.v1", order, "voided", {})
                self._progress.end(*charge[4:])
        elif kind == "ordo.payment.refund_requested.v1":
            order, refund = request["order_id"], request["refund_id"]
            if self._bank.refund(f"{order}:{refund}", request["amount"]):
                self._answer("ordo.payment.refunded.v1", order, f"refunded:{refund}",
                             {"refund_id": refund, "amount": request["amount"]})
        return False  # Other types are not for us; there may be more of them one day.

    def _answer_charge(self, outcome: str, request: dict) -> None:
        order = request["order_id"]
        if outcome == "captured":
            self._answer("ordo.payment.captured.v1", order, "captured", {"amount": request["amount"]})
        else:
            self._answer("ordo.payment.failed.v1", order, "failed", {"reason": "card_declined"})

    def _answer(self, kind: str, order: str, what: str, fields: dict) -> None:
        """Appends to order_events. The id follows from the request alone: a repeat has the same one."""
        headers = {"ce_specversion": "1.0", "ce_id": f"{order}:{what}", "ce_source": "/examples/payment-python",
                   "ce_type": kind, "ce_subject": order, "ce_time": datetime.now(timezone.utc).isoformat(),
                   "content-type": "application/json"}
        self._producer.produce(self._options.order_events, key=order, value=json.dumps({"order_id": order} | fields),
                               headers=list(headers.items()), on_delivery=self._delivered)
        print(f"payment service: {order} {what}", flush=True)

    @staticmethod
    def _delivered(error: KafkaError | None, _message) -> None:
        if error is not None:
            raise KafkaException(error)  # Out of flush(): the process ends, and asks anew when it is started again.

    def _commit(self) -> None:
        offsets = [at for at in self._progress.offsets(self._options.payments) if at.offset != OFFSET_INVALID]
        try:
            if offsets:
                self._consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            # The group is being shared out anew, or the broker is away: what is not committed is read once more.
            print(f"payment service: not committed: {error}", flush=True)

    def _forget(self, _consumer, partitions) -> None:
        """Their requests are another member's now, or come again."""
        for partition in [each.partition for each in partitions]:
            self._progress.forget(partition)
            for order in [order for order, charge in self._waiting.items() if charge[4] == partition]:
                del self._waiting[order]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kafka", default="127.0.0.1:9092", help="bootstrap servers")
    parser.add_argument("--group", default="example-payment")
    parser.add_argument("--payments", default="payments", help="the topic's name")
    parser.add_argument("--order-events", default="order_events", help="the topic's name")
    parser.add_argument("--bank-delay", type=float, default=5, help="seconds that slow and late charges take")
    parser.add_argument("--session-timeout", type=int, default=10, help="seconds until the group misses a dead member")
    PaymentService(parser.parse_args()).run()


if __name__ == "__main__":
    main()
