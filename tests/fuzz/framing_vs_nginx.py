"""Sends the same bytes to ordo and to nginx. They must agree where each request ends.

Run `python3 -m unittest framing_vs_nginx` in this folder. ORDO_BIN: path of the binary. FRAMING_CASES: number of mutations, in
addition to the handwritten cases (3000). FRAMING_SEED: their seed (1).

They agree if the requests that ordo can read are the first of those that nginx can read, with the same targets in the same
order. ordo may refuse or wait where nginx continues; each such class is printed with its count. nginx may refuse, or end the
connection, where ordo continues. Behind nginx, ordo must see exactly the requests that nginx has sent.
"""

import collections
import concurrent.futures
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import unittest
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

from framing_cases import by_hand, crlf, mutations  # noqa: E402
from harness import HOST, Case, Process, StackError, free_port, get  # noqa: E402

CASES = int(os.environ.get("FRAMING_CASES", 3000))
SEED = int(os.environ.get("FRAMING_SEED", 1))
PATIENCE_S = 20
AT_ONCE = 12

# nginx as a server logs what it has read of each request, including the body. It also runs as a proxy in front of ordo.
NGINX = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log crit;
events {{ worker_connections 1024; }}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  log_format seen escape=json '{{"port":$remote_port,"method":"$request_method","uri":"$request_uri","status":$status,'
                              '"body":"$request_body","sent":"$upstream_status"}}';
  large_client_header_buffers 4 16k; client_header_buffer_size 16k; client_max_body_size 1m; client_body_buffer_size 1m;
  keepalive_requests 10000; lingering_close always; proxy_ignore_client_abort on; proxy_next_upstream off; proxy_http_version 1.1;
  client_header_timeout 5s; client_body_timeout 5s; send_timeout 5s; proxy_read_timeout 15s;
  upstream ordo {{ server {host}:{ordo}; keepalive 8; }}
  server {{ listen {host}:{alone}; access_log {folder}/alone.seen seen; location / {{ proxy_pass http://{host}:{echo}; }} }}
  server {{ listen {host}:{echo}; access_log off; location / {{ return 200 "$request_method $request_uri"; }} }}
  server {{ listen {host}:{front}; access_log {folder}/front.seen seen;
            location / {{ proxy_pass http://ordo; proxy_set_header Connection ""; proxy_set_header Host localhost; }} }}
}}
"""
REFUSED = {400, 405, 408, 411, 412, 413, 414, 417, 431, 494, 501, 505}  # statuses of nginx itself, because its upstream always answers 200

# The codes with which ordo refuses to read more.
FRAMING_CODES = {"malformed_request", "header_too_large", "body_too_large", "folded_header", "bad_target", "bad_framing", "bad_host",
                 "bad_expectation", "bad_http_version", "target_too_long", "too_many_header_fields", "chunk_header_too_large", 
                 "header_timeout", "body_timeout"}


@dataclass
class Seen:
    """How a server read the bytes of one connection."""

    requests: list = field(default_factory=list)  # targets; None if unknown
    end: str = "the end of the bytes"  # why there were no more


def exchange(port: int, data: bytes) -> tuple[int, bytes]:
    """Our port, and all answers until the server closed the connection."""
    with socket.create_connection((HOST, port), timeout=PATIENCE_S) as connection:
        ours = connection.getsockname()[1]
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        answered = b""
        with contextlib.suppress(ConnectionResetError):
            while chunk := connection.recv(65536):
                answered += chunk
        return ours, answered


def answers(data: bytes):
    """(status, headers, body) of each answer. The answer to a HEAD has a length but no body. The answer to HTTP/0.9 is only a
    body, up to the end."""
    while data.startswith(b"HTTP/"):
        head, _, data = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        if status == 100 or data.startswith(b"HTTP/1.1 "):
            length = 0
        if status != 100:
            yield status, headers, data[:length]
        data = data[length:]


def origin_form(target: str) -> str:
    return re.sub(r"^https?://[^/?#]*", "", target, flags=re.IGNORECASE) or "/"


def path_of(target: str) -> str:
    """The form of a target in ordo's 404: without the query, shortened, and as ASCII."""
    path = origin_form(target).split("?")[0][:200]
    return "".join(c if c < "\x80" else f"%{ord(c):02X}" for c in path)


def read_ordo(answered: bytes) -> Seen:
    seen = Seen()
    for status, headers, body in answers(answered):
        problem = {}
        with contextlib.suppress(ValueError):
            problem = json.loads(body.decode("utf-8", "replace"))
        if isinstance(problem, dict) and problem.get("code") in FRAMING_CODES:
            seen.end = f"ordo refuses: {problem['code']}, {problem['detail']}"
            return seen
        said = re.fullmatch(r"there is nothing at (.*)", str(problem.get("detail", "")), re.DOTALL) if isinstance(problem, dict) else None
        seen.requests.append(said[1] if said else None)
        if headers.get("connection") == "close":
            seen.end = "ordo ends the connection"
    return seen


def read_nginx(entries: list[dict], answered: bytes) -> Seen:
    seen = Seen()
    for entry in entries:
        if entry["status"] in REFUSED:
            seen.end = f"nginx refuses with {entry['status']}"
            return seen
        seen.requests.append(path_of(entry["uri"]))
    last = None
    for _, headers, _ in answers(answered):
        last = headers
    if answered and (not last or last.get("connection") == "close"):
        seen.end = "nginx ends the connection"
    return seen


class Nginx(Process):
    def __init__(self, folder: Path, ordo: int):
        self.folder, self.alone, self.echo, self.front = folder, free_port(), free_port(), free_port()
        config = folder / "nginx.conf"
        config.write_text(NGINX.format(folder=folder, host=HOST, ordo=ordo, alone=self.alone, echo=self.echo, front=self.front))
        super().__init__("nginx", ["nginx", "-p", str(folder), "-c", str(config)], folder / "nginx.log", daemon=False)

    def start(self) -> None:
        self.spawn()
        self.wait_ready(lambda: get(self.alone, "/ready").status == 200, 20)
        get(self.front, "/livez")

    def entries(self, name: str) -> dict[int, list[dict]]:
        """The logged requests, by the client's port. The log's JSON has one character per byte of a body."""
        entries = collections.defaultdict(list)
        for line in (self.folder / f"{name}.seen").read_text("latin-1").splitlines():
            entry = json.loads(line)
            entries[entry["port"]].append(entry)
        return entries

    def forget(self, name: str) -> None:
        os.truncate(self.folder / f"{name}.seen", 0)


class FramingVsNginx(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ordo = cls.server("ordo", {"data_dir": str(cls.folder / "data"), "log_level": "warn", "allowed_hosts": ["s", "t"]})
        cls.ordo.start()
        cls.nginx = Nginx(cls.folder, cls.ordo.port)
        cls.addClassCleanup(cls.nginx.stop)
        cls.nginx.start()
        cls.hand, cls.mutated = by_hand(), mutations(CASES, SEED)

    # --- side by side

    def both(self, cases: dict[str, bytes]) -> dict[str, tuple[Seen, Seen]]:
        """name -> (what ordo saw, what nginx saw)."""
        def one(data: bytes):
            return exchange(self.ordo.port, data)[1], exchange(self.nginx.alone, data)

        seen = {}
        names = list(cases)
        for begin in range(0, len(names), 500):
            part = names[begin:begin + 500]
            self.nginx.forget("alone")
            with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
                raw = dict(zip(part, pool.map(one, (cases[name] for name in part))))
            entries_of = self.nginx.entries("alone")
            for name, (ordo, (port, nginx)) in raw.items():
                seen[name] = read_ordo(ordo), read_nginx(entries_of[port], nginx)
        return seen

    def disagreement(self, ordo: Seen, nginx: Seen) -> str | None:
        for at, (mine, theirs) in enumerate(zip(ordo.requests, nginx.requests)):
            if mine is not None and mine != path_of(theirs):
                return f"request {at} is {mine!r} for ordo and {theirs!r} for nginx"
        if len(ordo.requests) > len(nginx.requests) and not nginx.end.startswith("nginx "):
            return f"ordo sees {len(ordo.requests)} requests, nginx {len(nginx.requests)}, without a reason for the end"
        return None

    def compare(self, cases: dict[str, bytes], what: str) -> None:
        classes, wrong, requests = collections.Counter(), [], 0
        for name, (ordo, nginx) in self.both(cases).items():
            requests += len(ordo.requests)
            if disagreement := self.disagreement(ordo, nginx):
                wrong.append(f"{name}: {disagreement}\n  ordo: {ordo}\n  nginx: {nginx}\n  {cases[name][:1500]!r}")
            elif len(ordo.requests) < len(nginx.requests):
                classes["ordo waits for more, or was left alone" if ordo.end == "the end of the bytes" else ordo.end] += 1
            elif len(ordo.requests) > len(nginx.requests):
                classes[f"{nginx.end}, ordo continues"] += 1
            else:
                classes["the same requests"] += 1
        print(f"framing: {what}: {len(cases)} cases, {requests} requests, {len(wrong)} disagreements", file=sys.stderr)
        for kind, count in classes.most_common():
            print(f"framing:   {count:5}  {kind}", file=sys.stderr)
        self.assertEqual(wrong, [], f"{len(wrong)} of {len(cases)}; the first:\n" + "\n".join(wrong[:5]))

    def test_cases_by_hand(self):
        self.compare(self.hand, "cases by hand")

    def test_mutations(self):
        self.compare(self.mutated, f"mutations of seed {SEED}")

    def test_the_comparison_sees_a_difference(self):
        """The comparison detects servers that differ."""
        two, one = Seen(["/m/one", "/m/inside"]), Seen(["/m/one"])
        self.assertIsNotNone(self.disagreement(two, one))
        self.assertIsNotNone(self.disagreement(Seen(["/m/one", "/m/inside"]), Seen(["/m/one", "/m/after"])))
        self.assertIsNone(self.disagreement(one, two))
        ordo, nginx = self.both({"two": crlf("GET /m/one HTTP/1.1\nHost: s\n\nGET http://s/m/two HTTP/1.1\nHost: s\n\n")})["two"]
        self.assertEqual(ordo.requests, ["/m/one", "/m/two"])
        self.assertEqual(nginx.requests, ["/m/one", "/m/two"])

    # --- one behind the other

    def seen_by_ordo(self) -> tuple[int, int]:
        """The numbers of requests that ordo has answered and that it could not read, without this one."""
        text = get(self.ordo.port, "/metrics").body.decode()
        answered = sum(int(n) for n in re.findall(r"^ordo_http_responses_total\{.*\} (\d+)$", text, re.MULTILINE))
        return answered, int(re.search(r"^ordo_http_refusals_total (\d+)$", text, re.MULTILINE)[1])

    def smuggled(self, cases: dict[str, bytes]) -> str | None:
        """The errors when these are sent through nginx. ordo must answer as many requests as nginx has sent, and read all of them."""
        self.nginx.forget("front")
        before = self.seen_by_ordo()
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            ports = [port for port, _ in pool.map(lambda data: exchange(self.nginx.front, data), cases.values())]
        # nginx writes its log after its answer. So if the numbers differ, check again.
        for looks in range(1, 30):
            entries_of = self.nginx.entries("front")
            entries = [entry for port in ports for entry in entries_of[port] if entry["sent"]]
            after = self.seen_by_ordo()
            answered, refused = after[0] - before[0] - looks, after[1] - before[1]  # Each check is answered too.
            lost = [entry for entry in entries if entry["sent"] in ("502", "504")]
            if answered == len(entries) and not lost:
                break
            time.sleep(0.05)
        else:
            return f"nginx has sent {len(entries)} requests, ordo has answered {answered}, {len(lost)} were lost: {lost}"
        self.sent += len(entries)
        self.unreadable += refused
        return None

    def test_behind_nginx_nothing_is_smuggled(self):
        self.sent = self.unreadable = 0
        cases = self.hand | self.mutated
        names = list(cases)
        for begin in range(0, len(names), 50):
            part = {name: cases[name] for name in names[begin:begin + 50]}
            if not (together := self.smuggled(part)):
                continue
            wrong = {name: problem for name, data in part.items() if (problem := self.smuggled({name: data}))}
            self.fail(f"through nginx: {together}; by themselves: {wrong or 'none of ' + ', '.join(part)}")
        print(f"framing: behind nginx: {len(cases)} cases, {self.sent} requests sent on and answered, {self.unreadable} of them "
              "refused as unreadable, none smuggled", file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
