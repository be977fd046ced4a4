#include "import/run.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "base/check.h"
#include "base/uuid.h"
#include "import/joined_table.h"
#include "import/options_text.h"
#include "import/order_upload.h"
#include "import/product_upload.h"
#include "import/progress.h"
#include "import/questions.h"
#include "import/refusals.h"

namespace ordo::imports {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTickEvery{100};
constexpr std::chrono::seconds kAskWaitingEvery{3};

// The rows for one pass. `headings`: those of an earlier pass; null: this is the first.
Result<std::unique_ptr<Table>> open_rows(const ImportOptions& options, const std::vector<std::string>* headings) {
  if (options.open) return options.open();
  if (options.lines_path.empty()) return open_table(options.path, options.table, headings);
  auto joined = JoinedTable::open(options.path, options.lines_path, options.table, options.columns);
  if (!joined) return fail(std::move(joined.error()));
  return std::unique_ptr<Table>(std::move(*joined));
}

// Whether the file's first character begins a JSON document.
bool begins_as_json(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  for (char c = 0; in.get(c);) {
    // Blanks, and what a byte order mark or UTF-16 has beside the characters.
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0' || (c & 0x80) != 0) continue;
    return c == '{' || c == '[';
  }
  return false;
}

bool is_json(const ImportOptions& options) {
  if (options.values.json || options.open) return options.values.json;
  if (options.table.format) return *options.table.format == FileFormat::json;
  return begins_as_json(options.lines_path.empty() ? options.path : options.lines_path);
}

class Import {
 public:
  Import(const ImportOptions& options, const PreparedImport& prepared, client::HttpCaller& server,
         const OnTick& on_tick)
      : options_(options),
        survey_(prepared.survey),
        headings_(prepared.headings),
        server_(server),
        on_tick_(on_tick),
        report_(options.errors_path) {}

  Result<ImportSummary> run();

 private:
  Result<void> begin();
  Result<void> import_rows(Table& table);
  // Counts each row, and passes it to `take` until that fails.
  template <class Take>
  Result<void> each_row(Table& table, Take take);
  Result<void> import_orders(Table& table);
  Result<void> take_order(PlannedOrder order, OrderUpload& upload);
  void note_accepted(const PlannedOrder& order);
  Result<void> import_products(Table& table);
  Result<void> wait();
  void acknowledged(std::size_t ordinal, const std::string& id, const std::vector<Refusal>& refusals);
  Result<void> may_go_on();
  void tick();
  void ask_waiting();
  OrderPlanOptions order_options() const;

  const ImportOptions& options_;
  const Survey& survey_;
  const std::vector<std::string>& headings_;
  client::HttpCaller& server_;
  const OnTick& on_tick_;
  const Clock::time_point began_ = Clock::now();
  ImportSummary summary_;
  RefusalReport report_;
  std::optional<ImportProgress> progress_;
  OrderIds ids_;  // of accepted orders, to wait for
  std::optional<Error> failure_;
  Clock::time_point ticked_ = Clock::now();
  Clock::time_point asked_ = Clock::now();
  bool asking_ = false;
};

Result<ImportSummary> Import::run() {
  if (auto begun = begin(); !begun) return fail(std::move(begun.error()));
  auto table = open_rows(options_, &headings_);
  if (!table) return fail(std::move(table.error()));
  if (auto done = import_rows(**table); !done) {
    progress_->sync();
    return fail(std::move(done.error()));
  }
  summary_.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began_);
  if (auto kept = report_.problem(); !kept) return fail(std::move(kept.error()));
  progress_->remove();
  auto waited = wait();
  if (auto finished = report_.finish(); !finished) return fail(std::move(finished.error()));
  if (!waited) return fail(std::move(waited.error()));
  summary_.by_reason = report_.by_reason();
  summary_.error_lines = report_.rows();
  summary_.errors_path = report_.rows() > 0 ? report_.path() : "";
  return std::move(summary_);
}

// Finds out what an earlier run of this import has done.
Result<void> Import::begin() {
  summary_.kind = options_.kind;
  summary_.mode = order_options().mode;
  std::vector<std::string> paths{options_.path};
  if (!options_.lines_path.empty()) paths.push_back(options_.lines_path);
  const auto fingerprint =
      options_.open ? Result<std::string>(uuid_v7(now())) : import_fingerprint(paths, options_text(options_));
  if (!fingerprint) return fail(fingerprint.error());
  auto progress = ImportProgress::open(
      options_.progress_path, *fingerprint, [this](const Refusal& refusal) { report_.add(refusal); },
      [this](std::size_t, const std::string& id) {
        ++summary_.accepted;
        if (options_.wait) ids_.add(id, 0);
      });
  if (!progress) return fail(std::move(progress.error()));
  progress_.emplace(std::move(*progress));
  summary_.earlier = summary_.accepted;
  summary_.refused = progress_->done_before() - summary_.accepted;
  return {};
}

