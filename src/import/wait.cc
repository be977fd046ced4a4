// Waits until the orders of an import are decided.
#include <algorithm>
#include <thread>

#include "base/encoding.h"
#include "client/answer.h"
#include "import/run.h"
#include "records/json_pick.h"

namespace ordo::imports {
namespace {

using Clock = std::chrono::steady_clock;

// False for statuses whose orders will not be delivered. Their totals do not count.
bool holds(std::string_view status) {
  return status != "rejected" && status != "cancelled" && status != "expired";
}

class Wait {
 public:
  Wait(client::HttpCaller& server, std::vector<std::string> ids) : server_(server), ids_(std::move(ids)) {}

  Result<DecidedOrders> run(std::chrono::milliseconds limit) {
    const auto until = Clock::now() + limit;
    std::chrono::milliseconds pause{20};
    while (true) {
      const bool last = Clock::now() >= until;
      if (auto read = read_all(last); !read) return fail(std::move(read.error()));
      if (ids_.empty() || last) return std::move(found_);
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, std::chrono::milliseconds(1'000));
    }
  }

 private:
  // Reads every order that is not decided yet. With `last`, counts the pending ones as pending.
  Result<void> read_all(bool last) {
    std::vector<std::string> ids;
    ids.swap(ids_);
    for (auto& id : ids) {
      while (server_.in_flight() >= server_.window()) server_.wait();
      if (failure_) break;
      std::string target = "/v1/orders/" + percent_encoded(id);
      server_.start(
          {"GET", std::move(target), {}, {}},
          [this, id = std::move(id), last](Result<client::HttpResponse> answer) { take(id, last, std::move(answer)); });
    }
    while (server_.in_flight() > 0) server_.wait();
    if (failure_) return fail(*failure_);
    return {};
  }

  void take(const std::string& id, bool last, Result<client::HttpResponse> answer) {
    if (!answer) {
      failure_ = std::move(answer.error());
      return;
    }
    if (answer->status == 404) {
      ++found_.missing;
      return;
    }
    const auto tape = JsonTape::parse(answer->body);
    const std::string status(tape ? text_of(*tape, 0, "status") : "");
    if (answer->status != 200 || status.empty()) {
      failure_ = client::problem_of(*answer);
      return;
    }
    if (status == "pending" && !last) {
      ids_.push_back(id);
      return;
    }
    ++found_.by_status[status];
    const auto total = member(*tape, 0, "total");
    const auto amount = total ? whole_of(*tape, *total, "amount") : std::nullopt;
    if (!amount || !holds(status)) return;
    std::int64_t& sum = found_.totals[std::string(text_of(*tape, *total, "currency"))];
    if (__builtin_add_overflow(sum, *amount, &sum)) {
      failure_ = Error{ErrorCode::kInvalid, "amount_overflow", "the total is larger than ordo can hold", {}};
    }
  }

  client::HttpCaller& server_;
  std::vector<std::string> ids_;
  DecidedOrders found_;
  std::optional<Error> failure_;
};

}  // namespace

Result<DecidedOrders> wait_until_decided(client::HttpCaller& server, std::vector<std::string> ids,
                                         std::chrono::milliseconds limit) {
  return Wait(server, std::move(ids)).run(limit);
}

}  // namespace ordo::imports
