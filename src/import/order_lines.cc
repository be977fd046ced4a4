#include <algorithm>
#include <cstdlib>
#include <utility>

#include "domain/ids.h"
#include "domain/pricing.h"
#include "import/order_reading.h"
#include "import/order_text.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kMaxLineName = 200;
constexpr std::size_t kMaxSku = 64;

// What a row is. Programs list shipping and discounts as if they were goods.
enum class RowKind { product, custom, fee, shipping, discount };

std::optional<RowKind> kind_in(std::string_view cell) {
  const std::string word = fold_text(value_text(cell));
  const auto is_one_of = [&](std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (is_one_of({"fee", "surcharge", "gebuhr", "phi"})) return RowKind::fee;
  if (is_one_of({"custom", "service"})) return RowKind::custom;
  if (is_one_of({"product", "line_item", "line item", "item"})) return RowKind::product;
  if (is_one_of({"shipping", "delivery", "freight", "versand"})) return RowKind::shipping;
  if (is_one_of({"discount", "coupon", "voucher", "rabatt", "giam gia"})) return RowKind::discount;
  return std::nullopt;
}

constexpr Role kPriceRoles[] = {Role::unit_price, Role::line_total, Role::line_subtotal};

bool has_amount(const HeldRow& row) {
  return std::any_of(std::begin(kPriceRoles), std::end(kPriceRoles), [&](Role role) {
    const auto text = row[role];
    return text.find_first_of("123456789") != std::string_view::npos;
  });
}

struct LineRead {
  RowKind kind = RowKind::product;
  std::int64_t pieces = 0;  // below zero: a return
  StatedLine stated;
  LineMoney money;
  std::int64_t returned = 0;
  std::int64_t cancelled = 0;
};

class LineReader {
 public:
  LineReader(const ReadContext& context, OrderRows& rows, PlannedOrder& order)
      : context_(context),
        rows_(rows),
        order_(order),
        amounts_(context, order.currency.empty() ? Currency() : *Currency::parse(order.currency)) {}

  ReadLines run();

 private:
  RowProblem problem(Role role, const HeldRow& row, std::string reason, std::string detail) const {
    return problem_of(context_.places, place_of_role(role), row[role], std::move(reason), std::move(detail));
  }
  bool is_head(std::size_t index) const;
  bool is_cancelled(const HeldRow& row) const;
  Read<std::int64_t> quantity_of(const HeldRow& row, Role role) const;
  Read<std::optional<LineRead>> read(const HeldRow& row) const;  // nullopt: nothing was sold
  Read<void> read_goods(const HeldRow& row, LineRead& line) const;
  Read<void> read_amounts(const HeldRow& row, LineRead& line) const;
  Read<void> read_given_back(const HeldRow& row, LineRead& line) const;
  void read_traits(const HeldRow& row, LineRead& line) const;
  void read_metadata(const HeldRow& row, LineRead& line) const;

  Read<void> take(const HeldRow& row, LineRead line);
  Read<void> take_return(const HeldRow& row, const LineRead& line);
  bool take_charge(const LineRead& line);
  Read<void> take_promotion(const HeldRow& row);
  Read<void> read_row(const HeldRow& row);
  void settle_parts();
  bool takes_in_part(std::size_t whole, std::size_t part) const;
  void drop_line(std::size_t index);

  const ReadContext& context_;
  OrderRows& rows_;
  PlannedOrder& order_;
  const AmountReader amounts_;
  ReadLines read_;
  std::vector<std::string> ids_;      // of the lines, as the file has them
  std::vector<std::string> parents_;  // the id of the line that each is a part of; empty for most
};

// A row without a product that sums up the others. It is the first, and has as many pieces as they have.
bool LineReader::is_head(std::size_t index) const {
  const auto& rows = rows_.rows();
  const auto has_goods = [](const HeldRow& row) { return !row[Role::product].empty() || !row[Role::name].empty(); };
  if (index != 0 || rows.size() < 2 || has_goods(rows[0])) return false;
  const auto pieces = quantity_of(rows[0], Role::quantity);
  std::int64_t sum = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (!rows[i].has_line) continue;
    const auto more = quantity_of(rows[i], Role::quantity);
    if (!more || !has_goods(rows[i]) || *more > kMaxLineQuantity) return false;
    sum += *more;
  }
  return pieces && *pieces == sum;
}

// Whether the line, and not the whole order, was cancelled.
bool LineReader::is_cancelled(const HeldRow& row) const {
  for (const auto role : {Role::line_status, Role::status}) {
    if (row[role].empty()) continue;
    const auto state = past_state({row[role], {}, {}, {}}, context_.survey.choices.status);
    if (state && *state && (*state)->status == OrderStatus::cancelled) return true;
  }
  return false;
}

