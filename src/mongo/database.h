// ordo's view of a MongoDB-wire database: address, connections, collections, and availability.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace ordo::mongo {

struct Options {
  // "mongodb://[user:password@]host[:port][,...]/[database][?options]". Its time-outs take precedence over the fields
  // below. The write concern is always majority and journal: less could lose an acknowledged step. Never log it.
  std::string uri;
  std::string database;  // when empty: the one in the uri, or "ordo" if it names none

  int max_reading_clients = 16;  // connections for readers; a reader waits up to `wait_queue_timeout` for a free one
  int max_stores = 64;           // each Store has its own connection, so that readers never starve it
  std::chrono::milliseconds socket_timeout{5000};
  std::chrono::milliseconds server_selection_timeout{2000};
  std::chrono::milliseconds connect_timeout{2000};
  std::chrono::milliseconds wait_queue_timeout{2000};
};

// Outlives every Reader and Store created from it. Any thread.
class Database {
 public:
  // Succeeds even when the server is not available, or a mongodb+srv:// name does not resolve. The name is resolved
  // here, and again whenever needed. kInvalid "bad_mongo_uri" or "bad_database_name".
  static Result<std::unique_ptr<Database>> open(const Options& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Whether ordo can keep its documents here. Call it before anything is created. It reads a bounded number of
  // documents. kInvalid
  //   "foreign_documents": its collections contain documents of another program;
  //   "database_unfit": a unique index, a validator, a view or the like would make writes fail or documents
  //   disappear;
  //   "database_authentication": as below.
  // kUnavailable when the server is not available.
  Result<void> inspect();

  // Creates missing collections and the indexes for lists; existing ones stay unchanged. Adds computed fields to
  // documents of earlier releases. Idempotent, and safe from several processes at the same time. Call it at the start.
  //     kInvalid "database_authentication": the credentials are refused.
  //     kConflict "index_conflict": an index of the same name differs.
  //     kUnavailable: the server is not available.
  Result<void> ensure_collections();

  // Whether the server answers and would accept a write. It asks at most once a second, and repeats the last result in
  // between. Blocks for up to server_selection_timeout + socket_timeout.
  Result<void> ping();

  // "host:port,host:port/database", for logs; without credentials.
  const std::string& address() const;

  // The driver, for Reader and Store; see driver.h.
  class Driver;
  Driver& driver() { return *driver_; }

 private:
  explicit Database(std::unique_ptr<Driver> driver);

  std::unique_ptr<Driver> driver_;
};

}  // namespace ordo::mongo
