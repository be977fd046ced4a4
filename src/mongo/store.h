// The state of processors in a MongoDB-wire database: steps are atomic without transactions.
//
// A step, commit():
//   1. The owner's commit record is replaced as a whole, or inserted if there was none. The guard: the record must
//      still have the epoch and the `next` that the owner read. The new record contains the cursor and every document
//      that the step changed. This single write is the commit: before it the step has no effect, after it the whole
//      step takes effect.
//   2. The changes are applied to their collections: new documents are inserted in bulk; others are replaced if their
//      `rev` is lower. A new document that already exists is replaced in the same way. A missing one is inserted.
// recover() applies the record's changes again before it returns the cursor. Any number of processes can repeat every
// part of 2 at any later time: `rev` only rises, and documents are never deleted.
//
// When the guard of 1 matches nothing, the owner reads the record. It must tell its own earlier write from another's.
// Each recover() draws a new token, and a commit writes it into the record. Within one token `next` only rises. So a
// record with this token, this epoch and this step's `next` is this step: an earlier attempt wrote it, and its answer
// was lost. The commit continues with 2. Any other record belongs to another owner: kFenced.
//
// A zombie is an owner that lost its partition without knowing it. It may be
//   - stopped before 1: once the new owner has committed, the zombie's guard no longer matches: kFenced.
//     If the new owner has not committed yet, the zombie's step counts, and the new owner's next step is fenced.
//     The new owner recovers and continues after the zombie's step. Both fold the same records of the same log
//     from the same state, so either step is right. The two are never mixed.
//   - stopped between 1 and 2, and resumed much later: the new owner applied the zombie's changes in recover().
//     So each write of the zombie meets an equal or higher `rev`, or a duplicate key, and changes nothing.
//   - late with a request in the network or at the server: the same, because the guards are part of the request.
//   - from before begin_epoch: its guard names an old epoch.
//
// All of this requires that updating one document is atomic, as in MongoDB. FerretDB 1.24 updates in two steps, and
// another update may come in between. So it is safe for a single process only. The tests use a FerretDB with a patch
// for this (tools/stack/ferret_patch.py).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "engine/ports.h"
#include "mongo/commit_record.h"
#include "mongo/database.h"

namespace ordo::mongo {

// Upper bound for the JSON bytes of the documents that one record changes. As BSON each is then far below MongoDB's 16
// MiB, and all of them fit into one commit record.
inline constexpr std::size_t kMaxDocumentBytes = 6 * 1024 * 1024;

// The points in a commit where a process can die; for tests.
enum class CommitStage { encoded, recorded, inserted, applied };

// One thread at a time; uses its own connection. `database` outlives it.
class Store : public StateStore {
 public:
  // `stop_at`, for tests, is called at each stage. True ends the commit there with kUnavailable, as if the database
  // were no longer available.
  explicit Store(Database& database, std::function<bool(CommitStage)> stop_at = {});
  ~Store() override;

  // As in StateStore; kCorrupt "unreadable_commit" or "unreadable_document" for data that ordo would not write. load()
  // also requires an earlier recover(), and fences an owner of an earlier epoch.
  Result<Cursor> recover(const Owner& owner) override;
  Result<std::vector<std::optional<Document>>> load(const Owner& owner, std::int64_t from,
                                                    std::span<const DocumentKey> keys) override;

  // Also kFenced without an earlier recover(), or after an earlier commit was fenced. kInvalid "commit_too_large"
  // beyond kMaxCommitBytes: nothing was written; recover, and fold smaller batches. After kUnavailable, repeat the same
  // commit or recover the owner.
  Result<void> commit(const Commit& commit) override;

  // Begins a new epoch: replaces the owner's cursor `from`, as recover() returned it, with `to`, whose epoch must be
  // higher. For the command line, after a log was truncated or recreated. kFenced when the cursor is no longer `from`.
  Result<void> begin_epoch(const Owner& owner, const Cursor& from, const Cursor& to);

  // Writes an owner's record again, as recover() returned it, without the changes of its last step. They are applied,
  // and must not be applied again. `cursor` may have other records to skip. For the command line. kFenced when the
  // stored cursor is no longer `cursor`.
  Result<void> drop_changes(const Owner& owner, const Cursor& cursor);

 private:
  class Connection;

  // An owner after recover().
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
