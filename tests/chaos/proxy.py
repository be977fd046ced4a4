"""A TCP proxy whose link can be as bad as real ones.

`Proxy` listens on its own port and forwards bytes to a target. One call at a time sets the state of its link:

    cut()            every connection is reset now; new ones are accepted
    refuse()         every connection is reset, and new ones are refused
    delay(s)         each piece of up to 64 KiB takes this long
    throttle(n)      limits the bytes per second, in each direction of each connection
    blackhole()      connections stay open and new ones are accepted, but nothing passes; heal() then delivers it
    half_open()      open connections are silently dead at the far end, as when a host disappears; new ones work.
                     heal() resets the dead ones, like a host that is back
    heal()           the link is good again

All proxies share one thread with an event loop. Any thread may call every method except the coroutines. A method returns when
the change is in effect.
"""

import asyncio
import contextlib
import itertools
import socket
import struct
import threading
from collections.abc import Coroutine

HOST = "127.0.0.1"
PIECE = 64 * 1024
STEP_S = 0.05  # Interval in which a throttled connection forwards bytes.
CONNECT_S = 10
CALL_S = 20

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 s: close() sends RST.


class _Loop:
    """The event loop of all proxies, on a thread that ends with the program."""

    def __init__(self):
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def call(self, work: Coroutine):
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="proxies", daemon=True).start()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=CALL_S)


_loop = _Loop()


class _Connection:
    """A client, and the target once it is reached. Lives on the loop."""

    def __init__(self, proxy: "Proxy", reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.proxy, self.reader, self.writer = proxy, reader, writer
        self.far: asyncio.StreamWriter | None = None
        self.dead = False  # The far end is gone, but the client does not know.
        self.task = asyncio.current_task()

    async def run(self) -> None:
        try:
            await self.proxy._open_link.wait()
            far_reader, self.far = await asyncio.wait_for(
                asyncio.open_connection(HOST, self.proxy.target_port), CONNECT_S)
            _no_delay(self.far)
            pumps = [asyncio.ensure_future(self._pump(self.reader, self.far)),
                     asyncio.ensure_future(self._pump(far_reader, self.writer))]
            try:
                await asyncio.gather(*pumps)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)
        except (OSError, asyncio.TimeoutError, asyncio.CancelledError):
            pass  # One side is gone, or reset() was called: close the other side.
        finally:
            self._abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            piece = await reader.read(PIECE)
            if self.dead:
                if reader is not self.reader:
                    await asyncio.Event().wait()  # No more data comes from there.
                if not piece:
                    raise ConnectionResetError("the client has given up")
                continue
            if not piece:
                with contextlib.suppress(OSError):
                    writer.write_eof()
                return
            try:
                await self._pass(writer, piece)
            except OSError:
                if not self.dead:
                    raise

    async def _pass(self, writer: asyncio.StreamWriter, piece: bytes) -> None:
        proxy = self.proxy
        await proxy._open_link.wait()
        if proxy._delay_s:
            await asyncio.sleep(proxy._delay_s)
        at = 0
        while at < len(piece):
            rate = proxy._bytes_per_s
            part = piece[at : at + max(1, int(rate * STEP_S))] if rate else piece[at:]
            if rate:
                await asyncio.sleep(STEP_S)
            await proxy._open_link.wait()  # The link may have become worse meanwhile.
            if self.dead:
                return
            writer.write(part)
            await writer.drain()
            at += len(part)
            proxy.passed += len(part)

    def die(self) -> None:
        """The target sees a reset; the client sees nothing."""
        self.dead = True
        _reset(self.far)

    def reset(self) -> None:
        self._abort()
        self.task.cancel()

    def _abort(self) -> None:
        _reset(self.far)
        _reset(self.writer)


class Proxy:
    """Listens from construction on. `target_port` may be set later, before the first connection."""

    def __init__(self, name: str, port: int, target_port: int = 0):
        self.name, self.port, self.target_port = name, port, target_port
        self.passed = 0  # Bytes, in both directions.
        self.connections_made = itertools.count()
        self._delay_s = 0.0
        self._bytes_per_s = 0
        self._connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None
        self._open_link: asyncio.Event  # Not set: a black hole.
        _loop.call(self._start())

    # --- the state of the link ----------------------------------------------------------------------------------------

    def cut(self) -> None:
        _loop.call(self._reset_all())

    def refuse(self) -> None:
        _loop.call(self._refuse())

    def delay(self, seconds: float) -> None:
        self._delay_s = seconds

    def throttle(self, bytes_per_s: int) -> None:
        self._bytes_per_s = bytes_per_s

    def blackhole(self) -> None:
        _loop.call(self._blackhole())

    def half_open(self) -> None:
        _loop.call(self._half_open())

    def heal(self) -> None:
        _loop.call(self._heal())

    def close(self) -> None:
        _loop.call(self._close())

    @property
    def open_connections(self) -> int:
        return len(self._connections)

    # --- on the loop -------------------------------------------------------------------------------------------------

    async def _start(self) -> None:
        self._open_link = asyncio.Event()
        self._open_link.set()
        await self._listen()

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, HOST, self.port, limit=PIECE)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        next(self.connections_made)
        _no_delay(writer)
        connection = _Connection(self, reader, writer)
        self._connections.add(connection)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)

    async def _reset_all(self) -> None:
        for connection in list(self._connections):
            connection.reset()

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._reset_all()

    async def _blackhole(self) -> None:
        self._open_link.clear()

    async def _half_open(self) -> None:
        for connection in self._connections:
            if connection.far is not None:
                connection.die()

    async def _heal(self) -> None:
        self._delay_s, self._bytes_per_s = 0.0, 0
        for connection in [each for each in self._connections if each.dead]:
            connection.reset()
        self._open_link.set()
        await self._listen()

    async def _close(self) -> None:
        await self._refuse()


def _no_delay(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _reset(writer: asyncio.StreamWriter | None) -> None:
    if writer is None:
        return
    raw = writer.get_extra_info("socket")
    with contextlib.suppress(OSError, AttributeError, ValueError):
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()
