#!/usr/bin/env python3
"""Follows `order_events` and prints each order's story, over Kafka alone.

    ./listener.py --kafka 127.0.0.1:9092

    1042 ended as completed: order.created > stock.reserved > order.reserved > payment.captured > ... > order.completed
"""

import argparse
import json
import signal
from collections import OrderedDict

from confluent_kafka import Consumer, KafkaException

STORIES = 10_000  # told at a time; of older orders only what still happens is told
STEPS = 200  # of one story that are kept
LAST = {"ordo.order.completed.v1", "ordo.order.rejected.v1", "ordo.order.expired.v1", "ordo.order.cancelled.v1",
        "ordo.order.refunded.v1", "ordo.order.returned.v1"}


class Stories:
    """What has happened to each order. A record that comes twice, after a crash of either side, is told once: its ce_source
    and ce_id are the same."""

    def __init__(self):
        self._stories: OrderedDict[str, dict] = OrderedDict()

    def add(self, order: str, headers: dict, fact: dict) -> str | None:
        """A line to print, when something has come to an end."""
        story = self._stories.setdefault(order, {"number": "?", "steps": {}})
        self._stories.move_to_end(order)
        if len(self._stories) > STORIES:
            self._stories.popitem(last=False)
        story["number"] = fact.get("number", story["number"])
        name = (headers["ce_source"], headers["ce_id"])
        if name in story["steps"] or len(story["steps"]) >= STEPS:
            return None
        story["steps"][name] = headers["ce_type"].removeprefix("ordo.").removesuffix(".v1")
        if headers["ce_type"] not in LAST:
            return None
        return f"{story['number']} ended as {fact['status']}: {' > '.join(story['steps'].values())}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kafka", default="127.0.0.1:9092", help="bootstrap servers")
    parser.add_argument("--group", default="example-listener")
    parser.add_argument("--order-events", default="order_events", help="the topic's name")
    parser.add_argument("--session-timeout", type=int, default=10, help="seconds until the group misses a dead member")
    options = parser.parse_args()

    running = True

    def stop(*_) -> None:
        nonlocal running
        running = False

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    consumer = Consumer({"bootstrap.servers": options.kafka, "group.id": options.group, "auto.offset.reset": "earliest",
                         "enable.auto.commit": False, "session.timeout.ms": options.session_timeout * 1000})
    consumer.subscribe([options.order_events])
    stories = Stories()
    while running:
        messages = [message for message in consumer.consume(num_messages=500, timeout=0.2) if not message.error()]
        for message in messages:
            headers = {name: value.decode(errors="replace") for name, value in message.headers() or [] if value is not None}
            try:
                line = stories.add(headers["ce_subject"], headers, json.loads(message.value()))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                line = f"cannot read {message.partition()}/{message.offset()}: {error!r}"
            if line:
                print(line, flush=True)
        try:
            if messages:  # Told first, committed then: a crash between the two tells it again rather than never.
                consumer.commit(asynchronous=False)
        except KafkaException as error:
            print(f"not committed: {error}", flush=True)
    consumer.close()


if __name__ == "__main__":
    main()
