#include "import/order_totals.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <utility>

#include "domain/money_text.h"
#include "domain/rounding.h"

namespace ordo::imports {
namespace {

// --- one way to read prices

// Where the price of a line comes from.
enum class PriceFrom { subtotal, unit, total, total_less_discount, unit_is_total, total_is_unit };

struct Prices {
  std::vector<Account::Line> lines;
  std::int64_t gross = 0;
  std::int64_t discounts = 0;
  bool is_odd = false;  // not what the columns are called
};

std::optional<std::int64_t> first_amount(std::initializer_list<std::optional<std::int64_t>> values) {
  for (const auto& value : values) {
    if (value) return value;
  }
  return std::nullopt;
}

// Whether the unit price was rounded to the currency, so that only the line's total is exact.
bool is_rounded(const LineMoney& line) {
  if (!line.by_unit || !line.total) return false;
  const auto by_rate = line.discount_ppm ? part_of(std::abs(*line.by_unit), *line.discount_ppm, Rounding::half_up) : 0;
  const auto rest = *line.by_unit - line.discount.value_or(by_rate);
  const bool adds_up = *line.total == rest || *line.total == rest + line.tax.value_or(0);
  return !adds_up && std::abs(*line.by_unit - *line.total) * 2 <= line.pieces;
}

// The price of a line whose total is less its discount.
std::int64_t before_discount(const LineMoney& line) {
  if (line.discount || !line.discount_ppm) return *line.total + line.discount.value_or(0);
  if (*line.total < 0 || *line.discount_ppm <= 0) return *line.total;
  const auto price = price_before(*line.total, *line.discount_ppm, Rounding::half_up);
  return price && *price <= kMaxAmount ? *price : *line.total;
}

std::optional<std::int64_t> line_gross(const LineMoney& line, PriceFrom from, bool derived) {
  switch (from) {
    case PriceFrom::subtotal:
      // A sum that is the unit price less the discount is one after it, whatever the column is called.
      if (line.subtotal && line.by_unit && line.discount && *line.subtotal == *line.by_unit - *line.discount) {
        return line.by_unit;
      }
      return first_amount({line.subtotal, line.total, line.by_unit});
    case PriceFrom::unit:
      if (derived && is_rounded(line)) return line.total;
      return first_amount({line.by_unit, line.subtotal, line.total});
    case PriceFrom::total:
      return first_amount({line.total, line.subtotal, line.by_unit});
    case PriceFrom::total_less_discount:
      return line.total ? std::optional(before_discount(line)) : first_amount({line.subtotal, line.by_unit});
    case PriceFrom::unit_is_total:
      return first_amount({line.unit_price, line.total, line.subtotal});
    case PriceFrom::total_is_unit:
      if (!line.total || *line.total > kMaxAmount / line.pieces) return std::nullopt;
      return *line.total * line.pieces;
  }
  return std::nullopt;
}

// `derived`: a line's total below its price is the price less a discount.
std::int64_t line_discount(const LineMoney& line, std::int64_t gross, PriceFrom from, bool derived) {
  if (line.discount) return *line.discount;
  // No price gives the total that is less the discount: there is none beside it.
  if (line.discount_ppm && from == PriceFrom::total_less_discount && line.total == gross) return 0;
  if (line.discount_ppm) return part_of(gross, *line.discount_ppm, Rounding::half_up);
  const bool less = line.total && *line.total >= 0 && *line.total < gross;
  if (less && (from == PriceFrom::subtotal || (from == PriceFrom::unit && derived))) return gross - *line.total;
  return 0;
}

std::optional<Prices> prices_from(const OrderMoney& money, PriceFrom from, bool derived) {
  Prices prices;
  for (const auto& line : money.lines) {
    const auto gross = line_gross(line, from, derived);
    if (!gross || *gross < 0 || *gross > kMaxAmount) return std::nullopt;
    const auto discount = line_discount(line, *gross, from, derived);
    if (discount > *gross) return std::nullopt;
    prices.lines.push_back({*gross, discount, 0, false});
    prices.gross += *gross;
    prices.discounts += discount;
    if (prices.gross > kMaxAmount) return std::nullopt;
  }
  return prices;
}

std::vector<Prices> all_prices(const OrderMoney& money) {
  const auto any = [&](auto member) {
    return std::any_of(money.lines.begin(), money.lines.end(),
                       [&](const LineMoney& line) { return (line.*member).has_value(); });
  };
  const bool several =
      std::any_of(money.lines.begin(), money.lines.end(), [](const LineMoney& line) { return line.pieces > 1; });
  std::vector<Prices> all;
  const auto add = [&](PriceFrom from, bool derived, bool is_odd) {
    auto prices = prices_from(money, from, derived);
    if (!prices) return;
    prices->is_odd = is_odd;
    all.push_back(std::move(*prices));
  };
  if (any(&LineMoney::subtotal)) add(PriceFrom::subtotal, true, false);
  if (any(&LineMoney::by_unit) && any(&LineMoney::total)) add(PriceFrom::unit, true, false);
  if (any(&LineMoney::by_unit)) add(PriceFrom::unit, false, false);
  const bool has_discounts = any(&LineMoney::discount) || any(&LineMoney::discount_ppm);
  if (any(&LineMoney::total) && has_discounts) add(PriceFrom::total_less_discount, false, false);
  if (any(&LineMoney::total)) add(PriceFrom::total, false, false);
  if (several && any(&LineMoney::unit_price)) add(PriceFrom::unit_is_total, false, true);
  if (several && any(&LineMoney::total)) add(PriceFrom::total_is_unit, false, true);
  return all;
}

// --- one way to read the amounts beside the lines

// A shared amount: the one that all rows repeat, or the sum of the parts in them. `other`: the less likely one.
std::int64_t shared_amount(const SharedMoney& shared, bool other) {
  if (!shared.first) return 0;
  return shared.differs == other ? *shared.first : shared.sum;
}

struct TaxReading {
  bool by_line = false;
  bool by_rate = false;       // the file has rates only
  std::int64_t of_lines = 0;  // unless by_line
  std::int64_t of_shipping = 0;
  bool with_shipping = false;  // of_lines may have the tax of shipping in it
};

struct Beside {
  std::int64_t shipping = 0;
  std::int64_t shipping_discount = 0;
  std::int64_t discount = 0;
  bool has_discount = false;
  std::int64_t fee = 0;
  std::vector<TaxReading> taxes;
};

// The sum over the lines that have it.
std::optional<std::int64_t> sum_over(const OrderMoney& money, std::optional<std::int64_t> LineMoney::*member) {
  std::optional<std::int64_t> sum;
  for (const auto& line : money.lines) {
    if (line.*member) sum = bounded_sum(sum.value_or(0) + *(line.*member));
  }
  return sum;
}

std::vector<TaxReading> all_taxes(const OrderMoney& money, bool other) {
  const auto of_lines = sum_over(money, &LineMoney::tax);
  const bool has_own = money.shipping_tax.has_value();
  const auto of_shipping =
      has_own ? std::optional(shared_amount(money.shipping_tax, other)) : sum_over(money, &LineMoney::shipping_tax);
  const std::int64_t shipping = of_shipping.value_or(0);
  std::optional<std::int64_t> whole;
  if (money.tax.has_value()) {
    whole = shared_amount(money.tax, other);
  } else if (!money.taxes.empty() && !of_lines) {
    whole = 0;
    for (const auto& tax : money.taxes) *whole += tax.amount;
  }
  std::vector<TaxReading> all;
  // The sum of the parts, where it is the whole, says which line has which.
  if (of_lines && (!whole || *of_lines + shipping == *whole)) all.push_back({true, false, 0, shipping, false});
  // The rest of the whole is that of shipping.
  const bool has_rest = of_lines && whole && !of_shipping && *whole > *of_lines;
  if (has_rest && money.shipping.has_value()) all.push_back({true, false, 0, *whole - *of_lines, false});
  if (whole && *whole >= shipping) all.push_back({false, false, *whole - shipping, shipping, !of_shipping});
  if (whole && shipping > 0) {
    all.push_back({of_lines == whole, false, of_lines == whole ? 0 : *whole, shipping, false});
  }
  if (of_lines && whole) all.push_back({true, false, 0, shipping, false});
  const bool rates = std::any_of(money.lines.begin(), money.lines.end(),
                                 [](const LineMoney& line) { return line.tax_ppm.value_or(0) > 0; });
  if (all.empty()) all.push_back({rates, rates, 0, shipping, false});
  return all;
}

Beside beside_lines(const OrderMoney& money, bool other) {
  Beside beside;
  const auto either = [&](const SharedMoney& shared, std::optional<std::int64_t> LineMoney::*member) {
    return shared.has_value() ? shared_amount(shared, other) : sum_over(money, member).value_or(0);
  };
  beside.shipping = either(money.shipping, &LineMoney::shipping);
  if (beside.shipping == 0) beside.shipping = money.shipping_rows;
  beside.shipping_discount = either(money.shipping_discount, &LineMoney::shipping_discount);
  beside.discount = shared_amount(money.discount, other);
  beside.has_discount = money.discount.has_value();
  beside.fee = either(money.fee, &LineMoney::fee);
  // A column of all fees, where each is a line too.
  std::int64_t fee_lines = 0;
  for (const auto& line : money.lines) fee_lines += line.is_fee ? line.by_unit.value_or(line.total.value_or(0)) : 0;
  if (fee_lines == beside.fee) beside.fee = 0;
  beside.taxes = all_taxes(money, other);
  return beside;
}

// The discount of the order beside those of its lines: what its column may mean.
struct DiscountReading {
  std::int64_t amount = 0;
  bool is_odd = false;
};
std::vector<DiscountReading> all_discounts(const Beside& beside, std::int64_t of_lines, std::int64_t of_shipping) {
  if (!beside.has_discount || beside.discount == 0) return {{}};
  std::vector<DiscountReading> all;
  const auto add = [&](std::int64_t amount, bool is_odd) {
    const bool known = std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.amount == amount; });
    if (amount >= 0 && !known) all.push_back({amount, is_odd});
  };
  if (of_shipping > 0) add(beside.discount - of_lines - of_shipping, false);
  if (of_lines > 0) add(beside.discount - of_lines, false);
  add(beside.discount, false);
  add(0, true);  // the prices are less the discount
  return all;
}

