"""Tests of live events over HTTP and of `ordo events tail`, for every way to run ordo. A test class mixes in `LiveEvents` and
gives `api`, the server."""

import http.client
import json
import random
import signal
import socket
import subprocess
import threading
import urllib.parse
from collections import Counter
from contextlib import closing
from dataclasses import dataclass

from harness import BINARY, HOST, Http, Server, metric, run_ordo, wait_until
from shop import Shop

PATIENCE_S = 60  # Longest wait for an expected event.


@dataclass
class Event:
    id: str
    type: str
    data: dict

    @property
    def place(self) -> tuple[int, int]:
        return self.data["partition"], self.data["offset"]


class Stream:
    """A connection to /v1/events."""

    def __init__(self, port: int, last_id: str = "", **query: str):
        self.last_id = last_id
        self._connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE_S)
        self._connection.request("GET", "/v1/events?" + urllib.parse.urlencode(query),
                                 headers={"Last-Event-ID": last_id} if last_id else {})
        self.response = self._connection.getresponse()

    def close(self) -> None:
        self.response.close()
        self._connection.close()

    def next(self, timeout_s: float = PATIENCE_S) -> Event | None:
        """The next event; None when the stream has ended. TimeoutError when none came; then the stream is unusable."""
        if self._connection.sock is not None:
            self._connection.sock.settimeout(timeout_s)
        event_type, data, event_id = "", None, self.last_id
        while line := self.response.readline():
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "event":
                event_type = value
            elif name == "data":
                data = json.loads(value)
            elif name == "id":
                event_id = value
            elif not name:
                self.last_id = event_id
                if data is not None:
                    return Event(event_id, event_type, data)
                if value := event_type:
                    raise AssertionError(f"an event {value} without data")
        return None

    def until(self, wanted) -> list[Event]:
        """The events up to the first wanted one."""
        events = []
        while True:
            event = self.next()
            if event is None:
                raise AssertionError(f"the stream ended after {events}")
            events.append(event)
            if wanted(event):
                return events

    def take(self, most: int, wanted) -> list[Event]:
        """This many wanted events. Fewer when the topic has holes, because marks of transactions are not records."""
        events = []
        try:
            while len(events) < most and (event := self.next(3)):
                if wanted(event):
                    events.append(event)
        except TimeoutError:
            pass
        return events

    def rest(self, silence_s: float = 1.5) -> list[Event]:
        """All remaining events."""
        events = []
        try:
            while event := self.next(silence_s):
                events.append(event)
        except TimeoutError:
            pass
        return events


def offsets_of(event_id: str) -> list[int]:
    return [int(offset) for offset in event_id.split(".")[2:]]


def created(order: str):
    return lambda event: (event.type, event.data["subject"]) == ("ordo.order.created.v1", order)


class Follower:
    """Reads events on its own thread. It cuts its connections at intervals, and the server may end them."""

    def __init__(self, port: int, last_id: str):
        self.seen: Counter = Counter()
        self.gaps: list[dict] = []
        self.connections = 0
        self.last_id = last_id
        self._port, self._stop = port, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(PATIENCE_S)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._read(random.randint(1, 40))
            except (OSError, http.client.HTTPException):
                self._stop.wait(0.05)

    def _read(self, most: int) -> None:
        with closing(Stream(self._port, self.last_id)) as stream:
            if stream.response.status != 200:
                self._stop.wait(0.05)
                return
            self.connections += 1
            for _ in range(most):
                event = stream.next(0.5)
                self.last_id = stream.last_id
                if event is None:
                    return
                if event.type == "gap":
                    self.gaps.append(event.data)
                else:
                    self.seen[event.place] += 1


