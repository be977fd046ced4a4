// The state of processors in a MongoDB-wire database: steps made atomic without transactions.
//
// A step, commit():
//   1. The owner's commit record is replaced as a whole, where it still has the epoch and the `next` that the owner
//   read
//      (inserted where there was none). It carries the cursor and every document the step changed. This one write is
//      the commit: before it nothing of the step exists, after it all of the step will.
//   2. The changes are applied to their collections: new documents inserted in bulk, the others replaced where their
//      `rev` is lower. A new document that is there already is replaced the same way; one to be replaced that is not
//      there at all is inserted.
// recover() applies the changes of the record again, before it gives out the cursor. Every part of 2 can be done any
// number of times, by any number of processes, at any later time: `rev` only rises, and documents are never deleted.
//
// Who was fenced, and who only met himself? When the guard of 1 matches nothing, the record is read. Each recover()
// draws a new token, and a commit writes it into the record; within one token `next` only rises. So a record with this
// token, this epoch and this step's `next` is this very step, written by an attempt whose answer was lost: the commit
// goes on with 2. Any other record is another owner's: kFenced.
//
// A zombie, an owner that lost its partition and does not know:
//   - stopped before 1: its guard names a `next` that is gone once the new owner has committed: kFenced. Has the new
//     owner not committed yet, the zombie's step counts and the new owner's next one is fenced; it recovers and goes on
//     behind the zombie's step. Both fold the same records of the same log from the same state, so either one's step is
//     right; there is only never a mixture.
//   - stopped between 1 and 2, woken long after: the new owner has applied the zombie's changes in recover(), so each
//   of
//     its writes meets an equal or higher `rev`, or a duplicate key, and changes nothing.
//   - its request delayed in the network or at the server, after it gave up on it: the same, the guards travel with it.
//   - from before begin_epoch: its guard names an epoch that is gone.
//
// All of this needs of the database that one update of one document is one thing, as it is in MongoDB. FerretDB 1.24
// does it in two steps, between which another update may come, and is safe for one process alone; the one that the
// tests run on has that mended (tools/stack/ferret_patch.py).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "mongo/commit_record.h"
#include "mongo/database.h"
#include "process/ports.h"

namespace ordo::mongo {

// The places in a commit between which a process can die; for tests.
enum class CommitStage { encoded, recorded, inserted, applied };

// One thread at a time; uses one connection of its own. `database` outlives it.
class Store : public StateStore {
 public:
  // `stop_at`, for tests: called with each stage as it is reached; true ends the commit there as if the database had
  // gone away, kUnavailable.
  explicit Store(Database& database, std::function<bool(CommitStage)> stop_at = {});
  ~Store() override;

  // As StateStore says; kCorrupt "unreadable_commit" or "unreadable_document" for what nobody should have written.
  // load() too wants a recover() before it, and fences an owner of an earlier epoch.
  Result<Cursor> recover(const Owner& owner) override;
  Result<std::vector<std::optional<Document>>> load(const Owner& owner, std::int64_t from,
                                                    std::span<const DocumentKey> keys) override;

  // kFenced too when recover() did not come first, or when an earlier commit was fenced since. kInvalid
  // "commit_too_large" beyond kMaxCommitBytes: nothing was written; recover, and fold smaller batches. After
  // kUnavailable the same commit may be tried again, or the owner recovered.
  Result<void> commit(const Commit& commit) override;

  // Begins a new epoch: replaces the owner's cursor `from`, as recover() gave it, by `to`, whose epoch must be higher.
  // For the command line, when a log was truncated or made anew. kFenced when the cursor is not `from` any more.
  Result<void> begin_epoch(const Owner& owner, const Cursor& from, const Cursor& to);

  // Writes the record of an owner as recover() gave it again, without the changes of its last step: those are applied,
  // and shall not be applied once more. For the command line. kFenced when the cursor is not `cursor` any more.
  Result<void> drop_changes(const Owner& owner, const Cursor& cursor);

 private:
  class Connection;

  // An owner since recover().
  struct Ownership {
    std::string token;
    std::int64_t epoch = 0;
    bool recorded = false;  // there is a commit record
  };

  Result<Connection*> connect();
  Result<void> place(const Owner& owner, const Ownership& ownership, const Cursor& cursor, const std::string& record,
                     std::int64_t from);
  Result<void> check_unmoved(Connection& connection, const Owner& owner, std::int64_t from);
  Result<void> apply(const std::vector<RecordedChange>& changes);
  Result<void> reach(CommitStage stage);

  Database& database_;
  const std::function<bool(CommitStage)> stop_at_;
  std::unique_ptr<Connection> connection_;
  std::map<Owner, Ownership> owners_;
};

}  // namespace ordo::mongo
