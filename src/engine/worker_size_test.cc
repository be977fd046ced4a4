// Records whose effects are too large for the log or the store: they have no effect, are refused, and stop nothing.
#include <functional>

#include "base/sha256.h"
#include "engine/testing/test_bench.h"
#include "processors/catalog.h"
#include "processors/orders.h"
#include "processors/stock.h"
#include "records/dead_letter.h"
#include "records/letter_size.h"
#include "records/record_size.h"

namespace ordo {
namespace {

// What a record causes, and whether it is refused.
struct Caused {
  std::vector<Record> sent;
  std::string reason;  // of the dead letter; empty: none
};

Caused caused_by(const std::vector<Record>& out) {
  Caused caused;
  for (const auto& record : out) {
    if (record.at.dlq) {
      caused.reason = reason_of(record);
    } else {
      caused.sent.push_back(record);
    }
  }
  return caused;
}

std::size_t largest_on(Topic topic, const std::vector<Record>& records) {
  std::size_t largest = 0;
  for (const auto& record : records) {
    if (record.at.topic == topic) largest = std::max(largest, size_in_log(record));
  }
  return largest;
}

// Sends the record from `last`, after `before`, to a fresh bench: first without limits, then again for every record it
// causes. There, the limit of that record's topic is a byte below its size, equal to it, and a byte above.
void expect_each_limit_holds(const std::function<std::unique_ptr<Processor>()>& make,
                             const std::function<void(Bench&)>& before, const std::function<Record(Bench&)>& last) {
  const auto run = [&](const LogRules& rules, std::map<DocumentKey, Document>* documents, Cursor* cursor) {
    const auto processor = make();
    Bench bench(*processor);
    before(bench);
    const auto known = bench.documents;
    const auto sent = bench.cursor.sent;
    bench.rules = rules;
    bench.restart(bench.cursor);
    auto caused = caused_by(*bench.feed({last(bench)}));
    if (documents != nullptr) {
      *documents = bench.documents;
      *cursor = bench.cursor;
    }
    if (!caused.reason.empty()) {
      EXPECT_EQ(bench.documents, known) << "a refused record changed documents";
      EXPECT_EQ(bench.cursor.sent, sent) << "a refused record was counted as sent";
    }
    return caused;
  };
  std::map<DocumentKey, Document> documents;
  Cursor cursor;
  const auto all = run({}, &documents, &cursor);
  ASSERT_FALSE(all.sent.empty());
  std::map<Topic, std::size_t> largest;
  for (const auto& record : all.sent) {
    largest[record.at.topic] = std::max(largest[record.at.topic], size_in_log(record));
  }
  for (const auto& [topic, size] : largest) {
    for (const int more : {-1, 0, 1}) {
      LogRules rules;
      rules.limits.of({topic, 0, false}) = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(size) + more);
      std::map<DocumentKey, Document> after;
      Cursor cursor_after;
      const auto caused = run(rules, &after, &cursor_after);
      if (more < 0 && caused.reason.empty() && (topic == Topic::payments || topic == Topic::shipments)) {
        // Such a request goes without its goods before it is refused.
        rules.limits.of({topic, 0, false}) = largest_on(topic, caused.sent) - 1;
        EXPECT_LT(rules.limits.of({topic, 0, false}), size - 1);
        const auto refused = run(rules, nullptr, nullptr);
        EXPECT_EQ(refused.reason, "record_too_large") << to_string(topic);
        EXPECT_TRUE(refused.sent.empty());
      } else if (more < 0) {
        EXPECT_EQ(caused.reason, "record_too_large") << to_string(topic);
        EXPECT_TRUE(caused.sent.empty());
      } else {
        EXPECT_EQ(caused.reason, "") << to_string(topic) << " " << more;
        EXPECT_EQ(caused.sent.size(), all.sent.size());
        EXPECT_EQ(after, documents);
        EXPECT_EQ(cursor_after, cursor);
      }
    }
  }
}

TEST(WorkerSize, EachDerivedRecordOfAnOrderHasItsLimit) {
  const auto orders = [] { return std::make_unique<processors::Orders>(); };
  const auto placed = [](Bench& bench) { bench.send(kTypeOf<OrderCreated>, created("o1")); };
  const auto reserved = [&](Bench& bench) {
    placed(bench);
    bench.send(kTypeOf<StockReserved>, StockReserved{OrderId("o1")});
  };
  const auto paid = [&](Bench& bench) {
    reserved(bench);
    bench.send(kTypeOf<PaymentCaptured>, PaymentCaptured{OrderId("o1"), {500, kUsd}});
  };
  const auto shipped = [&](Bench& bench) {
    paid(bench);
    bench.send(kTypeOf<ShipmentShipped>, ShipmentShipped{OrderId("o1"), "s1", {{ProductId("p"), 2}}, {}});
  };
  const auto incoming = [](std::string_view type, const auto& message) {
    return [=](Bench& bench) { return bench.record(type, encode(message)); };
  };
  expect_each_limit_holds(
      orders, [](Bench&) {}, incoming(kTypeOf<OrderCreated>, created("o1")));
  expect_each_limit_holds(orders, placed, incoming(kTypeOf<StockReserved>, StockReserved{OrderId("o1")}));
  expect_each_limit_holds(orders, placed, incoming(kTypeOf<CancelRequested>, CancelRequested{OrderId("o1"), "why"}));
  expect_each_limit_holds(orders, reserved,
                          incoming(kTypeOf<PaymentCaptured>, PaymentCaptured{OrderId("o1"), {500, kUsd}}));
  expect_each_limit_holds(
      orders, paid,
      incoming(kTypeOf<ShipmentShipped>, ShipmentShipped{OrderId("o1"), "s1", {{ProductId("p"), 2}}, {}}));
  expect_each_limit_holds(orders, shipped,
                          incoming(kTypeOf<ReturnRequested>,
                                   ReturnRequested{OrderId("o1"), "r1", {{ProductId("p"), 1}}, true, true, "broken"}));
}

TEST(WorkerSize, EachDerivedRecordOfTheOthersHasItsLimit) {
  expect_each_limit_holds(
      [] { return std::make_unique<processors::Stock>(); }, [](Bench&) {},
      [](Bench& bench) {
        return bench.record(kTypeOf<ReserveRequested>,
                            encode(ReserveRequested{OrderId("o1"), LocationId("main"), {{ProductId("p"), 2}}, false}));
      });
  expect_each_limit_holds([] { return std::make_unique<processors::Catalog>(kUsd, LocationId("main")); }, [](Bench&) {},
                          [](Bench& bench) {
                            return bench.record(
                                "", R"({"action":"create","product":{"_id":"p","name":"Tea","price":1,"stock":3}})");
                          });
}

TEST(WorkerSize, TheLetterNamesWhatWasTooLargeForWhat) {
  processors::Orders orders;
  Bench bench(orders);
  bench.rules.limits.of({Topic::stock, 0, false}) = 300;
  bench.restart({});
  const auto out = *bench.feed({bench.record(kTypeOf<OrderCreated>, encode(created("o1")))});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].at, (TopicPartition{Topic::order_events, 0, true}));
  const auto letter = read_letter(out[0]);
  EXPECT_EQ(letter.reason, "record_too_large");
  EXPECT_EQ(letter.offset, 0);
  EXPECT_NE(letter.detail.find("order_events/0/0 would cause a record of "), std::string::npos) << letter.detail;
  EXPECT_NE(letter.detail.find(" bytes on stock (ordo.stock.reserve_requested.v1), which takes 300"), std::string::npos)
      << letter.detail;
}

