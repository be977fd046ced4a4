#include "app/core_dump.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ordo::app {
namespace {

// In a child process, so that the tests themselves can still be debugged.
TEST(CoreDump, IsForbidden) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    rlimit limit{1, 1};
    const bool forbidden = forbid_core_dumps() && prctl(PR_GET_DUMPABLE) == 0 && getrlimit(RLIMIT_CORE, &limit) == 0 &&
                           limit.rlim_cur == 0 && limit.rlim_max == 0;
    _exit(forbidden ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace ordo::app
