#include "records/plain_form.h"

#include <gtest/gtest.h>

#include "records/dead_letter.h"
#include "records/messages.h"

namespace ordo {
namespace {

using std::string_literals::operator""s;

const std::string kOrder = R"({"userId":"u","products":[{"productId":"p","quantity":2}]})";

Record record_with(std::string value) {
  Record record;
  record.at = {Topic::order_created, 0, false};
  record.value = std::move(value);
  return record;
}

std::string utf16(std::string_view ascii, bool big) {
  std::string out;
  for (const char c : ascii) out += big ? std::string({'\0', c}) : std::string({c, '\0'});
  return out;
}

std::string reason(const Record& record) {
  const auto message = decode(record);
  return message ? "" : message.error().reason;
}
std::string detail(const Record& record) {
  const auto message = decode(record);
  return message ? "" : message.error().message;
}

TEST(PlainForm, ReadsOtherEncodingsOfJson) {
  const std::string values[] = {kOrder,
                                " \n" + kOrder,
                                "\xEF\xBB\xBF" + kOrder,
                                "\0\0\0\0\x07"s + kOrder,
                                "\0\x01\0\0\0\xEF\xBB\xBF"s + kOrder,
                                "\xFF\xFE" + utf16(kOrder, false),
                                "\xFE\xFF" + utf16(kOrder, true),
                                utf16(kOrder, false),
                                utf16(kOrder, true)};
  for (const auto& value : values) {
    const auto message = decode(record_with(value));
    ASSERT_TRUE(message.has_value()) << message.error().text() << " of " << value;
    EXPECT_EQ(std::get<NewOrder>(*message).products[0].quantity, 2);
  }
}

TEST(PlainForm, ReadsCharactersBeyondTheFirstPlane) {
  const auto text = plain_form(record_with("\xFE\xFF\0\"\0\xE9\xD8\x3D\xDE\x00\0\""s));
  ASSERT_TRUE(text && *text);
  EXPECT_EQ((*text)->value, "\"\xC3\xA9\xF0\x9F\x98\x80\"");
}

TEST(PlainForm, CallsBytesByTheirName) {
  EXPECT_EQ(reason(record_with("")), "empty_value");
  EXPECT_EQ(reason(record_with("\0\0\0\0\x07\x02\x08"s)), "schema_registry_framing");
  EXPECT_NE(detail(record_with("\0\0\0\0\x07{broken"s)).find("schema id 7"), std::string::npos);
  EXPECT_EQ(reason(record_with("\x1F\x8B\x08\0"s)), "compressed_value");
  EXPECT_EQ(reason(record_with("Obj\x01...")), "binary_value");
  EXPECT_EQ(reason(record_with("\x82\xA6userId\xA1u")), "binary_value");
  EXPECT_EQ(reason(record_with("{\"userId\":\"Jos\xE9\"}")), "not_utf8");
  EXPECT_NE(detail(record_with("{\"userId\":\"Jos\xE9\"}")).find("0xE9 at byte 14"), std::string::npos);
  EXPECT_EQ(reason(record_with("\xFF\xFE{\0\0\xD8"s)), "not_utf8");
  EXPECT_EQ(reason(record_with("{broken")), "malformed_json");
  EXPECT_NE(detail(record_with("<order/>")).find("XML"), std::string::npos);
}

TEST(PlainForm, ATombstoneIsNoEmptyValue) {
  auto record = record_with("");
  record.null_value = true;
  EXPECT_EQ(reason(record), "tombstone");
}

std::string event(const std::string& more) {
  return R"({"specversion":"1.0","id":"e1","source":"/shop","type":"ordo.order.placed.v1",)" + more + "}";
}

TEST(PlainForm, ReadsStructuredCloudEvents) {
  auto named = record_with(event(R"("subject":"s","time":"2026-01-02T03:04:05Z","sequence":9,"data":)" + kOrder));
  named.envelope = from_headers({{"content-type", "application/cloudevents+json; charset=UTF-8"},
                                 {"ce_source", "/ordo/api/x"},
                                 {"ce_sequence", "1000000"},
                                 {"shop", "north"}});
  const auto plain = plain_form(named);
  ASSERT_TRUE(plain && *plain);
  EXPECT_EQ((*plain)->value, kOrder);
  const auto& envelope = (*plain)->envelope;
  EXPECT_EQ(envelope.id, "e1");
  EXPECT_EQ(envelope.source, "/shop");
  EXPECT_EQ(envelope.type, kTypeOf<NewOrder>);
  EXPECT_EQ(envelope.subject, "s");
  EXPECT_EQ(to_rfc3339(envelope.time), "2026-01-02T03:04:05.000Z");
  EXPECT_FALSE(envelope.sequence);
  EXPECT_EQ(envelope.extra, (Headers{{"shop", "north"}}));
  EXPECT_TRUE(decode(named).has_value());

  EXPECT_FALSE(envelope.by);
  const auto by = plain_form(record_with(event(R"("bykind":"token","byid":"ann","byname":"Ann","data":)" + kOrder)));
  ASSERT_TRUE(by && *by);
  EXPECT_EQ((*by)->envelope.by, (Actor{ActorKind::token, "ann", "Ann"}));
  EXPECT_EQ(decode(record_with(event(R"("bykind":"robot","byid":"r2","data":)" + kOrder))).error().text(),
            "invalid_fields: the CloudEvent has wrong attributes; /bykind: must be key, token, system or customer");
  EXPECT_EQ(reason(record_with(event(R"("bykind":"key","data":)" + kOrder))), "invalid_by");

  EXPECT_TRUE(decode(record_with(event("\"data\":" + kOrder))).has_value()) << "without a content type";
  const auto encoded = record_with(event(R"("data_base64":"eyJ1c2VySWQiOiJ1IiwicHJvZHVjdHMiOltdfQ==")"));
  EXPECT_TRUE(decode(encoded).has_value()) << detail(encoded);
}

TEST(PlainForm, SaysWhatIsWrongWithACloudEvent) {
  auto record = record_with(event(R"("data":{})"));
  record.envelope.content_type = "application/cloudevents-batch+json";
  EXPECT_EQ(reason(record), "cloudevents_batch");
  record.envelope.content_type = "application/cloudevents+protobuf";
  EXPECT_EQ(reason(record), "unsupported_content_type");
  record.envelope.content_type = "application/cloudevents+json";
  record.value = event(R"("datacontenttype":"application/xml","data":"<x/>")");
  EXPECT_EQ(reason(record), "unsupported_content_type");
  record.value = R"({"specversion":"0.3","id":"1","type":"t","data":{}})";
  EXPECT_EQ(decode(record).error().text(),
            "invalid_fields: the CloudEvent has wrong attributes; /specversion: is 0.3; ordo reads 1.0; /source: is "
            "required in a structured CloudEvent");
  record.value = "{broken";
  EXPECT_EQ(reason(record), "malformed_json");
  record.value = R"({"specversion":"1.0","id":"1","source":"/ordo/api/x","type":"ordo.order.placed.v1","data":{}})";
  EXPECT_EQ(reason(record), "forged_source");
}

TEST(PlainForm, AnOrderThatNamesAVersionIsNoEvent) {
  auto record = record_with(R"({"specversion":"1.0","userId":"u","products":[]})");
  EXPECT_FALSE(is_structured_event(record));
  EXPECT_TRUE(decode(record).has_value());
}

TEST(PlainForm, AReplayIsReadLikeTheRecord) {
  auto letter = record_with(event("\"data\":" + kOrder));
  letter.at.dlq = true;
  letter.envelope = from_headers({{"content-type", "application/cloudevents+json"}, {"ordo_dlq_partition", "0"}});
  const auto replay = replay_of(Topology(), letter, std::nullopt);
  EXPECT_EQ(replay.value, letter.value);
  EXPECT_EQ(to_headers(replay.envelope)[0], Header("content-type", "application/cloudevents+json"));
  ASSERT_TRUE(decode(replay).has_value());
  EXPECT_TRUE(is_replay(**plain_form(replay)));
}

}  // namespace
}  // namespace ordo
