"""The parts of the benches that count and write: what they find is right, whatever is measured."""

import socket
import struct
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

import figures
from database_proxy import DatabaseProxy, parse
from figures import Figure, at_most


def text(value: str) -> bytes:
    return struct.pack("<i", len(value) + 1) + value.encode() + b"\0"


def document(*elements: tuple[int, str, bytes]) -> bytes:
    body = b"".join(bytes([kind]) + name.encode() + b"\0" + value for kind, name, value in elements) + b"\0"
    return struct.pack("<i", len(body) + 4) + body


def message(body: bytes, *sections: tuple[str, list[bytes]], request: int = 7) -> bytes:
    """An OP_MSG."""
    content = b"\0\0\0\0\0" + body
    for name, documents in sections:
        rest = name.encode() + b"\0" + b"".join(documents)
        content += b"\1" + struct.pack("<i", len(rest) + 4) + rest
    return struct.pack("<iiii", len(content) + 16, request, 0, 2013) + content


ONE = document((16, "x", struct.pack("<i", 1)))
LOGGED = (3, "lsid", document((5, "id", struct.pack("<i", 16) + b"\4" + b"0" * 16)))


class Commands(unittest.TestCase):
    def test_statements_in_a_section_of_their_own(self):
        update = document((2, "update", text("orders")), (8, "ordered", b"\1"), LOGGED)
        self.assertEqual(parse(message(update, ("updates", [ONE, ONE, ONE]))), ("update", "orders", 3))

    def test_statements_in_the_command(self):
        insert = document((2, "insert", text("commits")), LOGGED, (4, "documents", document((3, "0", ONE), (3, "1", ONE))))
        self.assertEqual(parse(message(insert)), ("insert", "commits", 2))

    def test_reads_and_others_have_none(self):
        find = document((2, "find", text("orders")), (3, "filter", ONE), (18, "limit", struct.pack("<q", 1)))
        self.assertEqual(parse(message(find)), ("find", "orders", 0))
        self.assertEqual(parse(message(document((16, "hello", struct.pack("<i", 1))))), ("hello", "", 0))


class Proxy(unittest.TestCase):
    def test_it_forwards_and_counts(self):
        answer = struct.pack("<iiii", 16, 1, 7, 2013)
        asked = message(document((2, "update", text("commits"))), ("updates", [ONE]))
        with socket.create_server(("127.0.0.1", 0)) as server:

            def serve() -> None:
                connection, _ = server.accept()
                with connection:
                    connection.settimeout(20)
                    for _ in range(2):
                        connection.recv(len(asked), socket.MSG_WAITALL)
                        connection.sendall(answer)

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            with DatabaseProxy(server.getsockname()[1]) as proxy, \
                    socket.create_connection(("127.0.0.1", proxy.port), timeout=20) as client:
                for _ in range(2):
                    client.sendall(asked)
                    self.assertEqual(client.recv(16, socket.MSG_WAITALL), answer)
                counts = proxy.counts
            thread.join(20)
        self.assertEqual((counts.commands, counts.reads, counts.writes, counts.commit_records), (2, 0, 2, 2))
        self.assertEqual((counts.sent_bytes, len(counts.answer_s)), (2 * len(asked), 2))


class Documents(unittest.TestCase):
    def test_a_bench_that_was_not_run_keeps_its_rows(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(figures, "ALL", Path(folder) / "all.md"), \
                mock.patch.object(figures, "GOALS", Path(folder) / "goals.md"):
            figures.GOALS.write_text(f"before\n{figures.BEGIN}{figures.END}\nafter\n")
            with mock.patch.object(figures, "commit", lambda: "abc1"):
                figures.write_documents({"flow": [Figure("flow", 123, "orders/s", 5_000)], "post": [Figure("  p99", 1.5, "ms")]},
                                        ["post", "flow"])
            with mock.patch.object(figures, "commit", lambda: "abc2"):
                figures.write_documents({"post": [at_most("p99", 2.5, "ms", 5)]}, ["post", "flow"])
            rows = ["| p99 | 2.5 ms | ≤ 5 ms | `post` | abc2 |", "| flow | 123 orders/s | ≥ 5,000 orders/s | `flow` | abc1 |"]
            self.assertEqual(figures.ALL.read_text().splitlines()[-2:], rows)
            goals = figures.GOALS.read_text().splitlines()
            self.assertEqual((goals[0], goals[-1], goals[-4:-2]), ("before", "after", rows))


if __name__ == "__main__":
    unittest.main()
