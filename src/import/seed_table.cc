#include "import/seed_table.h"

#include <array>
#include <deque>
#include <utility>
#include <vector>

#include "base/number.h"
#include "base/time.h"
#include "records/json_codec.h"
#include "records/seed_messages.h"

namespace ordo::imports {
namespace {

using Number = ordo::Decimal;  // as it stands in the document

struct StoredProduct {
  std::optional<std::string> name;
  std::optional<Number> price;
  std::optional<Number> stock;
  std::optional<std::string> category;
};
BOOST_DESCRIBE_STRUCT(StoredProduct, (), (name, price, stock, category))

struct StoredOrder {
  std::optional<std::string> userId;
  std::vector<SeedLine> products;
  std::optional<Number> totalAmount;
  std::optional<std::string> status;
  std::optional<std::string> createdAt;
};
BOOST_DESCRIBE_STRUCT(StoredOrder, (), (userId, products, totalAmount, status, createdAt))

enum ProductColumn : std::size_t { kProductId, kProductName, kProductPrice, kProductStock, kProductCategory };
constexpr std::array kProductHeadings = {std::pair("_id", Role::product), std::pair("name", Role::name),
                                         std::pair("price", Role::price), std::pair("stock", Role::stock),
                                         std::pair("category", Role::category)};

enum OrderColumn : std::size_t {
  kOrderId,
  kOrderUser,
  kOrderStatus,
  kOrderTime,
  kOrderTotal,
  kLineProduct,
  kLineName,
  kLineQuantity,
  kLinePrice,
  kLineTotal
};
constexpr std::array kOrderHeadings = {std::pair("_id", Role::order),
                                       std::pair("userId", Role::customer),
                                       std::pair("status", Role::status),
                                       std::pair("createdAt", Role::time),
                                       std::pair("totalAmount", Role::total),
                                       std::pair("products[].productId", Role::product),
                                       std::pair("products[].name", Role::name),
                                       std::pair("products[].quantity", Role::quantity),
                                       std::pair("products[].price", Role::unit_price),
                                       std::pair("products[].total", Role::line_total)};

template <std::size_t size>
std::vector<std::string> names_of(const std::array<std::pair<const char*, Role>, size>& headings) {
  std::vector<std::string> names;
  names.reserve(size);
  for (const auto& [name, role] : headings) names.emplace_back(name);
  return names;
}

RowProblem unreadable(const Error& error) {
  if (error.violations.empty()) return {{}, error.reason, error.message, {}};
  const auto& first = error.violations.front();
  return {first.pointer.empty() ? first.pointer : first.pointer.substr(1), error.reason, first.detail, {}};
}

// An ObjectId begins with the second of its creation.
std::string time_of(const std::string& id) {
  if (id.size() != 24 || id.find_first_not_of("0123456789abcdef") != std::string::npos) return {};
  const auto seconds = parse_integer<std::int64_t>(std::string_view(id).substr(0, 8), 16);
  return to_rfc3339(from_unix_ms(*seconds * 1000));
}

// Binary data and the like: several documents may have the same text for it.
std::optional<RowProblem> bad_id(const std::string& id) {
  if (!id.starts_with("(BSON type")) return std::nullopt;
  return RowProblem{"_id", "bad_id", "must be a text, a number or an ObjectId", id};
}

class SeedTable : public Table {
 public:
  SeedTable(NextDocument next, std::vector<std::string> headings)
      : next_(std::move(next)), headings_(std::move(headings)) {}

  const std::vector<std::string>& headings() const override { return headings_; }

  Result<bool> next(Row& row) override {
    while (rows_.empty()) {
      auto document = next_();
      if (!document) return fail(std::move(document.error()));
      if (!*document) return false;
      ++number_;
      read(**document);
    }
    row = std::move(rows_.front());
    rows_.pop_front();
    return true;
  }

 protected:
  // Adds the rows of a document.
  virtual void read(const mongo::ForeignDocument& document) = 0;

  Row& add() {
    Row& row = rows_.emplace_back();
    row.line = number_;
    row.begins_record = rows_.size() == 1;
    row.cells.resize(headings_.size());
    return row;
  }

  std::deque<Row> rows_;  // of the last document

 private:
  NextDocument next_;
  std::vector<std::string> headings_;
  std::size_t number_ = 0;  // of the document
};

class SeedProductTable final : public SeedTable {
 public:
  explicit SeedProductTable(NextDocument next) : SeedTable(std::move(next), names_of(kProductHeadings)) {}