class LiveEvents:
    api: Server

    def setUp(self):
        self.http = Http(self.api.port)
        self.addCleanup(self.http.close)
        self.shop = Shop(self.http)
        self.product = self.unique("product")
        self.shop.add_product(self.product, stock=100_000)

    def stream(self, last_id: str = "", **query: str) -> Stream:
        stream = Stream(self.api.port, last_id, **query)
        self.addCleanup(stream.close)
        self.assertEqual(stream.response.status, 200)
        return stream

    def place_order(self) -> str:
        return self.shop.order(self.unique("customer"), (self.product, 1))["id"]

    def tail(self, *arguments: str, **options):
        return run_ordo("events", "tail", "--url", self.api.url, *arguments, folder=self.folder, **options)

    # --- the stream --------------------------------------------------------------------------------------------------

    def test_an_orders_story_comes_as_it_happens(self):
        stream = self.stream()
        self.assertEqual(stream.response.headers.get_content_type(), "text/event-stream")
        self.assertEqual(stream.response.headers["Cache-Control"], "no-store")
        order = self.place_order()
        events = stream.until(lambda event: (event.type, event.data["subject"]) == ("ordo.order.reserved.v1", order))
        story = [event for event in events if event.data["subject"] == order]
        created = story[0]
        self.assertEqual(created.type, "ordo.order.created.v1")
        self.assertEqual(sorted(created.data), ["data", "id", "offset", "partition", "source", "subject", "time", "topic", "type"])
        self.assertEqual((created.data["topic"], created.data["type"]), ("order_events", created.type))
        self.assertEqual(created.data["data"]["lines"][0]["product_id"], self.product)
        self.assertIn("ordo.stock.reserved.v1", [event.type for event in story])
        self.assertEqual(len({event.id for event in story}), len(story))
        self.assertEqual([event.data["offset"] for event in story], sorted(event.data["offset"] for event in story))

    def test_types_orders_and_topics_can_be_chosen(self):
        other = self.place_order()
        self.stream(order_id=other, **{"from": "start"}).next()  # a stream from the end begins after it
        by_type, by_prefix = self.stream(type="ordo.order.created.v1"), self.stream(type="x,ordo.stock.*")
        by_topic = self.stream(topic="stock", type="ordo.stock.reserve_requested.v1")
        order = self.place_order()
        self.assertEqual(by_type.next().data["subject"], order)
        events = by_prefix.until(lambda event: event.data["data"]["order_id"] == order)
        self.assertEqual({event.type.split(".")[1] for event in events}, {"stock"})
        event = by_topic.next()
        self.assertEqual((event.data["topic"], event.data["data"]["order_id"]), ("stock", order))
        story = self.stream(order_id=other, **{"from": "start"}).rest()
        self.assertEqual({event.data["subject"] for event in story}, {other})
        self.assertEqual(story[0].type, "ordo.order.created.v1")
        for query in ("topic=orders", "from=never", "tpye=x"):
            self.assertProblem(self.http.get("/v1/events?" + query), 400, "bad_query")
        head = self.http("HEAD", "/v1/events")
        self.assertEqual((head.status, head.headers.get_content_type()), (200, "text/event-stream"))

    def test_who_comes_again_goes_on_where_it_was(self):
        stream = self.stream()
        first = self.place_order()
        seen = stream.until(lambda event: event.data["subject"] == first)[-1]
        stream.close()
        second = self.place_order()
        again = self.stream(seen.id)
        events = again.until(lambda event: event.data["subject"] == second)
        self.assertNotIn(seen.place, [event.place for event in events])
        by_query = self.stream(last_event_id=seen.id)
        self.assertEqual([event.place for event in by_query.until(lambda event: event.data["subject"] == second)],
                         [event.place for event in events])

    def test_nothing_is_lost_or_doubled_over_connections_and_restarts(self):
        start = self.stream()
        self.place_order()
        start.until(lambda event: True)
        followers = [Follower(self.api.port, start.last_id) for _ in range(2)]
        try:
            for _ in range(2):
                for _ in range(15):
                    self.place_order()
                self.api.terminate()
                self.api.start()
                self.http.close()
            last = self.stream(start.last_id).until(created(self.place_order()))[-1].place
            for follower in followers:
                wait_until(lambda follower=follower: follower.seen[last], PATIENCE_S, "the last order is seen")
        finally:
            for follower in followers:
                follower.stop()
        began = offsets_of(start.last_id)
        for follower in followers:
            ended = offsets_of(follower.last_id)
            total = sum(end - begin for begin, end in zip(began, ended))
            self.assertGreater(total, 90)
            there = [event.place for event in self.stream(start.last_id).take(total, lambda event: event.data["offset"]
                                                                                < ended[event.data["partition"]])]
            self.assertEqual(follower.seen, Counter(there))
            self.assertEqual(follower.gaps, [])
            self.assertGreater(follower.connections, 3)

    def test_what_cannot_be_gone_on_from_is_a_gap(self):
        known = self.stream()
        self.place_order()
        known.until(lambda event: True)
        topic, epoch, *offsets = known.last_id.split(".")
        for bad, reason in (("17", "unknown_id"), (f"stock.{epoch}.{'.'.join(offsets)}", "other_topic"),
                            (f"{topic}.99.{'.'.join(offsets)}", "other_epoch"),
                            (f"{topic}.{epoch}.0", "other_partitions")):
            with self.subTest(id=bad):
                stream = self.stream(bad, order_id="nobody's", **{"from": "now"})
                event = stream.next()
                self.assertEqual((event.type, event.data["reason"], event.data["requested"]), ("gap", reason, bad))
                self.assertEqual(event.id, event.data["resume"])
        far = ".".join(str(int(offset) + 1_000_000) for offset in offsets)
        stream = self.stream(f"{topic}.{epoch}.{far}")
        self.assertEqual(stream.next().data["reason"], "log_changed")
        self.assertEqual(stream.next().type, "ordo.order.created.v1")  # All events of that log are new.

    def test_a_stop_ends_streams_at_once(self):
        stream = self.stream()
        self.place_order()
        stream.until(lambda event: True)
        self.assertLess(self.api.terminate(), 20)
        self.assertEqual(self.api.exit_code, 0, self.api.log_tail())
        stream.rest()
        self.assertIsNone(stream.next())  # The stream ended properly; the connection did not just break.
        self.api.start()

    def test_streams_are_counted(self):
        def figure(name: str) -> float:
            return metric(self.api.port, name)

        before, sent = figure("ordo_event_streams"), figure("ordo_events_sent_total")
        stream = self.stream()
        self.assertEqual(figure("ordo_event_streams"), before + 1)
        self.place_order()
        stream.until(lambda event: True)
        self.assertGreater(figure("ordo_events_sent_total"), sent)
        stream.close()
        wait_until(lambda: figure("ordo_event_streams") <= before, PATIENCE_S, "the stream is counted no more")

    def test_an_old_client_gets_them_too(self):
        with socket.create_connection((HOST, self.api.port), timeout=PATIENCE_S) as connection:
            connection.sendall(b"GET /v1/events?from=start HTTP/1.0\r\n\r\n")
            received = b""
            while b"\nevent: ordo.order.created.v1\ndata: {" not in received:
                chunk = connection.recv(65536)
                self.assertTrue(chunk, received)
                received += chunk
        head = received.split(b"\r\n\r\n")[0]
        self.assertIn(b"Connection: close", head)
        self.assertNotIn(b"Transfer-Encoding", head)

    # --- ordo events tail ----------------------------------------------------------------------------------------------

    def test_tail_shows_what_there_is(self):
        order = self.place_order()
        done = self.tail("--order", order, "--from", "start", "--count", "2", "-o", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([event["subject"] for event in events], [order, order])
        self.assertEqual(events[0]["type"], "ordo.order.created.v1")
        position = done.stderr.split("--last-event-id ")[1].strip()
        rest = self.tail("--order", order, "--last-event-id", position, "--count", "1", "-o", "json")
        self.assertGreater(json.loads(rest.stdout)["offset"], events[1]["offset"])
        human = self.tail("--order", order, "--from", "start", "--type", "ordo.stock.*", "--count", "1")
        self.assertRegex(human.stdout, rf"^\S+Z  ordo\.stock\.reserved\.v1 +{order}  \{{")
        self.assertEqual(self.tail("--topic", "nonsense").returncode, 2)

    def test_tail_outlives_the_server_and_ends_with_ctrl_c(self):
        tail = subprocess.Popen([str(BINARY), "events", "tail", "--url", self.api.url, "--type", "ordo.order.created.v1",
                                 "--last-event-id", self.here(), "-o", "ndjson"], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, cwd=self.folder)
        try:
            orders = [self.place_order()]
            self.assertEqual(json.loads(tail.stdout.readline())["subject"], orders[0])
            self.api.terminate()
            self.api.start()
            self.http.close()
            orders.append(self.place_order())
            self.assertEqual(json.loads(tail.stdout.readline())["subject"], orders[1])
            tail.send_signal(signal.SIGINT)
            rest, said = tail.communicate(timeout=PATIENCE_S)
            self.assertEqual((tail.returncode, rest), (0, ""), said)
            self.assertIn("reconnecting", said)
        finally:
            tail.kill()
            tail.communicate()

    def here(self) -> str:
        """The id of the topic's present end."""
        stream = self.stream()
        while not stream.last_id:
            line = stream.response.readline().decode()
            if line.startswith("id: "):
                stream.last_id = line[4:].strip()
        stream.close()
        return stream.last_id
