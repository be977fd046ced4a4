// What a check has found so far. A finding about something that moves is judged only when it is known what moved: what
// records under way explain is no violation yet.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/check_inboxes.h"
#include "cli/check_invariants.h"

namespace ordo::cli {

class CheckFindings {
 public:
  // Findings kept for judgement; whatever is beyond is a violation by itself: so much is never under way.
  static constexpr std::size_t kMaxFindings = 1'000'000;

  // `samples`: violations of an invariant that are told one by one.
  explicit CheckFindings(std::size_t samples) : samples_(samples) {}

  // Adds an invariant; returns its number.
  std::size_t add(const char* name, const char* title);
  Invariant& operator[](std::size_t invariant) { return invariants_[invariant]; }

  // What already moves when the check begins. Before the first find().
  void begin(Movement at_start) { at_start_ = std::move(at_start); }

  // A violation, unless one of `owners` has records under way. No owners: for certain.
  void find(std::size_t invariant, std::string text, std::vector<Owner> owners = {});

  // Judges all that was found, knowing what moved during the check.
  void judge(const Movement& movement);
  std::vector<Invariant> take() { return std::move(invariants_); }

 private:
  struct Finding {
    std::size_t invariant = 0;
    std::string text;
    std::vector<Owner> owners;
  };

  const std::size_t samples_;
  std::vector<Invariant> invariants_;
  std::optional<Movement> at_start_;
  std::vector<Finding> findings_;  // at most kMaxFindings
};

}  // namespace ordo::cli
