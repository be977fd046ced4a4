// Waits until the orders of an import are decided.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "client/http_client.h"
#include "import/refusals.h"

namespace ordo::imports {

// The ids of orders, each with the line of the file where it begins; about 50 bytes an order.
class OrderIds {
 public:
  // `line` 0: not known.
  void add(std::string_view id, std::size_t line);
  std::size_t size() const { return size_; }
  // Calls f(id, line) for each.
  void each(const std::function<void(std::string_view id, std::size_t line)>& f) const;

 private:
  std::deque<std::string> chunks_;  // "id line\n", and so on
  std::size_t size_ = 0;
};

struct DecidedOrders {
  std::map<std::string, std::uint64_t> by_status;  // "pending": not decided in time
  std::map<std::string, std::int64_t> totals;      // currency -> minor units, of orders that get delivered
  std::uint64_t missing = 0;                       // acknowledged, but not found in time
};

// Called at intervals with the number of orders that are not decided yet.
using OnWaiting = std::function<void(std::uint64_t waiting)>;

// Reads the orders until all are decided, or until `limit` is over, or `stop` is true. `refuse` gets each order that is
// rejected, expired or cancelled, if `refuses` is true: as history, such orders are as they should be.
Result<DecidedOrders> wait_until_decided(client::HttpCaller& server, OrderIds ids, std::chrono::milliseconds limit,
                                         bool refuses, const std::function<void(const Refusal&)>& refuse,
                                         const OnWaiting& on_waiting = {}, const std::function<bool()>& stop = {});

// The records that processors of orders have not processed, from the text of GET /metrics. Each order that is not in
// the lists yet is one of them. Nothing if the text does not say it.
std::optional<std::uint64_t> waiting_orders(std::string_view metrics);

// The same, asked of the server. Nothing if it does not answer, or the key may not read it.
std::optional<std::uint64_t> ask_waiting_orders(client::HttpCaller& server);

}  // namespace ordo::imports
