// ordo_quote_bench [QUOTES]: microseconds of CPU that a quote takes, from the text of the body to that of the answer,
// in a shop of 1,000 tax rates, 200 promotions and 20 shipping methods. No HTTP, no threads.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/orders/order_body.h"
#include "api/orders/quote.h"
#include "base/check.h"

namespace {

using namespace ordo;  // NOLINT(google-build-using-namespace): a program of one file

constexpr int kProducts = 500;
constexpr const char* kCountries[] = {"DE", "AT", "BE", "BG", "CY", "CZ", "DK", "EE", "ES", "FI",
                                      "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT",
                                      "NL", "PL", "PT", "RO", "SE", "SI", "SK", "GB", "NO", "CH",
                                      "US", "CA", "AU", "NZ", "JP", "KR", "VN", "SG", "IN", "BR"};
constexpr int kRegions = 12;  // of a country

const Currency kEuro = *Currency::parse("EUR");

std::string product_id(int number) {
  return "product-" + std::to_string(number % kProducts);
}

class Catalogue : public PriceList {
 public:
  Catalogue() {
    for (int i = 0; i < kProducts; ++i) {
      ProductTraits traits;
      traits.weight_g = 100 + i;
      if (i % 3 == 0) traits.tax_class = "reduced";
      products_.emplace(product_id(i), PricedProduct{"Product number " + std::to_string(i),
                                                     {500 + i * 7, kEuro},
                                                     traits,
                                                     "category-" + std::to_string(i % 10)});
    }
  }
  std::optional<PricedProduct> listed(const ProductId& id) const override {
    const auto found = products_.find(id.str());
    return found == products_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::unordered_map<std::string, PricedProduct> products_;
};

// Two rates for each country, of both classes, and for some of its regions: 1,000 in all.
std::vector<TaxRate> rates() {
  std::vector<TaxRate> all;
  for (int region = -1; region < kRegions; ++region) {
    for (const auto* country : kCountries) {
      for (const char* tax_class : {"standard", "reduced"}) {
        if (all.size() == 1'000) return all;
        TaxRate& rate = all.emplace_back();
        rate.id = "rate-" + std::to_string(all.size());
        rate.country = country;
        if (region >= 0) rate.region = "Region " + std::to_string(region);
        rate.tax_class = tax_class;
        rate.rate_ppm = tax_class == std::string_view("standard") ? 190'000 : 70'000;
        rate.code = region < 0 ? "VAT" : "LOCAL";
        rate.label = rate.code;
        rate.applies_to_shipping = true;
      }
    }
  }
  return all;
}

std::vector<ShippingMethod> methods() {
  std::vector<ShippingMethod> all;
  for (int i = 0; i < 20; ++i) {
    ShippingMethod& method = all.emplace_back();
    method.id = "method-" + std::to_string(i);
    method.name = "Method " + std::to_string(i);
    if (i % 2 == 1) method.countries = std::vector<std::string>(std::begin(kCountries), std::end(kCountries));
    method.price.kind = static_cast<ShippingPriceKind>(i % 4);
    if (i % 4 < 2) {
      method.price.amount = Money{300 + i * 10, kEuro};
    } else {
      method.price.steps = {{1'000, {490, kEuro}}, {5'000, {690, kEuro}}, {std::nullopt, {990, kEuro}}};
    }
    if (i % 5 == 0) method.free_from = Money{1'000'000, kEuro};
  }
  return all;
}

// Half of them have conditions; 20 need no code.
std::vector<Promotion> promotions() {
  std::vector<Promotion> all;
  for (int i = 0; i < 200; ++i) {
    Promotion& promotion = all.emplace_back();
    promotion.id = "promotion-" + std::to_string(i);
    promotion.label = "Promotion " + std::to_string(i);
    if (i >= 20) promotion.code = "CODE" + std::to_string(i);
    promotion.combinable = i % 4 == 0;
    promotion.action.kind = static_cast<PromotionKind>(i % 4);
    if (promotion.action.kind == PromotionKind::fixed) {
      promotion.action.amount = Money{200 + i, kEuro};
    } else if (promotion.action.kind == PromotionKind::percent) {
      promotion.action.percent_ppm = 20'000 + i * 100;
    } else if (promotion.action.kind == PromotionKind::buy_x_get_y) {
      promotion.action.buy = 3;
      promotion.action.get = 1;
    }
    if (i % 8 < 4) continue;
    auto& conditions = promotion.conditions.emplace();
    conditions.min_value = Money{100 * i, kEuro};
    conditions.min_items = 2;
    conditions.categories = {"category-1", "category-4", "category-7"};
  }
  return all;
}

std::string body_text(int number) {
  OrderBody body;
  body.customer_id = CustomerId("customer-" + std::to_string(number));
  for (int line = 0; line < 3; ++line) {
    StatedLine& stated = body.lines.emplace_back();
    stated.product_id = ProductId(product_id(number * 11 + line * 7));
    stated.quantity = 1 + (number + line) % 4;
  }
  Address address;
  address.name = "Ann Lee";
  address.line1 = "Main Street " + std::to_string(number);
  address.city = "Bonn";
  address.region = "Region " + std::to_string(number % kRegions);
  address.postal_code = "53111";
  address.country = kCountries[static_cast<std::size_t>(number) % std::size(kCountries)];
  body.shipping_address = address;
  body.contact = Contact{"Ann Lee", "ann@example.com", std::nullopt};
  body.shipping_method = "method-" + std::to_string(number % 20);
  body.codes = {"code" + std::to_string(32 + number % 21 * 8)};  // without conditions, in lower case
  return to_json(body);
}

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// The steps of the route /v1/quotes. Returns the bytes of the answer.
std::size_t quote(const std::string& text, const PriceList& prices, const ShopRules& rules, Timestamp at) {
  static const LocationId kMain("main");
  static const access::SigningSecret kSecret{std::string(32, 's')};
  const auto body = from_json<OrderBody>(text, Fields::strict);
  ORDO_CHECK(body.has_value(), text);
  std::optional<Currency> currency;
  const auto wrong = api::check_body(*body, kMain, currency);
  ORDO_CHECK(wrong.empty(), wrong.front().pointer, " ", wrong.front().detail);
  auto priced = price_cart({body->lines, *body, *body, currency, *body, false, Buyer(), at}, prices, rules);
  ORDO_CHECK(priced.has_value(), priced.error().text());
  return to_json(api::quote_view(std::move(*priced), *body, rules, at, &kSecret)).size();
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t quotes = argc > 1 ? std::atoll(argv[1]) : 100'000;
  if (quotes < 1) {
    std::fprintf(stderr, "usage: ordo_quote_bench [QUOTES]\n");
    return 2;
  }
  const Catalogue catalogue;
  const ShopRules rules(rates(), methods(), promotions());
  std::vector<std::string> bodies;
  bodies.reserve(1'000);
  for (int i = 0; i < 1'000; ++i) bodies.push_back(body_text(i));
  const auto at = now();

  std::size_t bytes = 0;
  const auto begin = cpu_seconds();
  for (std::int64_t i = 0; i < quotes; ++i) {
    bytes += quote(bodies[static_cast<std::size_t>(i) % bodies.size()], catalogue, rules, at);
  }
  const auto each = (cpu_seconds() - begin) / static_cast<double>(quotes);
  std::printf("%lld quotes: %.1f us of CPU each, answers of %llu bytes on average\n", static_cast<long long>(quotes),
              each * 1e6, static_cast<unsigned long long>(bytes / static_cast<std::size_t>(quotes)));
  return 0;
}
