#include "app/check_runner.h"

#include <sys/resource.h>

#include <chrono>
#include <utility>

#include "app/invariant_check.h"
#include "audit/check_report.h"
#include "base/log.h"
#include "base/uuid.h"

namespace ordo::app {
namespace {

constexpr std::chrono::seconds kSettleWithin{10};
constexpr int kNice = 15;

}  // namespace

Result<api::CheckState> CheckRunner::start() {
  const std::lock_guard lock(mutex_);
  if (stopping_) return fail(ErrorCode::kUnavailable, "stopping", "the server stops");
  if (latest_ && latest_->status == api::CheckStatus::running) {
    return fail(ErrorCode::kConflict, "check_running", "the check " + latest_->id + " is running");
  }
  if (thread_.joinable()) thread_.join();  // it has ended
  api::CheckState state;
  state.started_at = now();
  state.id = uuid_v7(state.started_at);
  latest_ = state;
  thread_ = std::thread([this] { run(); });
  return state;
}

std::optional<api::CheckState> CheckRunner::latest() const {
  const std::lock_guard lock(mutex_);
  return latest_;
}

void CheckRunner::stop() {
  stopping_ = true;
  std::thread running;
  {
    const std::lock_guard lock(mutex_);
    running.swap(thread_);
  }
  if (running.joinable()) running.join();
}

void CheckRunner::run() {
  // On Linux, this is the priority of the thread. The server's own work comes first.
  (void)::setpriority(PRIO_PROCESS, 0, kNice);
  const auto until = std::chrono::steady_clock::now() + kSettleWithin;
  const auto report = run_invariant_check(settings_, {}, until, [this] { return stopping_.load(); });
  if (!report) log_warn("a check of the invariants failed", {{"error", report.error().text()}});
  const std::lock_guard lock(mutex_);
  latest_->ended_at = now();
  if (report) {
    latest_->status = api::CheckStatus::done;
    latest_->clean = report->clean();
    latest_->report = audit::check_json(*report);
  } else {
    latest_->status = api::CheckStatus::failed;
    latest_->error = report.error().message;
  }
}

}  // namespace ordo::app
