"""Mends faults of FerretDB 1.24.0 on SQLite. Three make it useless beyond a few thousand documents: they are of speed and of
resources, and what it answers stays the same. With the fourth mended an update is what it is in MongoDB, one thing: of two writers
whose filters both match the same state of a document only one may find it. Without that no owner is safe from another. The last
ones let it ask for a login."""

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
    # A filter of _id and something else reads the whole table, though the index on _id leaves one document to look at.
    ("internal/backends/sqlite/collection.go", """\tif params.Filter.Len() == 1 {
\t\tv, _ := params.Filter.Get("_id")
\t\tswitch v.(type) {
\t\tcase string, types.ObjectID:
\t\t\twhereClause = fmt.Sprintf(` WHERE %s = ?`, metadata.IDColumn)
\t\t\targs = []any{string(must.NotFail(sjson.MarshalSingleValue(v)))}
\t\t}
\t}

\tq += whereClause
\tq += prepareOrderByClause(params.Sort)
""", """\tif params.Filter.Len() > 0 {
\t\tv, _ := params.Filter.Get("_id")
\t\tswitch v.(type) {
\t\tcase string, types.ObjectID:
\t\t\twhereClause = fmt.Sprintf(` WHERE %s = ?`, metadata.IDColumn)
\t\t\targs = []any{string(must.NotFail(sjson.MarshalSingleValue(v)))}
\t\t}
\t}

\tq += whereClause
\tq += prepareOrderByClause(params.Sort)
"""),
    # An update reads, compares and writes in three steps, between which another one may do the same.
    ("internal/handler/msg_update.go", """\t"fmt"\n""", """\t"fmt"\n\t"sync"\n"""),
    ("internal/handler/msg_update.go", "// updateDocument iterate", "// updating is held by the one update at work.\nvar updating sync.Mutex\n\n// updateDocument iterate"),
    ("internal/handler/msg_update.go", """\tvar matched, modified int32\n\tvar upserted types.Array\n""",
     """\tvar matched, modified int32\n\tvar upserted types.Array\n\n\tupdating.Lock()\n\tdefer updating.Unlock()\n"""),
    # The library has no way to say that clients have to log in; its command has (--test-enable-new-auth, --setup-username).
    ("ferretdb/ferretdb.go", """\t\tSQLiteURL: config.SQLiteURL,\n\n\t\tTestOpts: registry.TestOpts{\n""",
     """\t\tSQLiteURL: config.SQLiteURL,\n\n\t\tSetupDatabase: os.Getenv("FERRET_DATABASE"),
\t\tSetupUsername: os.Getenv("FERRET_USER"),\n\t\tSetupPassword: password.WrapPassword(os.Getenv("FERRET_PASSWORD")),

\t\tTestOpts: registry.TestOpts{\n\t\t\tEnableNewAuth:           os.Getenv("FERRET_USER") != "",\n"""),
    ("ferretdb/ferretdb.go", """\t"net/url"\n""", """\t"net/url"\n\t"os"\n"""),
    ("ferretdb/ferretdb.go", """\t"github.com/FerretDB/FerretDB/internal/util/state"\n""",
     """\t"github.com/FerretDB/FerretDB/internal/util/password"\n\t"github.com/FerretDB/FerretDB/internal/util/state"\n"""),
)


def apply(vendor: Path) -> None:
    """Mends the copy of FerretDB below the folder `vendor`, as `go mod vendor` makes it."""
    for name, before, after in PATCHES:
        path = vendor / "github.com/FerretDB/FerretDB" / name
        text = path.read_text()
        if text.count(before) != 1:
            raise StackError(f"{path} is not the file that ferret_patch.py was written for")
        path.write_text(text.replace(before, after))