// The refused record is between two others of the same step. They change the same document and send to the same topics.
TEST(WorkerSize, ARefusedRecordIsAsIfItHadNeverBeen) {
  const auto run = [](bool with_refused) {
    processors::Orders orders;
    Bench bench(orders);
    bench.rules.limits.of({Topic::stock, 0, false}) = 1'000;
    bench.restart({});
    auto large = created("o2");
    for (int i = 0; i < 40; ++i)
      large.lines.push_back({{}, ProductId("p" + std::to_string(i)), "Tea", 1, Money{1, kUsd}, {1, kUsd}});
    large.total.amount += 40;
    std::vector<Record> step;
    step.push_back(bench.record(kTypeOf<OrderCreated>, encode(created("o1"))));
    auto refused = bench.record(kTypeOf<OrderCreated>, encode(large));
    if (with_refused) step.push_back(refused);
    step.push_back(bench.record(kTypeOf<OrderCreated>, encode(created("o3"))));
    step.push_back(bench.record(kTypeOf<CancelRequested>, encode(CancelRequested{OrderId("o1"), "why"})));
    auto caused = caused_by(*bench.feed(std::move(step)));
    EXPECT_EQ(caused.reason, with_refused ? "record_too_large" : "");
    return std::tuple(caused.sent, bench.documents, bench.cursor);
  };
  EXPECT_EQ(std::get<1>(run(true)), std::get<1>(run(false)));
  EXPECT_EQ(std::get<2>(run(true)), std::get<2>(run(false)));
  const auto with = std::get<0>(run(true));
  const auto without = std::get<0>(run(false));
  ASSERT_EQ(with.size(), without.size());
  for (std::size_t i = 0; i < with.size(); ++i) {
    EXPECT_EQ(with[i].envelope, without[i].envelope);  // no gap: each names its predecessor
    EXPECT_EQ(with[i].value, without[i].value);
  }
}

