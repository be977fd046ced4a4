// Replaces live documents with rebuilt ones while no processor writes them.
#pragma once

#include "audit/rebuild_compare.h"

namespace ordo::audit {

// After a crash during a swap, each document is either the old or the rebuilt one. The next swap finds the rest.
class Swapper {
 public:
  virtual ~Swapper() = default;
  // Changes the live document to the rebuilt one of `difference`, now or in a later call.
  virtual Result<void> add(Difference difference) = 0;
  // When it returns, all added changes are durable.
  virtual Result<void> flush() = 0;
};

}  // namespace ordo::audit
