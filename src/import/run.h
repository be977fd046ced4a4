// Runs an import: first it looks at the whole file, then it sends the rows, and notes the answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/http_client.h"
#include "import/order_plan.h"
#include "import/product_plan.h"
#include "import/progress_text.h"
#include "import/summary.h"
#include "import/survey.h"
#include "tables/table.h"

namespace ordo::imports {

struct ImportOptions {
  ImportKind kind = ImportKind::orders;
  std::string path;
  std::string lines_path;  // --lines: the lines of the orders whose heads are in the file; empty: the file has them
  // Opens rows that do not come from a file; called once per pass. After an interruption, all requests are sent again.
  // Their keys make that safe.
  std::function<Result<std::unique_ptr<Table>>()> open;
  TableOptions table;
  ColumnChoices columns;
  ValueChoices values;
  std::optional<OrderMode> mode;  // --as; absent: new business, unless the file has orders of the past
  OrderPlanOptions orders;        // its mode comes from `mode`
  ProductPlanOptions products;
  bool update_stock = false;  // --update-stock
  std::string errors_path;
  std::string progress_path;
  std::function<bool()> stop;                // true: end early and keep the progress; may be empty
  std::optional<std::chrono::seconds> wait;  // --wait: until the orders are decided
  bool asks_waiting = false;                 // ask how many accepted orders wait, for ticks and summary
};

// A file that was looked at.
struct PreparedImport {
  Survey survey;
  std::vector<std::string> headings;
  std::vector<Error> questions;  // see questions.h; with any, the import cannot run
};

// Reads the file once. kInvalid, kNotFound when it is unusable, or when columns are missing; kIo.
Result<PreparedImport> prepare_import(const ImportOptions& options);

// Called at intervals, at most ten times a second.
using OnTick = std::function<void(const ImportTick&)>;

// Imports the file. The report contains orders and products that are refused; they are no errors. An error ends the
// import; another run continues where it stopped. kUnavailable when the server does not answer; kInvalid and kNotFound
// for an unusable file; kIo for disk errors. `prepared` has no questions. Blocks. For one thread.
Result<ImportSummary> run_import(const ImportOptions& options, const PreparedImport& prepared,
                                 client::HttpCaller& server, const OnTick& on_tick = {});

}  // namespace ordo::imports