// --- all ways, and the one that adds up

class Readings {
 public:
  Readings(const OrderMoney& money, bool accept) : money_(money), accept_(accept) {}

  Result<Account> best();

 private:
  bool move_to_shipping(Account& account) const;
  void try_prices(const Prices& prices, const Beside& beside, bool is_odd);
  void try_tax(const Account& account, const TaxReading& tax, const Beside& beside, bool is_odd);
  bool place_tax(Account& account, const TaxReading& tax, bool lines_include, bool shipping_includes) const;
  void try_sum(Account account, bool is_odd);
  void compare(const Account& account, std::int64_t cancelled, bool subtotal, bool is_odd);
  bool subtotal_fits(const Account& account) const;
  std::vector<std::pair<std::int64_t, bool>> totals() const;
  tl::unexpected<Error> mismatch(const Account& account) const;

  const OrderMoney& money_;
  const bool accept_;
  bool done_ = false;
  std::optional<Account> fits_;           // the total
  std::optional<Account> fits_subtotal_;  // without a total
  std::optional<Account> nearest_;
  std::int64_t distance_ = std::numeric_limits<std::int64_t>::max();
};

std::vector<std::pair<std::int64_t, bool>> Readings::totals() const {
  std::vector<std::pair<std::int64_t, bool>> all;
  const auto add = [&](std::int64_t total, bool is_odd) {
    all.emplace_back(total, is_odd);
    if (money_.returned > 0) all.emplace_back(total + money_.returned, is_odd);
  };
  add(shared_amount(money_.total, false), false);
  if (money_.total.is_repeated) add(shared_amount(money_.total, true), true);
  return all;
}

