#include "records/letter_size.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/sha256.h"
#include "base/text.h"
#include "records/record_size.h"

namespace ordo {
namespace {

constexpr std::size_t kLongestDetail = 400;
constexpr std::size_t kLongestKept = 200;  // longest of ordo's other headers that is kept

void omit_value(Record& letter) {
  auto& extra = letter.envelope.extra;
  extra.emplace_back(kValueOmittedHeader, "true");
  extra.emplace_back(kBytesHeader, std::to_string(letter.value.size()));
  extra.emplace_back(kSha256Header, sha256_hex(letter.value));
  letter.value.clear();
}

// The headers of this refusal are the last of their names, because a letter may already have been a letter before.
void omit_rest(Record& letter) {
  Headers kept;
  auto& extra = letter.envelope.extra;
  for (auto header = extra.rbegin(); header != extra.rend(); ++header) {
    if (!header->name.starts_with("ordo_")) continue;
    const auto same = [&](const Header& other) { return other.name == header->name; };
    if (std::any_of(kept.begin(), kept.end(), same)) continue;
    const bool detail = header->name == "ordo_dlq_detail";
    if (detail) header->value = utf8_cut(header->value, kLongestDetail);
    if (header->name.size() + header->value.size() <= kLongestKept || detail) kept.push_back(std::move(*header));
  }
  std::reverse(kept.begin(), kept.end());
  kept.emplace_back(kRestOmittedHeader, "true");
  letter.envelope = {};
  letter.envelope.extra = std::move(kept);
  letter.key.clear();
}

}  // namespace

Error value_omitted(const DeadLetter& letter) {
  return {ErrorCode::kConflict,
          "value_omitted",
          "the letter " + to_string(letter.id) + " does not have its value of " +
              std::to_string(letter.omitted_bytes.value_or(0)) +
              " bytes, which was too large for the topic; the record is at offset " + std::to_string(letter.offset) +
              " of partition " + std::to_string(letter.partition) + " of " + std::string(to_string(letter.id.topic)) +
              " as long as the topic keeps it; pass the value to replay it",
          {}};
}

void omit_what_does_not_fit(Record& letter, std::size_t limit) {
  if (fits_in_log(letter, limit)) return;
  omit_value(letter);
  if (!fits_in_log(letter, limit)) omit_rest(letter);
}

}  // namespace ordo
