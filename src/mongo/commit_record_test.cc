#include "mongo/commit_record.h"

#include <gtest/gtest.h>

#include "mongo/bson_codec.h"
#include "mongo/bson_writer.h"

namespace ordo::mongo {
namespace {

const Owner kOwner{ProcessorKind::orders, 3};

Cursor sample_cursor() {
  Cursor cursor;
  cursor.epoch = 2;
  cursor.partitions = 4;
  cursor.next = 1'000'000'000'000;
  cursor.log = {
      "MkU3OEVBNTcwNTJENDM2Qk", "shop.order_events", {999'999'999'999, from_unix_ms(1'700'000'000'123), 0xfedcba98}};
  cursor.seen = {{"/ordo/stock/0/1", 77}, {"a.b$c/\"d\"", INT64_MAX}, {"", 0}};
  cursor.sent = {{{Topic::stock, 2, false}, 5}, {{Topic::stock, 2, true}, 6}, {{Topic::customers, 0, false}, 7}};
  cursor.skip = {{1'000'000'000'017, "ticket \"7\""}, {1'000'000'000'018, ""}};
  return cursor;
}

std::vector<Document> sample_documents(int count) {
  std::vector<Document> out;
  for (int i = 0; i < count; ++i) {
    StockLevel level;
    level.id = "main/p" + std::to_string(i);
    level.on_hand = i;
    level.rev = i + 1;
    out.emplace_back(level);
    Reservation reservation;
    reservation.id = OrderId("o" + std::to_string(i));
    reservation.rev = 1;
    out.emplace_back(reservation);
  }
  return out;
}

std::vector<Change> changes_of(const std::vector<Document>& documents) {
  std::vector<Change> out;
  out.reserve(documents.size());
  for (const auto& document : documents) out.push_back({&document, rev_of(document) == 1});
  return out;
}

TEST(CommitRecord, ComesBackAsItWas) {
  for (const int count : {0, 1, 500}) {
    const auto documents = sample_documents(count);
    const auto bson = encode_commit(kOwner, sample_cursor(), "token", encode_changes(changes_of(documents)));
    auto decoded = decode_commit(bson);
    ASSERT_TRUE(decoded) << decoded.error().text();
    const CommitRecord record = std::move(*decoded);  // the views must be valid after the move
    EXPECT_EQ(record.cursor, sample_cursor());
    EXPECT_EQ(record.token, "token");
    ASSERT_EQ(record.changes.size(), documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const auto& change = record.changes[i];
      EXPECT_EQ(change.collection, collection_of(documents[i]));
      EXPECT_EQ(change.id, id_of(documents[i]));
      EXPECT_EQ(change.rev, rev_of(documents[i]));
      EXPECT_EQ(change.created, rev_of(documents[i]) == 1);
      const auto document = document_from_bson(change.collection, change.bson);
      ASSERT_TRUE(document) << document.error().text();
      EXPECT_EQ(*document, documents[i]);
    }
  }
}

TEST(CommitRecord, WhatIsNotKnownOfTheLogIsNotThere) {
  for (const auto& log : {LogIdentity{}, LogIdentity{"", "order_events", {}}, LogIdentity{"c", "order_events", {}}}) {
    auto cursor = sample_cursor();
    cursor.log = log;
    const auto bson = encode_commit(kOwner, cursor, "token", encode_changes({}));
    EXPECT_EQ(bson.find("log") != std::string::npos, log != LogIdentity{}) << "a record of 0.1.0 has none";
    const auto decoded = decode_commit(bson);
    ASSERT_TRUE(decoded) << decoded.error().text();
    EXPECT_EQ(decoded->cursor.log, log);
  }
}

TEST(CommitRecord, WhatIsEncodedIsWhatIsWritten) {
  const auto documents = sample_documents(3);
  const auto encoded = encode_changes(changes_of(documents));
  for (std::size_t i = 0; i < documents.size(); ++i) {
    std::string alone;
    append_bson(documents[i], alone);
    EXPECT_EQ(encoded.changes[i].bson, alone);
  }
}

TEST(CommitRecord, IsSmallerThanItsDocuments) {
  const auto encoded = encode_changes(changes_of(sample_documents(500)));
  EXPECT_LT(encode_commit(kOwner, sample_cursor(), "token", encoded).size(), encoded.bytes->size() / 4);
}

TEST(CommitRecord, DamageIsCorruptAndNeverReadBeyond) {
  const auto bson = encode_commit(kOwner, sample_cursor(), "token", encode_changes(changes_of(sample_documents(5))));
  for (std::size_t length = 0; length < bson.size(); ++length) {
    const auto cut = decode_commit(std::string(bson.data(), length));
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, ErrorCode::kCorrupt);
  }
  for (std::size_t i = 0; i < bson.size(); ++i) {  // a flipped bit may still be a record; it must not crash
    auto damaged = bson;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    static_cast<void>(decode_commit(damaged));
  }
}

TEST(CommitRecord, ARecordThatPromisesTooMuchIsCorrupt) {
  std::string bson;
  BsonWriter out(bson);
  const auto top = out.begin();
  out.text("_id", "orders/3");
  out.int64("epoch", 0);
  out.int32("partitions", 4);
  out.int64("next", 1);
  out.text("token", "t");
  const auto changes = out.begin_document("changes");
  out.int64("count", 0);
  out.int64("bytes", INT64_MAX);  // must not be allocated
  out.binary("zstd", "x");
  out.end(changes);
  out.end(top);
  const auto record = decode_commit(bson);
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().reason, "unreadable_commit");
  EXPECT_NE(record.error().message.find("orders/3"), std::string::npos);
}

}  // namespace
}  // namespace ordo::mongo