std::int64_t rest_of(const Account::Line& line) {
  return line.gross - line.discount;
}

std::int64_t rest_of_lines(const Account& account) {
  return std::accumulate(account.lines.begin(), account.lines.end(), std::int64_t{0},
                         [](std::int64_t sum, const Account::Line& line) { return sum + rest_of(line); });
}

std::int64_t tax_of_lines(const Account& account) {
  return std::accumulate(account.lines.begin(), account.lines.end(), account.spread_tax,
                         [](std::int64_t sum, const Account::Line& line) { return sum + line.tax; });
}

// What the shares of the order's discount leave of each line.
std::vector<std::int64_t> after_discount(const OrderMoney& money, const Account& account) {
  std::vector<std::int64_t> left;
  std::vector<std::int64_t> weights;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < account.lines.size(); ++i) {
    left.push_back(rest_of(account.lines[i]));
    weights.push_back(money.lines[i].is_fee ? 0 : left.back());
    sum += weights.back();
  }
  const auto shares = shares_of(std::min(account.discount, sum), weights);
  for (std::size_t i = 0; i < left.size(); ++i) left[i] -= shares[i];
  return left;
}

// The subtotal in the file is that of the lines: before or after discounts, without the tax or with it.
bool Readings::subtotal_fits(const Account& account) const {
  std::int64_t gross = 0;
  for (const auto& line : account.lines) gross += line.gross;
  const auto left = rest_of_lines(account);
  const auto tax = tax_of_lines(account);
  for (const auto items : {gross, left, left - account.discount}) {
    for (const auto sum : {items, items - tax, items + tax}) {
      if (sum == *money_.subtotal.first || sum == money_.subtotal.sum) return true;
    }
  }
  return false;
}

