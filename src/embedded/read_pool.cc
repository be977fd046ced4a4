#include "embedded/read_pool.h"

#include <chrono>
#include <utility>

#include "embedded/store.h"

namespace ordo::embedded {
namespace {

constexpr std::chrono::seconds kPatience{5};

}  // namespace

Result<std::unique_ptr<ReadPool>> ReadPool::open(std::string path, std::size_t connections, bool snapshot,
                                                 const char* vfs) {
  std::unique_ptr<ReadPool> pool(new ReadPool(std::move(path), snapshot ? 1 : connections, vfs));
  // Opens the first connection now, so that errors of the file appear here.
  auto connection = pool->connect();
  if (!connection) return fail(std::move(connection.error()));
  auto known = check_format(**connection);
  // A read transaction begins with its first read.
  if (known && snapshot) known = (*connection)->execute("BEGIN; SELECT count(*) FROM meta");
  if (!known) return fail(std::move(known.error()));
  --pool->unopened_;
  pool->idle_.push_back(std::move(*connection));
  return pool;
}

Result<std::unique_ptr<Connection>> ReadPool::connect() const {
  auto connection = Connection::open(path_, Connection::Mode::kReader, vfs_);
  if (!connection) return fail(std::move(connection.error()));
  if (auto set = connection->execute("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2048");
      !set) {
    return fail(std::move(set.error()));
  }
  return std::make_unique<Connection>(std::move(*connection));
}

Result<ReadPool::Lease> ReadPool::lend() {
  std::unique_lock lock(mutex_);
  if (!returned_.wait_for(lock, kPatience, [this] { return !idle_.empty() || unopened_ > 0; })) {
    return fail(ErrorCode::kUnavailable, "readers_busy", "too many reads are running; try again later");
  }
  if (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return Lease(*this, std::move(connection));
  }
  --unopened_;
  lock.unlock();
  auto connection = connect();
  if (connection) return Lease(*this, std::move(*connection));
  lock.lock();
  ++unopened_;
  return fail(std::move(connection.error()));
}

void ReadPool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

ReadPool::Lease::~Lease() {
  if (connection_) pool_->give_back(std::move(connection_));
}

}  // namespace ordo::embedded
