// The webhook sender: follows order_events for the endpoints whose partition of `webhooks` this process owns, calls
// them, and appends what came of each call. It decides nothing: a fold writes the documents, and what these say is to
// be tried again is tried again, by whoever owns the endpoint then.
//
// An endpoint is sent each event that it wants at least once, under the same webhook-id each time. Events with the same
// key, those of one order, are sent in their order; one that failed is tried again later, and those behind it do not
// wait for that.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/backoff.h"
#include "outbound/http_caller.h"
#include "outbound/webhook_lane.h"
#include "process/commit_listener.h"
#include "process/ports.h"

namespace ordo::outbound {

struct WebhookSenderOptions {
  std::string source;  // of the records appended: "/ordo/webhooks/<instance>"
  HttpCallerOptions caller;
  WebhookLimits limits;
  std::chrono::milliseconds timeout{15'000};               // of a call
  std::chrono::seconds retry_for{3LL * 24 * 60 * 60};      // from the first attempt; then the delivery has failed
  std::chrono::seconds disable_after{3LL * 24 * 60 * 60};  // of nothing but failures
  Backoff backoff{std::chrono::milliseconds(5'000), std::chrono::milliseconds(4 * 60 * 60 * 1'000), 50};
  std::chrono::milliseconds look{25};      // at the log, for new events
  std::chrono::milliseconds tell{1'000};   // how far an endpoint has come, at most so often
  std::chrono::milliseconds again{1'000};  // after the log or the documents did not answer
};

struct WebhookFigures {
  std::size_t endpoints = 0;  // enabled ones that this process sends to
  std::size_t in_flight = 0;
  std::size_t waiting = 0;  // deliveries to be tried again
  std::uint64_t attempts = 0;
  std::uint64_t failures = 0;
};

class WebhookSender final : public CommitListener {
 public:
  // The references outlive the sender; `documents` and `events` are used from its thread, `log` acknowledges on its
  // own. Errors: those of HttpCaller::start().
  static Result<std::unique_ptr<WebhookSender>> open(WebhookSenderOptions options, const Topology& topology,
                                                     RecordLog& log, LogSource& events, DocumentReader& documents);
  ~WebhookSender() override;  // as stop()
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;

  // Begins to send; what was heard before waits until then. Once.
  void start();
  // Calls under way are given up, and made again by whoever comes next. Returns when the threads have ended. To be
  // called before the log is closed. Idempotent.
  void stop();

  void taken(const Owner& owner) override;
  void lost(const Owner& owner) override;
  void committed(const Owner& owner, std::span<const Change> changes) override;

  WebhookFigures figures() const;  // any thread

 private:
  class State;
  explicit WebhookSender(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;  // shared with the answers that are still to come
};

}  // namespace ordo::outbound
