// Collects the findings of a check. A finding about data that moves is judged at the end, when it is known what moved.
// If records in progress explain it, it is not a violation yet.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/check_inboxes.h"
#include "audit/check_invariants.h"

namespace ordo::audit {

class CheckFindings {
 public:
  // Maximum number of findings that are kept for judgement. More of them count as violations at once, because so many
  // are never in progress.
  static constexpr std::size_t kMaxFindings = 1'000'000;

  // `samples`: the number of violations per invariant that are reported one by one.
  explicit CheckFindings(std::size_t samples) : samples_(samples) {}

  // Adds an invariant and returns its number.
  std::size_t add(const char* name, const char* title);
  Invariant& operator[](std::size_t invariant) { return invariants_[invariant]; }

  // Sets what already moves when the check begins. Call it before the first find().
  void begin(Movement at_start) { at_start_ = std::move(at_start); }

  // Adds a violation, unless one of `owners` has records in progress. Without owners, it is certain.
  void find(std::size_t invariant, std::string text, std::vector<Owner> owners = {});

  // Adds a refund that people have to pay.
  void find_due(std::string text);

  // Judges all findings, with the movement during the check.
  void judge(const Movement& movement);
  std::vector<Invariant> take() { return std::move(invariants_); }
  RefundsDue take_due() { return std::move(due_); }

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
  RefundsDue due_;
};

}  // namespace ordo::audit
