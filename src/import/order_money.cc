#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/number.h"
#include "columns/profile.h"
#include "import/order_reading.h"
#include "import/order_statement.h"
#include "import/order_text.h"

namespace ordo::imports {
namespace {

__extension__ using WideAmount = __int128;

NumberStyle style_of(const ReadContext& context, Role role) {
  return context.survey.numbers[static_cast<std::size_t>(role)];
}

std::optional<WideAmount> power_of_ten(int exponent) {
  WideAmount power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return exponent <= 36 ? std::optional(power) : std::nullopt;
}

// price * pieces * unit in units of 10^-exponent, rounded. nullopt beyond the amounts of ordo.
std::optional<std::int64_t> exact_product(Decimal price, std::int64_t pieces, Decimal unit, int exponent) {
  WideAmount product = price.units;
  for (const std::int64_t factor : {pieces, unit.units}) {
    if (__builtin_mul_overflow(product, WideAmount(factor), &product)) return std::nullopt;
  }
  const int decimals = price.decimals + unit.decimals - exponent;
  const auto power = power_of_ten(std::abs(decimals));
  if (!power) return std::nullopt;
  if (decimals < 0) {
    if (__builtin_mul_overflow(product, *power, &product)) return std::nullopt;
  } else {
    const WideAmount half = *power / 2;
    product = product >= 0 ? (product + half) / *power : -((-product + half) / *power);
  }
  if (product > kMaxAmount || product < -kMaxAmount) return std::nullopt;
  return static_cast<std::int64_t>(product);
}

// Whether the columns of prices say that tax is in them, or is not.
std::optional<bool> named_with_tax(const Columns& columns) {
  constexpr std::string_view kWith[] = {"brutto", "inclvat", "incltax", "taxincl", "vatincl", "inklmwst", "ttc"};
  constexpr std::string_view kWithout[] = {"netto", "exclvat", "excltax", "taxexcl", "vatexcl", "exklmwst"};
  for (const auto role : {Role::line_total, Role::unit_price, Role::line_subtotal}) {
    if (!columns.has(role)) continue;
    const auto heading = plain_heading(columns.heading(role));
    const auto has = [&](std::string_view word) { return heading.find(word) != std::string::npos; };
    if (std::any_of(std::begin(kWithout), std::end(kWithout), has)) return false;
    if (std::any_of(std::begin(kWith), std::end(kWith), has)) return true;
  }
  return std::nullopt;
}

class MoneyReader {
 public:
  MoneyReader(const ReadContext& context, const OrderRows& rows, const ReadLines& lines, PlannedOrder& order)
      : context_(context),
        rows_(rows),
        lines_(lines),
        order_(order),
        currency_(*Currency::parse(order.currency)),
        amounts_(context, currency_) {}

  Read<void> run(bool is_partial);

 private:
  RowProblem problem(Role role, std::string reason, std::string detail) const {
    return problem_of(context_.places, place_of_role(role), rows_.shared(role), std::move(reason), std::move(detail));
  }
  RowProblem problem(const Error& error) const {
    const auto role = context_.places.columns().has(Role::total) ? Role::total : Role::line_total;
    return problem_of(context_.places, place_of_role(role), rows_.shared(role), error);
  }
  Read<void> read_amounts(bool is_partial);
  Read<void> read_named_taxes();
  bool leaves_prices_to_catalogue();
  Read<void> read_payments(const Account& account);
  ChargeNames names() const;