void Readings::try_sum(Account account, bool is_odd) {
  std::int64_t sum = rest_of_lines(account) - account.discount + account.shipping - account.shipping_discount +
                     account.fee + account.marketplace_tax;
  std::int64_t cancelled = 0;
  std::int64_t added = 0;
  for (std::size_t i = 0; i < account.lines.size(); ++i) {
    const auto& line = account.lines[i];
    const auto tax = line.includes_tax ? 0 : line.tax;
    added += tax;
    if (money_.lines[i].is_cancelled) cancelled += rest_of(line) + tax;
  }
  const bool spread_is_in = !account.lines.empty() && account.lines.front().includes_tax;
  sum += added + (spread_is_in ? 0 : account.spread_tax) + (account.shipping_includes_tax ? 0 : account.shipping_tax);
  if (sum < 0 || sum > kMaxAmount) return;
  account.sum = sum;
  const bool has_subtotal = money_.subtotal.has_value();
  const bool subtotal = !has_subtotal || subtotal_fits(account);
  if (!money_.total.has_value()) {
    if (subtotal && !is_odd && !fits_subtotal_) {
      fits_subtotal_ = account;
      done_ = true;
    }
    if (!nearest_) nearest_ = std::move(account);
    return;
  }
  compare(account, 0, subtotal, is_odd);
  if (!done_ && cancelled > 0) compare(account, cancelled, subtotal, true);
}

