// libFuzzer's entry point for one target, which the build sets: ORDO_FUZZ_TARGET.
#include <cstddef>
#include <cstdint>

#include "targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ordo::fuzz::ORDO_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
