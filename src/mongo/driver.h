// Shared use of libmongoc in this folder: handles that clean up, connection pools, and conversion of errors. Only this
// header includes the library, and only sources of this folder include this header.
#pragma once

#include <mongoc/mongoc.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mongo/database.h"
#include "mongo/duplicate_key.h"
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

// A reply of the library. Each call that receives it initialises it; the destructor frees it.
class Reply {
 public:
  Reply() { bson_init(&bson_); }
  ~Reply() { bson_destroy(&bson_); }
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;

  bson_t* receive() {  // calls overwrite it without looking; an empty bson_t owns no memory
    bson_reinit(&bson_);
    return &bson_;
  }
  const bson_t& operator*() const { return bson_; }
  bool has_elements(const char* array) const;
  // 0 when there is no such number.
  std::int64_t number(const char* field) const;
  bool has(const char* field) const { return bson_has_field(&bson_, field); }

 private:
  bson_t bson_;
};

// A view of BsonWriter's output for the library, without a copy. The bytes must be a whole document.
bson_t view_of(std::string_view bson);
std::string_view bytes_of(const bson_t& bson);
// The text at a path such as "options.collation.locale"; empty when there is none.
std::string text_in(const bson_t& bson, const char* path);

// A pool's client; it returns to the pool with the end of the lease.
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
  Driver(const Options& options, Handle<mongoc_uri_t> uri, std::string name);

  // Resolves the addresses of the servers. kUnavailable "database_unresolved" while the mongodb+srv:// name does not
  // resolve; kInvalid "bad_mongo_uri". Needs no server.
  Result<void> resolve();

  // Errors as resolve(); kUnavailable "database_busy" when no client is free in time.
  Result<Lease> lease(Purpose purpose);
  Handle<mongoc_collection_t> collection(const Lease& lease, std::string_view name) const;

  // Whether the server is FerretDB rather than MongoDB. It asks the server once.
  Result<bool> is_ferret(const Lease& lease);

  Result<void> ping();

  // Runs a read command on the primary.
  Result<void> run(const Lease& lease, const char* database, std::string_view command, Reply& reply,
                   std::string_view doing) const;

  const std::string name;
  const std::string address;
  const std::int64_t max_time_ms;  // of a query at the server: slightly less than the socket's time-out
  const Handle<mongoc_read_prefs_t> primary;

 private:
  // Created when first needed: for mongodb+srv:// that requires a name server.
  struct Pool {
    const int size;
    Handle<mongoc_client_pool_t> made;
  };
  Result<mongoc_client_pool_t*> pool(Purpose purpose);

  const Handle<mongoc_uri_t> uri_;
  std::mutex pools_mutex_;
  Pool readers_;  // guarded by pools_mutex_, as is the next one
  Pool writers_;

  std::mutex mutex_;  // guards the members below; held during a ping, so that one request answers all callers
  std::optional<bool> is_ferret_;
  std::optional<Result<void>> last_ping_;
  std::chrono::steady_clock::time_point last_ping_at_;
};

// Converts an error of the library. `doing` is, for example, "commit orders/3".
Error to_error(const bson_error_t& error, std::string_view doing);

// The result of a bulk. A duplicate `_id` is no error here, nor is one in an index that the server does not name. In
// the latter case the id may exist, or the index may be another one. A duplicate in a named index is kUnavailable
// "unique_index".
struct BulkOutcome {
  struct Duplicate {
    std::size_t position = 0;  // of the write
    DuplicateKey key;
  };
  std::int64_t inserted = 0;
  std::int64_t matched = 0;
  std::vector<Duplicate> duplicates;
};
Result<BulkOutcome> execute(mongoc_bulk_operation_t& bulk, std::string_view collection, std::string_view doing);

// The same for a reply. `error` is the library's error when `ok` is false.
Result<BulkOutcome> outcome_of(const Reply& reply, bool ok, const bson_error_t& error, std::string_view collection,
                               std::string_view doing);

// Decodes the next document of a cursor; nullopt at its end.
Result<std::optional<Document>> next_document(mongoc_cursor_t& cursor, Collection collection);
// The same for the raw bytes, valid until the next call.
Result<std::optional<std::string_view>> next_bson(mongoc_cursor_t& cursor, std::string_view doing);

// Calls visit(bytes) for the description of each index of a collection. The bytes are valid during the call.
Result<void> each_index(const Database::Driver& driver, const Lease& lease, std::string_view collection,
                        const std::function<void(std::string_view)>& visit);

// Starts the library once per process. It is never shut down: after mongoc_cleanup it could not start again, and the
// end of the process frees its memory.
void start_library();

// `text` without the part between "://" and "@".
std::string without_credentials(std::string_view text);

}  // namespace ordo::mongo
