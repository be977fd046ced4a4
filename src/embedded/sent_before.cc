#include "embedded/sent_before.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/number.h"

namespace ordo::embedded {
namespace {

// A replayed letter has the headers of its first refusal too; the last one counts.
std::string_view last_header(const Record& record, std::string_view name) {
  const auto& extra = record.envelope.extra;
  const auto found =
      std::find_if(extra.rbegin(), extra.rend(), [name](const Header& header) { return header.name == name; });
  return found == extra.rend() ? std::string_view() : std::string_view(found->value);
}

struct Sending {
  std::string sender;
  std::int64_t number = 0;
};

// A letter keeps the envelope of the record that was refused. Its headers name the owner, and the offset there.
std::optional<Sending> letter_of(const Record& record) {
  const auto offset = parse_integer<std::int64_t>(last_header(record, "ordo_dlq_offset"));
  if (!offset) return std::nullopt;
  std::string sender(last_header(record, "ordo_dlq_processor"));
  sender += "/";
  sender += last_header(record, "ordo_dlq_partition");
  return Sending{std::move(sender), *offset};
}

// "/ordo/orders/3/0"
bool is_of_owner(std::string_view source) {
  constexpr std::string_view kStart = "/ordo/";
  if (!source.starts_with(kStart)) return false;
  source.remove_prefix(kStart.size());
  return parse_processor(source.substr(0, source.find('/'))).has_value();
}

std::optional<Sending> sending_of(const Record& record) {
  if (record.at.dlq) return letter_of(record);
  const auto& envelope = record.envelope;
  if (!envelope.sequence || !is_of_owner(envelope.source)) return std::nullopt;
  return Sending{envelope.source, *envelope.sequence};
}

}  // namespace

void SentBefore::note(const Record& record) {
  auto sending = sending_of(record);
  if (!sending) return;
  auto& highest = highest_[{std::move(sending->sender), record.at}];
  highest = std::max(highest, sending->number);
}

void SentBefore::forget_committed(const Owner& owner, const Cursor& cursor) {
  const std::string source = source_of(owner, cursor.epoch);
  const std::string name = to_string(owner);
  std::erase_if(highest_, [&](const auto& way) {
    const auto& [sender, to] = way.first;
    if (to.dlq) return sender == name && way.second < cursor.next;
    if (sender != source) return false;
    const auto sent = cursor.sent.find(to);
    return sent != cursor.sent.end() && way.second <= sent->second;
  });
}

bool SentBefore::contains(const Record& record) {
  if (highest_.empty()) return false;
  const auto sending = sending_of(record);
  if (!sending) return false;
  const auto found = highest_.find({sending->sender, record.at});
  if (found == highest_.end()) return false;
  if (sending->number <= found->second) return true;
  highest_.erase(found);
  return false;
}

}  // namespace ordo::embedded
