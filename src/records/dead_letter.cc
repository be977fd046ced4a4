#include "records/dead_letter.h"

#include <charconv>

#include "records/json_codec.h"
#include "records/messages.h"

namespace ordo {
namespace {

constexpr std::string_view kPrefix = "ordo_dlq_";
constexpr std::string_view kDlqSource = "/ordo/dlq/";

// The value of a mark.
struct MarkBody {
  std::string letter;  // its id
  std::string place;
};
BOOST_DESCRIBE_STRUCT(MarkBody, (), (letter, place))

template <class Number>
Number number_of(std::string_view text, Number otherwise) {
  Number number = otherwise;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stopped == end && number >= 0 ? number : otherwise;
}

// What a record without a type is taken for.
std::string_view type_of_bare(Topic topic) {
  if (topic == Topic::order_created) return type::kOrderPlaced;
  if (topic == Topic::product_events) return type::kProductChanged;
  return {};
}

}  // namespace

std::string_view extra_header(const Record& record, std::string_view name) {
  for (const auto& [header, value] : record.envelope.extra) {
    if (header == name) return value;
  }
  return {};
}

std::string to_string(const LetterId& id) {
  return std::string(to_string(id.topic)) + ":" + std::to_string(id.offset);
}

std::optional<LetterId> parse_letter_id(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto topic = parse_topic(text.substr(0, colon));
  const auto offset = number_of<std::int64_t>(text.substr(colon + 1), -1);
  if (!topic || offset < 0) return std::nullopt;
  return LetterId{*topic, offset};
}

std::string_view to_string(LetterState state) {
  switch (state) {
    case LetterState::open:
      return "open";
    case LetterState::replayed:
      return "replayed";
    case LetterState::dropped:
      return "dropped";
  }
  return "?";
}

bool is_mark(const Record& record) {
  return record.envelope.type == type::kLetterReplayed || record.envelope.type == type::kLetterDropped;
}

DeadLetter read_letter(const Record& record) {
  DeadLetter letter;
  letter.id = {record.at.topic, record.offset};
  letter.refused_at = record.appended_at;
  // The last of each name: a letter that came out of a dead-letter topic has those of its first refusal as well.
  for (const auto& [name, value] : record.envelope.extra) {
    if (name == "ordo_dlq_reason") letter.reason = value;
    if (name == "ordo_dlq_detail") letter.detail = value;
    if (name == "ordo_dlq_processor") letter.processor = value;
    if (name == "ordo_dlq_partition") letter.partition = number_of(value, -1);
    if (name == "ordo_dlq_offset") letter.offset = number_of<std::int64_t>(value, -1);
    if (name == "ordo_dlq_time") letter.time = parse_timestamp(value).value_or(Timestamp());
    if (name == kReplayOfHeader) letter.replay_of = value;
  }
  if (letter.time == Timestamp()) {
    letter.time = record.envelope.time == Timestamp() ? record.appended_at : record.envelope.time;
  }
  if (letter.partition >= 0 && letter.offset >= 0) {
    letter.place = std::string(to_string(record.at.topic)) + "/" + std::to_string(letter.partition) + "/" +
                   std::to_string(letter.offset) + "@" + to_rfc3339(letter.time);
  } else {
    letter.place = to_string(letter.id);
  }
  return letter;
}

Result<LetterMark> read_mark(const Record& record) {
  auto body = from_json<MarkBody>(record.value, Fields::lenient);
  if (!body) return fail(ErrorCode::kCorrupt, "unreadable_mark", to_string(LetterId{record.at.topic, record.offset}));
  const bool replayed = record.envelope.type == type::kLetterReplayed;
  return LetterMark{std::move(body->place), replayed ? LetterState::replayed : LetterState::dropped};
}

bool LetterStates::note(const Record& record) {
  if (!is_mark(record)) return false;
  if (auto mark = read_mark(record)) states_[std::move(mark->place)] = mark->state;
  return true;
}

LetterState LetterStates::of(const DeadLetter& letter) const {
  const auto found = states_.find(letter.place);
  return found == states_.end() ? LetterState::open : found->second;
}

Record replay_of(const Topology& topology, const Record& letter, const std::optional<std::string>& value) {
  const DeadLetter read = read_letter(letter);
  Record record = letter;
  record.offset = -1;
  record.at = {letter.at.topic, read.partition, false};
  if (read.partition < 0 || read.partition >= topology[letter.at.topic].partitions) {
    record.at.partition = topology.partition_of(letter.at.topic, letter.key);
  }
  if (value) record.value = *value;
  auto& envelope = record.envelope;
  envelope.sequence.reset();
  envelope.previous.reset();
  if (envelope.type.empty()) {
    // A bare record has no time of its own but that of the log, which would be another one now.
    envelope.type = type_of_bare(letter.at.topic);
    envelope.source = std::string(kDlqSource) + std::string(to_string(letter.at.topic));
    envelope.id = to_string(read.id);
    envelope.subject = record.key;
    envelope.time = read.time;
  }
  const std::string origin(extra_header(letter, kOriginHeader));
  std::erase_if(envelope.extra, [](const auto& header) {
    return header.first.starts_with(kPrefix) || header.first == kReplayOfHeader || header.first == kOriginHeader;
  });
  envelope.extra.emplace_back(kReplayOfHeader, to_string(read.id));
  envelope.extra.emplace_back(kOriginHeader, origin.empty() ? read.place : origin);
  return record;
}

Record mark_of(const DeadLetter& letter, LetterState state, Timestamp at, const std::string& source) {
  Record record;
  record.at = {letter.id.topic, 0, true};
  record.key = to_string(letter.id);
  record.value = to_json(MarkBody{to_string(letter.id), letter.place});
  record.envelope.type = state == LetterState::dropped ? type::kLetterDropped : type::kLetterReplayed;
  record.envelope.source = source;
  record.envelope.id = to_string(letter.id) + ":" + std::string(to_string(state));
  record.envelope.subject = to_string(letter.id);
  record.envelope.time = at;
  return record;
}

}  // namespace ordo