// `cancelled`: the price of cancelled lines, if the file's total leaves it out.
void Readings::compare(const Account& account, std::int64_t cancelled, bool subtotal, bool is_odd) {
  for (const auto& [total, odd_total] : totals()) {
    const auto difference = total - (account.sum - cancelled);
    if (difference == 0) {
      if (!fits_ || subtotal) {
        fits_ = account;
        fits_->is_net_of_cancelled = cancelled > 0;
      }
      done_ = subtotal;
      if (done_) return;
    } else if (!is_odd && !odd_total && std::abs(difference) < distance_) {
      distance_ = std::abs(difference);
      nearest_ = account;
      nearest_->rounding = difference;
    }
  }
}

bool Readings::place_tax(Account& account, const TaxReading& tax, bool lines_include, bool shipping_includes) const {
  account.shipping_includes_tax = money_.shipping_includes_tax.value_or(shipping_includes);
  account.shipping_tax = tax.of_shipping;
  account.tax_by_line = tax.by_line;
  account.spread_tax = tax.of_lines;
  account.spread_to_shipping = tax.with_shipping;
  const auto left = tax.by_rate ? after_discount(money_, account) : std::vector<std::int64_t>();
  for (std::size_t i = 0; i < account.lines.size(); ++i) {
    auto& line = account.lines[i];
    const auto& stated = money_.lines[i];
    line.includes_tax = stated.includes_tax.value_or(lines_include);
    if (!tax.by_line) continue;
    line.tax = stated.tax.value_or(0);
    if (tax.by_rate) {
      const auto rate = stated.tax_ppm.value_or(0);
      line.tax = line.includes_tax ? left[i] - net_of(left[i], rate, Rounding::half_up)
                                   : part_of(left[i], rate, Rounding::half_up);
    }
    if (line.tax < 0 || (line.includes_tax && line.tax > rest_of(line))) return false;
  }
  const auto shipping = account.shipping - account.shipping_discount;
  if (account.shipping_includes_tax && account.shipping_tax > shipping) return false;
  const auto base = rest_of_lines(account) - account.discount + (tax.with_shipping ? shipping : 0);
  return account.spread_tax >= 0 && (!lines_include || account.spread_tax <= base);
}

void Readings::try_tax(const Account& account, const TaxReading& tax, const Beside& beside, bool is_odd) {
  struct Place {
    bool lines_include;
    bool shipping_includes;
    bool is_odd;
  };
  const bool first = money_.prices_include_tax.value_or(false);
  const Place places[] = {{first, first, false}, {!first, !first, false}, {first, !first, true}, {!first, first, true}};
  for (const auto& place : places) {
    if (place.is_odd && tax.of_shipping == 0) continue;
    Account placed = account;
    if (!place_tax(placed, tax, place.lines_include, place.shipping_includes)) continue;
    placed.fee = beside.fee;
    placed.marketplace_tax = shared_amount(money_.marketplace_tax, false);
    try_sum(placed, is_odd || place.is_odd);
    if (done_) return;
    if (placed.marketplace_tax > 0) {
      placed.marketplace_tax = 0;
      try_sum(std::move(placed), true);
      if (done_) return;
    }
  }
}

// A discount above the goods takes the rest from shipping. False if it is above that too.
bool Readings::move_to_shipping(Account& account) const {
  std::int64_t goods = 0;
  for (std::size_t i = 0; i < account.lines.size(); ++i) {
    if (!money_.lines[i].is_fee) goods += rest_of(account.lines[i]);
  }
  if (account.discount > goods) {
    account.shipping_discount += account.discount - goods;
    account.discount = goods;
  }
  return account.shipping >= 0 && account.shipping_discount <= account.shipping;
}

