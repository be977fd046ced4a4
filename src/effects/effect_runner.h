// The effect runner. It receives notifications of documents that wait for an effect. It waits until the effect is due,
// calls the gateway if needed, and appends the result. It makes no decisions: if the matter is already settled, the
// fold ignores the record. So it is safe to run an effect twice, for example after a take-over.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "effects/gateway.h"
#include "engine/commit_listener.h"

namespace ordo::effects {

struct EffectRunnerOptions {
  EffectRules rules;
  std::string source;                            // of the records appended: "/ordo/errands/<instance>"
  std::size_t max_waiting = 200'000;             // effects kept in memory; the others are looked up when there is room
  std::size_t max_under_way = 1'000;             // records that the log has not acknowledged
  std::chrono::milliseconds patience{30'000};    // for a gateway's answer; then the attempt counts as failed
  std::chrono::milliseconds look_again{10'000};  // delay before an unchanged document is checked again
  std::chrono::milliseconds retry{1'000};        // delay after the log refused a record
  std::chrono::milliseconds retention_sweep{60'000};
};

struct EffectFigures {
  std::size_t waiting = 0;
  std::size_t under_way = 0;
  std::uint64_t run = 0;
  std::uint64_t questions = 0;  // sent to the gateway
  std::uint64_t failed = 0;     // refused appends and failed reads of documents
};

class EffectRunner {
 public:
  // All references outlive the runner. Its thread uses `documents` and `log`. `log` acknowledges on its own thread.
  EffectRunner(EffectRunnerOptions options, const Topology& topology, RecordLog& log, DocumentReader& documents,
               PaymentGateway& gateway);
  ~EffectRunner();  // as stop()
  EffectRunner(const EffectRunner&) = delete;
  EffectRunner& operator=(const EffectRunner&) = delete;

  // Begins to run effects. Earlier notifications wait until then. Call it once.
  void start();
  // Stops; returns when the thread has ended. Call it before the log is closed. Idempotent.
  void stop();

  // Receives the notifications. Lives as long as the runner.
  CommitListener& listener();
  EffectFigures figures() const;  // any thread

 private:
  class State;
  std::shared_ptr<State> state_;  // shared with pending answers
};

}  // namespace ordo::effects
