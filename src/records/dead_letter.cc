#include "records/dead_letter.h"

#include "base/number.h"
#include "records/json_codec.h"
#include "records/letter_size.h"
#include "records/messages.h"
#include "records/plain_form.h"
#include "records/proof.h"

namespace ordo {
namespace {

constexpr std::string_view kPrefix = "ordo_dlq_";
constexpr std::string_view kDlqSource = "/ordo/dlq/";

// The JSON value of a mark.
struct MarkBody {
  std::string letter;  // id of the letter
  std::string place;
};
BOOST_DESCRIBE_STRUCT(MarkBody, (), (letter, place))

// The type of a record that has none.
std::string_view type_of_bare(Topic topic) {
  if (topic == Topic::order_created) return kTypeOf<NewOrder>;
  if (topic == Topic::product_events) return kTypeOf<ProductEvent>;
  return {};
}

// Whether the claims of the refused record were not believed at its position.
bool is_forged(const Record& letter, const DeadLetter& read, const RecordProof* proof) {
  if (read.reason == kForgedSource) return true;
  if (proof == nullptr) return false;
  Record original = letter;
  original.at = {letter.at.topic, read.partition, false};
  original.offset = read.offset;
  return !proof->believes(original);
}

}  // namespace

std::string_view extra_header(const Record& record, std::string_view name) {
  for (const auto& header : record.envelope.extra) {
    if (header.name == name) return header.value;
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
  const auto offset = parse_natural<std::int64_t>(text.substr(colon + 1));
  if (!topic || !offset) return std::nullopt;
  return LetterId{*topic, *offset};
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
  // The last header of each name counts: a letter of a letter also has the headers of the first refusal.
  for (const auto& [name, value, null] : record.envelope.extra) {
    if (name == "ordo_dlq_reason") letter.reason = value;
    if (name == "ordo_dlq_detail") letter.detail = value;
    if (name == "ordo_dlq_processor") letter.processor = value;
    if (name == "ordo_dlq_partition") letter.partition = parse_natural<int>(value).value_or(-1);
    if (name == "ordo_dlq_offset") letter.offset = parse_natural<std::int64_t>(value).value_or(-1);
    if (name == "ordo_dlq_time") letter.time = parse_timestamp(value).value_or(Timestamp());
    if (name == kReplayOfHeader) letter.replay_of = value;
    if (name == kBytesHeader) letter.omitted_bytes = parse_natural<std::int64_t>(value).value_or(0);
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

Record replay_of(const Topology& topology, const Record& letter, const std::optional<std::string>& value,
                 const RecordProof* proof, const std::optional<Actor>& by) {
  const DeadLetter read = read_letter(letter);
  // guard: replay-launders-nothing
  const bool forged = is_forged(letter, read, proof);
  Record record = letter;
  record.offset = -1;
  record.at = {letter.at.topic, read.partition, false};
  if (read.partition < 0 || read.partition >= topology[letter.at.topic].partitions) {
    record.at.partition = topology.partition_of(letter.at.topic, letter.key);
  }
  if (value) {
    record.value = *value;
    record.null_value = false;
  }
  auto& envelope = record.envelope;
  envelope.sequence.reset();
  envelope.previous.reset();
  envelope.proof.clear();
  std::erase_if(envelope.as_came,
                [](const auto& header) { return header.name == "ce_sequence" || header.name == "ce_previous"; });
  // A structured event contains its own type.
  const bool bare = envelope.type.empty() && !is_structured_event(record);
  if (bare || forged) envelope.as_came.clear();
  if (bare) {
    // A bare record has only the log's time, which would change now.
    envelope.type = type_of_bare(letter.at.topic);
    envelope.subject = record.key;
    envelope.time = read.time;
  }
  const bool is_foreign = bare || forged || value;
  // guard: replay-by
  if (is_foreign || read.reason == kInvalidBy) set_by(by, envelope);
  const std::string source = std::string(kDlqSource) + std::string(to_string(letter.at.topic));
  if (bare || forged) {
    envelope.source = source;
    envelope.id = to_string(read.id);
  }
  const std::string origin(forged ? std::string_view() : extra_header(letter, kOriginHeader));
  std::erase_if(envelope.extra, [is_foreign](const auto& header) {
    return header.name.starts_with(kPrefix) || header.name == kReplayOfHeader || header.name == kOriginHeader ||
           header.name == kProofHeader || (is_foreign && header.name == kForeignSourceHeader);
  });
  // guard: replay-of-foreign-content
  if (is_foreign) envelope.extra.emplace_back(kForeignSourceHeader, source);
  envelope.extra.emplace_back(kReplayOfHeader, to_string(read.id));
  envelope.extra.emplace_back(kOriginHeader, origin.empty() ? read.place : origin);
  return record;
}

Record mark_of(const DeadLetter& letter, LetterState state, Timestamp at, const std::string& source,
               std::optional<Actor> by) {
  Record record;
  record.at = {letter.id.topic, 0, true};
  record.key = to_string(letter.id);
  record.value = to_json(MarkBody{to_string(letter.id), letter.place});
  record.envelope.type = state == LetterState::dropped ? type::kLetterDropped : type::kLetterReplayed;
  record.envelope.source = source;
  record.envelope.id = to_string(letter.id) + ":" + std::string(to_string(state));
  record.envelope.subject = to_string(letter.id);
  record.envelope.time = at;
  record.envelope.by = std::move(by);
  return record;
}

}  // namespace ordo