TEST(WorkerSize, ADocumentChangedByTwoRecordsIsAsTheFirstLeftIt) {
  processors::Orders orders;
  Bench bench(orders);
  bench.rules.limits.of({Topic::payments, 0, false}) = 100;
  bench.restart({});
  const auto out = *bench.feed({bench.record(kTypeOf<OrderCreated>, encode(created("o1"))),
                                bench.record(kTypeOf<StockReserved>, encode(StockReserved{OrderId("o1")}))});
  EXPECT_EQ(caused_by(out).reason, "record_too_large");
  const auto* order = bench.get<Order>(Collection::orders, "o1");
  ASSERT_NE(order, nullptr);
  EXPECT_EQ(order->status, OrderStatus::pending);
  EXPECT_EQ(order->rev, 1);
}

TEST(WorkerSize, AForwardedCopyHasItsLimit) {
  std::string id = "p0";
  Record copy;
  for (const int more : {1, 0, -1}) {
    processors::Catalog catalog(kUsd, LocationId("main"));
    Bench bench(catalog, 4);
    for (int i = 1; bench.topology.partition_of(Topic::product_events, id) == 0; ++i) id = "p" + std::to_string(i);
    if (copy.offset == -1 && !copy.value.empty()) {
      bench.rules.limits.of({Topic::product_events, 0, false}) =
          static_cast<std::size_t>(static_cast<std::ptrdiff_t>(size_in_log(copy)) + more);
    }
    bench.restart({});
    auto out = *bench.feed(
        {bench.record("", R"({"action":"create","product":{"_id":")" + id + R"(","name":"Tea","price":1}})")});
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(reason_of(out[0]), more < 0 ? "record_too_large" : "");
    EXPECT_EQ(out[0].at.dlq, more < 0);
    if (more == 1) {
      copy = out[0];
    } else if (more < 0) {
      EXPECT_TRUE(bench.cursor.sent.empty());
    }
  }
}

Record refused_letter(std::size_t limit, const Record& record) {
  processors::Orders orders;
  Bench bench(orders);
  bench.rules.limits.of({Topic::order_events, 0, true}) = limit;
  bench.restart({});
  auto out = *bench.feed({record});
  EXPECT_EQ(out.size(), 1U);
  return out.at(0);
}

