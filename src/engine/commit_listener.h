// A listener for what processors have committed.
#pragma once

#include <span>

#include "engine/ports.h"
#include "engine/step_summary.h"

namespace ordo {

// All functions are called on the thread that folds for the owner, in the order of its steps. They must return quickly.
class CommitListener {
 public:
  virtual ~CommitListener() = default;

  // From now on this process folds for the owner. Look up what its documents wait for.
  virtual void taken(const Owner& owner) = 0;
  // This process no longer folds for the owner.
  virtual void lost(const Owner& owner) = 0;
  // The documents of a step are durable. The changes are valid only during the call.
  virtual void committed(const Owner& owner, std::span<const Change> changes) = 0;
  // The summary of the same step, before the next step. If a crash repeats a step, the process that commits it calls
  // this.
  virtual void counted(const Owner& owner, const StepSummary& summary) { (void)owner, (void)summary; }
};

}  // namespace ordo
