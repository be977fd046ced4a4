#include "outbound/call_queue.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace ordo::outbound {

bool CallQueue::push(PendingCall& call) {
  if (waiting_ >= options_.max_waiting) return false;
  if (waiting_bytes_ + call.call.body.size() > options_.max_waiting_bytes) return false;
  const auto known = servers_.find(call.url.origin);
  if (known != servers_.end() && known->second.waiting.size() >= options_.max_waiting_per_host) return false;
  ++waiting_;
  waiting_bytes_ += call.call.body.size();
  next_deadline_ = std::min(next_deadline_, call.deadline);
  auto& server = known != servers_.end() ? known->second : servers_[call.url.origin];
  server.waiting.push_back(std::move(call));
  return true;
}

std::optional<PendingCall> CallQueue::take() {
  if (waiting_ == 0 || transfers_ >= options_.max_transfers) return std::nullopt;
  auto turn = servers_.upper_bound(last_);
  for (std::size_t looked = 0; looked < servers_.size(); ++looked, ++turn) {
    if (turn == servers_.end()) turn = servers_.begin();
    auto& server = turn->second;
    if (server.waiting.empty() || server.transfers >= options_.max_transfers_per_host) continue;
    auto call = std::move(server.waiting.front());
    server.waiting.pop_front();
    ++server.transfers;
    ++transfers_;
    --waiting_;
    waiting_bytes_ -= call.call.body.size();
    if (waiting_ == 0) next_deadline_ = Clock::time_point::max();
    last_ = turn->first;
    return call;
  }
  return std::nullopt;
}

void CallQueue::done(const std::string& origin) {
  const auto server = servers_.find(origin);
  ORDO_CHECK(server != servers_.end() && server->second.transfers > 0, "no transfer to ", origin);
  --server->second.transfers;
  --transfers_;
  if (server->second.transfers == 0 && server->second.waiting.empty()) servers_.erase(server);
}

std::vector<PendingCall> CallQueue::take_late(Clock::time_point now) {
  std::vector<PendingCall> late;
  if (now < next_deadline_) return late;
  next_deadline_ = Clock::time_point::max();
  for (auto server = servers_.begin(); server != servers_.end();) {
    std::deque<PendingCall> kept;
    for (auto& call : server->second.waiting) {
      if (call.deadline <= now) {
        --waiting_;
        waiting_bytes_ -= call.call.body.size();
        late.push_back(std::move(call));
      } else {
        next_deadline_ = std::min(next_deadline_, call.deadline);
        kept.push_back(std::move(call));
      }
    }
    server->second.waiting = std::move(kept);
    server = server->second.transfers == 0 && server->second.waiting.empty() ? servers_.erase(server) : ++server;
  }
  return late;
}

std::vector<PendingCall> CallQueue::take_all() {
  return take_late(Clock::time_point::max());
}

}  // namespace ordo::outbound
