// Read-only connections, lent to one thread at a time.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "embedded/sqlite.h"

namespace ordo::embedded {

class ReadPool {
 public:
  // At most `connections`, opened when needed. A snapshot is one connection in one read transaction: all reads through
  // the pool see the state at open().
  static Result<std::unique_ptr<ReadPool>> open(std::string path, std::size_t connections, bool snapshot,
                                                const char* vfs = nullptr);

  // Holds a connection while it lives.
  class Lease {
   public:
    Lease(ReadPool& pool, std::unique_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Connection& operator*() { return *connection_; }

   private:
    ReadPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  // Waits some seconds for a free connection. kUnavailable "readers_busy". Any thread.
  Result<Lease> lend();

 private:
  ReadPool(std::string path, std::size_t connections, const char* vfs)
      : path_(std::move(path)), vfs_(vfs), unopened_(connections) {}
  Result<std::unique_ptr<Connection>> connect() const;
  void give_back(std::unique_ptr<Connection> connection);

  const std::string path_;
  const char* const vfs_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::size_t unopened_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace ordo::embedded
