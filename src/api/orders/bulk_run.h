// Runs one action for many orders, a few at a time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/api_context.h"
#include "domain/order.h"
#include "domain/order_tags.h"

namespace ordo::api {

enum class BulkAction { cancel, ship, tag };

// done: the order shows the outcome. accepted: the request is durable, but not decided yet. would: a dry run, and the
// action is possible. unchanged: there is nothing to do.
enum class BulkOutcome { done, accepted, would, unchanged, refused };

struct BulkPlan {
  BulkAction action = BulkAction::tag;
  bool dry_run = false;
  std::string reason;
  std::optional<CancelReason> reason_code = std::nullopt;
  ChangedTags tags = {};
};

struct BulkResult {
  std::string id;
  std::optional<std::string> number;  // absent if the order cannot be read
  BulkOutcome outcome = BulkOutcome::refused;
  std::optional<std::string> code;  // why it was refused
  std::optional<std::string> detail;
};

// Calls the function of the single route for each order, on threads of the pool, kBulkAtOnce at a time. Answers when
// all orders have their results, in the order of `ids`. After kBulkPatience it no longer waits for decisions. Keeps
// itself alive until then.
class BulkRun : public std::enable_shared_from_this<BulkRun> {
 public:
  using OnEnd = std::function<void(const CallPtr& call, std::vector<BulkResult> results)>;

  // `call`: the request for all orders, whose caller acts. `context` outlives the run.
  BulkRun(ApiContext& context, CallPtr call, BulkPlan plan, const std::vector<std::string>& ids, OnEnd on_end);

  // Any thread, once. Returns without waiting for an order.
  void start() { advance(); }

 private:
  using Clock = std::chrono::steady_clock;

  void advance();
  void submit(std::size_t index);
  void look_at(std::size_t index);
  std::optional<BulkOutcome> foresee(const Order& order, BulkResult& result) const;
  std::optional<BulkOutcome> foresee_shipments(const Order& order, BulkResult& result) const;
  void act(std::size_t index);
  void ship(std::size_t index);
  void ask(const std::string& id, const std::string& path, std::string body,
           void (*action)(ApiContext&, http::Request, http::Respond),
           std::function<void(const http::Response&)> on_answer);
  void note(std::size_t index, const http::Response& answer);
  void finish();

  ApiContext& context_;
  const CallPtr call_;
  const BulkPlan plan_;
  const OnEnd on_end_;
  const Clock::time_point impatient_at_;
  std::vector<BulkResult> results_;                  // each belongs to the task of its order until that is finished
  std::vector<std::vector<std::string>> shipments_;  // of each order: those to ship; belongs to its task too

  std::mutex mutex_;  // guards the members below
  std::size_t next_ = 0;
  std::size_t under_way_ = 0;
  std::size_t finished_ = 0;
  bool advancing_ = false;
  bool ended_ = false;
};

inline constexpr std::size_t kBulkAtOnce = 8;
inline constexpr std::chrono::seconds kBulkPatience{20};

}  // namespace ordo::api