Read<std::int64_t> LineReader::quantity_of(const HeldRow& row, Role role) const {
  const auto text = row[role];
  const auto& survey = context_.survey;
  if (text.empty()) {
    const auto kind = kind_in(row[Role::line_kind]);
    if (kind && *kind != RowKind::product) return 1;
    return tl::unexpected(
        problem(role, row, "missing", "the line has no quantity; if each line is one piece, use --set quantity=1"));
  }
  const auto pieces = parse_quantity(text, survey.numbers[static_cast<std::size_t>(role)], survey.choices.unit);
  if (!pieces) return tl::unexpected(problem_of(context_.places, place_of_role(role), text, pieces.error()));
  return *pieces;
}

Read<void> LineReader::read_goods(const HeldRow& row, LineRead& line) const {
  const auto name = row[Role::name];
  if (!text_problem(name).empty()) {
    return tl::unexpected(problem(Role::name, row, "control_characters",
                                  "a name must not have control characters; is the --encoding right?"));
  }
  const std::string product = is_no_value(row[Role::product]) ? "" : bare_id(row[Role::product]);
  const auto stated = kind_in(row[Role::line_kind]);
  line.kind = stated.value_or(product.empty() && context_.takes_prices() ? RowKind::custom : RowKind::product);
  if (line.kind == RowKind::product && product.empty()) {
    return tl::unexpected(problem(Role::product, row, "missing", "the line has no product"));
  }
  if (line.kind == RowKind::product) {
    line.stated.product_id = ProductId(id_from(product));
    if (line.stated.product_id->str() != product) line.stated.sku = line_text(product, kMaxSku);
    if (!name.empty() && context_.takes_prices()) line.stated.name = line_text(name, kMaxLineName);
    return {};
  }
  if (!context_.takes_prices() && line.kind != RowKind::shipping && line.kind != RowKind::discount) {
    return tl::unexpected(problem(Role::line_kind, row, "not_a_product",
                                  "a new order has only products of the catalogue; other lines need --as"));
  }
  line.stated.kind = line.kind == RowKind::fee ? LineKind::fee : LineKind::custom;
  std::string shown_name = line_text(name.empty() ? product : name, kMaxLineName);
  if (shown_name.empty() && line.kind == RowKind::fee) shown_name = "Fee";
  if (shown_name.empty() && line.kind == RowKind::custom) {
    return tl::unexpected(problem(Role::product, row, "missing", "the line has neither a product nor a name"));
  }
  if (!product.empty() && product != shown_name) line.stated.sku = line_text(product, kMaxSku);
  line.stated.name = std::move(shown_name);
  line.money.is_fee = line.kind == RowKind::fee;
  return {};
}

Read<void> LineReader::read_amounts(const HeldRow& row, LineRead& line) const {
  auto& money = line.money;
  const auto pieces = std::abs(line.pieces);
  money.pieces = pieces;
  if (!context_.takes_prices()) {
    // Only compared: a price that cannot be read is no fault.
    const auto price = amounts_.read(Role::unit_price, row);
    if (price && *price && !order_.currency.empty() && **price >= 0) {
      line.stated.unit_price = Money{**price, *Currency::parse(order_.currency)};
    }
    return {};
  }
  auto by_unit = amounts_.read_product(Role::unit_price, row, pieces);
  if (!by_unit) return tl::unexpected(std::move(by_unit.error()));
  money.by_unit = *by_unit;
  if (const auto unit = amounts_.read(Role::unit_price, row)) money.unit_price = *unit;
  const std::pair<Role, std::optional<std::int64_t> LineMoney::*> kAmounts[] = {
      {Role::line_total, &LineMoney::total},
      {Role::line_subtotal, &LineMoney::subtotal},
      {Role::line_discount, &LineMoney::discount},
      {Role::line_tax, &LineMoney::tax},
      {Role::line_shipping, &LineMoney::shipping},
      {Role::line_shipping_tax, &LineMoney::shipping_tax},
      {Role::line_shipping_discount, &LineMoney::shipping_discount},
      {Role::line_fee, &LineMoney::fee}};
  for (const auto& [role, member] : kAmounts) {
    auto amount = amounts_.read_rounded(role, row, order_.rounded);
    if (!amount) return tl::unexpected(std::move(amount.error()));
    money.*member = *amount;
  }
  for (auto* discount : {&money.discount, &money.shipping_discount}) {
    if (*discount) *discount = std::abs(**discount);
  }
  const auto rate = [&](Role role) {
    return parse_rate(row[role], context_.survey.numbers[static_cast<std::size_t>(role)]);
  };
  money.discount_ppm = rate(Role::line_discount_rate);
  money.tax_ppm = rate(Role::line_tax_rate);
  const auto is_unread = [&](Role role, const std::optional<std::int64_t>& ppm) {
    return !ppm && !row[role].empty() && !is_no_value(row[role]);
  };
  const auto bad_rate = [&](Role role) {
    return tl::unexpected(problem(role, row, "bad_rate", "must be a rate from 0 to 100%, such as 19% or 0.19"));
  };
  if (is_unread(Role::line_discount_rate, money.discount_ppm)) return bad_rate(Role::line_discount_rate);
  // Where the file has amounts of tax too, the rate only explains them.
  const auto& columns = context_.places.columns();
  const bool has_tax = columns.has(Role::tax) || columns.has(Role::line_tax) || columns.has(Role::tax_value);
  if (!has_tax && is_unread(Role::line_tax_rate, money.tax_ppm)) return bad_rate(Role::line_tax_rate);
  const auto list_price = amounts_.read(Role::list_price, row);
  if (list_price && *list_price && **list_price >= 0) {
    line.stated.list_price = Money{**list_price, *Currency::parse(order_.currency)};
  }
  return {};
}

