#include "mongo/store.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/check.h"
#include "base/log.h"
#include "base/uuid.h"
#include "mongo/apply.h"
#include "mongo/bson_codec.h"
#include "mongo/bson_writer.h"
#include "mongo/driver.h"
#include "mongo/queries.h"

namespace ordo::mongo {
namespace {

// Sizes of requests. A request must end before the socket times out, even at a slow server. Otherwise it would be
// repeated forever.
constexpr Pace kPace{500, 1000};  // this number of ids keeps a $in far below the maximum request size
// FerretDB executes one write at a time, for all clients together, and decodes the whole collection for a $in.
constexpr Pace kPaceOfFerret{20, 1};

std::string guard_of(const Owner& owner, std::int64_t epoch, std::int64_t next) {
  std::string filter;
  BsonWriter out(filter);
  const auto top = out.begin();
  out.text("_id", to_string(owner));
  out.int64("epoch", epoch);
  out.int64("next", next);
  out.end(top);
  return filter;
}

// {validate: false}: our own bytes are well-formed; the library would check them again.
std::string unvalidated() {
  std::string options;
  BsonWriter out(options);
  const auto top = out.begin();
  out.boolean("validate", false);
  out.end(top);
  return options;
}

// True when the record was written, false when there is a different one.
Result<bool> write_record(mongoc_collection_t& commits, const std::string& guard, std::string_view record, bool replace,
                          std::string_view doing) {
  const std::string options = unvalidated();
  const bson_t options_bson = view_of(options);
  const bson_t record_bson = view_of(record);
  const bson_t guard_bson = view_of(guard);
  Reply reply;
  bson_error_t error{};
  const bool ok =
      replace
          ? mongoc_collection_replace_one(&commits, &guard_bson, &record_bson, &options_bson, reply.receive(), &error)
          : mongoc_collection_insert_one(&commits, &record_bson, &options_bson, reply.receive(), &error);
  const auto outcome = outcome_of(reply, ok, error, kCommits, doing);
  if (!outcome) return fail(outcome.error());
  if (replace && !outcome->duplicates.empty()) return fail(unique_index(kCommits, outcome->duplicates.front().key));
  return outcome->duplicates.empty() && reply.number(replace ? "matchedCount" : "insertedCount") == 1;
}

tl::unexpected<Error> fenced(const Owner& owner, const std::string& why) {
  return fail(ErrorCode::kFenced, "fenced", to_string(owner) + ": " + why);
}

}  // namespace

class Store::Connection {
 public:
  Connection(Database::Driver& driver, Lease lease)
      : driver_(driver), lease_(std::move(lease)), commits_(driver_.collection(lease_, kCommits)) {
    for (std::size_t i = 0; i < kCollections; ++i) {
      collections_[i] = driver_.collection(lease_, to_string(static_cast<Collection>(i)));
    }
  }

  Database::Driver& driver() { return driver_; }
  const Lease& lease() { return lease_; }
  mongoc_collection_t& commits() { return *commits_; }
  mongoc_collection_t& operator[](Collection collection) { return *collections_[static_cast<std::size_t>(collection)]; }

