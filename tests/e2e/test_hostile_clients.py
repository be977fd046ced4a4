"""Hostile clients attack while other clients place orders. Also the server with TLS, as its clients and its operator see it."""

import http.client
import re
import resource
import select
import signal
import socket
import ssl
import threading
import time
import unittest
from contextlib import ExitStack, closing
from pathlib import Path

from harness import AT_REST, HOST, Case, Http, Server, check, get, metric, run_ordo, wait_until
from security import make_identity
from shop import Load, Shop, audit, stock_up

ATTACKER = "127.0.0.2"  # Every address in 127.0.0.0/8 is this machine.
CROWD = "127.0.0.3"
TIMEOUTS_S = 60  # The server's longest timeout is half of it.
CONNECTIONS = 200
PER_ADDRESS = 150
# More than CONNECTIONS idle connections need, and far less than an unbounded flood would need.
MEMORY_MIB = 96


def connect(port: int, source: str = ATTACKER, receive_buffer: int = 0) -> socket.socket:
    connection = socket.socket()
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(TIMEOUTS_S)
    connection.bind((source, 0))
    connection.connect((HOST, port))
    return connection


def answer_of(connection: socket.socket) -> bytes:
    """Everything until the server closes. A reset, because our last byte came too late, counts as an end too."""
    received = b""
    try:
        while chunk := connection.recv(65536):
            received += chunk
    except ConnectionError:
        pass
    return received


