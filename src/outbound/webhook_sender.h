// The webhook sender. This process owns some partitions of `webhooks`. The sender follows order_events for the
// endpoints in these partitions, calls them, and appends the result of each call. It makes no decisions: a fold writes
// the documents. If a document says that a delivery is to be retried, the partition's current owner retries it.
//
// An endpoint receives each wanted event at least once, always with the same webhook-id. Events with the same key, such
// as those of one order, are sent in order. A failed event is retried later, and the events after it do not wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/backoff.h"
#include "engine/commit_listener.h"
#include "engine/ports.h"
#include "outbound/http_caller.h"
#include "outbound/webhook_queue.h"

namespace ordo::outbound {

struct WebhookSenderOptions {
  std::string source;  // of the records appended: "/ordo/webhooks/<instance>"
  HttpCallerOptions caller;
  WebhookLimits limits;
  std::chrono::milliseconds timeout{15'000};               // of a call
  std::chrono::seconds retry_for{3LL * 24 * 60 * 60};      // from the first attempt; then the delivery counts as failed
  std::chrono::seconds disable_after{3LL * 24 * 60 * 60};  // after this time with failures only
  Backoff backoff{std::chrono::milliseconds(5'000), std::chrono::milliseconds(4 * 60 * 60 * 1'000), 50};
  std::chrono::milliseconds look{25};      // interval between looks at the log for new events
  std::chrono::milliseconds tell{1'000};   // least interval between reports of positions
  std::chrono::milliseconds again{1'000};  // delay after the log or the documents did not answer
};

struct WebhookFigures {
  std::size_t endpoints = 0;  // enabled ones that this process sends to
  std::size_t in_flight = 0;
  std::size_t waiting = 0;  // deliveries to retry
  std::uint64_t attempts = 0;
  std::uint64_t failures = 0;
};

class WebhookSender {
 public:
  // The references outlive the sender. Its thread uses `documents` and `events`. `log` acknowledges on its own thread.
  // Errors: those of HttpCaller::start().
  static Result<std::unique_ptr<WebhookSender>> open(WebhookSenderOptions options, const Topology& topology,
                                                     RecordLog& log, LogSource& events, DocumentReader& documents);
  ~WebhookSender();  // as stop()
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;

  // Begins to send. Earlier notifications wait until then. Call it once.
  void start();
  // Abandons calls in progress; the next owner makes them again. Returns when the threads have ended. Call it before
  // the log is closed. Idempotent.
  void stop();

  // Receives the notifications. Lives as long as the sender.
  CommitListener& listener();
  WebhookFigures figures() const;  // any thread

 private:
  class State;
  explicit WebhookSender(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;  // shared with pending answers
};

}  // namespace ordo::outbound
