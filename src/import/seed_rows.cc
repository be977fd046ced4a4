#include "import/seed_rows.h"

#include <deque>
#include <utility>

#include "base/number.h"
#include "base/time.h"
#include "records/json_codec.h"
#include "records/seed_messages.h"

namespace ordo::imports {
namespace {

struct StoredProduct {
  std::optional<std::string> name;
  std::optional<Decimal> price;
  std::optional<Decimal> stock;
  std::optional<std::string> category;
};
BOOST_DESCRIBE_STRUCT(StoredProduct, (), (name, price, stock, category))

struct StoredOrder {
  std::optional<std::string> userId;
  std::vector<SeedLine> products;
  std::optional<std::string> status;
};
BOOST_DESCRIBE_STRUCT(StoredOrder, (), (userId, products, status))

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

class SeedRows : public RowReader {
 public:
  explicit SeedRows(NextDocument next) : next_(std::move(next)) {}

  Result<bool> next(ImportRow& row) override {
    while (rows_.empty()) {
      auto document = next_();
      if (!document) return fail(std::move(document.error()));
      if (!*document) return false;
      ++number_;
      read(**document);
    }
    row = std::move(rows_.front());
    rows_.pop_front();
    row.line = number_;
    return true;
  }

  std::string name_of(Column column) const override {
    switch (column) {
      case Column::order:
      case Column::time:
        return "_id";
      case Column::customer:
        return "userId";
      default:
        return std::string(to_string(column));
    }
  }

 protected:
  // Adds the rows of a document.
  virtual void read(const mongo::ForeignDocument& document) = 0;

  std::deque<ImportRow> rows_;  // rows of the last document

 private:
  NextDocument next_;
  std::size_t number_ = 0;  // number of the document
};

class SeedProductRows final : public SeedRows {
 public:
  using SeedRows::SeedRows;
  std::string name_of(Column column) const override {
    return column == Column::product ? "_id" : SeedRows::name_of(column);
  }

 private:
  void read(const mongo::ForeignDocument& document) override {
    ImportRow& row = rows_.emplace_back();
    row[Column::product] = document.id;
    auto product = from_json<StoredProduct>(document.json, Fields::seed);
    if (!product) {
      row.problem = unreadable(product.error());
      return;
    }
    row[Column::name] = std::move(product->name).value_or("");
    row[Column::category] = std::move(product->category).value_or("");
    if (product->price) row[Column::price] = std::move(product->price->text);
    if (product->stock) row[Column::stock] = std::move(product->stock->text);
  }
};

class SeedOrderRows final : public SeedRows {
 public:
  using SeedRows::SeedRows;
  std::string name_of(Column column) const override {
    return column == Column::product ? "productId" : SeedRows::name_of(column);
  }

 private:
  void read(const mongo::ForeignDocument& document) override {
    const auto order = from_json<StoredOrder>(document.json, Fields::seed);
    if (!order) return refuse(document, unreadable(order.error()));
    if (order->status.value_or("pending") != "pending") return refuse(document, history_stays());
    if (order->products.empty()) return refuse(document, {"products", "missing", "the order has no lines", {}});
    for (const auto& line : order->products) {
      ImportRow& row = rows_.emplace_back();
      row[Column::order] = document.id;
      row[Column::product] = line.productId.value_or(ProductId()).str();
      row[Column::quantity] = std::to_string(quantity_of(line));
      row[Column::customer] = order->userId.value_or("");
      row[Column::time] = time_of(document.id);
    }
  }

  void refuse(const mongo::ForeignDocument& document, RowProblem problem) {
    ImportRow& row = rows_.emplace_back();
    row[Column::order] = document.id;
    row.problem = std::move(problem);
  }
};

}  // namespace

std::unique_ptr<RowReader> seed_product_rows(NextDocument next) {
  return std::make_unique<SeedProductRows>(std::move(next));
}

std::unique_ptr<RowReader> seed_order_rows(NextDocument next) {
  return std::make_unique<SeedOrderRows>(std::move(next));
}

RowProblem history_stays() {
  return {"status", "history", "past orders are not imported; --orders open places the pending ones", {}};
}

}  // namespace ordo::imports