 private:
  Database::Driver& driver_;
  Lease lease_;  // before the collections, which are destroyed first
  Handle<mongoc_collection_t> commits_;
  std::array<Handle<mongoc_collection_t>, kCollections> collections_;
};

Store::Store(Database& database, std::function<bool(CommitStage)> stop_at)
    : database_(database), stop_at_(std::move(stop_at)) {}

Store::~Store() = default;

Result<Store::Connection*> Store::connect() {
  if (!connection_) {
    auto lease = database_.driver().lease(Purpose::write);
    if (!lease) return fail(std::move(lease.error()));
    connection_ = std::make_unique<Connection>(database_.driver(), std::move(*lease));
  }
  return connection_.get();
}

Result<void> Store::reach(CommitStage stage) {
  if (stop_at_ && stop_at_(stage)) return fail(ErrorCode::kUnavailable, "stopped", "stopped by a test");
  return {};
}

Result<Cursor> Store::recover(const Owner& owner) {
  const auto connection = connect();
  if (!connection) return fail(connection.error());
  owners_.erase(owner);
  auto record = find_commit((*connection)->driver(), (*connection)->lease(), owner, true);
  if (!record) return fail(std::move(record.error()));
  if (*record) {
    if (auto applied = apply((*record)->changes); !applied) return fail(std::move(applied.error()));
  }
  Cursor cursor = *record ? std::move((*record)->cursor) : Cursor{};
  owners_[owner] = {uuid_v7(now()), cursor.epoch, record->has_value()};
  return cursor;
}

Result<void> Store::commit(const Commit& commit) {
  const auto found = owners_.find(commit.owner);
  if (found == owners_.end()) return fenced(commit.owner, "commit without recover");
  Ownership& ownership = found->second;
  const Cursor& cursor = *commit.cursor;
  const bool first_take = !ownership.recorded && cursor.next == commit.from && commit.changes.empty();
  ORDO_CHECK(cursor.next > commit.from || first_take, to_string(commit.owner), " commits from ", commit.from, " to ",
             cursor.next);

  const auto encoded = encode_changes(commit.changes);
  if (encoded.bytes->size() > kMaxCommitBytes) {
    return fail(ErrorCode::kInvalid, "commit_too_large",
                to_string(commit.owner) + ": a step of " + std::to_string(commit.changes.size()) + " documents and " +
                    std::to_string(encoded.bytes->size()) + " bytes; at most " + std::to_string(kMaxCommitBytes));
  }
  if (auto go = reach(CommitStage::encoded); !go) return go;
  const auto record = encode_commit(commit.owner, cursor, ownership.token, encoded);
  if (auto placed = place(commit.owner, ownership, cursor, record, commit.from); !placed) {
    if (placed.error().code == ErrorCode::kFenced) owners_.erase(found);
    return placed;
  }
  ownership.recorded = true;
  ownership.epoch = cursor.epoch;
  if (auto go = reach(CommitStage::recorded); !go) return go;
  if (auto applied = apply(encoded.changes); !applied) return applied;
  return reach(CommitStage::applied);
}

// Step 1 of the protocol: kFenced when there is a different record.
Result<void> Store::place(const Owner& owner, const Ownership& ownership, const Cursor& cursor,
                          const std::string& record, std::int64_t from) {
  const auto connection = connect();
  if (!connection) return fail(connection.error());
  const auto written = write_record((*connection)->commits(), guard_of(owner, ownership.epoch, from), record,
                                    ownership.recorded, "commit " + to_string(owner));
  if (!written) return fail(written.error());
  if (*written) return {};
  const auto there = find_commit((*connection)->driver(), (*connection)->lease(), owner, false);
  if (!there) return fail(there.error());
  if (!*there && !ownership.recorded) return fail(unique_index(kCommits, {}));  // because its id was not a duplicate
  if (!*there) return fenced(owner, "its commit record is gone");
  const CommitRecord& other = **there;
  if (other.token == ownership.token && other.cursor.epoch == cursor.epoch && other.cursor.next == cursor.next) {
    return {};  // our own record: the answer to an earlier attempt was lost
  }
  return fenced(owner, "expected to commit after offset " + std::to_string(from) + " of epoch " +
                           std::to_string(ownership.epoch) + ", but the record is at " +
                           std::to_string(other.cursor.next) + " of epoch " + std::to_string(other.cursor.epoch));
}

// Step 2 of the protocol. Inserts of all collections precede replaces, so that a stop between the two is one of the
// stages.
Result<void> Store::apply(const std::vector<RecordedChange>& changes) {
  const auto connected = connect();
  if (!connected) return fail(connected.error());
  Connection& connection = **connected;
  const auto is_ferret = connection.driver().is_ferret(connection.lease());
  if (!is_ferret) return fail(is_ferret.error());

  std::array<Changes, kCollections> created;
  std::array<Changes, kCollections> replaced;
  for (const auto& change : changes) {
    auto& into = change.created ? created : replaced;
    into[static_cast<std::size_t>(change.collection)].push_back(&change);
  }
  for (std::size_t i = 0; i < kCollections; ++i) {
    auto& collection = connection[static_cast<Collection>(i)];
    auto there = insert_new(collection, created[i]);
    if (!there) return fail(std::move(there.error()));
    for (const auto& met : *there) replaced[i].push_back(met.change);
  }
  if (auto go = reach(CommitStage::inserted); !go) return go;
  for (std::size_t i = 0; i < kCollections; ++i) {
    auto done = replace_older(connection[static_cast<Collection>(i)], replaced[i], *is_ferret ? kPaceOfFerret : kPace);
    if (!done) return done;
  }
  return {};
}

Result<void> Store::begin_epoch(const Owner& owner, const Cursor& from, const Cursor& to) {
  ORDO_CHECK(to.epoch > from.epoch, to_string(owner), " from epoch ", from.epoch, " to ", to.epoch);
  const auto current = recover(owner);  // finishes the last step before its record is replaced
  if (!current) return fail(current.error());
  const auto found = owners_.find(owner);
  const Ownership ownership = found->second;
  owners_.erase(found);
  if (*current == to) return {};  // an earlier attempt whose answer was lost
  if (*current != from) return fenced(owner, "another process committed in the meantime");
  return place(owner, ownership, to, encode_commit(owner, to, ownership.token, encode_changes({})), from.next);
}

Result<void> Store::drop_changes(const Owner& owner, const Cursor& cursor) {
  const auto found = owners_.find(owner);
  if (found == owners_.end()) return fenced(owner, "drop_changes without recover");
  const Ownership& ownership = found->second;
  return place(owner, ownership, cursor, encode_commit(owner, cursor, ownership.token, encode_changes({})),
               cursor.next);
}

Result<std::vector<std::optional<Document>>> Store::load(const Owner& owner, std::int64_t from,
                                                         std::span<const DocumentKey> keys) {
  std::vector<std::optional<Document>> out(keys.size());
  if (keys.empty()) return out;
  const auto connected = connect();
  if (!connected) return fail(connected.error());
  Connection& connection = **connected;
  const auto is_ferret = connection.driver().is_ferret(connection.lease());
  if (!is_ferret) return fail(is_ferret.error());
  const std::size_t at_once = (*is_ferret ? kPaceOfFerret : kPace).ids;

  for (std::size_t i = 0; i < kCollections; ++i) {
    const auto collection = static_cast<Collection>(i);
    std::unordered_multimap<std::string_view, std::size_t> wanted;
    std::vector<std::string_view> ids;
    for (std::size_t k = 0; k < keys.size(); ++k) {
      if (keys[k].collection != collection) continue;
      if (!wanted.contains(keys[k].id)) ids.push_back(keys[k].id);
      wanted.emplace(keys[k].id, k);
    }
    for (std::size_t begin = 0; begin < ids.size(); begin += at_once) {
      const auto some = std::span(ids).subspan(begin, std::min(at_once, ids.size() - begin));
      auto found = find_by_ids(connection.driver(), connection[collection], collection, some);
      if (!found) return fail(std::move(found.error()));
      for (auto& document : *found) {
        const auto [first, last] = wanted.equal_range(id_of(document));
        for (auto it = first; it != last; ++it) out[it->second] = document;
      }
    }
  }
  if (auto unmoved = check_unmoved(connection, owner, from); !unmoved) return fail(std::move(unmoved.error()));
  return out;
}

// A step is in its owner's record before any of its documents can be read. So the record, read after the documents,
// shows whether they belong to a later step than `from`.
Result<void> Store::check_unmoved(Connection& connection, const Owner& owner, std::int64_t from) {
  const auto found = owners_.find(owner);
  if (found == owners_.end()) return fenced(owner, "load without recover");
  const auto record = find_commit(connection.driver(), connection.lease(), owner, false);
  if (!record) return fail(record.error());
  const bool there = record->has_value();
  if (!there && !found->second.recorded) return {};
  if (there && (*record)->cursor.next == from && (*record)->cursor.epoch == found->second.epoch) return {};
  owners_.erase(found);
  return fenced(owner, "another owner committed beyond offset " + std::to_string(from));
}

}  // namespace ordo::mongo
