#!/usr/bin/env python3
"""Writes the tables of docs that follow from the program: what stands between `<!-- generated: NAME -->` and `<!-- end -->`.

It asks `ordo config show`, `ordo import formats`, a server on an empty folder (/openapi.json, /asyncapi.json), the tables of its
database, and `ordo check` of it.
"""

import argparse
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from demo_server import Server

PROJECT = Path(__file__).resolve().parent.parent
PAGES = sorted((PROJECT / "docs").glob("*.md"))
BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n)(.*?)(<!-- end -->)", re.S)
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass
class Facts:
    """What a program says about itself."""

    settings: list[dict]
    openapi: dict
    asyncapi: dict
    filters: dict[str, list[str]]  # collection -> what its documents are found by
    inboxes: dict[str, str]  # collection -> the topic it follows from
    imports: dict  # roles of columns, profiles of programs, words for states
    invariants: list[dict]  # what the check verifies

    def routes(self):
        """Method, path and operation of each route, as they were registered."""
        for path, operations in self.openapi["paths"].items():
            for method in METHODS:
                if method in operations:
                    yield method.upper(), path, operations[method]


def read_facts(ordo: str) -> Facts:
    with tempfile.TemporaryDirectory(prefix="ordo-docs-") as name:
        folder = Path(name)

        def run(*arguments: str) -> str:
            return subprocess.run([ordo, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout

        server = Server(ordo, folder, [])
        try:
            server.start()
            documents = []
            for path in ("/openapi.json", "/asyncapi.json"):
                with urllib.request.urlopen(server.url + path) as answer:
                    documents.append(json.load(answer))
            server.stop()
        finally:
            server.close()
        # With a retention, it names the topic that each collection follows from.
        inboxes = dict(re.findall(r"^# (\w+) .* records of (\w+) ", run("config", "show", "--retention", "1d"), re.M))
        return Facts(json.loads(run("config", "show", "--json")), *documents, read_filters(folder / "data" / "ordo.db", inboxes), inboxes,
                     json.loads(run("import", "formats", "-o", "json")),
                     json.loads(run("check", "--data-dir", str(folder / "data"), "-o", "json"))["invariants"])


def read_filters(database: Path, collections) -> dict[str, list[str]]:
    with closing(sqlite3.connect(database)) as connection:
        columns = {name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")] for name in collections}
    return {name: [column.removesuffix("_hash") for column in found if column not in ("id", "sort", "rev", "updated", "body")]
            for name, found in columns.items()}


# --- Markdown


def code(text: str) -> str:
    return f"`{text}`" if text not in ("", "...") else text


def listed(texts) -> str:
    return ", ".join(code(text) for text in texts)


def table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines).replace("|  |", "| |")


# --- the tables


def settings(facts: Facts) -> str:
    first_topic = next(spec["key"].split(".")[1] for spec in facts.settings if spec["key"].startswith("topics."))
    rows, files = [], []
    for spec in facts.settings:
        key, value = spec["key"], spec["value"]
        if spec["help"].startswith("File that contains "):
            files.append(key)
        elif key.startswith(f"topics.{first_topic}."):
            key = key.replace(first_topic, "<topic>")
            rows.append([code(key), code(value.replace(first_topic, "<topic>")), spec["expects"], spec["help"]])
        elif not key.startswith("topics."):
            # A list that names all there is would say the same thing three times.
            rows.append([code(key), "all" if spec["help"].endswith(value) and "," in value else code(value), spec["expects"], spec["help"]])
    rows.append([listed(files), "", "a file", "Files that hold these secrets"])
    return table(["setting", "default", "takes", ""], rows)


def problems(operation: dict) -> dict[int, list[str]]:
    """Status -> the codes that a route declares."""
    found = {}
    for status, answer in operation["responses"].items():
        if status.isdigit() and int(status) >= 400 and ": " in answer.get("description", ""):
            found[int(status)] = answer["description"].partition(": ")[2].split(", ")
    return found


def routes(facts: Facts) -> str:
    rows = []
    for method, path, operation in facts.routes():
        answers = ", ".join(status for status in operation["responses"] if status.isdigit() and int(status) < 400)
        refusals = "; ".join(f"{status} {listed(codes)}" for status, codes in sorted(problems(operation).items()))
        rows.append([code(f"{method} {path}"), operation["summary"], code(operation.get("x-ordo-permission", "")), answers, refusals])
    return table(["request", "", "permission", "answers", "problems of its own"], rows)


def filters(facts: Facts) -> str:
    rows = []
    for method, path, operation in facts.routes():
        names = [parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"]
        if "cursor" in names:
            rows.append([code(path), listed(name for name in names if name not in ("limit", "cursor", "sort"))])
    return table(["list", "filters"], rows)


def of_topics(facts: Facts, action: str) -> dict[str, list[str]]:
    """Topic -> the roles that send to it or receive from it."""
    found = {}
    for name, operation in facts.asyncapi["operations"].items():
        if operation["action"] == action:
            found.setdefault(operation["channel"]["$ref"].rpartition("/")[2], []).append(name.partition(".")[0])
    return found


def topics(facts: Facts) -> str:
    senders, receivers = of_topics(facts, "send"), of_topics(facts, "receive")
    rows = [[code(topic), channel["description"], listed(senders.get(topic, [])), listed(receivers.get(topic, []))]
            for topic, channel in facts.asyncapi["channels"].items() if not topic.endswith(".dlq")]
    return table(["topic", "", "roles that write", "role that reads"], rows)


def messages(facts: Facts) -> str:
    rows = []
    for topic, channel in facts.asyncapi["channels"].items():
        if not topic.endswith(".dlq"):
            for name in channel["messages"]:
                message = facts.asyncapi["components"]["messages"][name]
                writers = message["description"].removeprefix("Written by ").removesuffix(".")
                rows.append([code(topic), code(name), message["summary"], writers])
    return table(["topic", "type", "", "written by"], rows)


def collections(facts: Facts) -> str:
    receivers = of_topics(facts, "receive")
    rows = [[code(name), listed(receivers[topic]), code(topic), listed(facts.filters[name])] for name, topic in facts.inboxes.items()]
    return table(["collection", "written by", "follows from", "filters"], rows)


def invariants(facts: Facts) -> str:
    return table(["name", "rule"], [[code(one["name"]), one["holds"]] for one in facts.invariants])


def import_columns(facts: Facts) -> str:
    rows = []
    for role in facts.imports["roles"]:
        # The marks between the words are for the program; see vocabulary() in src/columns/columns.h.
        words = f"{role['order_headings']} {role['product_headings']}".replace("/", " ").replace("[]", "").replace("^", "").split()
        rows.append([code(role["name"]), role["meaning"], listed(dict.fromkeys(words))])
    return table(["column", "", "headings that are known as it, beside those of the programs below"], rows)


def import_statuses(facts: Facts) -> str:
    rows = []
    for word in facts.imports["statuses"]:
        state = ", ".join(word[name] for name in ("status", "payment", "fulfillment") if word[name] != "none")
        rows.append([word["of"], listed(word["words"].split("|")), state + (", disputed" if word.get("disputed") else "")])
    return table(["of the", "words", "state"], rows)


def import_profiles(facts: Facts) -> str:
    rows = []
    for profile in facts.imports["profiles"]:
        advice = profile["advice"] or ("" if profile["has_lines"] else "has no lines: see `--lines`")
        rows.append([code(profile["name"]), profile["title"], listed(profile["recognized_by"]), advice])
    return table(["profile", "", "recognized by", ""], rows)


TABLES = {make.__name__: make for make in (settings, routes, filters, topics, messages, collections, invariants, import_columns,
                                        import_statuses, import_profiles)}


def rewritten(page: str, facts: Facts) -> str:
    return BLOCK.sub(lambda block: block[1] + TABLES[block[2]](facts) + block[4], page)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ordo", default=str(PROJECT / "build" / "release" / "ordo"), help="the program to ask")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a page differs")
    arguments = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("ORDO_") or name in ("DATABASE_URL", "PORT")]:
        del os.environ[name]  # The defaults are documented, not the configuration of this machine.
    facts, differing = read_facts(os.path.abspath(arguments.ordo)), []
    for page in PAGES:
        old = page.read_text()
        new = rewritten(old, facts)
        if new != old:
            differing.append(page.relative_to(PROJECT))
            if not arguments.check:
                page.write_text(new)
    for page in differing:
        print(f"{page}: {'differs' if arguments.check else 'rewritten'}")
    return 1 if arguments.check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
