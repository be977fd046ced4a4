// Orders that this process accepted recently. A client reads them until the order's document is there. They also
// distinguish a retry from a different order under the same Idempotency-Key.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ordo::api {

struct AcceptedOrder : std::enable_shared_from_this<AcceptedOrder> {
  std::string id;
  std::string request_hash;  // empty without an Idempotency-Key
  std::string customer_id;
  std::optional<std::string> payment_method;
  // The pending order as JSON, without the payment method. Until `durable` is set, it lacks its number, and only the
  // thread that sets `durable` may access it. Afterwards it does not change.
  std::string body;
  std::string number;
  std::atomic<bool> durable{false};

 private:
  friend class AcceptedOrders;
  std::size_t hash_ = 0;
  AcceptedOrder* next_ = nullptr;  // in its bucket
  bool listed_ = false;            // in a bucket
};

// Thread-safe. When the bytes exceed the budget, the oldest orders are dropped first. The table is chained through the
// orders themselves: at tens of thousands of orders a second, every access to cold memory counts.
class AcceptedOrders {
 public:
  explicit AcceptedOrders(std::size_t max_bytes);

  // Called before the record is appended, so that a second request with the same key finds the order. A later order
  // with the same id replaces the earlier one.
  void add(const std::shared_ptr<AcceptedOrder>& order);
  // For an order whose append failed.
  void remove(const std::shared_ptr<AcceptedOrder>& order);
  // Null when the order is not here, or no longer.
  std::shared_ptr<AcceptedOrder> find(std::string_view id) const;
  // As find, but only for durable orders.
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
  std::vector<AcceptedOrder*> buckets_;  // a power of two of them; indexes into fifo_
  std::size_t listed_ = 0;
};

}  // namespace ordo::api
