#include "api/orders/accepted_orders.h"

#include <bit>
#include <functional>

namespace ordo::api {
namespace {

// Rough size of the containers and allocator overhead beside the text.
constexpr std::size_t kOverhead = 320;
constexpr std::size_t kTypicalOrder = 1024;

std::size_t hash_of(std::string_view id) {
  return std::hash<std::string_view>{}(id);
}

}  // namespace

AcceptedOrders::AcceptedOrders(std::size_t max_bytes)
    : max_bytes_(max_bytes), buckets_(std::bit_ceil(max_bytes / kTypicalOrder + 16)) {}

void AcceptedOrders::add(const std::shared_ptr<AcceptedOrder>& order) {
  const std::size_t bytes = order->body.size() + order->id.size() + order->request_hash.size() +
                            order->customer_id.size() + order->payment_method.value_or("").size() + kOverhead;
  const std::size_t hash = hash_of(order->id);
  std::deque<Kept> dropped;  // destroyed after the lock is released
  const std::lock_guard lock(mutex_);
  if (AcceptedOrder* const earlier = find_in_bucket(hash, order->id)) unlist(*earlier);
  AcceptedOrder*& bucket = buckets_[hash & (buckets_.size() - 1)];
  order->hash_ = hash;
  order->next_ = bucket;
  order->listed_ = true;
  bucket = order.get();
  ++listed_;
  fifo_.push_back({order, bytes});
  bytes_ += bytes;
  while (bytes_ > max_bytes_ && fifo_.size() > 1) {
    unlist(*fifo_.front().order);
    bytes_ -= fifo_.front().bytes;
    dropped.push_back(std::move(fifo_.front()));
    fifo_.pop_front();
  }
}

void AcceptedOrders::remove(const std::shared_ptr<AcceptedOrder>& order) {
  const std::lock_guard lock(mutex_);
  unlist(*order);  // its place in the queue is freed when it comes to the front
}

AcceptedOrder* AcceptedOrders::find_in_bucket(std::size_t hash, std::string_view id) const {
  AcceptedOrder* order = buckets_[hash & (buckets_.size() - 1)];
  while (order != nullptr && !(order->hash_ == hash && order->id == id)) order = order->next_;
  return order;
}

void AcceptedOrders::unlist(AcceptedOrder& order) {
  if (!order.listed_) return;
  AcceptedOrder** link = &buckets_[order.hash_ & (buckets_.size() - 1)];
  while (*link != &order) link = &(*link)->next_;
  *link = order.next_;
  order.listed_ = false;
  --listed_;
}

std::shared_ptr<AcceptedOrder> AcceptedOrders::find(std::string_view id) const {
  const std::size_t hash = hash_of(id);
  const std::lock_guard lock(mutex_);
  AcceptedOrder* const order = find_in_bucket(hash, id);
  return order != nullptr ? order->shared_from_this() : nullptr;
}

std::shared_ptr<AcceptedOrder> AcceptedOrders::find_durable(std::string_view id) const {
  auto order = find(id);
  return order && order->durable.load(std::memory_order_acquire) ? order : nullptr;
}

std::size_t AcceptedOrders::size() const {
  const std::lock_guard lock(mutex_);
  return listed_;
}

}  // namespace ordo::api
