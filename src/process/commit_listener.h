// Who wants to hear what processors have made durable.
#pragma once

#include <span>

#include "process/ports.h"

namespace ordo {

// All three are called on the thread that folds for the owner, in the order of its steps, and must return quickly.
class CommitListener {
 public:
  virtual ~CommitListener() = default;

  // From now on this process folds for the owner: what waits in its documents is to be looked up.
  virtual void taken(const Owner& owner) = 0;
  // Somebody else does.
  virtual void lost(const Owner& owner) = 0;
  // The documents of a step are durable. The changes are valid within the call.
  virtual void committed(const Owner& owner, std::span<const Change> changes) = 0;
};

}  // namespace ordo
