// Any record of a foreign producer is decoded or refused. A decoded record stays the same when it is written and read
// again. The input is a record as text, see record_text.h.
#include <string>

#include "base/check.h"
#include "base/text.h"
#include "record_text.h"
#include "records/dead_letter.h"
#include "records/documents.h"
#include "records/event_json.h"
#include "records/json.h"
#include "records/message_catalogue.h"
#include "records/messages.h"
#include "records/plain_form.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

void check_headers(const Envelope& envelope) {
  ORDO_CHECK(from_headers(to_headers(envelope)) == envelope, envelope.type);
}

std::string encoded(const Message& message) {
  return std::visit(
      []<class M>(const M& value) {
        if constexpr (std::is_same_v<M, Fact>) {
          return std::string();
        } else {
          return encode(value);
        }
      },
      message);
}

void check_message(Record record) {
  const auto message = decode(record);
  if (!message) {
    ORDO_CHECK(message.error().code == ErrorCode::kInvalid && !message.error().reason.empty(), message.error().text());
    return;
  }
  if (std::holds_alternative<Fact>(*message)) return;  // not decoded further
  if (auto plain = *plain_form(record)) record = std::move(*plain);
  record.value = encoded(*message);
  const auto again = decode(record);
  ORDO_CHECK(again.has_value() && again->index() == message->index(), record.value);
  ORDO_CHECK(encoded(*again) == record.value, record.value);
}

void check_documents(std::string_view value) {
  for (std::size_t i = 0; i < kCollections; ++i) {
    const auto collection = static_cast<Collection>(i);
    const auto document = document_from_json(collection, value);
    if (!document) continue;
    ORDO_CHECK(collection_of(*document) == collection);
    const auto text = document_to_json(*document);
    const auto again = document_from_json(collection, text);
    ORDO_CHECK(again.has_value() && *again == *document, text);
    ORDO_CHECK(document_to_json(*again) == text, text);
    const auto entries = index_entries(*document);
    for (const auto& [field, of] : entries.values) ORDO_CHECK(field < spec_of(collection).filters.size(), field, of);
    ORDO_CHECK(approximate_size(*document) > 0);
  }
}

// As /v1/events and webhooks show it: one line of JSON for any record.
void check_shown(const Record& record) {
  std::string event;
  append_event_json(record, PaymentTokens::kShown, event);
  std::string without_tokens;
  append_event_json(record, PaymentTokens::kLeftOut, without_tokens);
  for (const auto& text : {event, without_tokens, cloud_event(record)}) {
    ORDO_CHECK(text.find('\n') == text.npos && text.find('\r') == text.npos, text);
    const auto shown = JsonTape::parse(text);
    // The value may be nested as deeply as a document may be. Here it is one level deeper.
    ORDO_CHECK(shown.has_value() || JsonTape::parse(record.value).has_value(), shown.error().text(), ": ", text);
    ORDO_CHECK(is_utf8(text), text);
  }
}

void check_dead_letter(const Record& record) {
  const auto letter = read_letter(record);
  const auto id = parse_letter_id(to_string(letter.id));
  ORDO_CHECK(id.has_value() && *id == letter.id, to_string(letter.id));
  const auto replay = replay_of(Topology(), record, std::nullopt);
  ORDO_CHECK(replay.value == record.value && is_replay(replay) && !replay.envelope.sequence, replay.key);
  const auto mark = mark_of(letter, LetterState::dropped, record.envelope.time, "/ordo/api/x");
  ORDO_CHECK(is_mark(mark));
  const auto read = read_mark(mark);
  ORDO_CHECK(read.has_value() && read->place == letter.place && read->state == LetterState::dropped, letter.place);
  LetterStates states;
  states.note(record);
  ORDO_CHECK(states.note(mark) && states.of(letter) == LetterState::dropped, letter.place);
  if (is_mark(record)) (void)read_mark(record);
}

}  // namespace

void records(std::string_view input) {
  auto record = record_of(input);
  check_headers(record.envelope);
  check_shown(record);
  check_dead_letter(record);
  check_message(record);
  check_documents(record.value);
  // The same value with some other types. The input selects them, because all of them would take too long.
  if (!JsonTape::parse(record.value)) return;
  static const auto kTypes = decodable_types();
  auto at = std::hash<std::string_view>()(input);
  for (int i = 0; i < 4; ++i, at += 13) {
    record.at.topic = kTypes[at % kTypes.size()].first;
    record.envelope.type = kTypes[at % kTypes.size()].second;
    check_message(record);
  }
}

}  // namespace ordo::fuzz