Result<void> Import::import_rows(Table& table) {
  auto done = options_.kind == ImportKind::orders ? import_orders(table) : import_products(table);
  // The server's error comes first: without it, the others would not be.
  if (failure_) return fail(*failure_);
  return done;
}

template <class Take>
Result<void> Import::each_row(Table& table, Take take) {
  Row row;
  while (true) {
    const auto more = table.next(row);
    if (!more) return fail(more.error());
    if (!*more) return {};
    ++summary_.rows;
    tick();
    if (auto taken = take(row); !taken) return taken;
  }
}

// --- orders ----------------------------------------------------------------------------------------------------------

OrderPlanOptions Import::order_options() const {
  OrderPlanOptions options = options_.orders;
  options.mode = options_.mode.value_or(OrderMode::new_business);
  return options;
}

Result<void> Import::import_orders(Table& table) {
  OrderPlanner planner(order_options(), survey_, [this](const Refusal& refusal) { report_.add(refusal); });
  OrderUpload upload(order_options(), server_,
                     [this](const PlannedOrder& order, const std::string& id, const std::vector<Refusal>& refusals) {
                       if (!id.empty()) {
                         note_accepted(order);
                         if (options_.wait) ids_.add(id, order.rows.empty() ? 0 : order.rows.front());
                       }
                       acknowledged(order.ordinal, id, refusals);
                     });
  auto read = each_row(table, [&](const Row& row) -> Result<void> {
    auto order = planner.add(row);
    if (!order) return fail(std::move(order.error()));
    return *order ? take_order(std::move(**order), upload) : may_go_on();
  });
  while (read) {
    auto order = planner.finish();
    if (!order) break;
    read = take_order(std::move(*order), upload);
  }
  auto drained = upload.drain();
  if (!drained && !failure_) failure_ = std::move(drained.error());
  if (!read) return read;
  summary_.orders = upload.outcome();
  summary_.refused += planner.orders_refused();
  summary_.orders_without_lines = planner.orders_without_lines();
  summary_.rows_without_lines = planner.rows_without_lines();
  return may_go_on();
}

Result<void> Import::take_order(PlannedOrder order, OrderUpload& upload) {
  if (auto may = may_go_on(); !may) return may;
  summary_.shortened += order.shortened;
  summary_.rounded += order.rounded;
  if (progress_->done(order.ordinal)) {
    if (progress_->accepted(order.ordinal)) note_accepted(order);
    return {};
  }
  // guard: import-ended-is-not-new
  if (summary_.mode == OrderMode::new_business && order.state && !order.state->is_open()) {
    acknowledged(order.ordinal, "",
                 {{order.rows.empty() ? 0 : order.rows.front(),
                   order.number,
                   {"", "not_new", "the order was sent or has ended; import it with --as history", ""}}});
    return {};
  }
  return upload.send(std::move(order));
}

// Counts the rows and the money of an order that the server has taken.
void Import::note_accepted(const PlannedOrder& order) {
  summary_.rows_accepted += order.rows.size();
  if (!order.sum) return;
  std::int64_t& total = summary_.totals[std::string(order.sum->currency.code())];
  if (__builtin_add_overflow(total, order.sum->amount, &total) && !failure_) {
    failure_ = Error{ErrorCode::kInvalid, "amount_overflow", "the sum of all orders is larger than ordo can hold", {}};
  }
}

// --- products --------------------------------------------------------------------------------------------------------

Result<void> Import::import_products(Table& table) {
  ProductPlanner planner(options_.products, survey_, [this](const Refusal& refusal) { report_.add(refusal); });
  ProductUpload upload({progress_->run(), options_.products.update, options_.update_stock}, server_,
                       [this](std::size_t ordinal, const std::string& id, const std::vector<Refusal>& refusals) {
                         acknowledged(ordinal, id, refusals);
                       });
  std::uint64_t further_earlier = 0;
  auto read = each_row(table, [&](const Row& row) -> Result<void> {
    if (auto may = may_go_on(); !may) return may;
    auto product = planner.add(row);
    if (!product) return {};
    if (!progress_->done(product->ordinal)) return upload.send(std::move(*product));
    if (product->further_location && progress_->accepted(product->ordinal)) ++further_earlier;
    return {};
  });
  auto drained = upload.drain();
  if (!drained && !failure_) failure_ = std::move(drained.error());
  if (!read) return read;
  summary_.products = upload.outcome();
  // A product counts once, not once for each of its locations.
  summary_.accepted -= summary_.products.further_locations + further_earlier;
  summary_.earlier -= further_earlier;
  summary_.other_prices = planner.products_with_other_prices();
  summary_.other_names = planner.products_with_other_names();
  summary_.negative_stock = planner.products_with_negative_stock();
  summary_.without_weight_unit = planner.products_without_weight_unit();
  summary_.rows_without_lines = planner.rows_without_lines();
  const auto left_out = report_.rows() + summary_.rows_without_lines;
  summary_.rows_accepted = summary_.rows > left_out ? summary_.rows - left_out : 0;
  return may_go_on();
}

