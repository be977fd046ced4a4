#include "import/wait.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/encoding.h"
#include "base/number.h"
#include "client/answer.h"
#include "records/json_pick.h"

namespace ordo::imports {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kChunk = 64 * 1024;
// Orders are decided about in the order of the file. After so many undecided ones in a row, the others wait too.
constexpr std::size_t kMostUndecided = 512;

// False for statuses whose orders will not be delivered. Their totals do not count.
bool holds(std::string_view status) {
  return status != "rejected" && status != "cancelled" && status != "expired";
}

class Wait {
 public:
  Wait(client::HttpCaller& server, OrderIds ids, bool refuses, const std::function<void(const Refusal&)>& refuse)
      : server_(server), ids_(std::move(ids)), refuses_(refuses), refuse_(refuse) {}

  Result<DecidedOrders> run(std::chrono::milliseconds limit, const OnWaiting& on_waiting,
                            const std::function<bool()>& stop) {
    const auto until = Clock::now() + limit;
    std::chrono::milliseconds pause{20};
    while (true) {
      if (stop && stop()) {
        return fail(ErrorCode::kUnavailable, "interrupted",
                    "the orders are accepted; waiting for them was interrupted");
      }
      const bool last = Clock::now() >= until;
      if (auto read = read_all(last); !read) return fail(std::move(read.error()));
      if (on_waiting) on_waiting(ids_.size());
      if (ids_.size() == 0 || last) return std::move(found_);
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, std::chrono::milliseconds(1'000));
    }
  }

 private:
  // Reads the orders that are not decided yet, until too many are still undecided. With `last`, reads all, and counts
  // the undecided ones as they are.
  Result<void> read_all(bool last) {
    const OrderIds ids = std::exchange(ids_, {});
    undecided_ = 0;
    ids.each([&](std::string_view id, std::size_t line) {
      // guard: import-wait-in-order
      if (!last && undecided_ >= kMostUndecided) return ids_.add(id, line);
      while (!failure_ && server_.in_flight() >= server_.window()) server_.wait();
      if (failure_) return;
      std::string target = "/v1/orders/" + percent_encoded(id);
      server_.start({"GET", std::move(target), {}, {}},
                    [this, id = std::string(id), line, last](Result<client::HttpResponse> answer) {
                      take(id, line, last, std::move(answer));
                    });
    });
    while (server_.in_flight() > 0) server_.wait();
    if (failure_) return fail(*failure_);
    return {};
  }

  void take(const std::string& id, std::size_t line, bool last, Result<client::HttpResponse> answer) {
    if (!answer) {
      failure_ = std::move(answer.error());
      return;
    }
    if (answer->status == 404) {  // its record is not processed yet
      if (last) {
        ++found_.missing;
      } else {
        still_undecided(id, line);
      }
      return;
    }
    const auto tape = JsonTape::parse(answer->body);
    const std::string status(tape ? text_of(*tape, 0, "status") : "");
    if (answer->status != 200 || status.empty()) {
      failure_ = client::problem_of(*answer);
      return;
    }
    if (status == "pending" && refuses_ && !last) return still_undecided(id, line);
    undecided_ = 0;
    ++found_.by_status[status];
    if (!holds(status) && refuses_) note_refused(id, line, status, *tape);
    if (holds(status)) add_total(*tape);
  }

  void still_undecided(const std::string& id, std::size_t line) {
    ids_.add(id, line);
    ++undecided_;
  }

  void note_refused(const std::string& id, std::size_t line, const std::string& status, const JsonTape& tape) {
    const auto reference = text_of(tape, 0, "reference");
    const auto reason = text_of(tape, 0, "status_reason");
    refuse_(
        {line,
         std::string(reference.empty() ? std::string_view(id) : reference),
         {"", reason.empty() ? status : std::string(reason), "the order was accepted, and is " + status + " now", id}});
  }

  void add_total(const JsonTape& tape) {
    const auto total = member(tape, 0, "total");
    const auto amount = total ? whole_of(tape, *total, "amount") : std::nullopt;
    if (!amount) return;
    std::int64_t& sum = found_.totals[std::string(text_of(tape, *total, "currency"))];
    if (__builtin_add_overflow(sum, *amount, &sum)) {
      failure_ = Error{ErrorCode::kInvalid, "amount_overflow", "the total is larger than ordo can hold", {}};
    }
  }

  client::HttpCaller& server_;
  OrderIds ids_;
  std::size_t undecided_ = 0;  // in a row
  const bool refuses_;
  const std::function<void(const Refusal&)>& refuse_;
  DecidedOrders found_;
  std::optional<Error> failure_;
};

}  // namespace

void OrderIds::add(std::string_view id, std::size_t line) {
  if (chunks_.empty() || chunks_.back().size() + id.size() + 24 > kChunk) chunks_.emplace_back().reserve(kChunk);
  chunks_.back().append(id).append(1, ' ').append(std::to_string(line)).append(1, '\n');
  ++size_;
}

void OrderIds::each(const std::function<void(std::string_view id, std::size_t line)>& f) const {
  for (const auto& chunk : chunks_) {
    std::string_view rest = chunk;
    while (!rest.empty()) {
      const auto entry = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(entry.size() + 1);
      const auto blank = entry.rfind(' ');
      f(entry.substr(0, blank), parse_integer<std::size_t>(entry.substr(blank + 1)).value_or(0));
    }
  }
}

Result<DecidedOrders> wait_until_decided(client::HttpCaller& server, OrderIds ids, std::chrono::milliseconds limit,
                                         bool refuses, const std::function<void(const Refusal&)>& refuse,
                                         const OnWaiting& on_waiting, const std::function<bool()>& stop) {
  return Wait(server, std::move(ids), refuses, refuse).run(limit, on_waiting, stop);
}

std::optional<std::uint64_t> waiting_orders(std::string_view metrics) {
  std::optional<std::uint64_t> sum;
  while (!metrics.empty()) {
    const auto line = metrics.substr(0, metrics.find('\n'));
    metrics.remove_prefix(std::min(line.size() + 1, metrics.size()));
    const bool counts = line.starts_with("ordo_processor_lag{processor=\"intake\"") ||
                        line.starts_with("ordo_processor_lag{processor=\"orders\"");
    if (!counts) continue;
    const auto records = parse_integer<std::uint64_t>(line.substr(line.rfind(' ') + 1));
    if (records) sum = sum.value_or(0) + *records;
  }
  return sum;
}

std::optional<std::uint64_t> ask_waiting_orders(client::HttpCaller& server) {
  const auto answer = client::call(server, {"GET", "/metrics", {}, {}});
  return answer && answer->status == 200 ? waiting_orders(answer->body) : std::nullopt;
}

}  // namespace ordo::imports
