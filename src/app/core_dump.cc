#include "app/core_dump.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace ordo::app {

bool forbid_core_dumps() {
  // This limit alone is not enough: it does not apply when the system pipes a core to a program, see core(5).
  constexpr rlimit kNone{0, 0};
  const bool undumpable = prctl(PR_SET_DUMPABLE, 0) == 0;
  return setrlimit(RLIMIT_CORE, &kNone) == 0 && undumpable;
}

}  // namespace ordo::app