// --- both ------------------------------------------------------------------------------------------------------------

void Import::acknowledged(std::size_t ordinal, const std::string& id, const std::vector<Refusal>& refusals) {
  for (const auto& refusal : refusals) report_.add(refusal);
  ++(id.empty() ? summary_.refused : summary_.accepted);
  auto noted = progress_->add(ordinal, id, refusals);
  if (!noted && !failure_) failure_ = std::move(noted.error());
}

Result<void> Import::may_go_on() {
  if (!failure_ && options_.stop && options_.stop()) {
    failure_ = Error{ErrorCode::kUnavailable, "interrupted", "the import was interrupted", {}};
  }
  if (failure_) return fail(*failure_);
  return report_.problem();
}

void Import::tick() {
  const auto time = Clock::now();
  if (!on_tick_ || time - ticked_ < kTickEvery) return;
  ticked_ = time;
  if (options_.asks_waiting && !asking_ && time - asked_ >= kAskWaitingEvery) ask_waiting();
  on_tick_({options_.kind, summary_.rows, survey_.rows, summary_.accepted, summary_.earlier, report_.rows(),
            summary_.waiting, std::chrono::duration_cast<std::chrono::milliseconds>(time - began_)});
}

void Import::ask_waiting() {
  asking_ = true;
  server_.start({"GET", "/metrics", {}, {}}, [this](Result<client::HttpResponse> answer) {
    asking_ = false;
    asked_ = Clock::now();
    summary_.waiting = answer && answer->status == 200 ? waiting_orders(answer->body) : std::nullopt;
  });
}

Result<void> Import::wait() {
  summary_.waiting.reset();
  if (options_.kind != ImportKind::orders) return {};
  if (!options_.wait) {
    if (options_.asks_waiting) summary_.waiting = ask_waiting_orders(server_);
    return {};
  }
  const auto on_waiting = [this](std::uint64_t waiting) {
    if (!on_tick_) return;
    on_tick_({options_.kind, summary_.rows, survey_.rows, summary_.accepted, summary_.earlier, report_.rows(), waiting,
              std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began_)});
  };
  auto decided = wait_until_decided(
      server_, std::move(ids_), *options_.wait, summary_.mode != OrderMode::history,
      [this](const Refusal& refusal) { report_.add(refusal); }, on_waiting, options_.stop);
  if (!decided) return fail(std::move(decided.error()));
  summary_.decided = std::move(*decided);
  return {};
}

}  // namespace

Result<PreparedImport> prepare_import(const ImportOptions& options) {
  auto table = open_rows(options, nullptr);
  if (!table) return fail(std::move(table.error()));
  PreparedImport prepared;
  prepared.headings = (*table)->headings();
  ColumnChoices choices = options.columns;
  if (const auto* joined = dynamic_cast<const JoinedTable*>(table->get())) {
    // The files were joined by this column, so it is the order's number.
    std::erase_if(choices.map, [](const auto& given) { return given.first == Role::order; });
    choices.map.emplace_back(Role::order, joined->order_heading());
  }
  auto columns = find_columns(options.kind, choices, prepared.headings);
  if (!columns) return fail(std::move(columns.error()));
  ValueChoices values = options.values;
  values.json = is_json(options);
  auto surveyed = survey(**table, std::move(*columns), values);
  if (!surveyed) return fail(std::move(surveyed.error()));
  prepared.survey = std::move(*surveyed);
  prepared.questions = open_questions(prepared.survey, options.mode, options.path);
  return prepared;
}

Result<ImportSummary> run_import(const ImportOptions& options, const PreparedImport& prepared,
                                 client::HttpCaller& server, const OnTick& on_tick) {
  ORDO_CHECK(prepared.questions.empty(), prepared.questions.size(), " questions are open");
  return Import(options, prepared, server, on_tick).run();
}

}  // namespace ordo::imports
