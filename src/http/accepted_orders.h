// The orders this process took in lately: what a client reads until the order's document is there, and what tells a
// retry from a different order under the same Idempotency-Key.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace ordo::http {

struct AcceptedOrder : std::enable_shared_from_this<AcceptedOrder> {
  std::string id;
  std::string request_hash;  // empty without an Idempotency-Key
  // The order as pending, as JSON. Until `durable` is set it lacks its number and belongs to whoever sets it;
  // afterwards it does not change any more.
  std::string body;
  std::string number;
  std::atomic<bool> durable{false};

 private:
  friend class AcceptedOrders;
  std::size_t hash_ = 0;
  AcceptedOrder* next_ = nullptr;  // in its bucket
  bool listed_ = false;            // in a bucket
};

// Thread-safe. Oldest first out when the bytes are more than the budget. The table is chained through the orders
// themselves: at tens of thousands of orders a second every touch of cold memory counts.
class AcceptedOrders {
 public:
  explicit AcceptedOrders(std::size_t max_bytes);

  // Before the record is appended, so that a second request with the same key finds it. A later one with the same id
  // takes the place of the earlier.
  void add(const std::shared_ptr<AcceptedOrder>& order);
  // The append failed.
  void remove(const std::shared_ptr<AcceptedOrder>& order);
  // Null when it is not, or no longer, here.
  std::shared_ptr<AcceptedOrder> find(std::string_view id) const;
  // As find, but only what is durable.
  std::shared_ptr<AcceptedOrder> find_durable(std::string_view id) const;

  std::size_t size() const;

 private:
  AcceptedOrder* find_in_bucket(std::size_t hash, std::string_view id) const;
  void unlist(AcceptedOrder& order);

  struct Kept {
    std::shared_ptr<AcceptedOrder> order;
    std::size_t bytes = 0;
  };

  const std::size_t max_bytes_;
  mutable std::mutex mutex_;
  std::deque<Kept> fifo_;
  std::size_t bytes_ = 0;
  std::vector<AcceptedOrder*> buckets_;  // a power of two of them; into fifo_
  std::size_t listed_ = 0;
};

}  // namespace ordo::http
