#include "records/asyncapi.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "records/dead_letter.h"
#include "records/json_text.h"
#include "records/message_catalogue.h"

namespace ordo {
namespace {

constexpr std::string_view kAbout =
    "The records of ordo: CloudEvents 1.0 in Kafka's binary mode, values in JSON. A reader skips types it does not "
    "know "
    "and members it does not know; changes are additive, a breaking one is a .v2. On order_created and product_events "
    "a "
    "record may come without any header. From one source to one partition sequences only rise: ce_previous names the "
    "one before, so that a duplicate is harmless and a gap is seen.";
constexpr std::string_view kKafkaBinding = R"("bindingVersion":"0.5.0"})";
constexpr std::string_view kDeadLetter = "ordo.dead_letter";

std::string reference(std::string_view to) {
  return JsonObject().add_string("$ref", to).text();
}

std::string channel_name(Topic topic, bool dlq = false) {
  return std::string(to_string(topic)) + (dlq ? ".dlq" : "");
}

struct Header {
  std::string_view name;
  std::string_view schema;
  std::string_view text;
};

constexpr Header kHeaders[] = {
    {"ce_specversion", R"({"type":"string","const":"1.0"})", "of CloudEvents"},
    {"ce_id", schema::kString, "of the record: with the source it is unique"},
    {"ce_source", schema::kString, "who wrote it: /ordo/<processor>/<partition>/<epoch>, or a name of your own"},
    {"ce_type", schema::kString, "says what the value is"},
    {"ce_subject", schema::kString, "what it is about"},
    {"ce_time", schema::kTime, "when it happened"},
    {"content-type", R"({"type":"string","const":"application/json"})", ""},
    {"traceparent", schema::kString, "W3C trace context of the request that began it"},
    {"ce_sequence", R"({"type":"string","pattern":"^[0-9]+$"})", "rises within one source and partition"},
    {"ce_previous", R"({"type":"string","pattern":"^[0-9]+$"})", "the sequence sent to this partition before"},
};

constexpr Header kDeadLetterHeaders[] = {
    {"ordo_dlq_reason", schema::kString, "the code of the error"},
    {"ordo_dlq_detail", schema::kString, "the error in words"},
    {"ordo_dlq_processor", schema::kString, "who refused it"},
    {"ordo_dlq_topic", schema::kString, "where it was"},
    {"ordo_dlq_partition", R"({"type":"string","pattern":"^[0-9]+$"})", ""},
    {"ordo_dlq_offset", R"({"type":"string","pattern":"^[0-9]+$"})", ""},
    {"ordo_dlq_time", schema::kTime, "of the record, not of its refusal"},
};

std::string headers_schema(std::span<const Header> headers, bool required) {
  ObjectSchema object;
  for (const auto& header : headers) {
    JsonObject member{std::string(header.schema)};
    if (!header.text.empty()) member.add_string("description", header.text);
    object.add(header.name, member.text(), required);
  }
  return object.text();
}

// The headers every record may have, with the type that this one has.
std::string headers_of(const MessageType& message) {
  JsonObject type;
  type.add("type", R"("string")").add_string("const", message.type);
  JsonObject own(R"({"type":"object"})");
  own.add("properties", JsonObject().add("ce_type", type.text()).text());
  if (!takes_bare_records(message.topic)) {
    own.add("required", R"(["ce_specversion","ce_id","ce_source","ce_type"])");
  }
  const JsonArray both = JsonArray().add(reference("#/components/schemas/Headers")).add(own.text());
  return JsonObject(R"({"type":"object"})").add("allOf", both.text()).text();
}

std::string writers_text(const MessageType& message) {
  std::string text;
  for (const auto& writer : message.writers) {
    if (writer.empty()) continue;
    text += text.empty() ? "Written by " : ", ";
    text += writer == "outside" ? "anybody outside" : writer;
  }
  return text + ".";
}

std::string kafka_key(Topic topic) {
  JsonObject key(R"({"type":"string"})");
  key.add_string("description", note_of(topic).key);
  return R"({"kafka":{"key":)" + key.text() + "," + std::string(kKafkaBinding) + "}";
}

std::string message_object(const MessageType& message, SchemaSet& schemas) {
  JsonObject object;
  object.add_string("name", message.type).add_string("title", message.type).add_string("summary", message.summary);
  object.add_string("description", writers_text(message)).add_string("contentType", "application/json");
  object.add("headers", headers_of(message)).add("payload", message.payload(schemas));
  return object.add("bindings", kafka_key(message.topic)).text();
}

std::string channel_object(const Topology& topology, Topic topic, bool dlq) {
  JsonObject messages;
  for (const auto& message : message_types()) {
    if (message.topic == topic && !dlq) {
      messages.add(message.type, reference("#/components/messages/" + std::string(message.type)));
    }
  }
  if (dlq) {
    for (const auto name : {kDeadLetter, type::kLetterReplayed, type::kLetterDropped}) {
      messages.add(name, reference("#/components/messages/" + std::string(name)));
    }
  }
  JsonObject kafka;
  kafka.add_string("topic", topology.broker_name(topic, dlq));
  kafka.add("partitions", std::to_string(dlq ? 1 : topology[topic].partitions));
  std::string binding = kafka.text();
  binding.back() = ',';
  binding += kKafkaBinding;
  JsonObject object;
  object.add_string("address", topology.broker_name(topic, dlq));
  object.add_string("description", dlq ? "What was refused on " + channel_name(topic) + "."
                                       : std::string(note_of(topic).about) + " The key is the " +
                                             std::string(note_of(topic).key) + ".");
  object.add("messages", messages.text());
  return object.add("bindings", JsonObject().add("kafka", binding).text()).text();
}

// Something that `who` does with records of `topic`: all those of the table that `is_meant` takes.
template <class IsMeant>
void add_operation(std::string_view action, std::string_view who, Topic topic, const IsMeant& is_meant,
                   JsonObject& operations) {
  JsonArray messages;
  for (const auto& message : message_types()) {
    if (message.topic != topic || !is_meant(message)) continue;
    messages.add(reference("#/channels/" + channel_name(topic) + "/messages/" + std::string(message.type)));
  }
  if (messages.empty()) return;
  const std::string verb = action == "send" ? " sends to " : " receives from ";
  JsonObject operation;
  operation.add_string("action", action).add("channel", reference("#/channels/" + channel_name(topic)));
  operation.add_string("summary", std::string(who) + verb + channel_name(topic));
  operation.add("tags", JsonArray().add(JsonObject().add_string("name", who).text()).text());
  operation.add("messages", messages.text());
  operations.add(std::string(who) + "." + std::string(action) + "." + channel_name(topic), operation.text());
}

std::string operations_object() {
  JsonObject operations;
  std::vector<std::string_view> writers = {"api"};
  for (const auto processor : kAllProcessors) writers.push_back(to_string(processor));
  for (const auto& writer : writers) {
    if (const auto processor = parse_processor(writer)) {
      add_operation(
          "receive", writer, inbox_of(*processor), [](const MessageType&) { return true; }, operations);
    }
    const auto writes = [&](const MessageType& message) {
      return std::find(message.writers.begin(), message.writers.end(), writer) != message.writers.end();
    };
    for (std::size_t i = 0; i < kTopics; ++i) add_operation("send", writer, static_cast<Topic>(i), writes, operations);
  }
  return operations.text();
}

std::string dead_letter_object() {
  JsonArray headers;
  headers.add(reference("#/components/schemas/Headers")).add(reference("#/components/schemas/DeadLetterHeaders"));
  JsonObject object;
  object.add_string("name", kDeadLetter).add_string("title", "A refused record");
  object.add_string("summary", "key, value and headers as they came, and why it was refused");
  return object.add("headers", JsonObject(R"({"type":"object"})").add("allOf", headers.text()).text()).text();
}

// What follows a letter in its topic once something was done about it.
std::string letter_mark_object(std::string_view type, std::string_view summary) {
  ObjectSchema payload;
  payload.add("letter", R"({"type":"string","description":"topic and offset of the letter: order_created:17"})");
  payload.add("place", R"({"type":"string","description":"where the refused record was"})");
  JsonObject object;
  object.add_string("name", type).add_string("title", type).add_string("summary", summary);
  object.add_string("contentType", "application/json").add("headers", reference("#/components/schemas/Headers"));
  return object.add("payload", payload.text()).text();
}

}  // namespace

std::string asyncapi_document(const Topology& topology) {
  SchemaSet schemas;
  JsonObject messages;
  JsonObject channels;
  for (const auto& message : message_types()) messages.add(message.type, message_object(message, schemas));
  messages.add(kDeadLetter, dead_letter_object());
  messages.add(type::kLetterReplayed, letter_mark_object(type::kLetterReplayed, "the record was appended again"));
  messages.add(type::kLetterDropped, letter_mark_object(type::kLetterDropped, "nothing will be done about it"));
  for (std::size_t i = 0; i < kTopics; ++i) {
    const auto topic = static_cast<Topic>(i);
    const auto types = message_types();
    if (std::none_of(types.begin(), types.end(), [&](const auto& message) { return message.topic == topic; })) continue;
    channels.add(channel_name(topic), channel_object(topology, topic, false));
    channels.add(channel_name(topic, true), channel_object(topology, topic, true));
  }
  JsonObject all_schemas(schemas.text());
  all_schemas.add("Headers", headers_schema(kHeaders, false));
  all_schemas.add("DeadLetterHeaders", headers_schema(kDeadLetterHeaders, true));

  JsonObject info;
  info.add_string("title", "ordo").add_string("version", ORDO_VERSION).add_string("description", kAbout);
  JsonObject document;
  document.add_string("asyncapi", "3.0.0").add("info", info.text());
  document.add_string("defaultContentType", "application/json").add("channels", channels.text());
  document.add("operations", operations_object());
  JsonObject components;
  components.add("messages", messages.text()).add("schemas", all_schemas.text());
  return document.add("components", components.text()).text();
}

}  // namespace ordo
