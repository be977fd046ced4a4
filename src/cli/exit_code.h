// The exit codes of the process.
#pragma once

namespace ordo::cli {

enum ExitCode : int {
  kExitOk = 0,
  kExitFailed = 1,       // the command failed; stderr says why
  kExitUsage = 2,        // flags, environment or configuration file are wrong; nothing was done
  kExitPartly = 3,       // done, but part of the input was refused; the report says which part
  kExitNotFound = 4,     // there is no such document
  kExitViolated = 5,     // a check found something wrong
  kExitUnavailable = 6,  // a server, broker or database did not answer
};

}  // namespace ordo::cli
