// Every record that an accepted order causes fits into the log.
#include "records/derived_size.h"

#include <iterator>
#include <random>

#include "engine/testing/test_bench.h"
#include "processors/intake.h"
#include "processors/logistics.h"
#include "processors/orders.h"
#include "processors/stock.h"
#include "records/record_size.h"

namespace ordo::processors {
namespace {

std::string random_text(std::mt19937& random, std::size_t most) {
  // Contains plain letters, characters that take two bytes in JSON, and one that takes six.
  static constexpr std::string_view kAlphabet = "abc\"\\\x01";
  std::string text(random() % (most + 1), 'x');
  for (auto& c : text) c = kAlphabet[random() % kAlphabet.size()];
  return text;
}

OrderCreated random_order(std::mt19937& random) {
  auto order = created("o1", 3);
  order.customer_id = CustomerId(std::string(1 + random() % 128, 'c'));
  order.location = LocationId(std::string(1 + random() % 128, 'l'));
  order.lines.clear();
  for (std::size_t i = 0, lines = 1 + random() % 60; i < lines; ++i) {
    const auto id = "p" + std::to_string(i) + std::string(random() % 100, 'p');
    order.lines.push_back({{}, ProductId(id), random_text(random, 200), 3, Money{250, kUsd}, {750, kUsd}});
  }
  order.total = {750 * static_cast<std::int64_t>(order.lines.size()), kUsd};
  if (random() % 2 == 0) order.reference = random_text(random, 128);
  if (random() % 2 == 0) order.payment_method = random_text(random, 128);
  if (random() % 2 == 0) order.customer_note = random_text(random, 2'000);
  if (random() % 2 == 0) order.tags = std::vector<std::string>(random() % 50, random_text(random, 64));
  if (random() % 2 == 0) {
    const auto text = random_text(random, 128);
    order.shipping_address = order.billing_address =
        Address{text, text, text, text, text, text, text, "DE", text, text};
  }
  for (std::size_t i = 0, entries = random() % 50; i < entries; ++i) {
    order.metadata["k" + std::to_string(i)] = random_text(random, 512);
  }
  return order;
}

std::vector<StockLine> lines_of(const OrderCreated& order, std::int64_t quantity) {
  std::vector<StockLine> lines;
  for (const auto& line : order.lines) lines.push_back({*line.product_id, quantity});
  return lines;
}

// Feeds the bench a message whose texts count as checked by another release.
std::vector<Record> feed_checked(Bench& bench, std::string_view type, const auto& message) {
  auto record = bench.record(type, encode(message));
  record.envelope.source = "/ordo/intake/0/0";
  return *bench.feed({std::move(record)});
}

// The records that orders, stock and logistics send for an order that is shipped in parts, returned and refunded.
std::vector<Record> life_of(const OrderCreated& order, std::mt19937& random) {
  Orders orders;
  Stock stock;
  Logistics logistics;
  Bench book(orders);
  Bench shelf(stock);
  Bench dock(logistics);
  std::vector<Record> all;
  const auto send = [&](Bench& bench, std::string_view type, const auto& message) {
    auto sent = feed_checked(bench, type, message);
    std::move(sent.begin(), sent.end(), std::back_inserter(all));
  };
  const OrderId id = order.order_id;
  send(book, kTypeOf<OrderCreated>, order);
  send(shelf, kTypeOf<ReserveRequested>,
       ReserveRequested{id, order.location, lines_of(order, 3), false});  // too little
  send(book, kTypeOf<StockReserved>, StockReserved{id});
  send(book, kTypeOf<PaymentCaptured>, PaymentCaptured{id, order.total});
  send(dock, kTypeOf<ShipmentRequested>, ShipmentRequested{{}, id, order.location, lines_of(order, 3)});
  CarrierUpdated update{id,
                        "s1",
                        ShipmentStatus::shipped,
                        lines_of(order, 1),
                        random_text(random, 200),
                        random_text(random, 200),
                        random_text(random, 512)};
  send(dock, kTypeOf<CarrierUpdated>, update);
  send(book, kTypeOf<ShipmentShipped>, ShipmentShipped{id, "s1", lines_of(order, 1), random_text(random, 200)});
  send(book, kTypeOf<ShipmentShipped>, ShipmentShipped{id, "s2", lines_of(order, 2), random_text(random, 200)});
  send(book, kTypeOf<ReturnRequested>,
       ReturnRequested{id, std::string(128, 'r'), pieces_of(lines_of(order, 1)), true, true, random_text(random, 512)});
  send(book, kTypeOf<RefundRequested>,
       RefundRequested{id, std::string(128, 'f'), std::nullopt, random_text(random, 512)});
  send(book, kTypeOf<CancelRequested>, CancelRequested{id, random_text(random, 512)});
  return all;
}

TEST(DerivedSize, NothingInAnOrdersLifeIsLarger) {
  std::mt19937 random(7);
  std::size_t seen = 0;
  for (int i = 0; i < 60; ++i) {
    const auto order = random_order(random);
    const auto sizes = derived_sizes(order);
    Record placed;
    placed.at = {Topic::order_events, 0, false};
    placed.key = order.order_id.str();
    placed.value = encode(order);
    EXPECT_LE(size_in_log(placed), sizes[static_cast<std::size_t>(Topic::order_events)]);
    for (const auto& record : life_of(order, random)) {
      if (record.at.dlq) continue;
      ++seen;
      EXPECT_LE(size_in_log(record), sizes[static_cast<std::size_t>(record.at.topic)])
          << record.envelope.type << " on " << to_string(record.at.topic);
    }
  }
  EXPECT_GT(seen, 60U * 12U);
}

// The addresses and the contact of an order are replaced by longer ones, and then its payment and shipment are
// requested.
TEST(DerivedSize, ALongerAddressFits) {
  std::mt19937 random(9);
  auto order = random_order(random);
  order.shipping_address.reset();
  order.billing_address.reset();
  const auto most = derived_sizes(order);
  Orders orders;
  Bench bench(orders);
  feed_checked(bench, kTypeOf<OrderCreated>, order);
  OrderChangeRequested change{{}, order.order_id, "c", std::nullopt};
  const auto text = [](std::size_t bytes) { return std::string(bytes, '"'); };
  change.shipping_address =
      Address{text(128), text(128), text(256), text(256), text(128), text(128), text(32), "DE", text(64), text(64)};
  change.billing_address = change.shipping_address;
  change.contact = Contact{text(128), {}, text(64)};
  bench.send(kTypeOf<OrderChangeRequested>, change);
  const auto changed = bench.get<Order>(Collection::orders, order.order_id.str());
  ASSERT_TRUE(changed);
  ASSERT_EQ(changed->shipping_address, change.shipping_address);
  ASSERT_EQ(changed->contact, change.contact);
  auto sent = bench.send(kTypeOf<StockReserved>, StockReserved{order.order_id});
  const auto later = bench.send(kTypeOf<PaymentCaptured>, PaymentCaptured{order.order_id, order.total});
  sent.insert(sent.end(), later.begin(), later.end());
  int requested = 0;
  for (const auto& record : sent) {
    const auto& type = record.envelope.type;
    if (type != kTypeOf<AuthorizeRequested> && type != kTypeOf<ShipmentRequested>) continue;
    ++requested;
    EXPECT_LE(size_in_log(record), most[static_cast<std::size_t>(record.at.topic)]) << type;
  }
  EXPECT_EQ(requested, 2);
}

TEST(DerivedSize, TheLimitOfEachTopicCounts) {
  std::mt19937 random(8);
  const auto order = random_order(random);
  const auto sizes = derived_sizes(order);
  for (const auto topic : {Topic::order_events, Topic::stock, Topic::payments, Topic::shipments, Topic::customers}) {
    const auto size = sizes[static_cast<std::size_t>(topic)];
    for (const int more : {-1, 0, 1}) {
      RecordLimits limits;
      limits.of({topic, 0, false}) = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(size) + more);
      const auto fits = check_derived_sizes(order, limits, Topology(), "/lines");
      EXPECT_EQ(fits.has_value(), more >= 0) << to_string(topic) << more;
      if (fits) continue;
      EXPECT_EQ(fits.error().reason, "record_too_large");
      ASSERT_EQ(fits.error().violations.size(), 1U);
      EXPECT_EQ(fits.error().violations[0].pointer, "/lines");
    }
  }
  EXPECT_TRUE(check_derived_sizes(order, RecordLimits(), Topology(), "/lines"));
}

// A foreign order of a thousand lines. Its own record fits into the log, but the request for its stock does not. So
// intake refuses it.
TEST(DerivedSize, IntakeRefusesWhatTheOrderWouldCause) {
  Prices prices;
  Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  bench.rules.limits.records.fill(1'048'576);
  bench.rules.limits.of({Topic::stock, 0, false}) = 32'768;
  bench.restart({});
  NewOrder order;
  order.userId = CustomerId("c");
  for (int i = 0; i < 1'000; ++i) {
    const ProductId id("p" + std::to_string(i));
    prices.products[id] = {std::string(200, '"'), {1, kUsd}};
    order.products.push_back({{}, id, 1, {}, {}});
  }
  const auto refused = bench.send(kTypeOf<NewOrder>, order);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(reason_of(refused[0]), "record_too_large");
  order.products.resize(300);
  const auto taken = bench.send(kTypeOf<NewOrder>, order);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_FALSE(taken[0].at.dlq);
}

TEST(ImportedSizes, TheRecordOfAnImportFitsIntoTheLog) {
  OrderImported past;
  past.source = "old-shop";
  past.number = "#1";
  past.order_id = imported_order_id(past.source, past.number);
  past.customer_id = CustomerId("ann");
  past.location = LocationId("main");
  past.total = {0, kUsd};
  for (std::size_t i = 0; i < 200; ++i) {
    ImportedLine& line = past.lines.emplace_back();
    line.id = place_id(i);
    line.product_id = ProductId("p" + std::to_string(i));
    line.name = "Tea";
    line.quantity = 1'000'000;
    line.unit_price = Money{0, kUsd};
    line.total = {0, kUsd};
    line.shipped = line.returned = 900'000;
    line.cancelled = 100'000;
  }
  Topology topology;
  RecordLimits limits;
  const auto size = encode(past).size() + 2'048;  // with key and headers
  limits.of({Topic::order_events, 0, false}) = size;
  EXPECT_TRUE(check_imported_sizes(past, limits, topology).has_value());
  limits.of({Topic::order_events, 0, false}) = size - 1;
  EXPECT_EQ(check_imported_sizes(past, limits, topology).error().reason, "record_too_large");
  limits.of({Topic::order_events, 0, false}) = size;
  limits.of({Topic::stock, 0, false}) = 1'000;  // its returns have no room there
  EXPECT_EQ(check_imported_sizes(past, limits, topology).error().reason, "record_too_large");
}

}  // namespace
}  // namespace ordo::processors
