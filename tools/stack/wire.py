"""The small part of the Kafka and MongoDB wire protocols that checks whether a server answers, and manages topics.

Written by hand so that the stack needs nothing but the standard library; the versions asked for are the oldest that
Kafka 4 still speaks. Every call is one short-lived connection with a time limit and raises OSError when it fails.
"""

import contextlib
import hashlib
import secrets
import socket
import ssl
import struct
from dataclasses import dataclass

HOST = "127.0.0.1"
_METADATA, _CREATE_TOPICS, _DELETE_TOPICS, _DELETE_RECORDS, _ALTER_USERS = 3, 19, 20, 21, 51
TOPIC_ALREADY_EXISTS = 36
_OP_MSG = 2013


class KafkaError(RuntimeError):
    """The broker answered with an error code."""

    def __init__(self, code: int, message: str):
        super().__init__(f"Kafka error {code}: {message}")
        self.code = code


@dataclass(frozen=True)
class Metadata:
    brokers: frozenset[int]  # The ids of the brokers that are up.
    topics: dict[str, int]  # Name -> number of partitions that have a leader.


def kafka_metadata(port: int, timeout_s: float = 2) -> Metadata:
    reply = _kafka_call(port, _METADATA, 1, struct.pack(">i", -1), timeout_s)  # No list of topics: all of them.
    brokers = set()
    for _ in range(reply.number("i")):
        brokers.add(reply.number("i"))
        reply.text()  # host
        reply.number("i")  # port
        reply.text()  # rack
    reply.number("i")  # controller
    topics = {}
    for _ in range(reply.number("i")):
        reply.number("h")  # error
        name = reply.text()
        reply.number("b")  # internal
        led = 0
        for _ in range(reply.number("i")):
            reply.number("h")  # error
            reply.number("i")  # partition
            led += reply.number("i") >= 0  # leader
            for _ in range(2):  # replicas, in-sync replicas
                for _ in range(reply.number("i")):
                    reply.number("i")
        topics[name] = led
    return Metadata(frozenset(brokers), topics)


def kafka_create_topic(port: int, name: str, partitions: int, replication: int, config: dict, timeout_s: float = 20) -> None:
    entries = b"".join(_text(key) + _text(str(value)) for key, value in config.items())
    topic = _text(name) + struct.pack(">ihii", partitions, replication, 0, len(config)) + entries
    body = struct.pack(">i", 1) + topic + struct.pack(">ib", int(timeout_s * 1000), 0)
    reply = _kafka_call(port, _CREATE_TOPICS, 2, body, timeout_s + 1)
    reply.number("i")  # throttle time
    for _ in range(reply.number("i")):
        reply.text()  # name
        code, message = reply.number("h"), reply.text()
        if code:
            raise KafkaError(code, f"creating {name}: {message}")


def kafka_delete_topic(port: int, name: str, timeout_s: float = 20) -> None:
    body = struct.pack(">i", 1) + _text(name) + struct.pack(">i", int(timeout_s * 1000))
    reply = _kafka_call(port, _DELETE_TOPICS, 1, body, timeout_s + 1)
    reply.number("i")  # throttle time
    for _ in range(reply.number("i")):
        reply.text()  # name
        code = reply.number("h")
        if code:
            raise KafkaError(code, f"deleting {name}")


def kafka_delete_records(port: int, topic: str, partition: int, before: int, timeout_s: float = 20) -> None:
    """Removes the records before an offset, as retention does. `port` is that of the partition's leader."""
    body = (struct.pack(">i", 1) + _text(topic) + struct.pack(">iiq", 1, partition, before)
            + struct.pack(">i", int(timeout_s * 1000)))
    reply = _kafka_call(port, _DELETE_RECORDS, 0, body, timeout_s + 1)
    reply.number("i")  # throttle time
    for _ in range(reply.number("i")):
        reply.text()  # name
        for _ in range(reply.number("i")):
            reply.number("i")  # partition
            reply.number("q")  # first offset that is left
            code = reply.number("h")
            if code:
                raise KafkaError(code, f"deleting records of {topic}")


