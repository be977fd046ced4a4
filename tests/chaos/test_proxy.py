"""Tests of the proxy: how each state of its link looks to a client and to the server."""

import contextlib
import socket
import struct
import sys
import threading
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tools" / "stack")]

from processes import wait_for  # noqa: E402
from proxy import HOST, Proxy  # noqa: E402
from services import free_port  # noqa: E402


class Echo:
    """Sends back the bytes that it receives. Knows how each of its connections ended."""

    def __init__(self):
        self.endings: list[str] = []
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                while data := connection.recv(65536):
                    connection.sendall(data)
                self.endings.append("end")
            except ConnectionResetError:
                self.endings.append("reset")

    def close(self) -> None:
        self._listener.close()


class ProxyTest(unittest.TestCase):
    def setUp(self):
        self.echo = Echo()
        self.addCleanup(self.echo.close)
        self.proxy = Proxy("echo", free_port(), self.echo.port)
        self.addCleanup(self.proxy.close)

    def connect(self, timeout_s: float = 5) -> socket.socket:
        connection = socket.create_connection((HOST, self.proxy.port), timeout=timeout_s)
        self.addCleanup(connection.close)
        return connection

    def ask(self, connection: socket.socket, data: bytes = b"hello") -> bytes:
        connection.sendall(data)
        answer = b""
        while len(answer) < len(data):
            piece = connection.recv(65536)
            if not piece:
                raise ConnectionError("closed")
            answer += piece
        return answer

    def assertSilent(self, connection: socket.socket, for_s: float = 0.3) -> None:
        connection.settimeout(for_s)
        with self.assertRaises(TimeoutError):
            connection.recv(1)
        connection.settimeout(5)

    def test_a_good_link_passes_everything_both_ways(self):
        data = bytes(range(256)) * 4096
        with self.connect() as connection:
            connection.settimeout(20)
            sender = threading.Thread(target=connection.sendall, args=(data,))
            sender.start()
            answer = b""
            while len(answer) < len(data):
                answer += connection.recv(65536)
            sender.join()
            self.assertEqual(answer, data)
            connection.shutdown(socket.SHUT_WR)
            self.assertEqual(connection.recv(1), b"")
        self.assertEqual(self.echo.endings, ["end"])
        self.assertEqual(self.proxy.passed, 2 * len(data))
        self.assertTrue(wait_for(lambda: self.proxy.open_connections == 0, 5))

    def test_a_client_that_resets_is_passed_on(self):
        connection = self.connect()
        self.ask(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        self.assertTrue(wait_for(lambda: self.echo.endings, 5))

    def test_a_target_that_is_not_there_resets_the_client(self):
        self.proxy.target_port = free_port()
        with self.assertRaises(ConnectionResetError):
            self.connect().recv(1)

    def test_cut_resets_both_sides_and_takes_new_connections(self):
        connection = self.connect()
        self.ask(connection)
        self.proxy.cut()
        with self.assertRaises(ConnectionResetError):
            connection.recv(1)
        self.assertTrue(wait_for(lambda: self.echo.endings == ["reset"], 5))
        self.assertEqual(self.ask(self.connect()), b"hello")

    def test_refuse_and_heal(self):
        connection = self.connect()
        self.ask(connection)
        self.proxy.refuse()
        with self.assertRaises(ConnectionResetError):
            connection.recv(1)
        with self.assertRaises(ConnectionRefusedError):
            self.connect()
        self.proxy.refuse()
        self.proxy.heal()
        self.assertEqual(self.ask(self.connect()), b"hello")

    def test_delay_takes_its_time_both_ways(self):
        connection = self.connect()
        self.proxy.delay(0.7)
        began = time.monotonic()
        self.ask(connection)
        self.assertGreaterEqual(time.monotonic() - began, 1.4)
        self.proxy.heal()
        began = time.monotonic()
        self.ask(connection)
        self.assertLess(time.monotonic() - began, 1.4)

    def test_throttle_bounds_the_rate(self):
        connection = self.connect()
        self.proxy.throttle(100_000)
        began = time.monotonic()
        self.ask(connection, b"x" * 20_000)  # In both directions, each at its own rate, at the same time.
        self.assertGreaterEqual(time.monotonic() - began, 0.15)
        self.assertLess(time.monotonic() - began, 10)

    def test_a_black_hole_takes_connections_and_says_nothing_until_it_is_healed(self):
        before = self.connect()
        self.ask(before)
        self.proxy.blackhole()
        before.sendall(b"later")
        fresh = self.connect()
        fresh.sendall(b"also")
        self.assertSilent(before)
        self.assertSilent(fresh)
        self.assertEqual(self.echo.endings, [])
        self.proxy.heal()
        self.assertEqual(before.recv(5), b"later")
        self.assertEqual(fresh.recv(4), b"also")

    def test_a_half_open_connection_is_dead_at_one_end_only(self):
        connection = self.connect()
        self.ask(connection)
        self.proxy.half_open()
        self.assertTrue(wait_for(lambda: self.echo.endings == ["reset"], 5))
        connection.sendall(b"anybody?")
        self.assertSilent(connection)
        self.assertEqual(self.ask(self.connect()), b"hello")  # The host is reachable.
        self.proxy.heal()
        with self.assertRaises(ConnectionResetError):
            connection.recv(1)
        self.assertTrue(wait_for(lambda: self.proxy.open_connections <= 1, 5))

    def test_a_half_open_connection_goes_when_its_client_does(self):
        connection = self.connect()
        self.ask(connection)
        self.proxy.half_open()
        connection.close()
        self.assertTrue(wait_for(lambda: self.proxy.open_connections == 0, 5))


if __name__ == "__main__":
    unittest.main()
