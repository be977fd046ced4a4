// ordo_simulation [--seed N] [--count N]: runs histories of the engine under faults. One seed prints its trace; a
// failing seed is named so that it can be run again.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/log.h"
#include "world.h"

int main(int argc, char** argv) {
  std::uint64_t first = 1;
  std::uint64_t count = 500;
  bool trace = false;
  for (int i = 1; i + 1 < argc; i += 2) {
    const auto value = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--seed") == 0) {
      first = value;
      count = 1;
      trace = true;
    } else if (std::strcmp(argv[i], "--count") == 0) {
      count = value;
    } else {
      std::fprintf(stderr, "usage: ordo_simulation [--seed N] [--count N]\n");
      return 2;
    }
  }
  ordo::set_log_level(trace ? ordo::LogLevel::kInfo : ordo::LogLevel::kOff);
  ordo::simulation::World::Figures total;
  int failed = 0;
  for (std::uint64_t seed = first; seed < first + count && failed < 5; ++seed) {
    ordo::simulation::World world(seed, trace);
    const auto wrong = world.run();
    for (const auto& line : world.trace_lines) std::printf("%s\n", line.c_str());
    if (!wrong.empty()) {
      ++failed;
      std::printf("seed %llu FAILED\n", static_cast<unsigned long long>(seed));
      for (std::size_t i = 0; i < wrong.size() && i < 10; ++i) std::printf("  %s\n", wrong[i].c_str());
    }
    total.records += world.figures.records;
    total.crashes += world.figures.crashes;
    total.rebalances += world.figures.rebalances;
    total.duplicates += world.figures.duplicates;
    total.errands += world.figures.errands;
    total.races += world.figures.races;
    for (const auto& [what, orders] : world.figures.ended) total.ended[what] += orders;
  }
  const auto show = [](std::uint64_t figure) { return static_cast<unsigned long long>(figure); };
  std::printf(
      "%llu histories, %llu records, %llu crashes, %llu rebalances, %llu duplicates, %llu errands, %llu cancels of "
      "orders under way: %s\n",
      show(count), show(total.records), show(total.crashes), show(total.rebalances), show(total.duplicates),
      show(total.errands), show(total.races), failed == 0 ? "all invariants hold" : "FAILED");
  std::printf("orders:");
  for (const auto& [what, orders] : total.ended) std::printf(" %llu %s,", show(orders), what.c_str());
  std::printf(" of %d histories\n", static_cast<int>(count));
  return failed == 0 ? 0 : 1;
}
