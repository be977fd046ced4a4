// What the sources of this folder share of libmongoc: handles that clean up, the pools, and its errors as ours. The
// only header that includes the library; only sources of this folder include it.
#pragma once

#include <mongoc/mongoc.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mongo/database.h"
#include "records/documents.h"

namespace ordo::mongo {

struct DriverDelete {
  void operator()(mongoc_uri_t* it) const { mongoc_uri_destroy(it); }
  void operator()(mongoc_client_pool_t* it) const { mongoc_client_pool_destroy(it); }
  void operator()(mongoc_collection_t* it) const { mongoc_collection_destroy(it); }
  void operator()(mongoc_cursor_t* it) const { mongoc_cursor_destroy(it); }
  void operator()(mongoc_bulk_operation_t* it) const { mongoc_bulk_operation_destroy(it); }
  void operator()(mongoc_write_concern_t* it) const { mongoc_write_concern_destroy(it); }
  void operator()(mongoc_read_prefs_t* it) const { mongoc_read_prefs_destroy(it); }
};
template <class T>
using Handle = std::unique_ptr<T, DriverDelete>;

// A reply of the library: always initialised by the call it is passed to, always destroyed.
class Reply {
 public:
  Reply() { bson_init(&bson_); }
  ~Reply() { bson_destroy(&bson_); }
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;

  bson_t* receive() {  // calls overwrite it without looking, and an empty bson_t owns no memory
    bson_reinit(&bson_);
    return &bson_;
  }
  const bson_t& operator*() const { return bson_; }
  // 0 where there is no such number.
  std::int64_t number(const char* field) const;
  bool has(const char* field) const { return bson_has_field(&bson_, field); }

 private:
  bson_t bson_;
};

// BSON made with BsonWriter as the library takes it: a view, no copy. The bytes must be a whole document.
bson_t view_of(std::string_view bson);
std::string_view bytes_of(const bson_t& bson);

// A client of a pool for as long as the lease lives.
class Lease {
 public:
  Lease(mongoc_client_pool_t& pool, mongoc_client_t& client) : pool_(&pool), client_(&client) {}
  ~Lease() {
    if (client_ != nullptr) mongoc_client_pool_push(pool_, client_);
  }
  Lease(Lease&& other) noexcept : pool_(other.pool_), client_(std::exchange(other.client_, nullptr)) {}
  Lease& operator=(Lease&&) = delete;

  mongoc_client_t* get() const { return client_; }

 private:
  mongoc_client_pool_t* pool_;
  mongoc_client_t* client_;
};

enum class Purpose { read, write };

class Database::Driver {
 public:
  Driver(const Options& options, Handle<mongoc_uri_t> uri, std::string name, Handle<mongoc_client_pool_t> readers,
         Handle<mongoc_client_pool_t> writers);

  // kUnavailable "database_busy" when none comes free in time.
  Result<Lease> lease(Purpose purpose);
  Handle<mongoc_collection_t> collection(const Lease& lease, std::string_view name) const;

  // Whether the server is FerretDB rather than MongoDB; asked once.
  Result<bool> is_ferret(const Lease& lease);

  Result<void> ping();

  // Runs a command that reads, on the primary.
  Result<void> run(const Lease& lease, const char* database, std::string_view command, Reply& reply,
                   std::string_view doing) const;

  const std::string name;
  const std::string address;
  const std::int64_t max_time_ms;  // of a query at the server: a little less than the socket waits for the answer
  const Handle<mongoc_read_prefs_t> primary;

 private:
  const Handle<mongoc_uri_t> uri_;
  const Handle<mongoc_client_pool_t> readers_;
  const Handle<mongoc_client_pool_t> writers_;

  std::mutex mutex_;  // guards what follows; held during a ping, so that one question answers all who ask
  std::optional<bool> is_ferret_;
  std::optional<Result<void>> last_ping_;
  std::chrono::steady_clock::time_point last_ping_at_;
};

inline constexpr std::uint32_t kDuplicateKey = 11000;  // the server's code

// The library's error as ours. `doing` is "commit orders/3".
Error to_error(const bson_error_t& error, std::string_view doing);

// What a bulk did. Duplicate keys are not errors here: `duplicates` are the positions of the inserts that met one.
struct BulkOutcome {
  std::int64_t inserted = 0;
  std::int64_t matched = 0;
  std::vector<std::size_t> duplicates;
};
Result<BulkOutcome> execute(mongoc_bulk_operation_t& bulk, std::string_view doing);

// The next document of a cursor, read; nullopt at its end.
Result<std::optional<Document>> next_document(mongoc_cursor_t& cursor, Collection collection);
// As above, the raw bytes, valid until the next call.
Result<std::optional<std::string_view>> next_bson(mongoc_cursor_t& cursor, std::string_view doing);

// The library, started once in a process. It is never shut down: mongoc_cleanup allows no later start, and the end of
// the process frees what it holds.
void start_library();

// `text` with what stands between "://" and "@" cut out.
std::string without_credentials(std::string_view text);

}  // namespace ordo::mongo
