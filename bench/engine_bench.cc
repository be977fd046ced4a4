// ordo_engine_bench [ORDERS] [plain|plain3|rich]: the processors and workers alone, in memory: orders a second from
// order_created to reserved, with decoding, folding and encoding of every record, and no storage. plain: two lines and
// nothing else. plain3: three lines. rich: three lines with tax, two addresses, a contact, a discount of the order and
// a charge for shipping.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include "base/check.h"
#include "base/uuid.h"
#include "domain/discounts.h"
#include "engine/worker.h"
#include "processors/catalog.h"
#include "processors/intake.h"
#include "processors/orders.h"
#include "processors/stock.h"

namespace {

using namespace ordo;  // NOLINT(google-build-using-namespace): a program of one file

class OnePrice : public PriceList {
 public:
  std::optional<PricedProduct> listed(const ProductId&) const override {
    return PricedProduct{"A product", {1999, *Currency::parse("USD")}};
  }
};

// What each order of a run has.
struct Kind {
  std::string_view name;
  int lines;
  bool rich;
};
constexpr Kind kKinds[] = {{"plain", 2, false}, {"plain3", 3, false}, {"rich", 3, true}};

std::optional<Kind> kind_named(std::string_view name) {
  for (const auto& kind : kKinds) {
    if (kind.name == name) return kind;
  }
  return std::nullopt;
}

std::vector<TaxLine> vat() {
  TaxLine tax;
  tax.code = "VAT";
  tax.rate_ppm = 190'000;
  return {tax};
}

// The figures of every rich order: as the API computes them, once.
PricedOrder rich_figures(int lines) {
  const auto usd = *Currency::parse("USD");
  PricedOrder order;
  order.total.currency = usd;
  for (int line = 0; line < lines; ++line) {
    auto& priced =
        order.lines.emplace_back(plain_line(ProductId("product"), "A product", 1, Money{1999, usd}, Money{1999, usd}));
    priced.tax = vat();
  }
  ShippingCharge shipping;
  shipping.id = place_id(0);
  shipping.name = "Parcel";
  shipping.price = {490, usd};
  shipping.tax = vat();
  order.shipping = {shipping};
  Discount discount;
  discount.label = "Spring sale";
  discount.target = DiscountTarget::order;
  discount.value_type = DiscountValue::percent;
  discount.value = 100'000;
  ORDO_CHECK(take_discount(order, discount, {}).has_value());
  ORDO_CHECK(compute_figures(order).has_value());
  return order;
}

Address address_of(std::int64_t number) {
  Address address;
  address.name = "Ann Lee";
  address.line1 = "Main Street " + std::to_string(number % 1000);
  address.city = "Bonn";
  address.postal_code = "53111";
  address.country = "DE";
  return address;
}

void enrich(NewOrder& order, std::int64_t number, const PricedOrder& figures) {
  order.shipping_address = address_of(number);
  order.billing_address = address_of(number + 1);
  order.contact = Contact{"Ann Lee", "ann@example.com", "+49 228 1234"};
  figures_of(order) = figures;
  for (std::size_t line = 0; line < order.products.size(); ++line) {
    auto& product = order.products[line];
    details_of(product) = figures.lines[line];
    product.id.reset();  // its place
    product.total = figures.lines[line].total;
  }
  order.totalAmount = Decimal{format_decimal(figures.total)};
  order.currency = figures.total.currency.code();
}

Record placed(const Topology& topology, std::int64_t number, const Kind& kind, const PricedOrder& figures) {
  NewOrder order;
  order.orderId = OrderId(uuid_v7(now()));
  order.userId = CustomerId("customer-" + std::to_string(number % 1000));
  for (int line = 0; line < kind.lines; ++line) {
    order.products.push_back({{},
                              ProductId("product-" + std::to_string((number + line * 7) % 100)),
                              1,
                              "A product",
                              Money{1999, *Currency::parse("USD")}});
  }
  if (kind.rich) enrich(order, number, figures);
  order.placedAt = now();
  order.fresh = true;
  Record record;
  record.key = order.orderId->str();
  record.at = {Topic::order_created, topology.partition_of(Topic::order_created, record.key), false};
  record.envelope.type = kTypeOf<NewOrder>;
  record.envelope.source = "/ordo/api";
  record.envelope.time = *order.placedAt;
  record.value = encode(order);
  return record;
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t orders = argc > 1 ? std::atoll(argv[1]) : 100'000;
  const auto kind = kind_named(argc > 2 ? argv[2] : "plain");
  if (!kind || orders < 1) {
    std::fprintf(stderr, "usage: ordo_engine_bench [ORDERS] [plain|plain3|rich]\n");
    return 2;
  }
  const auto figures = rich_figures(kind->lines);
  const Topology topology;
  const OnePrice prices;
  processors::Intake intake(prices, LocationId("main"));
  processors::Orders order_processor;
  processors::Stock stock;
  Processor* processors[] = {&intake, &order_processor, &stock};

  std::map<TopicPartition, std::deque<Record>> waiting;
  std::map<TopicPartition, std::int64_t> end;
  const auto append = [&](Record record) {
    record.offset = end[record.at]++;
    waiting[record.at].push_back(std::move(record));
  };
  std::vector<std::unique_ptr<PartitionWorker>> workers;
  for (auto* processor : processors) {
    for (int partition = 0; partition < 4; ++partition) {
      workers.push_back(std::make_unique<PartitionWorker>(*processor, topology, Owner{processor->kind(), partition},
                                                          Cursor{}, 20'000));
    }
  }
  for (int i = 0; i < 100; ++i) {
    const StockCounted counted{"m" + std::to_string(i),
                               LocationId("main"),
                               ProductId("product-" + std::to_string(i)),
                               1'000'000'000,
                               "",
                               true};
    Record record;
    record.key = "main";
    record.at = {Topic::stock, topology.partition_of(Topic::stock, "main"), false};
    record.envelope.type = kTypeOf<StockCounted>;
    record.value = encode(counted);
    append(std::move(record));
  }
  for (std::int64_t i = 0; i < orders; ++i) append(placed(topology, i, *kind, figures));

  std::int64_t folded = 0;
  std::int64_t reserved = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (bool progress = true; progress;) {
    progress = false;
    for (auto& worker : workers) {
      auto& queue = waiting[{inbox_of(worker->owner().processor), worker->owner().partition, false}];
      if (queue.empty()) continue;
      progress = true;
      // Intake goes slower than what follows, so that an order is decided while its owner still has it at hand.
      const std::size_t most = worker->owner().processor == ProcessorKind::intake ? 50 : 1'000;
      std::vector<Record> batch;
      while (!queue.empty() && batch.size() < most) {
        batch.push_back(std::move(queue.front()));
        queue.pop_front();
      }
      folded += static_cast<std::int64_t>(batch.size());
      const auto keys = worker->prepare(std::move(batch));
      ORDO_CHECK(keys.has_value(), keys.error().text());
      worker->supply(*keys, std::vector<std::optional<Document>>(keys->size()));
      ORDO_CHECK(worker->fold().has_value());
      for (auto& record : worker->take_records()) {
        ORDO_CHECK(!record.at.dlq, record.value);
        if (record.envelope.type == type::kOrderReserved) ++reserved;
        append(std::move(record));
      }
      std::size_t bytes = 0;
      for (const auto& change : worker->commit().changes) bytes += document_to_json(*change.document).size();
      ORDO_CHECK(bytes > 0 || folded > 0, bytes);
      worker->committed();
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  ORDO_CHECK(reserved == orders, reserved);
  std::printf("%lld %s orders, %lld records in %.2f s: %.0f orders/s, %.0f records/s\n", static_cast<long long>(orders),
              kind->name.data(), static_cast<long long>(folded), took.count(),
              static_cast<double>(orders) / took.count(), static_cast<double>(folded) / took.count());
  return 0;
}
