// A MongoDB-wire database as ordo uses it: its address, its connections, its collections and whether it answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace ordo::mongo {

struct Options {
  // "mongodb://[user:password@]host[:port][,...]/[database][?options]". What it says of time-outs goes before the
  // fields below. Write concern is always majority and journal: less could lose an acknowledged step. Never logged.
  std::string uri;
  std::string database;  // when empty: the one in the uri, "ordo" where it names none

  int max_reading_clients = 16;  // connections of readers; a reader waits `wait_queue_timeout` for a free one
  int max_stores = 64;           // each Store has a connection of its own, so that readers never starve it
  std::chrono::milliseconds socket_timeout{5000};
  std::chrono::milliseconds server_selection_timeout{2000};
  std::chrono::milliseconds connect_timeout{2000};
  std::chrono::milliseconds wait_queue_timeout{2000};
};

// Outlives every Reader and Store made from it. Any thread.
class Database {
 public:
  // No I/O: works while the server is away. kInvalid "bad_mongo_uri" or "bad_database_name".
  static Result<std::unique_ptr<Database>> open(const Options& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Makes the collections and the indexes that lists need; those that are there stay as they are. Idempotent, and safe
  // from several processes at once. For the start: kInvalid "database_authentication" when the credentials are refused,
  // kConflict "index_conflict" when an index of the same name looks otherwise, kUnavailable when the server is away.
  Result<void> ensure_collections();

  // Whether the server answers and would take a write; asked at most once a second, the answer in between is the last
  // one. Blocks for up to server_selection_timeout + socket_timeout.
  Result<void> ping();

  // "host:port,host:port/database", for logs; without credentials.
  const std::string& address() const;

  // The driver behind it, for Reader and Store; see driver.h.
  class Driver;
  Driver& driver() { return *driver_; }

 private:
  explicit Database(std::unique_ptr<Driver> driver);

  std::unique_ptr<Driver> driver_;
};

}  // namespace ordo::mongo
