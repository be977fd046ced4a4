// The last changes requested for a document from outside, each with its outcome. The requester can look up the outcome,
// and repeats are recognised.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/actor.h"

namespace ordo {

enum class ChangeOutcome { applied, refused };

struct PastChange {
  std::string id;
  ChangeOutcome outcome = ChangeOutcome::applied;
  std::string reason;  // why it was refused; empty when applied
  std::optional<Actor> by = std::nullopt;

  friend bool operator==(const PastChange&, const PastChange&) = default;
};

inline constexpr std::size_t kRememberedChanges = 8;

bool has_seen(const std::vector<PastChange>& changes, std::string_view id);

// Appends `change` and drops the oldest beyond kRememberedChanges.
void remember_change(std::vector<PastChange>& changes, PastChange change);

}  // namespace ordo
