// The body of an order, priced with a fixed catalogue and fixed rules of the shop. Whatever is accepted has figures
// that pass their check, whose sums add up. A caller that may not state prices pays those of the catalogue.
#include <numeric>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "domain/cart.h"
#include "processors/intake.h"
#include "records/json_codec.h"
#include "records/order_body.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

const Timestamp kAt = from_unix_ms(1'800'000'000'000);

// Known products: tea and cup in euros, gift without shipping, car in another currency.
class FixedPrices final : public PriceList {
 public:
  std::optional<PricedProduct> listed(const ProductId& id) const override {
    const auto euro = *Currency::parse("EUR");
    ProductTraits traits;
    if (id.str() == "tea") {
      traits.tax_class = "reduced";
      traits.weight_g = 250;
      return PricedProduct{"Tea", {499, euro}, traits, "food"};
    }
    if (id.str() == "cup") return PricedProduct{"Cup", {1250, euro}, {}, "kitchen"};
    if (id.str() == "gift") {
      traits.requires_shipping = false;
      return PricedProduct{"Gift card", {1, euro}, traits, "cards"};
    }
    if (id.str() == "car") return PricedProduct{"Car", {kMaxAmount, *Currency::parse("USD")}, {}, ""};
    return std::nullopt;
  }
};

TaxRate rate(std::string id, std::string country, std::string tax_class, std::int64_t ppm, std::string code) {
  TaxRate made;
  made.id = std::move(id);
  made.country = std::move(country);
  made.tax_class = std::move(tax_class);
  made.rate_ppm = ppm;
  made.label = code;
  made.code = std::move(code);
  made.applies_to_shipping = true;
  return made;
}

std::vector<TaxRate> rates() {
  std::vector<TaxRate> all = {rate("de", "DE", "standard", 190'000, "VAT"), rate("de7", "DE", "reduced", 70'000, "VAT"),
                              rate("us", "US", "standard", 40'000, "STATE"), rate("ny", "US", "standard", 48'750, "NY"),
                              rate("ch", "CH", "standard", 0, "MWST")};
  all[1].price_includes_tax = true;
  all[3].region = "NY";
  return all;
}

