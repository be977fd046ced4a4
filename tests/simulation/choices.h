// The decisions of a history: drawn from a seed and recorded, or replayed from a record. All randomness of the
// simulation comes from here. So the choices determine the history.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace ordo::simulation {

// Each step has its own list. So leaving out or changing a step does not change the decisions of the others. Zero
// always is the calm choice (no fault, the first of several). Missing entries count as zero.
struct Schedule {
  std::vector<std::uint32_t> setup;
  std::vector<std::vector<std::uint32_t>> steps;

  // The number of choices that are not calm: the size of a history, for shrinking.
  std::size_t weight() const;
  // Removes the zeros at the end of each list.
  void trim();

  friend bool operator==(const Schedule&, const Schedule&) = default;
};

// A copy of the choices in shared memory, written as they are made. It can be read after the process has died.
struct ChoiceMirror {
  static constexpr std::size_t kMost = std::size_t{1} << 20;  // later ones are not written
  static constexpr std::uint32_t kNextStep = 0xffffffff;      // a separator, not a choice

  std::size_t size = 0;
  std::uint32_t words[kMost];

  void put(std::uint32_t word) {
    if (size < kMost) words[size++] = word;
  }
  Schedule read() const;
};

class Choices {
 public:
  explicit Choices(std::uint64_t seed) : state_(seed) {}
  explicit Choices(Schedule schedule) : followed_(std::move(schedule)), following_(true) {}

  // Ends the set-up or a step, and begins the next step. False when there is none: for a drawn history after `limit`
  // steps, for a replayed one after its last step. Then it is over, see end().
  bool next_step(std::size_t limit);
  void mirror_to(ChoiceMirror* mirror) { mirror_ = mirror; }
  // From now on, nothing happens by chance. Among several things, each has its turn.
  void end() { over_ = true; }

  // True `per_thousand` times in 1000.
  bool chance(int per_thousand);
  // 0 to below - 1.
  std::int64_t pick(std::int64_t below);
  // 0 for nothing, or the number of what happens. Each has its own probability in 1/1000.
  int which(std::initializer_list<int> per_thousand);

  // The choices so far.
  const Schedule& made() const { return made_; }

 private:
  std::uint64_t random();
  void record(std::uint32_t choice);
  // The next recorded choice of this step.
  std::uint32_t follow();

  std::uint64_t state_ = 0;
  Schedule followed_;
  const bool following_ = false;
  Schedule made_;
  ChoiceMirror* mirror_ = nullptr;
  std::size_t read_ = 0;  // in the current list
  bool over_ = false;
  std::int64_t turn_ = 0;  // used after the end
};

}  // namespace ordo::simulation
