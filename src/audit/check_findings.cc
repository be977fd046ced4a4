#include "audit/check_findings.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace ordo::audit {
namespace {

bool explains(const Movement& movement, const std::vector<Owner>& owners) {
  return std::any_of(owners.begin(), owners.end(), [&](const Owner& owner) { return movement.of(owner); });
}

}  // namespace

std::size_t CheckFindings::add(const char* name, const char* title) {
  Invariant& invariant = invariants_.emplace_back();
  invariant.name = name;
  invariant.title = title;
  return invariants_.size() - 1;
}

void CheckFindings::find(std::size_t invariant, std::string text, std::vector<Owner> owners) {
  ORDO_CHECK(at_start_.has_value(), "found before begin: ", text);
  Invariant& broken = invariants_[invariant];
  if (explains(*at_start_, owners)) {
    ++broken.waiting;
  } else if (!owners.empty() && findings_.size() < kMaxFindings) {
    findings_.push_back({invariant, std::move(text), std::move(owners)});
  } else {
    ++broken.violated;
    if (broken.samples.size() < samples_) broken.samples.push_back(std::move(text));
  }
}

void CheckFindings::find_due(std::string text) {
  ++due_.count;
  if (due_.samples.size() < samples_) due_.samples.push_back(std::move(text));
}

void CheckFindings::judge(const Movement& movement) {
  for (auto& finding : std::exchange(findings_, {})) {
    if (explains(movement, finding.owners)) {
      ++invariants_[finding.invariant].waiting;
    } else {
      find(finding.invariant, std::move(finding.text));
    }
  }
}

}  // namespace ordo::audit
