"""Mends two faults of FerretDB 1.24.0 on SQLite that make it useless beyond a few thousand documents. Both are of speed and of
resources; what it answers stays the same."""

from pathlib import Path

from errors import StackError

PATCHES = (
    # The unique index on _id is made on the expression ->"_id"; looked up by another one, every find, update and delete by _id
    # reads the whole table.
    ("internal/backends/sqlite/metadata/metadata.go", """DefaultColumn + "->'$._id'\"""", """DefaultColumn + "->'_id'\""""),
    # An update command holds one of the pool's 100 connections for each of its updates until it is done: with 100 of them it
    # waits for itself for ever.
    ("internal/handler/msg_update.go", "\t\tdefer closer.Close()\n", ""),
    ("internal/handler/msg_update.go", """common.UpdateDocument(ctx, c, "update", iter, &u)\n""",
     """common.UpdateDocument(ctx, c, "update", iter, &u)\n\t\tcloser.Close()\n"""),
)


def apply(vendor: Path) -> None:
    """Mends the copy of FerretDB below the folder `vendor`, as `go mod vendor` makes it."""
    for name, before, after in PATCHES:
        path = vendor / "github.com/FerretDB/FerretDB" / name
        text = path.read_text()
        if text.count(before) != 1:
            raise StackError(f"{path} is not the file that ferret_patch.py was written for")
        path.write_text(text.replace(before, after))