void Readings::try_prices(const Prices& prices, const Beside& beside, bool is_odd) {
  for (const bool shipping_is_less : {false, true}) {
    // The price of shipping may be less its discount already.
    if (shipping_is_less && beside.shipping_discount == 0) break;
    const std::int64_t shipping_discount = shipping_is_less ? 0 : beside.shipping_discount;
    for (const auto& discount : all_discounts(beside, prices.discounts, shipping_discount)) {
      Account account;
      account.lines = prices.lines;
      account.shipping = beside.shipping;
      account.shipping_discount = shipping_discount;
      account.discount = discount.amount + money_.discount_rows;
      if (!move_to_shipping(account)) continue;
      for (const auto& tax : beside.taxes) {
        try_tax(account, tax, beside, is_odd || shipping_is_less || prices.is_odd || discount.is_odd);
        if (done_) return;
      }
    }
  }
}

tl::unexpected<Error> Readings::mismatch(const Account& account) const {
  const auto shown = [&](std::int64_t amount) { return format_decimal({amount, money_.currency}); };
  std::int64_t gross = 0;
  std::int64_t discounts = account.discount + account.shipping_discount;
  std::int64_t tax = account.shipping_includes_tax ? 0 : account.shipping_tax;
  for (const auto& line : account.lines) {
    gross += line.gross;
    discounts += line.discount;
    tax += line.includes_tax ? 0 : line.tax;
  }
  if (!account.lines.empty() && !account.lines.front().includes_tax) tax += account.spread_tax;
  std::string text = "lines " + shown(gross);
  if (discounts > 0) text += " - discounts " + shown(discounts);
  if (account.shipping > 0) text += " + shipping " + shown(account.shipping);
  if (account.fee != 0) text += (account.fee > 0 ? " + fees " : " - ") + shown(std::abs(account.fee));
  if (tax > 0) text += " + tax " + shown(tax);
  if (account.marketplace_tax > 0) text += " + tax that the marketplace collects " + shown(account.marketplace_tax);
  const bool has_total = money_.total.has_value();
  const auto stated = has_total ? shared_amount(money_.total, false) : *money_.subtotal.first;
  return fail(ErrorCode::kInvalid, "total_mismatch",
              "the file's " + std::string(has_total ? "total" : "subtotal") + " is " +
                  shown_money({stated, money_.currency}) + ", but " + text + " come to " +
                  shown_money({account.sum, money_.currency}) + "; --accept-totals keeps the difference as rounding");
}

Result<Account> Readings::best() {
  const auto prices = all_prices(money_);
  for (const bool other : {false, true}) {
    const auto amounts = beside_lines(money_, other);
    for (const auto& one : prices) {
      if (!done_) try_prices(one, amounts, other);
    }
  }
  if (fits_) return std::move(*fits_);
  if (fits_subtotal_) return std::move(*fits_subtotal_);
  // Without a figure of the file to compare, only what the columns are called counts.
  if (!nearest_ || (!money_.total.has_value() && !money_.subtotal.has_value())) {
    return fail(ErrorCode::kInvalid, "bad_amounts",
                "the amounts of the order make no sum: a discount or a tax is above what it is taken from, or a sum is "
                "below zero or above " +
                    std::to_string(kMaxAmount) + " minor units");
  }
  // guard: import-total-adds-up
  if (accept_) return std::move(*nearest_);
  return mismatch(*nearest_);
}

}  // namespace

Result<Account> account_of(const OrderMoney& money, bool accept_totals) {
  return Readings(money, accept_totals).best();
}

std::optional<std::int64_t> price_from_total(const OrderMoney& money) {
  if (money.lines.size() != 1 || !money.total.has_value()) return std::nullopt;
  const auto amounts = beside_lines(money, false);
  std::int64_t rest = *money.total.first - amounts.shipping + amounts.shipping_discount + amounts.discount +
                      money.discount_rows - amounts.fee;
  const auto& tax = amounts.taxes.front();
  if (!money.prices_include_tax.value_or(false)) {
    rest -= tax.of_lines + tax.of_shipping + (tax.by_line && !tax.by_rate ? money.lines[0].tax.value_or(0) : 0);
  }
  return rest >= 0 && rest <= kMaxAmount ? std::optional(rest) : std::nullopt;
}

}  // namespace ordo::imports
