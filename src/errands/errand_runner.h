// The errand runner: hears which documents wait for something, waits with them, asks the gateway, and appends what
// comes of it. It decides nothing: a fold that finds the matter settled meanwhile takes its record for a no-op, so
// running an errand twice, or after a take-over once more, does no harm.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "errands/gateway.h"
#include "process/commit_listener.h"

namespace ordo {

struct ErrandRunnerOptions {
  ErrandRules rules;
  std::string source;                 // of the records appended: "/ordo/errands/<instance>"
  std::size_t max_waiting = 200'000;  // errands kept in memory; the others are looked up again when there is room
  std::size_t max_under_way = 1'000;  // records and questions not yet answered
  std::chrono::milliseconds patience{30'000};    // for a gateway's answer; then the attempt counts as failed
  std::chrono::milliseconds look_again{10'000};  // at a document that did not change though its errand was run
  std::chrono::milliseconds retry{1'000};        // of what the log did not take
  std::chrono::milliseconds retention{0};        // after which ended orders lose their personal data; 0: never
  std::chrono::milliseconds retention_sweep{60'000};
};

struct ErrandFigures {
  std::size_t waiting = 0;
  std::size_t under_way = 0;
  std::uint64_t run = 0;
  std::uint64_t questions = 0;  // put to the gateway
  std::uint64_t failed = 0;     // appends that were refused, looks at documents that failed
};

class ErrandRunner final : public CommitListener {
 public:
  // All references outlive the runner; `documents` and `log` are used from its thread, `log` acknowledges on its own.
  ErrandRunner(ErrandRunnerOptions options, const Topology& topology, RecordLog& log, DocumentReader& documents,
               PaymentGateway& gateway);
  ~ErrandRunner() override;  // as stop()
  ErrandRunner(const ErrandRunner&) = delete;
  ErrandRunner& operator=(const ErrandRunner&) = delete;

  // Begins to run errands; what was heard before waits until then. Once.
  void start();
  // Runs no more; returns when its thread has ended. To be called before the log is closed. Idempotent.
  void stop();

  void taken(const Owner& owner) override;
  void lost(const Owner& owner) override;
  void committed(const Owner& owner, std::span<const Change> changes) override;

  ErrandFigures figures() const;  // any thread

 private:
  class State;
  std::shared_ptr<State> state_;  // shared with the answers that are still to come
};

}  // namespace ordo
