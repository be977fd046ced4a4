"""Mends faults of FerretDB 1.24.0 on SQLite. Three make it useless beyond a few thousand documents: they are of speed and of
resources, and what it answers stays the same. With the fourth mended an update is what it is in MongoDB, one thing: of two writers
whose filters both match the same state of a document only one may find it. Without that no owner is safe from another. The last
one lets it ask for a login.

A place is found by names: a file, a function or constant in it, what is called there. One that is not there exactly once is an
error, for then this is not the version that was read."""

import re
from pathlib import Path

from errors import StackError


class Source:
    """One Go file."""

    def __init__(self, path: Path):
        self.path, self.text = path, path.read_text()

    def function(self, name: str) -> tuple[int, int]:
        """Where its text begins and ends, from `func` to the brace that closes it."""
        return self._one(rf"^func (?:\([^)]*\) )?{name}\(.*?^}}$", name)

    def edit(self, pattern: str, replacement: str, within: str | None = None) -> None:
        """Replaces the one match of `pattern`, in the function `within` or anywhere. `replacement` is a template."""
        begin, end = self.function(within) if within else (0, len(self.text))
        part, count = re.subn(pattern, replacement, self.text[begin:end], flags=re.MULTILINE)
        if count != 1:
            raise self._stranger(pattern)
        self.text = self.text[:begin] + part + self.text[end:]

    def begin_function(self, name: str, statements: str) -> None:
        """Puts statements at the head of a function."""
        begin, _ = self.function(name)
        body = self.text.index("{\n", begin) + 2
        self.text = self.text[:body] + statements + self.text[body:]

    def add_import(self, package: str) -> None:
        self.edit(r"^import \(\n", rf'\g<0>\t"{package}"\n')

    def add_fields(self, literal: str, fields: str) -> None:
        """Puts fields at the head of the one composite literal of a type."""
        self.edit(rf"\b{re.escape(literal)}\{{\n", rf"\g<0>{fields}")

    def add(self, declaration: str) -> None:
        self.text += "\n" + declaration

    def _one(self, pattern: str, what: str) -> tuple[int, int]:
        found = list(re.finditer(pattern, self.text, re.MULTILINE | re.DOTALL))
        if len(found) != 1:
            raise self._stranger(what)
        return found[0].span()

    def _stranger(self, what: str) -> StackError:
        return StackError(f"{self.path} is not the file that ferret_patch.py was written for: {what} is not there once")


def _look_up_ids(metadata: Source, collection: Source) -> None:
    # The unique index on _id is made on the operator -> with a plain name; looked up by a path, every find, update and delete by
    # _id reads the whole table.
    metadata.edit(r"^(\s*IDColumn\b\s*=).*$", r'\1 DefaultColumn + "->' + "'_id'" + '"')
    # A filter of _id and something else reads the whole table, though the index on _id leaves one document to look at.
    collection.edit(r"(\.Filter\.Len\(\)) == 1\b", r"\1 > 0", within="Query")


def _update_one_at_a_time(update: Source) -> None:
    # An update command holds one of the pool's 100 connections for each of its updates until it is done: with 100 of them it
    # waits for itself for ever.
    update.edit(r"^\s*defer \w+\.Close\(\)\n", "", within="updateDocument")
    update.edit(r"^.*\bcommon\.UpdateDocument\(.*\n", r"\g<0>\t\tcloser.Close()\n", within="updateDocument")
    # An update reads, compares and writes in three steps, between which another one may do the same.
    update.begin_function("updateDocument", "\tupdating.Lock()\n\tdefer updating.Unlock()\n\n")
    update.add("// updating is held by the one update at work.\nvar updating sync.Mutex\n")
    update.add_import("sync")


def _ask_for_a_login(library: Source) -> None:
    # The library has no way to say that clients have to log in; its command has (--test-enable-new-auth, --setup-username).
    library.add_fields("registry.NewHandlerOpts", """\t\tSetupDatabase: os.Getenv("FERRET_DATABASE"),
\t\tSetupUsername: os.Getenv("FERRET_USER"),
\t\tSetupPassword: password.WrapPassword(os.Getenv("FERRET_PASSWORD")),
""")
    library.add_fields("registry.TestOpts", """\t\t\tEnableNewAuth: os.Getenv("FERRET_USER") != "",\n""")
    library.add_import("os")
    library.add_import("github.com/FerretDB/FerretDB/internal/util/password")


def apply(vendor: Path) -> None:
    """Mends the copy of FerretDB below the folder `vendor`, as `go mod vendor` makes it."""
    root = vendor / "github.com/FerretDB/FerretDB"
    sqlite = root / "internal/backends/sqlite"
    metadata, collection = Source(sqlite / "metadata/metadata.go"), Source(sqlite / "collection.go")
    update, library = Source(root / "internal/handler/msg_update.go"), Source(root / "ferretdb/ferretdb.go")
    _look_up_ids(metadata, collection)
    _update_one_at_a_time(update)
    _ask_for_a_login(library)
    for source in (metadata, collection, update, library):
        source.path.write_text(source.text)