TEST(WorkerSize, ALetterThatDoesNotFitGoesWithoutItsValue) {
  processors::Orders orders;
  Bench bench(orders);
  auto record = bench.record(kTypeOf<PaymentCaptured>, std::string(5'000, 'x'));
  record.key = "k";
  record.envelope.extra.emplace_back("mine", "kept");
  const auto whole = refused_letter(RecordLimits::kNone, record);
  const auto size = size_in_log(whole);
  for (const auto limit : {size, size + 1}) {
    EXPECT_EQ(refused_letter(limit, record).value, record.value);
    EXPECT_EQ(extra_header(refused_letter(limit, record), kValueOmittedHeader), "");
  }
  const auto cut = refused_letter(size - 1, record);
  EXPECT_EQ(cut.value, "");
  EXPECT_EQ(cut.key, "k");
  EXPECT_EQ(extra_header(cut, "mine"), "kept");
  EXPECT_EQ(extra_header(cut, kValueOmittedHeader), "true");
  EXPECT_EQ(extra_header(cut, kBytesHeader), "5000");
  EXPECT_EQ(extra_header(cut, kSha256Header), sha256_hex(record.value));
  const auto letter = read_letter(cut);
  EXPECT_EQ(letter.reason, reason_of(whole));
  EXPECT_EQ(letter.partition, 0);
  EXPECT_EQ(letter.offset, 0);
}

TEST(WorkerSize, ALetterFitsWhereverAKilobyteDoes) {
  processors::Orders orders;
  Bench bench(orders);
  const std::string huge(100'000, 'h');
  auto record = bench.record(kTypeOf<PaymentCaptured>, huge);
  record.key = huge;
  record.envelope.id = record.envelope.source = record.envelope.subject = huge;
  record.envelope.extra = {{"mine", huge}, {huge, "x"}, {"ordo_dlq_reason", huge}, {"ordo_dlq_detail", huge}};
  const auto cut = refused_letter(1'024, record);
  EXPECT_LE(size_in_log(cut), 1'024U);
  EXPECT_EQ(extra_header(cut, kRestOmittedHeader), "true");
  EXPECT_EQ(extra_header(cut, kBytesHeader), "100000");
  const auto letter = read_letter(cut);
  EXPECT_EQ(letter.reason, "invalid_source");
  EXPECT_EQ(letter.offset, 0);
  EXPECT_EQ(letter.processor, "orders");
}

TEST(WorkerSize, DocumentsThatTheStoreWouldNotTakeAreNotMade) {
  const auto run = [](std::size_t limit) {
    processors::Orders orders;
    Bench bench(orders);
    bench.rules.document_bytes = limit;
    bench.restart({});
    auto order = created("o1");
    order.metadata["note"] = std::string(500, 'n');
    const auto caused = caused_by(*bench.feed({bench.record(kTypeOf<OrderCreated>, encode(order))}));
    const auto* made = bench.get<Order>(Collection::orders, "o1");
    return std::pair(caused.reason, made == nullptr ? std::size_t{0} : document_to_json(*made).size());
  };
  const auto [reason, size] = run(RecordLimits::kNone);
  EXPECT_EQ(reason, "");
  ASSERT_GT(size, 500U);
  EXPECT_EQ(run(size + 1), std::pair(std::string(), size));
  EXPECT_EQ(run(size), std::pair(std::string(), size));
  EXPECT_EQ(run(size - 1), std::pair(std::string("document_too_large"), std::size_t{0}));
}

// It would be copied to all records that this record causes, and make each of them too large.
TEST(WorkerSize, ATraceparentThatIsNoneGoesNoFurther) {
  processors::Orders orders;
  for (const std::size_t bytes : {55U, 256U, 257U, 100'000U}) {
    Bench bench(orders);
    auto record = bench.record(kTypeOf<OrderCreated>, encode(created("o1")));
    auto headers = to_headers(record.envelope);
    headers.emplace_back("traceparent", std::string(bytes, '0'));
    record.envelope = from_headers(std::move(headers));
    const auto caused = bench.feed({record});
    ASSERT_TRUE(caused) << caused.error().text();
    for (const auto& sent : *caused) EXPECT_EQ(sent.envelope.traceparent.size(), bytes > 256 ? 0U : bytes);
    const auto kept = to_headers(record.envelope);  // as in its dead letter
    EXPECT_TRUE(std::any_of(kept.begin(), kept.end(), [&](const auto& header) {
      return header.name == "traceparent" && header.value.size() == bytes;
    })) << bytes;
  }
}

// As Orders, but sends the given number of records.
class Flood : public Processor {
 public:
  explicit Flood(std::int64_t records) : records_(records) {}
  ProcessorKind kind() const override { return orders_.kind(); }
  std::optional<std::string_view> home_key(const Message& message) const override { return orders_.home_key(message); }
  void needs(const Incoming& in, Needs& needs) const override { orders_.needs(in, needs); }
  void fold(const Incoming& in, Fold& fold) override {
    orders_.fold(in, fold);
    for (std::int64_t i = 2; i < records_; ++i) fold.emit({Topic::stock, "main", "o1", type::kOrderReserved, "{}"});
  }

 private:
  processors::Orders orders_;
  const std::int64_t records_;
};

TEST(WorkerSize, ARecordThatWouldCauseTooManyIsRefused) {
  for (const std::int64_t records : {kRecordsPerStep, kRecordsPerStep + 1}) {
    Flood flood(records);
    Bench bench(flood);
    const auto caused = caused_by(bench.send(kTypeOf<OrderCreated>, created("o1")));
    const bool taken = records <= kRecordsPerStep;
    EXPECT_EQ(caused.sent.size(), taken ? static_cast<std::size_t>(records) : 0U);
    EXPECT_EQ(caused.reason, taken ? "" : "too_many_records");
    EXPECT_EQ(bench.documents.size(), taken ? 1U : 0U);
  }
}

}  // namespace
}  // namespace ordo
