// Documents of the earlier Node.js system's database as rows to import. Values are converted with the casts for its
// records (records/seed_casts.h).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "columns/columns.h"
#include "mongo/foreign_reader.h"
#include "tables/table.h"

namespace ordo::imports {

// Returns the next document of a collection, then nullopt.
using NextDocument = std::function<Result<std::optional<mongo::ForeignDocument>>()>;

// The columns of the two tables.
ColumnChoices seed_columns(ImportKind kind);

// One row per product, with its own id.
std::unique_ptr<Table> seed_product_table(NextDocument next);

// What the system says about its products. Its orders have no prices of their own, only a total. So orders of the past
// take the prices of the products, and the difference to the total is kept as `rounding`.
class SeedPrices {
 public:
  static constexpr std::size_t kMost = 500'000;  // products; lines of others have a price of 0

  // Reads all products. Documents that cannot be read are passed over.
  static Result<SeedPrices> read(const NextDocument& next);

  struct Price {
    std::string name;
    std::string price;
  };
  const Price* find(std::string_view product) const;

 private:
  std::unordered_map<std::string, Price> products_;
};

// Which orders become rows.
enum class SeedOrders {
  pending,   // those that still wait; for new business, without prices
  finished,  // all others; as history, with prices
};

// One row for each line of the orders. `prices`: for those of the past; outlives the table. With `lists_others`, each
// order that is not taken is a row with a problem: "history" or "pending".
std::unique_ptr<Table> seed_order_table(NextDocument next, SeedOrders which, bool lists_others,
                                        const SeedPrices* prices);

// Why an order is not imported unless the user asks for it.
RowProblem history_stays();

}  // namespace ordo::imports
