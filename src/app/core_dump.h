// Protects secrets in memory after a crash.
#pragma once

namespace ordo::app {

// From now on, the process leaves no core dump (RLIMIT_CORE of setrlimit(2)). Other processes of its user cannot read
// its memory (PR_SET_DUMPABLE of prctl(2)). The memory holds keys, signing secrets and customers' data. False when the
// system refuses. Any thread; call it first in a process.
bool forbid_core_dumps();

}  // namespace ordo::app
