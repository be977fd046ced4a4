#include <algorithm>

#include "columns/headings.h"
#include "columns/profile.h"
#include "columns/profile_tables.h"

namespace ordo::imports {
namespace {

std::vector<Profile> all_profiles() {
  std::vector<Profile> all;
  for (const auto table : {own_profiles(), shopify_profiles(), woocommerce_profiles(), shop_profiles(),
                           bigcommerce_profiles(), marketplace_profiles(), ledger_profiles()}) {
    all.insert(all.end(), table.begin(), table.end());
  }
  return all;
}

bool has_signature_of(const Profile& profile, const std::vector<Heading>& headings) {
  return std::all_of(profile.signature.begin(), profile.signature.end(), [&](std::string_view known) {
    const std::string pattern = heading_patterns(known).front();
    return std::any_of(headings.begin(), headings.end(),
                       [&](const Heading& heading) { return matches(pattern, heading.key); });
  });
}

}  // namespace

std::span<const Profile> profiles() {
  static const std::vector<Profile> all = all_profiles();
  return all;
}

const Profile* recognize(ImportKind kind, const std::vector<std::string>& headings) {
  const auto read = read_headings(headings);
  const Profile* best = nullptr;
  for (const Profile& profile : profiles()) {
    if (profile.kind != kind || !has_signature_of(profile, read)) continue;
    if (best == nullptr || profile.has_lines > best->has_lines ||
        (profile.has_lines == best->has_lines && profile.signature.size() > best->signature.size())) {
      best = &profile;
    }
  }
  return best;
}

const Profile* find_profile(std::string_view name) {
  const auto all = profiles();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Profile& profile) { return profile.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace ordo::imports