std::vector<ShippingMethod> methods() {
  const auto euro = *Currency::parse("EUR");
  std::vector<ShippingMethod> all(3);
  all[0].id = all[0].name = "parcel";
  all[0].price.amount = Money{490, euro};
  all[0].free_from = Money{5'000, euro};
  all[1].id = all[1].name = "freight";
  all[1].price.kind = ShippingPriceKind::by_weight;
  all[1].price.steps = {{1'000, {700, euro}}, {100'000, {4'900, euro}}};
  all[1].price_includes_tax = true;
  all[2].id = all[2].name = "courier";
  all[2].price.kind = ShippingPriceKind::per_item;
  all[2].price.amount = Money{33, euro};
  all[2].countries = {"DE"};
  return all;
}

Promotion promotion(std::string id, std::optional<std::string> code, PromotionAction action, bool combinable) {
  Promotion made;
  made.id = made.label = std::move(id);
  made.code = std::move(code);
  made.action = std::move(action);
  made.combinable = combinable;
  return made;
}

std::vector<Promotion> promotions() {
  const auto euro = *Currency::parse("EUR");
  const auto line = PromotionTarget::line;
  std::vector<Promotion> all = {
      promotion("half", "HALF", {PromotionKind::percent, line, 500'000, {}, {}, {}}, true),
      promotion("fixed", "FIVE", {PromotionKind::fixed, {}, {}, Money{500, euro}, {}, {}}, true),
      promotion("ship", "SHIP", {PromotionKind::free_shipping, {}, {}, {}, {}, {}}, true),
      promotion("three", "THREE", {PromotionKind::buy_x_get_y, {}, {}, {}, 2, 1}, false),
      promotion("all", std::nullopt, {PromotionKind::percent, {}, 33'333, {}, {}, {}}, true),
      promotion("food", std::nullopt, {PromotionKind::percent, line, 250'000, {}, {}, {}}, false)};
  all[4].conditions.emplace().min_value = Money{2'000, euro};
  all[5].conditions.emplace().categories = {"food"};
  return all;
}

std::vector<Violation> problems_of(const OrderBody& body) {
  auto found = check_lines(requested_lines(body.lines), "/lines", "product_id");
  processors::check_order_fields(body.customer_id.value_or(CustomerId("ann")), "/customer_id",
                                 body.location.value_or(LocationId("main")), body, TextRule::enforced, found);
  check_rules(static_cast<const CartChoices&>(body), TextRule::enforced, found);
  if (!states_figures(body.lines, body)) return found;
  for (auto& problem : check_stated(body.lines, body)) found.push_back(std::move(problem));
  return found;
}

void check_texts(const std::vector<Violation>& found) {
  for (const auto& violation : found) ORDO_CHECK(is_utf8(violation.pointer + violation.detail), "shown to clients");
}

template <class T>
std::int64_t sum_of_totals(const std::vector<T>& parts) {
  return std::accumulate(parts.begin(), parts.end(), std::int64_t{0},
                         [](std::int64_t sum, const T& part) { return sum + part.total.amount; });
}

// By other arithmetic than that of compute_figures().
void check_sums(const PricedOrder& order) {
  auto total = sum_of_totals(order.lines);
  if (order.shipping) total += sum_of_totals(*order.shipping);
  ORDO_CHECK(total == order.total.amount, total, " and ", order.total.amount);
  for (const auto& line : order.lines) ORDO_CHECK(line.total.amount >= 0, line.total.amount);
  if (!order.totals) return;
  const auto& sums = *order.totals;
  ORDO_CHECK(sums.items.amount - sums.discounts.amount + sums.shipping.amount + sums.fees.amount + sums.tax.amount -
                     sums.tax_included.amount ==
                 total,
             to_json(sums));
  std::int64_t discounts = 0;
  for (const auto& discount : order.discounts.value_or(std::vector<Discount>())) discounts += discount.amount.amount;
  ORDO_CHECK(discounts == sums.discounts.amount, discounts, " and ", sums.discounts.amount);
  std::int64_t tax = 0;
  for (const auto& sum : order.tax_summary.value_or(std::vector<TaxSum>())) tax += sum.amount.amount;
  ORDO_CHECK(tax == sums.tax.amount, tax, " and ", sums.tax.amount);
}

void check_priced_body(const OrderBody& body, const PriceList& prices, const ShopRules& rules, bool may_state) {
  std::optional<Currency> currency;
  if (body.currency) {
    const auto parsed = Currency::parse(*body.currency);
    if (!parsed) return;
    currency = *parsed;
  }
  const auto priced = price_cart({body.lines, body, body, currency, body, may_state, Buyer(), kAt}, prices, rules);
  if (!priced) {
    ORDO_CHECK(priced.error().code == ErrorCode::kInvalid, priced.error().text());
    return check_texts(priced.error().violations);
  }
  const auto wrong = check_figures<PricedLine>(priced->lines, *priced, priced->total, TextRule::enforced, "lines");
  ORDO_CHECK(wrong.empty(), wrong.front().pointer, " ", wrong.front().detail);
  check_sums(*priced);
  for (const auto& choice : shipping_choices(*priced, body, rules)) {
    ORDO_CHECK(choice.price.currency == priced->total.currency, choice.name);
  }
  if (may_state) return;
  for (const auto& line : priced->lines) {
    ORDO_CHECK(line.product_id.has_value(), line.name);
    ORDO_CHECK(line.unit_price == prices.listed(*line.product_id)->price, line.product_id->str());
  }
}

}  // namespace

void prices(std::string_view input) {
  static const FixedPrices kPrices;
  static const ShopRules kRules(rates(), methods(), promotions(), "DE");
  static const ShopRules kNoRules;
  const auto body = from_json<OrderBody>(input, Fields::strict);
  if (!body) return check_texts(body.error().violations);
  const auto found = problems_of(*body);
  if (!found.empty()) return check_texts(found);
  for (const bool may_state : {false, true}) {
    check_priced_body(*body, kPrices, kRules, may_state);
    check_priced_body(*body, kPrices, kNoRules, may_state);
  }
}

}  // namespace ordo::fuzz
