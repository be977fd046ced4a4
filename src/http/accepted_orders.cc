#include "http/accepted_orders.h"

namespace ordo::http {
namespace {

// What the containers and the allocator take beside the text, roughly.
constexpr std::size_t kOverhead = 320;

}  // namespace

void AcceptedOrders::add(const std::shared_ptr<AcceptedOrder>& order) {
  const std::size_t bytes = order->body.size() + order->id.size() + order->request_hash.size() + kOverhead;
  std::deque<Kept> dropped;  // destroyed after the lock is released
  const std::lock_guard lock(mutex_);
  const auto [entry, inserted] = by_id_.try_emplace(order->id, order.get());
  if (!inserted) {
    by_id_.erase(entry);  // its key points into the order that is replaced
    by_id_.emplace(order->id, order.get());
  }
  fifo_.push_back({order, bytes});
  bytes_ += bytes;
  while (bytes_ > max_bytes_ && fifo_.size() > 1) {
    erase(*fifo_.front().order);
    bytes_ -= fifo_.front().bytes;
    dropped.push_back(std::move(fifo_.front()));
    fifo_.pop_front();
  }
}

void AcceptedOrders::remove(const std::shared_ptr<AcceptedOrder>& order) {
  const std::lock_guard lock(mutex_);
  erase(*order);  // its place in the queue is freed when its turn comes
}

void AcceptedOrders::erase(const AcceptedOrder& order) {
  const auto entry = by_id_.find(order.id);
  if (entry != by_id_.end() && entry->second == &order) by_id_.erase(entry);
}

std::shared_ptr<AcceptedOrder> AcceptedOrders::find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto entry = by_id_.find(id);
  return entry == by_id_.end() ? nullptr : entry->second->shared_from_this();
}

std::shared_ptr<AcceptedOrder> AcceptedOrders::find_durable(std::string_view id) const {
  auto order = find(id);
  return order && order->durable.load(std::memory_order_acquire) ? order : nullptr;
}

std::size_t AcceptedOrders::size() const {
  const std::lock_guard lock(mutex_);
  return by_id_.size();
}

}  // namespace ordo::http