// Columns of ordo's own export.
void LineReader::read_traits(const HeldRow& row, LineRead& line) const {
  const auto& places = context_.places;
  auto& money = line.money;
  if (const auto place = places.own(ExportColumn::price_includes_tax)) {
    money.includes_tax = parse_flag(row.at(*place)).value_or(false);
  }
  if (const auto place = places.own(ExportColumn::line_tax_code); place && !row.at(*place).empty()) {
    money.tax_code = row.at(*place);
  }
  TaxReason reason{};
  const auto place = places.own(ExportColumn::line_tax_reason);
  if (place && enum_from_name(row.at(*place), reason)) money.tax_reason = reason;
  const auto ships = parse_flag(row[Role::requires_shipping]);
  if (ships == false && line.kind == RowKind::product && context_.options.mode == OrderMode::open) {
    line.stated.requires_shipping = false;
  }
}

void LineReader::read_metadata(const HeldRow& row, LineRead& line) const {
  Metadata metadata;
  const auto keep = [&](std::string_view key, std::string_view value) {
    if (!value.empty() && !add_metadata(metadata, key, value)) ++order_.shortened;
  };
  const auto id = row[Role::line_id];
  if (id != place_id(order_.lines.size())) keep("line_id", id);
  keep("unit", row[Role::unit]);
  keep("parent", row[Role::parent]);
  if (line.cancelled == 0) keep("line_status", row[Role::line_status]);
  // What has no room in the line itself.
  const auto name = row[Role::name];
  if (name.size() > kMaxLineName && context_.takes_prices()) keep("name", name);
  if (row[Role::product].size() > kMaxSku) keep("product", row[Role::product]);
  const auto& places = context_.places;
  if (const auto own = places.own(ExportColumn::line_metadata)) {
    const auto text = row.at(*own);
    if (!text.empty() && !add_metadata_object(metadata, text)) keep("metadata", text);
  }
  for (const auto& [place, heading] : places.metadata()) {
    const auto cells = rows_.all(place);
    if (cells.others.empty()) continue;
    const auto text = row.at(place);
    keep(heading, text.empty() ? cells.first : text);
  }
  // What this row says of the order otherwise than the first.
  for (const auto role :
       {Role::shipping_method, Role::ship_name, Role::ship_company, Role::ship_line1, Role::ship_line2, Role::ship_city,
        Role::ship_region, Role::ship_postal_code, Role::ship_country}) {
    keep(to_string(role), row[role]);
  }
  if (!metadata.empty()) line.stated.metadata = std::move(metadata);
}

Read<void> LineReader::read_given_back(const HeldRow& row, LineRead& line) const {
  const std::pair<Role, std::int64_t LineRead::*> kPieces[] = {{Role::returned_quantity, &LineRead::returned},
                                                               {Role::cancelled_quantity, &LineRead::cancelled}};
  for (const auto& [role, member] : kPieces) {
    if (row[role].empty()) continue;
    const auto pieces = quantity_of(row, role);
    if (!pieces) return tl::unexpected(pieces.error());
    line.*member = std::abs(*pieces);
  }
  if (is_cancelled(row)) line.cancelled = line.pieces - std::min(line.returned, line.pieces);
  // A service does not come back, it is cancelled.
  if (!line.stated.product_id) line.cancelled += std::exchange(line.returned, 0);
  if (line.returned > line.pieces || line.cancelled > line.pieces - line.returned) {
    return tl::unexpected(problem(Role::returned_quantity, row, "bad_quantity",
                                  "more pieces were returned or cancelled than the line has"));
  }
  line.money.is_cancelled = line.cancelled == line.pieces;
  return {};
}

