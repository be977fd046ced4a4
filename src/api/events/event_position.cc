#include "api/events/event_position.h"

#include <charconv>

#include "base/number.h"

namespace ordo::api {
namespace {

void append_number(std::int64_t number, std::string& out) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// Removes the text before the next full stop, and returns it.
std::string_view take_part(std::string_view& text) {
  const auto part = text.substr(0, text.find('.'));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

}  // namespace

std::string event_id(const EventLog& log, const Offsets& offsets) {
  std::string id;
  id.reserve(32 + 8 * offsets.size());
  id += to_string(log.topic);
  id.push_back('.');
  append_number(log.epoch, id);
  for (const auto offset : offsets) {
    id.push_back('.');
    append_number(offset, id);
  }
  return id;
}

Result<Offsets> parse_event_id(const EventLog& log, const std::string_view id) {
  std::string_view text = id;
  const auto refuse = [](std::string reason, std::string why) {
    return fail(ErrorCode::kInvalid, std::move(reason), std::move(why));
  };
  const auto topic = parse_topic(take_part(text));
  const auto epoch = parse_natural<std::int64_t>(take_part(text));
  if (!topic || !epoch || text.empty()) return refuse("unknown_id", "this is not the id of an event");
  Offsets offsets;
  while (!text.empty()) {
    const auto offset = parse_natural<std::int64_t>(take_part(text));
    if (!offset) return refuse("unknown_id", "this is not the id of an event");
    offsets.push_back(*offset);
  }
  if (*topic != log.topic)
    return refuse("other_topic", "the id belongs to the topic " + std::string(to_string(*topic)));
  if (*epoch != log.epoch) return refuse("other_epoch", "the log has a new epoch since");
  if (offsets.size() != log.partitions)
    return refuse("other_partitions", "the topic has another number of partitions now");
  if (event_id(log, offsets) != id) return refuse("unknown_id", "this is not the id of an event");
  return offsets;
}

}  // namespace ordo::api
