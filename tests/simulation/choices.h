// The decisions of a history: drawn from a seed and recorded, or followed as they were recorded. All chance of the
// simulation comes from here, so that a history is its choices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace ordo::simulation {

// A step has a list of its own: to leave a step out, or to change one, leaves what the others decide as it was. Zero is
// the calm choice everywhere (nothing fails, the first of several), and what a list does not say is zero.
struct Schedule {
  std::vector<std::uint32_t> setup;
  std::vector<std::vector<std::uint32_t>> steps;

  // How many choices are not the calm one: the size of a history, for shrinking.
  std::size_t weight() const;
  // Without the zeros at the end of each list.
  void trim();

  friend bool operator==(const Schedule&, const Schedule&) = default;
};

// Where choices are written as they are made: shared memory, read when the process that made them is gone.
struct ChoiceMirror {
  static constexpr std::size_t kMost = std::size_t{1} << 20;  // later ones are not written
  static constexpr std::uint32_t kNextStep = 0xffffffff;      // which is no choice

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

  // Ends the set-up, or a step, and begins the next step. False when there is none: of a drawn history after `limit`
  // steps, of a followed one after its last: then it is over, see end().
  bool next_step(std::size_t limit);
  void mirror_to(ChoiceMirror* mirror) { mirror_ = mirror; }
  // From now on nothing is chosen any more: nothing happens by chance, and of several things each has its turn.
  void end() { over_ = true; }

  // True `per_thousand` times in 1000.
  bool chance(int per_thousand);
  // 0 to below - 1.
  std::int64_t pick(std::int64_t below);
  // Nothing (0), or the first, second, ... of what may happen, each so often in 1000.
  int which(std::initializer_list<int> per_thousand);

  // What was chosen so far.
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
  std::size_t read_ = 0;  // of the current list
  bool over_ = false;
  std::int64_t turn_ = 0;  // when it is over
};

}  // namespace ordo::simulation