Read<std::optional<LineRead>> LineReader::read(const HeldRow& row) const {
  LineRead line;
  const auto pieces = quantity_of(row, Role::quantity);
  if (!pieces) return tl::unexpected(pieces.error());
  line.pieces = *pieces;
  const bool order_cancelled = order_.state && order_.state->status == OrderStatus::cancelled;
  if (*pieces == 0 && (is_cancelled(row) || order_cancelled || !has_amount(row))) return std::nullopt;
  if (*pieces == 0 || std::abs(*pieces) > kMaxLineQuantity) {
    return tl::unexpected(problem(Role::quantity, row, "bad_quantity", "must be from 1 to 1000000"));
  }
  if (auto read = read_goods(row, line); !read) return tl::unexpected(std::move(read.error()));
  if (auto read = read_amounts(row, line); !read) return tl::unexpected(std::move(read.error()));
  if (line.pieces < 0) return line;
  line.stated.quantity = line.pieces;
  if (auto read = read_given_back(row, line); !read) return tl::unexpected(std::move(read.error()));
  read_traits(row, line);
  read_metadata(row, line);
  return line;
}

// A row with pieces below zero: they came back. They must be of a line above.
Read<void> LineReader::take_return(const HeldRow& row, const LineRead& line) {
  const auto wrong = [&] {
    return tl::unexpected(
        problem(Role::quantity, row, "return_line",
                "a return is no order; with --as history it may stand behind the line that it is of"));
  };
  if (!context_.is_history()) return wrong();
  std::int64_t left = -line.pieces;
  std::vector<std::int64_t> back(order_.lines.size());
  for (std::size_t i = 0; i < order_.lines.size() && left > 0; ++i) {
    const auto& sold = order_.lines[i];
    const bool same =
        line.stated.product_id ? sold.product_id == line.stated.product_id : sold.name == line.stated.name;
    if (!same) continue;
    back[i] = std::min(left, sold.quantity - order_.returned[i] - order_.cancelled[i]);
    left -= back[i];
  }
  // guard: import-return-of-a-sold-line
  if (left > 0) return wrong();
  for (std::size_t i = 0; i < back.size(); ++i) {
    (order_.lines[i].product_id ? order_.returned : order_.cancelled)[i] += back[i];
  }
  const auto value = line.money.total ? line.money.total : line.money.by_unit;
  read_.returned += std::abs(value.value_or(0)) + std::abs(line.money.tax.value_or(0));
  return {};
}

// Rows that are no goods: their prices are charges of the order. False for goods.
bool LineReader::take_charge(const LineRead& line) {
  const auto value = line.money.total ? *line.money.total : line.money.by_unit.value_or(0);
  if (line.kind == RowKind::shipping) {
    read_.shipping += value;
  } else if (line.kind == RowKind::discount || value < 0) {
    read_.discounts += std::abs(value);
  } else {
    return false;
  }
  return true;
}

Read<void> LineReader::take(const HeldRow& row, LineRead line) {
  if (line.pieces < 0) return take_return(row, line);
  if (take_charge(line)) return {};
  if (order_.lines.size() >= kMaxOrderLines) {
    return tl::unexpected(problem(Role::product, row, "too_many_lines", "an order has at most 1000 lines"));
  }
  const auto& money = line.money;
  const bool has_price = money.by_unit || money.total || money.subtotal;
  const auto& columns = context_.places.columns();
  const bool file_has_prices =
      std::any_of(std::begin(kPriceRoles), std::end(kPriceRoles), [&](Role role) { return columns.has(role); });
  if (context_.takes_prices() && !has_price && file_has_prices) {
    return tl::unexpected(problem(columns.has(Role::unit_price) ? Role::unit_price : Role::line_total, row, "missing",
                                  "the line has no price"));
  }
  read_.has_prices = read_.has_prices || has_price;
  order_.rows.push_back(row.line);
  order_.lines.push_back(std::move(line.stated));
  order_.returned.push_back(line.returned);
  order_.cancelled.push_back(line.cancelled);
  read_.money.push_back(std::move(line.money));
  ids_.emplace_back(row[Role::line_id]);
  parents_.emplace_back(row[Role::parent]);
  return {};
}

