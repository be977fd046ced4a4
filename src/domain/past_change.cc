#include "domain/past_change.h"

#include <algorithm>

namespace ordo {

bool has_seen(const std::vector<PastChange>& changes, std::string_view id) {
  return std::any_of(changes.begin(), changes.end(), [id](const PastChange& change) { return change.id == id; });
}

void remember_change(std::vector<PastChange>& changes, PastChange change) {
  if (changes.size() >= kRememberedChanges) changes.erase(changes.begin());
  changes.push_back(std::move(change));
}

}  // namespace ordo
