#include "domain/pricing.h"

#include <algorithm>

#include "domain/money_text.h"

namespace ordo {
namespace {

// Prices the lines of one order, one by one.
class LinePricer {
 public:
  LinePricer(std::optional<Currency> currency, const PriceList& prices, StatedPrices stated,
             std::vector<GoodsClass>* classes)
      : currency_(currency), prices_(prices), stated_(stated), classes_(classes) {}

  // Errors come from PriceList::find().
  Result<void> add(std::size_t index, const RequestedLine& line);
  std::size_t problems() const { return error_.violations.size(); }
  Result<PricedOrder> take();

 private:
  void note(const char* reason, std::size_t line, const char* field, std::string detail) {
    if (error_.reason.empty()) error_.reason = reason;
    error_.violations.push_back({"/lines/" + std::to_string(line) + field, std::move(detail)});
  }
  Result<std::optional<PricedProduct>> find(const RequestedLine& line) const;

  std::optional<Currency> currency_;
  const PriceList& prices_;
  const StatedPrices stated_;
  std::vector<GoodsClass>* classes_;
  PricedOrder order_;
  Error error_;
};

// What a custom line or fee costs is stated.
Result<std::optional<PricedProduct>> LinePricer::find(const RequestedLine& line) const {
  if (line.product_id == nullptr)
    return std::optional(PricedProduct{*line.stated->name, *line.stated->unit_price, {}, {}});
  return prices_.find(*line.product_id);
}

Result<void> LinePricer::add(std::size_t index, const RequestedLine& line) {
  auto found = find(line);
  if (!found) return fail(std::move(found.error()));
  auto& product = *found;
  if (!product) {
    note("unknown_product", index, "/product_id", "there is no product " + line.product_id->str());
    return {};
  }
  if (line.stated != nullptr && line.stated->unit_price && *line.stated->unit_price != product->price) {
    // guard: pricing-stated-price-allowed
    if (stated_ == StatedPrices::must_agree) {
      note("price_not_allowed", index, "/unit_price",
           "is " + shown_money(*line.stated->unit_price) + ", but the catalogue says " + shown_money(product->price) +
               "; another price needs the permission orders:price");
      return {};
    }
    product->price = *line.stated->unit_price;
  }
  if (!currency_) currency_ = product->price.currency;
  // guard: pricing-one-currency
  if (product->price.currency != *currency_) {
    note("currency_mismatch", index, line.product_id != nullptr ? "/product_id" : "/unit_price",
         "is priced in " + std::string(product->price.currency.code()) + ", but the order is in " +
             std::string(currency_->code()));
    return {};
  }
  // guard: pricing-list-price-currency
  if (line.stated != nullptr && line.stated->list_price && line.stated->list_price->currency != *currency_) {
    note("currency_mismatch", index, "/list_price",
         "is in " + std::string(line.stated->list_price->currency.code()) + ", but the order is in " +
             std::string(currency_->code()));
    return {};
  }
  const auto total = multiply(product->price, line.quantity);
  const auto sum = total ? ordo::add(Money{order_.total.amount, *currency_}, *total) : total;
  if (!sum) {
    note("amount_overflow", index, "/quantity", "the total is larger than ordo can hold");
    return {};
  }
  order_.total = *sum;
  PricedLine& priced = order_.lines.emplace_back();
  priced.id = place_id(index);
  priced.quantity = line.quantity;
  priced.unit_price = product->price;
  priced.total = *total;
  priced.name = std::move(product->name);
  if (line.product_id != nullptr) priced.product_id = *line.product_id;
  if (line.stated != nullptr) {
    static_cast<LineTerms&>(priced) = *line.stated;
    if (line.stated->name) priced.name = *line.stated->name;
  }
  const auto& traits = product->traits;
  if (!priced.weight_g) priced.weight_g = traits.weight_g;
  if (!priced.requires_shipping) priced.requires_shipping = traits.requires_shipping;
  if (classes_ != nullptr) classes_->push_back({traits.tax_class.value_or(""), std::move(product->category)});
  return {};
}

Result<PricedOrder> LinePricer::take() {
  if (error_.violations.empty()) return std::move(order_);
  error_.code = ErrorCode::kInvalid;
  error_.message = "the order cannot be priced";
  return fail(std::move(error_));
}

}  // namespace

const ProductId* id_of_product(const std::optional<ProductId>& id) {
  static const ProductId kNone;
  return id ? &*id : &kNone;
}

std::vector<Violation> check_lines(std::span<const RequestedLine> lines, const std::string& pointer,
                                   const std::string& product_field) {
  std::vector<Violation> found;
  if (lines.empty()) found.push_back({pointer, "an order needs at least one line"});
  // guard: pricing-lines-bound
  if (lines.size() > kMaxOrderLines) {
    found.push_back(
        {pointer, "an order can have at most 1000 lines, but this one has " + std::to_string(lines.size())});
    return found;
  }
  for (std::size_t i = 0; i < lines.size() && found.size() < kMaxViolations; ++i) {
    const std::string line = pointer + "/" + std::to_string(i) + "/";
    const auto problem = lines[i].product_id != nullptr ? id_problem(lines[i].product_id->str()) : std::string_view();
    if (!problem.empty()) {
      found.push_back({line + product_field, std::string(problem)});
    }
    // guard: pricing-quantity
    if (lines[i].quantity < 1 || lines[i].quantity > kMaxLineQuantity) {
      found.push_back(
          {line + "quantity", "must be a whole number from 1 to 1000000, but is " + std::to_string(lines[i].quantity)});
    }
  }
  return found;
}

Result<PricedOrder> price_lines(std::span<const RequestedLine> lines, std::optional<Currency> currency,
                                const PriceList& prices, StatedPrices stated, std::vector<GoodsClass>* classes) {
  LinePricer pricer(currency, prices, stated, classes);
  // Each product that is not on the list may cost a read. So an order with many such products is not checked to its
  // end.
  for (std::size_t i = 0; i < lines.size() && pricer.problems() < kMaxViolations; ++i) {
    if (auto added = pricer.add(i, lines[i]); !added) return fail(std::move(added.error()));
  }
  return pricer.take();
}

std::vector<Violation> check_priced(std::span<const PricedLine> lines, const OrderFigures& figures, const Money& total,
                                    TextRule texts, std::string_view list, const std::string& product_field) {
  std::vector<RequestedLine> requested;
  requested.reserve(lines.size());
  for (const auto& line : lines) {
    requested.push_back({is_product(line) ? id_of_product(line.product_id) : nullptr, line.quantity});
  }
  auto found = check_lines(requested, "/" + std::string(list), product_field);
  if (found.empty()) found = check_figures(lines, figures, total, texts, list);
  return found;
}

bool all_listed(std::span<const RequestedLine> lines, const PriceList& prices) {
  return std::all_of(lines.begin(), lines.end(), [&](const RequestedLine& line) {
    return line.product_id == nullptr || prices.listed(*line.product_id).has_value();
  });
}

}  // namespace ordo