// Whether two lines are the same goods: a product that the customer configured, and what it became. One has the price.
bool LineReader::takes_in_part(std::size_t whole, std::size_t part) const {
  const auto is_free = [](const LineMoney& line) {
    return line.by_unit.value_or(0) == 0 && line.subtotal.value_or(0) == 0 && line.total.value_or(0) == 0;
  };
  const auto& lines = order_.lines;
  return lines[part].product_id == lines[whole].product_id && lines[part].quantity == lines[whole].quantity &&
         is_free(read_.money[part]);
}

void LineReader::drop_line(std::size_t index) {
  const auto drop = [index](auto& list) { list.erase(list.begin() + static_cast<std::ptrdiff_t>(index)); };
  drop(order_.rows);
  drop(order_.lines);
  drop(order_.returned);
  drop(order_.cancelled);
  drop(read_.money);
  drop(ids_);
  drop(parents_);
  ++read_.passed_over;
}

// Lines that are parts of other lines. The same goods count once. The whole of several parts, such as a kit, has no
// goods of its own: it is what they cost together.
void LineReader::settle_parts() {
  if (!context_.takes_prices()) return;
  for (std::size_t part = 0; part < order_.lines.size();) {
    const auto found = parents_[part].empty() ? ids_.end() : std::find(ids_.begin(), ids_.end(), parents_[part]);
    const auto whole = static_cast<std::size_t>(found - ids_.begin());
    if (found == ids_.end() || whole == part) {
      ++part;
      continue;
    }
    // guard: import-goods-once
    if (takes_in_part(whole, part)) {
      drop_line(part);
      continue;
    }
    auto& line = order_.lines[whole];
    if (line.kind != LineKind::fee && line.product_id && line.product_id != order_.lines[part].product_id) {
      if (!line.sku) line.sku = line.product_id->str();
      if (!line.name) line.name = line.product_id->str();
      line.product_id.reset();
      line.kind = LineKind::custom;
      order_.cancelled[whole] += std::exchange(order_.returned[whole], 0);
    }
    ++part;
  }
}

// A row without goods may have more amounts of a line above: a second promotion.
Read<void> LineReader::take_promotion(const HeldRow& row) {
  if (!context_.takes_prices() || read_.money.empty()) return {};
  const auto found = std::find(ids_.begin(), ids_.end(), row[Role::line_id]);
  auto& money = read_.money[found == ids_.end() ? 0 : static_cast<std::size_t>(found - ids_.begin())];
  const std::pair<Role, std::optional<std::int64_t> LineMoney::*> kAmounts[] = {
      {Role::line_discount, &LineMoney::discount},
      {Role::line_tax, &LineMoney::tax},
      {Role::line_shipping, &LineMoney::shipping},
      {Role::line_shipping_tax, &LineMoney::shipping_tax},
      {Role::line_shipping_discount, &LineMoney::shipping_discount},
      {Role::line_fee, &LineMoney::fee}};
  for (const auto& [role, member] : kAmounts) {
    const auto amount = amounts_.read_rounded(role, row, order_.rounded);
    if (!amount) return tl::unexpected(amount.error());
    // One that names no line has what no line has.
    const bool is_new = std::none_of(read_.money.begin(), read_.money.end(),
                                     [which = member](const LineMoney& line) { return (line.*which).has_value(); });
    if (!*amount || (found == ids_.end() && !is_new)) continue;
    const bool is_discount = role == Role::line_discount || role == Role::line_shipping_discount;
    money.*member = (money.*member).value_or(0) + (is_discount ? std::abs(**amount) : **amount);
  }
  return {};
}

Read<void> LineReader::read_row(const HeldRow& row) {
  auto line = read(row);
  if (!line) return tl::unexpected(std::move(line.error()));
  if (*line) return take(row, std::move(**line));
  ++read_.passed_over;
  return {};
}

ReadLines LineReader::run() {
  if (is_head(0)) ++read_.heads;
  for (const bool with_line : {true, false}) {
    for (std::size_t i = read_.heads; i < rows_.rows().size();) {
      const HeldRow& row = rows_.rows()[i];
      Read<void> done;
      if (row.has_line == with_line) done = with_line ? read_row(row) : take_promotion(row);
      if (done) {
        ++i;
      } else {
        rows_.drop(i, std::move(done.error()));
      }
    }
  }
  settle_parts();
  // What a head has and no line: eBay writes the shipping of several items there.
  if (read_.heads > 0) {
    if (auto done = take_promotion(rows_.rows()[0]); !done) rows_.drop(0, std::move(done.error()));
  }
  return std::move(read_);
}

}  // namespace

ReadLines read_lines(const ReadContext& context, OrderRows& rows, PlannedOrder& order) {
  return LineReader(context, rows, order).run();
}

}  // namespace ordo::imports