def kafka_add_user(port: int, user: str, password: str, timeout_s: float = 20) -> None:
    """Makes a user who may log in by SCRAM-SHA-512, or gives the one there is this password."""
    salt, iterations = secrets.token_bytes(32), 4096
    salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, iterations)
    upsertion = _compact(user.encode()) + struct.pack(">bi", 2, iterations) + _compact(salt) + _compact(salted) + b"\0"
    body = b"\x01" + b"\x02" + upsertion + b"\0"  # No deletions, one upsertion, no tags.
    reply = _kafka_call(port, _ALTER_USERS, 0, b"\0" + body, timeout_s)  # The header of such a request ends in tags, too: none.
    reply.number("b")  # tags of the header
    reply.number("i")  # throttle time
    reply.number("b")  # one result
    reply.skip(reply.number("b") - 1)  # the user
    code = reply.number("h")
    if code:
        raise KafkaError(code, f"adding the user {user}")


def mongo_hello(port: int, timeout_s: float = 2, tls: ssl.SSLContext | None = None) -> None:
    """Returns once the server answers its greeting with ok: 1, by the name that every server knows."""
    mongo_command(port, {"isMaster": 1, "$db": "admin"}, timeout_s, tls)


def mongo_command(port: int, fields: dict[str, int | str], timeout_s: float = 2, tls: ssl.SSLContext | None = None) -> bytes:
    """Runs a command of plain numbers and texts, and returns the raw reply once it is sure that it says ok: 1."""
    document = b"".join(map(_bson_element, fields.items()))
    document = struct.pack("<i", len(document) + 5) + document + b"\0"
    body = struct.pack("<ib", 0, 0) + document  # No flags; one section of kind 0.
    header = struct.pack("<iiii", 16 + len(body), 1, 0, _OP_MSG)
    with contextlib.ExitStack() as opened:
        connection = opened.enter_context(socket.create_connection((HOST, port), timeout_s))
        if tls:
            connection = opened.enter_context(tls.wrap_socket(connection, server_hostname=HOST))
        connection.sendall(header + body)
        size = struct.unpack("<i", _read(connection, 4))[0]
        reply = _read(connection, size - 4)
    if b"\x01ok\0" + struct.pack("<d", 1.0) not in reply:
        raise OSError(f"port {port} does not answer {fields} with ok: {reply[:300]!r}")
    return reply


def _bson_element(field: tuple[str, int | str]) -> bytes:
    name, value = field
    key = name.encode() + b"\0"
    if isinstance(value, int):
        return b"\x10" + key + struct.pack("<i", value)
    text = value.encode() + b"\0"
    return b"\x02" + key + struct.pack("<i", len(text)) + text


def _compact(data: bytes) -> bytes:
    """As the newer requests of Kafka have it; for less than 127 bytes."""
    return bytes([len(data) + 1]) + data


class _Reply:
    """Reads a Kafka response from front to back."""

    def __init__(self, data: bytes):
        self._data, self._at = data, 0

    def number(self, kind: str) -> int:
        value = struct.unpack_from(">" + kind, self._data, self._at)[0]
        self._at += struct.calcsize(">" + kind)
        return value

    def skip(self, size: int) -> None:
        self._at += size

    def text(self) -> str | None:
        size = self.number("h")
        if size < 0:
            return None
        self._at += size
        return self._data[self._at - size : self._at].decode()


def _kafka_call(port: int, api: int, version: int, body: bytes, timeout_s: float) -> _Reply:
    request = struct.pack(">hhi", api, version, 1) + _text("ordo-stack") + body
    with socket.create_connection((HOST, port), timeout_s) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        size = struct.unpack(">i", _read(connection, 4))[0]
        reply = _Reply(_read(connection, size))
    reply.number("i")  # correlation id
    return reply


def _text(value: str) -> bytes:
    data = value.encode()
    return struct.pack(">h", len(data)) + data


def _read(connection: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise ConnectionError("closed in the middle of an answer")
        data += chunk
    return bytes(data)
