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
    "The records of ordo: CloudEvents 1.0 in Kafka's binary mode, with values in JSON. A reader skips types that "
    "it does not know and members that it does not know. Changes are additive; a breaking change gets a new type, "
    ".v2. On order_created and product_events a record may come without any header. The sequences from one source "
    "to one partition only rise. ce_previous names the sequence before, so that readers can drop duplicates and "
    "detect gaps.";
constexpr std::string_view kKafkaBinding = R"("bindingVersion":"0.5.0"})";
constexpr std::string_view kDeadLetter = "ordo.dead_letter";

std::string reference(std::string_view to) {
  return JsonObject().add_string("$ref", to).text();
}

std::string channel_name(Topic topic, bool dlq = false) {
  return std::string(to_string(topic)) + (dlq ? ".dlq" : "");
}

struct HeaderRow {
  std::string_view name;
  std::string_view schema;
  std::string_view text;
};

constexpr HeaderRow kHeaders[] = {
    {"ce_specversion", R"({"type":"string","const":"1.0"})", "version of CloudEvents"},
    {"ce_id", schema::kString, "id of the record, unique within its source"},
    {"ce_source", schema::kString, "the writer: /ordo/<processor>/<partition>/<epoch>, or a name of your own"},
    {"ce_type", schema::kString, "type of the value"},
    {"ce_subject", schema::kString, "id of the order, product or other thing that the record is about"},
    {"ce_time", schema::kTime,
     "when it happened; ordo replaces a time ahead of the broker's clock with the broker's time"},
    {"content-type", R"({"type":"string","const":"application/json"})", ""},
    {"traceparent", schema::kString, "W3C trace context of the request that caused the record"},
    {"ce_sequence", R"({"type":"string","pattern":"^[0-9]+$"})", "rises within one source and partition"},
    {"ce_previous", R"({"type":"string","pattern":"^[0-9]+$"})",
     "the previous sequence that this source sent to this partition"},
    {kByKindHeader, R"({"type":"string","enum":["key","token","system","customer"]})",
     "who caused the record: an API key, a token's subject, a system, or a customer with a token; absent when not "
     "known, and on records that follow from others"},
    {kByIdHeader, R"({"type":"string","minLength":1,"maxLength":256})",
     "the id of the key, subject, system or customer"},
    {kByNameHeader, R"({"type":"string","minLength":1,"maxLength":128})", "the key's name, for people"},
    {"ordo_proof", R"({"type":"string","pattern":"^[0-9a-f]{32}$"})",
     "proof that this deployment of ordo wrote the record; other producers must not set it"},
};

constexpr HeaderRow kDeadLetterHeaders[] = {
    {"ordo_dlq_reason", schema::kString, "the code of the error"},
    {"ordo_dlq_detail", schema::kString, "description of the error"},
    {"ordo_dlq_processor", schema::kString, "the processor that refused the record"},
    {"ordo_dlq_topic", schema::kString, "topic of the refused record"},
    {"ordo_dlq_partition", R"({"type":"string","pattern":"^[0-9]+$"})", ""},
    {"ordo_dlq_offset", R"({"type":"string","pattern":"^[0-9]+$"})", ""},
    {"ordo_dlq_time", schema::kTime, "time of the record, not of its refusal"},
};

std::string headers_schema(std::span<const HeaderRow> headers, bool required) {
  ObjectSchema object;
  for (const auto& header : headers) {
    JsonObject member{std::string(header.schema)};
    if (!header.text.empty()) member.add_string("description", header.text);
    object.add(header.name, member.text(), required);
  }
  return object.text();
}

// The headers that every record may have, with the type of this one.
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
  object.add_string("description", dlq ? "Records that processors refused on " + channel_name(topic) + "."
                                       : std::string(note_of(topic).about) + " The key is the " +
                                             std::string(note_of(topic).key) + ".");
  object.add("messages", messages.text());
  return object.add("bindings", JsonObject().add("kafka", binding).text()).text();
}

// The operation `action` of `who` on `topic`, with all its messages that `is_meant` accepts.
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
  object.add_string("summary",
                    "the record's key, value and headers as they came, with headers that say why it was refused");
  return object.add("headers", JsonObject(R"({"type":"object"})").add("allOf", headers.text()).text()).text();
}

// A mark: the record that follows a letter in its topic once the letter was replayed or dropped.
std::string letter_mark_object(std::string_view type, std::string_view summary) {
  ObjectSchema payload;
  payload.add("letter", R"({"type":"string","description":"topic and offset of the letter: order_created:17"})");
  payload.add("place", R"({"type":"string","description":"place of the refused record"})");
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
  messages.add(type::kLetterDropped, letter_mark_object(type::kLetterDropped, "an operator dropped the record"));
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