  const ReadContext& context_;
  const OrderRows& rows_;
  const ReadLines& lines_;
  PlannedOrder& order_;
  const Currency currency_;
  const AmountReader amounts_;
  OrderMoney money_;
};

Read<void> MoneyReader::read_named_taxes() {
  const auto& names = context_.places.all(Role::tax_name);
  const auto& values = context_.places.all(Role::tax_value);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto text = rows_.shared(values[i]);
    const auto amount = amounts_.read(Role::tax_value, values[i], text);
    if (!amount) return tl::unexpected(amount.error());
    if (!*amount || **amount == 0) continue;
    money_.taxes.push_back({i < names.size() ? std::string(rows_.shared(names[i])) : std::string(), **amount});
  }
  return {};
}

Read<void> MoneyReader::read_amounts(bool is_partial) {
  money_.currency = currency_;
  money_.lines = lines_.money;
  money_.returned = bounded_sum(lines_.returned);
  money_.discount_rows = bounded_sum(lines_.discounts);
  money_.shipping_rows = bounded_sum(lines_.shipping);
  const std::pair<Role, SharedMoney OrderMoney::*> kShared[] = {
      {Role::subtotal, &OrderMoney::subtotal},
      {Role::shipping, &OrderMoney::shipping},
      {Role::shipping_tax, &OrderMoney::shipping_tax},
      {Role::shipping_discount, &OrderMoney::shipping_discount},
      {Role::tax, &OrderMoney::tax},
      {Role::discount, &OrderMoney::discount},
      {Role::fee, &OrderMoney::fee},
      {Role::total, &OrderMoney::total},
      {Role::marketplace_tax, &OrderMoney::marketplace_tax}};
  for (const auto& [role, member] : kShared) {
    auto amount = amounts_.read_shared(role, rows_);
    if (!amount) return tl::unexpected(std::move(amount.error()));
    money_.*member = *amount;
  }
  if (is_partial) money_.total = money_.subtotal = {};
  money_.prices_include_tax = named_with_tax(context_.places.columns());
  if (const auto own = context_.places.own(ExportColumn::shipping_includes_tax)) {
    money_.shipping_includes_tax = parse_flag(rows_.shared(*own)).value_or(false);
  }
  return read_named_taxes();
}

// For files that have no prices at all: the catalogue has them. The server compares the total.
bool MoneyReader::leaves_prices_to_catalogue() {
  if (lines_.has_prices || order_.lines.empty()) return false;
  if (const auto price = price_from_total(money_)) {
    money_.lines.front().total = *price;
    return false;
  }
  const auto is_any = [](const SharedMoney& shared) { return shared.first.value_or(0) != 0; };
  const bool has_more = is_any(money_.shipping) || is_any(money_.tax) || is_any(money_.discount) ||
                        is_any(money_.fee) || is_any(money_.shipping_discount) || lines_.discounts != 0 ||
                        lines_.shipping != 0;
  if (has_more) return false;
  if (money_.total.has_value()) order_.total = Money{*money_.total.first, currency_};
  return true;
}

ChargeNames MoneyReader::names() const {
  ChargeNames names;
  const auto text = [&](Role role, std::size_t most) -> std::optional<std::string> {
    auto line = line_text(rows_.shared(role), most);
    return line.empty() ? std::nullopt : std::optional(std::move(line));
  };
  names.shipping = text(Role::shipping_method, 128);
  names.discount_code = text(Role::discount_code, 64);
  if (const auto* profile = context_.places.columns().profile) {
    const auto title = profile->title;
    names.marketplace = title.substr(0, title.find(' '));
  }
  return names;
}

// What was paid and paid back, where the file says it.
Read<void> MoneyReader::read_payments(const Account& account) {
  const auto captured = amounts_.read_shared(Role::captured, rows_);
  if (!captured) return tl::unexpected(captured.error());
  const auto outstanding = amounts_.read_shared(Role::outstanding, rows_);
  if (!outstanding) return tl::unexpected(outstanding.error());
  const auto refunded = amounts_.read_shared(Role::refunded, rows_);
  if (!refunded) return tl::unexpected(refunded.error());
  const auto sum = (order_.sum ? order_.sum : order_.total)->amount;
  const bool is_paid = order_.state && order_.state->payment == PaymentStatus::captured;
  if (captured->has_value()) {
    order_.captured = Money{*captured->first, currency_};
  } else if (outstanding->first.value_or(0) > 0) {
    order_.captured = Money{std::max<std::int64_t>(sum - *outstanding->first, 0), currency_};
  } else if (account.is_net_of_cancelled && is_paid) {
    order_.captured = Money{*money_.total.first, currency_};
  }
  const auto back = std::abs(refunded->first.value_or(0));
  if (back > 0) {
    order_.refunded = Money{back, currency_};
  } else if (lines_.returned > 0 && is_paid) {
    order_.refunded = Money{lines_.returned, currency_};
  }
  const auto paid = captured_of(order_);
  // Money that was paid back had been paid.
  if (order_.refunded && paid && paid->amount == 0 && !order_.captured) order_.captured = order_.refunded;
  if (!context_.is_history()) return {};
  if (!captured_of(order_)) {
    return tl::unexpected(
        problem(Role::outstanding, "missing",
                "a part of the order is paid; map the column with the part that is not: outstanding"));
  }
  if (!refunded_of(order_)) {
    return tl::unexpected(problem(Role::refunded, "missing",
                                  "a part of the order was paid back; map the column that says how much: "
                                  "refunded"));
  }
  // guard: import-refund-within-payment
  if (refunded_of(order_)->amount > captured_of(order_)->amount) {
    return tl::unexpected(
        problem(Role::refunded, "refund_exceeds_payment", "more was paid back than the customer had paid"));
  }
  return {};
}

Read<void> MoneyReader::run(bool is_partial) {
  if (auto read = read_amounts(is_partial); !read) return read;
  if (leaves_prices_to_catalogue()) {
    if (order_.total) return read_payments({});
    if (!context_.is_history()) return {};
    return tl::unexpected(problem(Role::total, "missing", "the order has neither prices nor a total"));
  }
  const auto account = account_of(money_, context_.options.accept_totals);
  if (!account) return tl::unexpected(problem(account.error()));
  if (auto stated = state_account(money_, *account, names(), order_); !stated) {
    return tl::unexpected(problem(stated.error()));
  }
  if (money_.total.has_value()) order_.total = order_.sum;
  return read_payments(*account);
}

}  // namespace

