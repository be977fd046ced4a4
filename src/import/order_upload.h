// Sends the orders of an import, and counts what became of them.
//
// New business is a POST /v1/orders, whose Idempotency-Key is made of the source and the order's number. So an order
// that is imported twice is placed once. An open order is such a POST, with the file's figures, and then a payment that
// was received elsewhere. An order of the past is a POST /v1/imported-orders.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/http_client.h"
#include "import/order_plan.h"

namespace ordo::imports {

// What became of the orders. Each is in one of placed, same, replaced, changed and refused.
struct OrderOutcome {
  std::uint64_t placed = 0;                   // or were there before, in the ways that cannot tell
  std::uint64_t same = 0;                     // of history: were there before, with the same content
  std::uint64_t replaced = 0;                 // of history: took the content of the file
  std::uint64_t changed = 0;                  // were imported before with other content, and stay as they are
  std::uint64_t refused = 0;                  // by the server
  std::uint64_t paid = 0;                     // payments of open orders
  std::uint64_t lines_with_other_prices = 0;  // lines of new business that the catalogue prices otherwise

  std::uint64_t accepted() const { return placed + same + replaced; }
};

// Keeps as many orders under way as the caller's window has room for. For one thread.
class OrderUpload {
 public:
  // Gets each order once all of its requests are answered: `id` is empty when it was refused. An accepted order may
  // have refusals too: rows that were left out of it, a payment that could not be recorded.
  using OnDone =
      std::function<void(const PlannedOrder& order, const std::string& id, const std::vector<Refusal>& refusals)>;

  // `server` outlives the upload. Call drain() before the upload ends, also after an error.
  OrderUpload(OrderPlanOptions options, client::HttpCaller& server, OnDone on_done);
  ~OrderUpload();

  // Begins with the order; waits for room before that. Returns the error that ended the upload, if there is one:
  // kUnavailable when the server does not answer, or its refusal of all such requests, such as a missing permission.
  Result<void> send(PlannedOrder order);
  // Waits for all answers. The error is the same.
  Result<void> drain();

  const OrderOutcome& outcome() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The Idempotency-Key of one order of new business.
std::string order_import_key(const std::string& source, const std::string& number);

}  // namespace ordo::imports
