#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace ordo {

void check_failed(const char* file, int line, const char* condition, const std::string& saw) {
  std::fprintf(stderr, "%s:%d: CHECK failed: %s%s%s\n", file, line, condition, saw.empty() ? "" : "; saw ",
               saw.c_str());
  std::fflush(stderr);
  std::abort();
}

}  // namespace ordo