Read<std::optional<std::int64_t>> AmountReader::read(Role role, CellPlace place, std::string_view text) const {
  if (text.empty() || is_no_value(text)) return std::nullopt;
  if (context_.places.is_minor_units(place)) {
    const auto units = parse_integer<std::int64_t>(text);
    if (units && std::abs(*units) <= kMaxAmount) return *units;
    return tl::unexpected(
        problem_of(context_.places, place, text, "not_a_number", "must be a whole number of minor units"));
  }
  const auto money = parse_amount(text, style_of(context_, role), currency_);
  if (!money) return tl::unexpected(problem_of(context_.places, place, text, money.error()));
  return money->amount;
}

Read<std::optional<std::int64_t>> AmountReader::read(Role role, const HeldRow& row) const {
  std::optional<std::int64_t> sum;
  for (const auto place : context_.places.all(role)) {
    const auto amount = read(role, place, row.at(place));
    if (!amount) return tl::unexpected(amount.error());
    if (*amount) sum = sum.value_or(0) + **amount;
  }
  return sum;
}

Read<std::optional<std::int64_t>> AmountReader::read_rounded(Role role, const HeldRow& row,
                                                             std::size_t& rounded) const {
  std::optional<std::int64_t> sum;
  for (const auto place : context_.places.all(role)) {
    const auto text = row.at(place);
    auto amount = read(role, place, text);
    if (!amount && amount.error().reason == "too_many_decimals" && currency_.exponent() > 0) {
      const auto exact = parse_decimal(text, style_of(context_, role));
      const auto product = exact ? exact_product(*exact, 1, {1, 0}, currency_.exponent()) : std::nullopt;
      if (product) {
        amount = *product;
        ++rounded;
      }
    }
    if (!amount) return amount;
    if (*amount) sum = sum.value_or(0) + **amount;
  }
  return sum;
}