 private:
  void read(const mongo::ForeignDocument& document) override {
    Row& row = add();
    row.cells[kProductId] = document.id;
    row.problem = bad_id(document.id);
    auto product = from_json<StoredProduct>(document.json, Fields::seed);
    if (!product) row.problem = unreadable(product.error());
    if (row.problem) return;
    row.cells[kProductName] = std::move(product->name).value_or("");
    row.cells[kProductCategory] = std::move(product->category).value_or("");
    if (product->price) row.cells[kProductPrice] = std::move(product->price->text);
    if (product->stock) row.cells[kProductStock] = std::move(product->stock->text);
  }
};

class SeedOrderTable final : public SeedTable {
 public:
  SeedOrderTable(NextDocument next, SeedOrders which, bool lists_others, const SeedPrices* prices)
      : SeedTable(std::move(next), names_of(kOrderHeadings)),
        which_(which),
        lists_others_(lists_others),
        prices_(prices) {}

 private:
  void read(const mongo::ForeignDocument& document) override {
    if (const auto problem = bad_id(document.id)) return refuse(document, *problem);
    const auto order = from_json<StoredOrder>(document.json, Fields::seed);
    if (!order) return refuse(document, unreadable(order.error()));
    const bool pending = order->status.value_or("pending") == "pending";
    if (pending != (which_ == SeedOrders::pending)) {
      if (lists_others_) refuse(document, pending ? pending_stays() : history_stays());
      return;
    }
    if (order->products.empty()) {
      return refuse(document, {"products", "missing", "the order has no lines", {}});
    }
    for (const auto& line : order->products) add_line(document.id, *order, line);
  }

  void add_line(const std::string& id, const StoredOrder& order, const SeedLine& line) {
    Row& row = add();
    row.cells[kOrderId] = id;
    row.cells[kOrderUser] = order.userId.value_or("");
    row.cells[kOrderStatus] = order.status.value_or("pending");
    row.cells[kOrderTime] = order.createdAt.value_or("").empty() ? time_of(id) : *order.createdAt;
    const std::string product = line.productId.value_or(ProductId()).str();
    row.cells[kLineProduct] = product;
    row.cells[kLineQuantity] = std::to_string(quantity_of(line));
    if (which_ == SeedOrders::pending) return;
    if (order.totalAmount) row.cells[kOrderTotal] = order.totalAmount->text;
    const auto* known = prices_ != nullptr ? prices_->find(product) : nullptr;
    row.cells[kLineName] = known != nullptr && !known->name.empty() ? known->name : product;
    // The only line has the price that the order's total says. That of the product may be another one by now.
    if (order.products.size() == 1 && order.totalAmount) {
      row.cells[kLineTotal] = order.totalAmount->text;
    } else {
      row.cells[kLinePrice] = known != nullptr && !known->price.empty() ? known->price : "0";
    }
  }

  void refuse(const mongo::ForeignDocument& document, RowProblem problem) {
    Row& row = add();
    row.cells[kOrderId] = document.id;
    row.problem = std::move(problem);
  }

  static RowProblem pending_stays() {
    return {"status", "pending", "the order is not finished; --orders open or --orders all places it", {}};
  }

  const SeedOrders which_;
  const bool lists_others_;
  const SeedPrices* prices_;
};

}  // namespace

ColumnChoices seed_columns(ImportKind kind) {
  ColumnChoices choices;
  if (kind == ImportKind::products) {
    for (const auto& [name, role] : kProductHeadings) choices.map.emplace_back(role, name);
  } else {
    for (const auto& [name, role] : kOrderHeadings) choices.map.emplace_back(role, name);
  }
  return choices;
}

std::unique_ptr<Table> seed_product_table(NextDocument next) {
  return std::make_unique<SeedProductTable>(std::move(next));
}

std::unique_ptr<Table> seed_order_table(NextDocument next, SeedOrders which, bool lists_others,
                                        const SeedPrices* prices) {
  return std::make_unique<SeedOrderTable>(std::move(next), which, lists_others, prices);
}

Result<SeedPrices> SeedPrices::read(const NextDocument& next) {
  SeedPrices prices;
  while (prices.products_.size() < kMost) {
    auto document = next();
    if (!document) return fail(std::move(document.error()));
    if (!*document) break;
    auto product = from_json<StoredProduct>((*document)->json, Fields::seed);
    if (!product) continue;
    Price& price = prices.products_[(*document)->id];
    price.name = std::move(product->name).value_or("");
    if (product->price) price.price = std::move(product->price->text);
  }
  return prices;
}

const SeedPrices::Price* SeedPrices::find(std::string_view product) const {
  const auto found = products_.find(std::string(product));
  return found == products_.end() ? nullptr : &found->second;
}

RowProblem history_stays() {
  return {
      "status",
      "history",
      "past orders are not imported; --orders history writes the finished ones, --orders open places the pending ones",
      {}};
}

}  // namespace ordo::imports