class HostileCase(Case):
    tls = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
        cls.addClassCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        cls.ordo = cls.server("ordo", {"data_dir": str(cls.folder / "data"), "max_connections": CONNECTIONS,
                                       "max_connections_per_address": PER_ADDRESS, "max_body": "64KiB"} | AT_REST)
        cls.ordo.start()
        cls.port = cls.ordo.port

    def besieged(self, attack) -> None:
        """Runs attack() while orders are placed. They are accepted all the time, and none is lost."""
        with closing(Http(self.port)) as client:
            shop = Shop(client)
            name = self.unique("siege")
            products = stock_up(shop, name)
            with Load(name, [self.port], products, threads=2, rate=20) as load:
                load.wait_for(5)
                attack(load)
                load.wait_for(5)
            audit(self, shop, load.journal)
        check(self.ordo)

    def memory_mib(self) -> float:
        status = Path(f"/proc/{self.ordo.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


class SlowClients(HostileCase):
    def drip(self, first: bytes, piece: bytes) -> tuple[bytes, float]:
        """Sends `first`, then `piece` again and again, until there is an answer. Returns the answer and the time."""
        began = time.monotonic()
        with connect(self.port) as connection:
            connection.sendall(first)
            while not select.select([connection], [], [], 0.25)[0]:
                try:
                    connection.sendall(piece)
                except ConnectionError:
                    break
            return answer_of(connection), time.monotonic() - began

    def deaf(self) -> None:
        """Requests far more than all buffers can hold and reads nothing, until the server closes the connection."""
        with connect(self.port, receive_buffer=4096) as connection:
            connection.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 200)
            # When the kernel no longer lists this peer, the server has closed the connection.
            mine = connection.getsockname()[1]
            wait_until(lambda: not self.server_side(mine), TIMEOUTS_S, "the server disconnects a client that does not read", every_s=0.5)

    def server_side(self, port: int) -> bool:
        """Whether the server still holds its end of the connection from a port of ATTACKER: a line of /proc/net/tcp with a
        socket of a process, the last of which has an inode."""
        wanted = f"{int.from_bytes(socket.inet_aton(ATTACKER), 'little'):08X}:{port:04X}"
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[2] == wanted and fields[9] != "0":
                return True
        return False

    def test_slow_heads_slow_bodies_and_deaf_readers(self):
        post = b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        ways = {
            "head": (b"GET /v1/orders HTTP/1.1\r\nHost: localhost\r\n", b"X-Slow: y\r\n", b"header_timeout", 9),
            "body": (post + b"Content-Length: 60000\r\n\r\n", b" ", b"body_timeout", 29),
            "chunks": (post + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", b"body_timeout", 29),
        }
        ended, failed = [], []

        def one(name: str) -> None:
            try:
                if name == "deaf":
                    self.deaf()
                else:
                    first, piece, code, least_s = ways[name]
                    answer, took_s = self.drip(first, piece)
                    assert answer.startswith(b"HTTP/1.1 408 ") and code in answer, answer[:300]
                    assert least_s < took_s < least_s + 15, took_s
                ended.append(name)
            except BaseException as error:
                failed.append(error)

        def attack(load: Load) -> None:
            threads = [threading.Thread(target=one, args=(name,), daemon=True) for name in [*ways, "deaf"] for _ in range(8)]
            for thread in threads:
                thread.start()
            wait_until(lambda: len(ended) + len(failed) == len(threads) or load.wait_for(1), 2 * TIMEOUTS_S,
                       "the server disconnects all of them")
            self.assertEqual(failed, [])

        self.besieged(attack)


class Floods(HostileCase):
    def test_more_connections_than_there_is_room_for(self):
        def attack(load: Load) -> None:
            before = self.memory_mib()
            with ExitStack() as opened:
                mine = [opened.enter_context(connect(self.port)) for _ in range(PER_ADDRESS + 50)]
                # The address has reached its limit. Other addresses are not affected.
                told = answer_of(self.refused(mine))
                self.assertTrue(told.startswith(b"HTTP/1.1 429 ") and b"too_many_connections_of_address" in told, told)
                load.wait_for(5)
                # From many addresses, the server itself is full. It serves existing connections, and makes room for new ones.
                for _ in range(2000):
                    opened.enter_context(connect(self.port, CROWD))
                last = opened.enter_context(connect(self.port, "127.0.0.4"))
                last.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                self.assertTrue(answer_of(last).startswith(b"HTTP/1.1 200 "))
                load.wait_for(5)
                self.assertLess(self.memory_mib() - before, MEMORY_MIB)
            wait_until(lambda: get(self.port, "/livez").status == 200, TIMEOUTS_S, "there is room again")

        self.besieged(attack)
        self.assertGreater(metric(self.port, "ordo_http_connections_evicted_total"), 1000)
        self.assertGreaterEqual(metric(self.port, "ordo_http_connections_refused_by_address_total"), 50)

    @staticmethod
    def refused(connections: list[socket.socket]) -> socket.socket:
        """The first of them that has data to read. The others have received nothing."""
        return select.select(connections, [], [], TIMEOUTS_S)[0][0]

    def test_thousands_of_requests_at_once_on_a_connection(self):
        def attack(load: Load) -> None:
            many = 5000
            with connect(self.port) as connection:
                sending = threading.Thread(
                    target=lambda: connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n" * (many - 1)
                                                      + b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                sending.start()
                self.assertEqual(answer_of(connection).count(b"HTTP/1.1 200 "), many)
                sending.join()

        self.besieged(attack)


class Oversized(HostileCase):
    def test_each_size_has_its_answer(self):
        get_, post = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\n"
        chunked = post + b"Transfer-Encoding: chunked\r\n\r\n"
        hostile = [
            (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414, "target_too_long"),
            (b"GET /" + b"a" * 40000, 414, "target_too_long"),
            (get_ + b"X: " + b"a" * 17000 + b"\r\n\r\n", 431, "header_too_large"),
            (get_ + b"A: b\r\n" * 200 + b"\r\n", 431, "too_many_header_fields"),
            (post + b"Content-Length: 65537\r\n\r\n", 413, "body_too_large"),
            (post + b"Content-Length: 99999999999999999999999\r\n\r\n", 400, "bad_framing"),
            (chunked + b"10001\r\n", 413, "body_too_large"),
            (chunked + b"1;" + b"e" * 20000, 431, "chunk_header_too_large"),
            (chunked + b"0\r\n" + b"T: t\r\n" * 4000, 431, "chunk_header_too_large"),
            (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200, 400, "malformed_request"),
            (b"\x00" * 5000, 400, "malformed_request"),
        ]

        def attack(load: Load) -> None:
            for data, status, code in hostile:
                with self.subTest(code=code, data=data[:40]), connect(self.port) as connection:
                    connection.sendall(data)
                    answer = answer_of(connection)
                    self.assertTrue(answer.startswith(b"HTTP/1.1 %d " % status), answer[:200])
                    self.assertIn(f'"code":"{code}"'.encode(), answer)

        self.besieged(attack)


class Https(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.certificate, cls.key, cls.ca = (cls.folder / name for name in ("cert.pem", "key.pem", "ca.pem"))
        make_identity(cls.folder / "first", cls.ca, cls.certificate, cls.key)
        cls.ordo = TlsServer(cls.folder, "ordo", {"data_dir": str(cls.folder / "data"), "tls_cert": str(cls.certificate),
                                                  "tls_key": str(cls.key)} | AT_REST)
        cls.addClassCleanup(cls.ordo.stop)
        cls.ordo.trusted = cls.ca
        cls.ordo.start()
        cls.port = cls.ordo.port

    def connection(self, ca: Path | None = None) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cafile=ca or self.ca)
        connection = http.client.HTTPSConnection(HOST, self.port, timeout=TIMEOUTS_S, context=context)
        self.addCleanup(connection.close)
        return connection

    def alive(self, connection: http.client.HTTPSConnection) -> bool:
        connection.request("GET", "/livez")
        answer = connection.getresponse()
        answer.read()
        return answer.status == 200

    def metric(self, name: str) -> float:
        connection = self.connection()
        connection.request("GET", "/metrics")
        return float(re.search(rf"^{name} (\S+)$", connection.getresponse().read().decode(), re.MULTILINE)[1])

    def commands(self, *arguments: str, code: int = 0):
        done = run_ordo(*arguments, folder=self.folder)
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stdout}{done.stderr}")
        return done

    def test_announces_itself_as_https(self):
        self.ordo.await_said(f"listening on https://{HOST}:{self.port}")

    def test_commands_speak_https(self):
        goods = self.folder / "goods.csv"
        goods.write_text("sku,name,price,stock\n" + "".join(f"tls-{i},Thing {i},1.50,10\n" for i in range(200)))
        elsewhere = ("--url", f"https://{HOST}:{self.port}", "--tls-ca", str(self.ca))
        self.commands("import", "products", str(goods), *elsewhere)
        self.assertIn("tls-7", self.commands("products", "show", "tls-7", *elsewhere).stdout)
        # On the server's machine, with its settings, its certificate is enough.
        self.assertIn("tls-8", self.commands("products", "show", "tls-8", "--config", str(self.ordo.config)).stdout)
        tail = self.commands("events", "tail", "--from", "start", "--count", "3", "--topic", "product_events", *elsewhere)
        self.assertEqual(len(tail.stdout.strip().splitlines()), 3, tail.stdout)

    def test_commands_trust_nobody_else(self):
        url = ("--url", f"https://{HOST}:{self.port}")
        began = time.monotonic()
        self.assertIn("tls_ca", self.commands("products", "list", *url, code=6).stderr)
        other = self.folder / "other-ca.pem"
        make_identity(self.folder / "other", other, self.folder / "other.pem", self.folder / "other.key")
        self.assertIn("is not trusted", self.commands("products", "list", *url, "--tls-ca", str(other), code=6).stderr)
        self.assertLess(time.monotonic() - began, 60, "who is not trusted is not asked again and again")
        plain = self.commands("products", "list", "--url", f"http://{HOST}:{self.port}", code=1)
        self.assertIn("https://", plain.stderr)

    def test_garbage_silence_and_plain_http(self):
        before = self.metric("ordo_tls_handshake_failures_total")
        silent = [connect(self.port) for _ in range(10)]
        for garbage in (b"\x16\x03\x01\xff\xff" + b"x" * 1000, b"\x80\x80\x01\x00\x02", b"SSH-2.0-hello\r\n"):
            with self.subTest(garbage=garbage[:10]), connect(self.port) as connection:
                connection.sendall(garbage)
                connection.shutdown(socket.SHUT_WR)
                answer_of(connection)
        with connect(self.port) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = answer_of(connection)
            self.assertTrue(answer.startswith(b"HTTP/1.1 400 ") and b"tls_required" in answer, answer)
        self.assertTrue(self.alive(self.connection()))
        for connection in silent:  # The server closes each of them after ten seconds.
            with connection:
                self.assertEqual(answer_of(connection), b"")
        self.assertGreaterEqual(self.metric("ordo_tls_handshake_failures_total") - before, 14)

    def test_a_new_certificate_is_taken_up_and_nobody_is_dropped(self):
        def shown() -> bytes:
            with ssl.create_default_context(cafile=self.ca).wrap_socket(connect(self.port), server_hostname=HOST) as connection:
                return connection.getpeercert(binary_form=True)

        old, kept = shown(), self.connection()
        self.assertTrue(self.alive(kept))
        good = self.key.read_text()
        self.key.write_text("broken")
        self.ordo.await_said("the old one stays in use")
        self.ordo.await_said(str(self.key))
        self.assertEqual(shown(), old)
        self.key.write_text(good)
        make_identity(self.folder / "second", self.ca, self.certificate, self.key)
        self.ordo.id.signal(signal.SIGHUP)
        wait_until(lambda: shown() != old, 60, "the new certificate is shown")
        self.assertTrue(self.alive(kept), "the connection that was there goes on")
        second = shown()
        make_identity(self.folder / "third", self.ca, self.certificate, self.key)
        wait_until(lambda: shown() != second, 60, "a change is noticed without a signal")
        self.assertTrue(self.alive(kept))
        self.assertGreaterEqual(self.metric("ordo_tls_certificate_days_left"), 0)

    def test_a_server_without_a_usable_certificate_does_not_start(self):
        broken = self.folder / "broken.pem"
        broken.write_text("no certificate")
        done = run_ordo("serve", "--listen", f"{HOST}:0", "--data-dir", str(self.folder / "never"), "--tls-cert", str(broken),
                        "--tls-key", str(self.key), folder=self.folder)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(str(broken), done.stderr)


class TlsServer(Server):
    trusted: Path

    def wait_serving(self) -> None:
        def ready() -> bool:
            with closing(http.client.HTTPSConnection(HOST, self.port, timeout=5,
                                                     context=ssl.create_default_context(cafile=self.trusted))) as connection:
                connection.request("GET", "/readyz")
                return connection.getresponse().status == 200

        self.wait_ready(ready, 30)


if __name__ == "__main__":
    unittest.main()
