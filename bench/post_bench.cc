// ordo_post_bench [ORDERS] [plain|plain3|rich]: POST /v1/orders without a socket: from the bytes of the request to the
// answer, over a log that keeps nothing. plain: two lines and nothing else. plain3: three lines. rich: three lines, two
// addresses and a contact, in a shop whose rules add tax, a charge for shipping and a discount.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/api.h"
#include "base/check.h"
#include "domain/pricing.h"
#include "http/request_parser.h"

namespace {

using namespace ordo;  // NOLINT(google-build-using-namespace): a program of one file

constexpr std::size_t kBodies = 1'000;

const Currency kEuro = *Currency::parse("EUR");

// A backend that keeps no record and no document.
class Nothing final : public RecordLog,
                      public LogSource,
                      public DocumentReader,
                      public PriceList,
                      public ShopRulesSource {
 public:
  explicit Nothing(ShopRules rules) : rules_(std::make_shared<const ShopRules>(std::move(rules))) {}

  void append(Record record, Ack ack) override {
    bytes += record.value.size();
    ack(LogPosition{record.at, appended++});
  }
  Result<std::unique_ptr<LogReader>> open_reader(Topic, bool, std::vector<std::int64_t>) override {
    return fail(ErrorCode::kUnavailable, "no_log", "there is no log");
  }
  Result<std::vector<LogRange>> ranges(Topic, bool) override {
    return fail(ErrorCode::kUnavailable, "no_log", "there is no log");
  }
  Result<std::optional<Document>> get(Collection, std::string_view) override { return std::optional<Document>(); }
  Result<Page> list(const Query&) override { return Page(); }
  Result<Cursor> cursor(const Owner&) override { return Cursor(); }
  std::optional<PricedProduct> listed(const ProductId&) const override {
    return PricedProduct{"A product", {1999, kEuro}};
  }
  std::shared_ptr<const ShopRules> current() const override { return rules_; }

  std::int64_t appended = 0;
  std::size_t bytes = 0;  // of the records' values

 private:
  const std::shared_ptr<const ShopRules> rules_;
};

ShopRules rich_rules() {
  TaxRate vat;
  vat.id = vat.code = "VAT";
  vat.label = "VAT 19 %";
  vat.country = "DE";
  vat.rate_ppm = 190'000;
  vat.applies_to_shipping = true;
  ShippingMethod parcel;
  parcel.id = "parcel";
  parcel.name = "Parcel";
  parcel.price.amount = Money{490, kEuro};
  Promotion spring;
  spring.id = "spring";
  spring.label = "Spring sale";
  spring.action.kind = PromotionKind::percent;
  spring.action.percent_ppm = 100'000;
  return ShopRules({vat}, {parcel}, {spring});
}

std::string address_of(std::size_t number) {
  return R"({"name":"Ann Lee","line1":"Main Street )" + std::to_string(number) +
         R"(","city":"Bonn","postal_code":"53111","country":"DE"})";
}

std::string request_of(std::size_t number, int lines, bool rich) {
  std::string body = R"({"customer_id":"customer-)" + std::to_string(number) + R"(","lines":[)";
  for (std::size_t line = 0; line < static_cast<std::size_t>(lines); ++line) {
    if (line > 0) body += ',';
    body += R"({"product_id":"product-)" + std::to_string((number + line * 7) % 100) + R"(","quantity":)" +
            std::to_string(1 + (number + line) % 3) + "}";
  }
  body += ']';
  if (rich) {
    body +=
        R"(,"shipping_address":)" + address_of(number) + R"(,"billing_address":)" + address_of(number + 1) +
        R"(,"contact":{"name":"Ann Lee","email":"ann@example.com","phone":"+49 228 1234"},"shipping_method":"parcel")";
  }
  body += '}';
  return "POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

class Answers final : public http::AnswerSink {
 public:
  void answer(std::uint64_t, std::uint64_t, http::Response response) override {
    ORDO_CHECK(response.status == 201, response.body);
    bytes += response.body.size();
  }
  void more(std::uint64_t) override {}

  std::size_t bytes = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t orders = argc > 1 ? std::atoll(argv[1]) : 100'000;
  const std::string_view kind = argc > 2 ? argv[2] : "plain";
  const bool rich = kind == "rich";
  if (orders < 1 || (kind != "plain" && kind != "plain3" && !rich)) {
    std::fprintf(stderr, "usage: ordo_post_bench [ORDERS] [plain|plain3|rich]\n");
    return 2;
  }
  std::vector<std::string> requests;
  requests.reserve(kBodies);
  for (std::size_t i = 0; i < kBodies; ++i) requests.push_back(request_of(i, kind == "plain" ? 2 : 3, rich));
  Nothing backend(rich ? rich_rules() : ShopRules());
  api::ApiOptions options;
  options.currency = kEuro;
  options.location = LocationId("main");
  options.source = "/ordo/api/bench";
  options.quote_secret = {std::string(32, 'q')};
  api::Api api(options, api::ApiPorts{backend, backend, backend, backend, backend,
                                      [] { return std::vector<api::ReadinessCheck>(); }, nullptr, nullptr});
  const auto handler = api.handler();
  const auto answers = std::make_shared<Answers>();

  const auto begin = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < orders; ++i) {
    http::RequestParser parser(http::ParserLimits{});
    const auto& bytes = requests[static_cast<std::size_t>(i) % kBodies];
    parser.feed(bytes);
    ORDO_CHECK(parser.state() == http::RequestParser::State::kComplete, bytes);
    handler(parser.take(), http::Respond(answers, 0, 0));
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  ORDO_CHECK(backend.appended == orders, backend.appended);
  api.stop();
  const auto each = [&](std::size_t bytes) { return bytes / static_cast<std::size_t>(orders); };
  std::printf("%lld %s orders in %.2f s: %.0f orders/s, records of %zu bytes, answers of %zu\n",
              static_cast<long long>(orders), kind.data(), took.count(), static_cast<double>(orders) / took.count(),
              each(backend.bytes), each(answers->bytes));
  return 0;
}
