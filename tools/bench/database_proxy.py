"""A proxy before the database. It counts what ordo asks of it, measures each answer, and can delay the answers.

So the figures are the same for every database with MongoDB's protocol, whatever it counts itself.
"""

import asyncio
import contextlib
import struct
import threading
import time
from dataclasses import dataclass, field

HOST = "127.0.0.1"
OP_MSG = 2013
COMMITS = "commits"  # the collection of commit records
WRITES = {"insert": "documents", "update": "updates", "delete": "deletes"}  # the command, and the name of its statements
READS = {"find", "aggregate", "count", "getMore"}
CALL_S = 20


@dataclass
class Counts:
    commands: int = 0  # reads and writes
    reads: int = 0
    writes: int = 0  # statements: documents to insert, replace or delete
    commit_records: int = 0  # those of the writes that are commit records
    sent_bytes: int = 0
    answer_s: list[float] = field(default_factory=list)  # from a command to its answer, without the delay of this proxy


class DatabaseProxy:
    """Listens on its own port until close(). `counts` may be replaced at any time."""

    def __init__(self, target_port: int):
        self.counts = Counts()
        self.delay_s = 0.0
        self._target = target_port
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="database proxy", daemon=True).start()
        self._server = self._call(asyncio.start_server(self._serve, HOST, 0))
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        async def end() -> None:
            self._server.close()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        self._call(end())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _call(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(CALL_S)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_writer = None
        asked: dict[int, float] = {}  # request id -> when, of the commands that count
        try:
            far_reader, far_writer = await asyncio.open_connection(HOST, self._target)
            pumps = [asyncio.ensure_future(self._requests(reader, far_writer, asked)),
                     asyncio.ensure_future(self._answers(far_reader, writer, asked))]
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass  # The database is not there, or close() was called: the client sees a closed connection.
        finally:
            for one in (writer, far_writer):
                if one is not None:
                    with contextlib.suppress(OSError, RuntimeError):
                        one.close()

    async def _requests(self, reader, writer, asked: dict[int, float]) -> None:
        while True:
            message = await _message(reader)
            if self._count(message):
                asked[struct.unpack_from("<i", message, 4)[0]] = time.monotonic()
            writer.write(message)
            await writer.drain()

    async def _answers(self, reader, writer, asked: dict[int, float]) -> None:
        while True:
            message = await _message(reader)
            began = asked.pop(struct.unpack_from("<i", message, 8)[0], None)
            if began is not None:
                self.counts.answer_s.append(time.monotonic() - began)
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
            writer.write(message)
            await writer.drain()

    def _count(self, message: bytes) -> bool:
        """Whether it is a read or a write."""
        if struct.unpack_from("<i", message, 12)[0] != OP_MSG:
            return False
        command, collection, statements = parse(message)
        if command not in READS and command not in WRITES:
            return False
        counts = self.counts
        counts.commands += 1
        counts.sent_bytes += len(message)
        if command in READS:
            counts.reads += 1
        else:
            counts.writes += statements
            if collection == COMMITS:
                counts.commit_records += statements
        return True


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(4)
    return head + await reader.readexactly(struct.unpack("<i", head)[0] - 4)


def parse(message: bytes) -> tuple[str, str, int]:
    """The name of an OP_MSG's command, its collection, and the number of its statements."""
    at, end = 20, len(message)  # behind the header and the flags
    command, collection, statements = "", "", 0
    while at < end - 4 and message[at] in (0, 1):
        kind = message[at]
        size = struct.unpack_from("<i", message, at + 1)[0]
        if kind == 0:
            command, collection, inline = _body(message[at + 1:at + 1 + size])
            statements += inline
        else:
            place = message.index(b"\0", at + 5) + 1
            while place < at + 1 + size:
                place += struct.unpack_from("<i", message, place)[0]
                statements += 1
        at += 1 + size
    return command, collection, statements


def _body(document: bytes) -> tuple[str, str, int]:
    """The first element is the command and its collection. Statements are an array, unless they have a section of their own."""
    command, collection, statements = "", "", 0
    for kind, name, value in _elements(document):
        if not command:
            command = name
            collection = value[4:-1].decode() if kind == 2 else ""
        elif kind == 4 and name == WRITES.get(command):
            statements = sum(1 for _ in _elements(value))
    return command, collection, statements


# The bytes of a BSON value by its type; None: its length comes first. These are all that occur before and in a command.
_SIZES = {1: 8, 2: None, 3: None, 4: None, 5: None, 7: 12, 8: 1, 9: 8, 10: 0, 16: 4, 17: 8, 18: 8}


def _elements(document: bytes):
    """Type, name and bytes of each element of a BSON document."""
    at = 4
    while document[at]:
        kind = document[at]
        end = document.index(b"\0", at + 1)
        name, at = document[at + 1:end].decode(), end + 1
        size = _SIZES[kind]
        if size is None:
            size = struct.unpack_from("<i", document, at)[0] + {2: 4, 3: 0, 4: 0, 5: 5}[kind]
        yield kind, name, document[at:at + size]
        at += size