Read<SharedMoney> AmountReader::read_shared(Role role, const OrderRows& rows) const {
  const auto* profile = context_.places.columns().profile;
  const bool repeats = context_.survey.choices.json || (profile != nullptr && profile->repeats_order_amounts);
  const bool is_discount = role == Role::discount || role == Role::shipping_discount;
  SharedMoney shared;
  for (const auto place : context_.places.all(role)) {
    const auto cells = rows.all(place);
    auto first = read(role, place, cells.first);
    if (!first) return tl::unexpected(std::move(first.error()));
    if (!*first && cells.others.empty()) continue;
    const auto amount = [&](std::optional<std::int64_t> units) {
      return is_discount ? std::abs(units.value_or(0)) : units.value_or(0);
    };
    shared.first = shared.first.value_or(0) + amount(*first);
    std::int64_t sum = amount(*first) * static_cast<std::int64_t>(cells.rows);
    for (const auto& [row, text] : cells.others) {
      auto other = read(role, place, text);
      if (!other) return tl::unexpected(std::move(other.error()));
      sum += amount(*other);
    }
    shared.differs = shared.differs || !cells.others.empty();
    shared.is_repeated = shared.is_repeated || cells.rows > 1 || !cells.others.empty();
    if (repeats && cells.others.empty()) sum = amount(*first);
    shared.sum = bounded_sum(shared.sum + bounded_sum(sum));
  }
  return shared;
}

Read<std::optional<std::int64_t>> AmountReader::read_product(Role role, const HeldRow& row, std::int64_t pieces) const {
  const auto place = place_of_role(role);
  const auto text = row.at(place);
  if (text.empty() || is_no_value(text)) return std::nullopt;
  Decimal price;
  auto amount = read(role, place, text);
  if (amount) {
    price = {amount->value_or(0), currency_.exponent()};
  } else if (amount.error().reason != "too_many_decimals") {
    return tl::unexpected(std::move(amount.error()));
  } else if (const auto exact = parse_decimal(text, style_of(context_, role))) {
    price = *exact;
  } else {
    return tl::unexpected(problem_of(context_.places, place, text, exact.error()));
  }
  const Decimal unit = context_.survey.choices.unit.value_or(Decimal{1, 0});
  const auto product = exact_product(price, pieces, unit, currency_.exponent());
  if (!product) {
    return tl::unexpected(problem_of(context_.places, place, text, "out_of_range",
                                     "the line costs more than ordo can "
                                     "hold"));
  }
  return *product;
}

Result<void> take_catalogue_prices(PlannedOrder& order, std::span<const Money> prices,
                                   const OrderPlanOptions& options) {
  OrderMoney money;
  const auto currency = Currency::parse(order.currency);
  if (!currency) return fail(currency.error());
  money.currency = *currency;
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    auto& line = money.lines.emplace_back();
    line.pieces = order.lines[i].quantity;
    const auto whole = i < prices.size() ? multiply(prices[i], line.pieces) : Result<Money>(Money{0, *currency});
    if (!whole) return fail(whole.error());
    if (whole->currency != *currency) {
      return fail(ErrorCode::kInvalid, "currency_mismatch",
                  "the order is in " + order.currency + ", but a product in " + std::string(whole->currency.code()));
    }
    line.unit_price = whole->amount / line.pieces;
    line.by_unit = whole->amount;
  }
  if (order.total) money.total = {order.total->amount, order.total->amount, false, false};
  const auto account = account_of(money, options.accept_totals);
  if (!account) return fail(account.error());
  if (auto stated = state_account(money, *account, {}, order); !stated) return stated;
  if (order.total) order.total = order.sum;
  return {};
}

Read<void> read_money(const ReadContext& context, const OrderRows& rows, const ReadLines& lines, bool is_partial,
                      PlannedOrder& order) {
  if (!context.takes_prices()) return {};
  return MoneyReader(context, rows, lines, order).run(is_partial);
}

}  // namespace ordo::imports
