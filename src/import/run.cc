#include "import/run.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "base/number.h"
#include "base/uuid.h"
#include "client/answer.h"
#include "records/json_pick.h"

namespace ordo::imports {
namespace {

using Clock = std::chrono::steady_clock;

// How often the import asks whether a product is decided. Each request waits two seconds.
constexpr int kAskForProduct = 15;

// Status codes 4xx that concern the request, and so the record. All others concern the server or the connection.
bool is_refusal(int status) {
  return status == 400 || status == 409 || status == 413 || status == 422;
}

// Splits "/lines/3/quantity" into 3 and "quantity".
std::optional<std::pair<std::size_t, std::string>> line_of(std::string_view pointer) {
  static constexpr std::string_view kLines = "/lines/";
  if (!pointer.starts_with(kLines)) return std::nullopt;
  pointer.remove_prefix(kLines.size());
  const auto slash = pointer.find('/');
  const auto index = parse_integer<std::size_t>(pointer.substr(0, slash));
  if (!index) return std::nullopt;
  return std::pair(*index, std::string(slash == pointer.npos ? "" : pointer.substr(slash + 1)));
}

class Import {
 public:
  Import(const ImportOptions& options, client::HttpCaller& server, const OnTick& on_tick)
      : options_(options), server_(server), on_tick_(on_tick) {}

  Result<ImportSummary> run();

 private:
  // An order in progress, with the rows that the server has refused so far.
  struct OrderCall {
    PlannedOrder order;
    std::vector<Refusal> refusals;
  };
  using OrderCallPtr = std::shared_ptr<OrderCall>;

  Result<std::unique_ptr<RowReader>> open() const {
    return options_.open ? options_.open() : open_rows(options_.path, options_.rows);
  }
  // Counts each row, and passes it to `take` until that fails.
  template <class Take>
  Result<void> each_row(RowReader& reader, Take take);
  Result<void> import_orders(RowReader& reader);
  Result<OrderIndex> index_orders();
  Result<void> import_products(RowReader& reader);

  void send(OrderCallPtr under_way);
  void order_answered(const OrderCallPtr& under_way, Result<client::HttpResponse> answer);
  void order_refused(const OrderCallPtr& under_way, const client::HttpResponse& response);
  void note_prices(const PlannedOrder& order, const JsonTape& tape);

  void send(PlannedProduct product, int sent_before = 0);
  void product_answered(const PlannedProduct& product, int sent_before, Result<client::HttpResponse> answer);
  void update_product(PlannedProduct product);
  void refuse_product(const PlannedProduct& product, const Error& error);

  Result<void> make_room();
  Result<void> drain();
  void acknowledged(std::size_t ordinal, const std::string& id, const std::vector<Refusal>& refusals);
  void failed(Error error);
  void tick();

  const ImportOptions& options_;
  client::HttpCaller& server_;
  const OnTick& on_tick_;
  ImportSummary summary_;
  std::optional<RefusalReport> report_;
  std::optional<ImportProgress> progress_;
  std::optional<Error> failure_;  // the first one
  Clock::time_point ticked_ = Clock::now();
};

// The options that distinguish one import from another. A progress file belongs to one of them.
std::string flags_of(const ImportOptions& options) {
  std::string flags = std::string(to_string(options.rows.kind)) + "\n" + options.source + "\n";
  for (const auto& [column, name] : options.rows.columns) flags += std::string(to_string(column)) + "=" + name + "\n";
  flags += options.rows.latin1 ? "latin1" : "utf-8";
  flags += options.rows.format == ImportFormat::csv ? "csv" : "ndjson";
  flags.push_back(options.rows.delimiter);
  for (const auto& option : {options.orders.guest, options.orders.currency, options.orders.location}) {
    flags += "\n" + option.value_or("");
  }
  flags += "\n" + options.orders.time_format + "\n" + std::string(options.products.currency.code());
  if (options.products.stock) flags += "\n" + std::to_string(*options.products.stock);
  return flags + (options.update ? "\nupdate" : "");
}

Result<ImportSummary> Import::run() {
  const auto began = Clock::now();
  auto reader = open();
  if (!reader) return fail(std::move(reader.error()));
  const auto fingerprint = options_.open ? uuid_v7(now()) : import_fingerprint(options_.path, flags_of(options_));
  if (!fingerprint) return fail(fingerprint.error());
  auto report = RefusalReport::create(options_.errors_path);
  if (!report) return fail(std::move(report.error()));
  report_.emplace(std::move(*report));
  auto progress = ImportProgress::open(
      options_.progress_path, *fingerprint, [this](const Refusal& refusal) { report_->add(refusal); },
      [this](const std::string& id) {
        ++summary_.accepted;
        if (options_.wait) summary_.order_ids.push_back(id);
      });
  if (!progress) return fail(std::move(progress.error()));
  progress_.emplace(std::move(*progress));
  summary_.earlier = summary_.accepted;
  summary_.refused = progress_->done_before() - summary_.accepted;

  summary_.kind = options_.rows.kind;
  const auto done = summary_.kind == ImportKind::orders ? import_orders(**reader) : import_products(**reader);
  const auto drained = drain();
  if (!done) {
    progress_->sync();
    return fail(done.error());
  }
  if (!drained) {
    progress_->sync();
    return fail(drained.error());
  }
  if (auto finished = report_->finish(); !finished) return fail(std::move(finished.error()));
  progress_->remove();
  summary_.refused_rows = report_->rows();
  summary_.by_reason = report_->by_reason();
  summary_.errors_path = report_->rows() > 0 ? report_->path() : "";
  summary_.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
  return std::move(summary_);
}

// --- orders ----------------------------------------------------------------------------------------------------------

Result<OrderIndex> Import::index_orders() {
  auto reader = open();
  if (!reader) return fail(std::move(reader.error()));
  OrderIndex index;
  ImportRow row;
  for (std::uint64_t number = 0;; ++number) {
    auto more = (*reader)->next(row);
    if (!more) return fail(std::move(more.error()));
    if (!*more) break;
    if (const auto order = order_of(row); !order.empty()) index.add(order, number);
  }
  index.seal();
  return index;
}

template <class Take>
Result<void> Import::each_row(RowReader& reader, Take take) {
  ImportRow row;
  while (true) {
    const auto more = reader.next(row);
    if (!more) return fail(more.error());
    if (!*more) return {};
    ++summary_.rows;
    tick();
    if (auto taken = take(row); !taken) return taken;
  }
}

Result<void> Import::import_orders(RowReader& reader) {
  const auto index = index_orders();
  if (!index) return fail(index.error());
  OrderPlanner planner(options_.orders, *index, reader, [this](const Refusal& refusal) { report_->add(refusal); });
  const auto take = [this](PlannedOrder order) -> Result<void> {
    if (progress_->done(order.ordinal)) return {};
    send(std::make_shared<OrderCall>(OrderCall{std::move(order), {}}));
    return make_room();
  };
  auto read = each_row(reader, [&](const ImportRow& row) -> Result<void> {
    auto order = planner.add(row);
    if (!order) return fail(std::move(order.error()));
    return *order ? take(std::move(**order)) : Result<void>();
  });
  if (!read) return read;
  while (auto order = planner.finish()) {
    if (auto taken = take(std::move(*order)); !taken) return taken;
  }
  summary_.refused += planner.orders_refused();
  return {};
}

void Import::send(OrderCallPtr under_way) {
  const PlannedOrder& order = under_way->order;
  client::HttpRequest request{"POST",
                              "/v1/orders",
                              {{"Idempotency-Key", import_key(ImportKind::orders, options_.source, order.order)}},
                              order.body()};
  server_.start(std::move(request), [this, under_way = std::move(under_way)](Result<client::HttpResponse> answer) {
    order_answered(under_way, std::move(answer));
  });
}

void Import::order_answered(const OrderCallPtr& under_way, Result<client::HttpResponse> answer) {
  if (!answer) return failed(std::move(answer.error()));
  if (is_refusal(answer->status)) return order_refused(under_way, *answer);
  const auto tape = JsonTape::parse(answer->body);
  const std::string id(tape ? text_of(*tape, 0, "id") : "");
  if (answer->status / 100 != 2 || id.empty()) return failed(client::problem_of(*answer));
  note_prices(under_way->order, *tape);
  if (options_.wait) summary_.order_ids.push_back(id);
  ++summary_.accepted;
  acknowledged(under_way->order.ordinal, id, under_way->refusals);
}

// Removes the rows that the server names, and tries the order again. If it names none, the whole order is refused.
void Import::order_refused(const OrderCallPtr& under_way, const client::HttpResponse& response) {
  Error error = client::problem_of(response);
  if (error.reason == "idempotency_key_reused") error.message = "the order was imported before with other content";
  PlannedOrder& order = under_way->order;
  std::vector<bool> bad(order.lines.size());
  bool any = false;
  for (const auto& violation : error.violations) {
    const auto named = line_of(violation.pointer);
    if (!named || named->first >= bad.size() || bad[named->first]) continue;
    any = bad[named->first] = true;
    const auto& line = order.lines[named->first];
    under_way->refusals.push_back(
        {line.line, order.order, {named->second, error.reason, violation.detail, line.product}});
  }
  if (any) {
    std::size_t index = 0;
    std::erase_if(order.lines, [&](const OrderImportLine&) { return bad[index++]; });
    if (!order.lines.empty()) return send(under_way);
  } else {
    std::string field;
    std::string detail = error.message;
    if (!error.violations.empty()) {
      field = error.violations.front().pointer;
      detail = error.violations.front().detail;
    }
    for (const auto& line : order.lines) {
      under_way->refusals.push_back({line.line, order.order, {field, error.reason, detail, line.product}});
    }
  }
  ++summary_.refused;
  acknowledged(order.ordinal, "", under_way->refusals);
}

void Import::note_prices(const PlannedOrder& order, const JsonTape& tape) {
  const auto lines = member(tape, 0, "lines");
  if (!lines || tape[*lines].count != order.lines.size()) return;
  std::size_t at = *lines + 1;
  for (const auto& line : order.lines) {
    const std::size_t here = at;
    at = tape[at].end;
    const auto price = member(tape, here, "unit_price");
    if (line.price.empty() || !price) continue;
    const auto currency = Currency::parse(text_of(tape, *price, "currency"));
    const auto amount = whole_of(tape, *price, "amount");
    if (!currency || !amount) continue;
    const auto wanted = parse_money(line.price, *currency);
    if (!wanted || wanted->amount != *amount) ++summary_.other_prices;
  }
}

// --- products --------------------------------------------------------------------------------------------------------

Result<void> Import::import_products(RowReader& reader) {
  ProductPlanner planner(options_.products, reader, [this](const Refusal& refusal) { report_->add(refusal); });
  auto read = each_row(reader, [&](const ImportRow& row) -> Result<void> {
    auto product = planner.add(row);
    if (!product || progress_->done(product->ordinal)) return {};
    send(std::move(*product));
    return make_room();
  });
  if (!read) return read;
  summary_.other_prices = planner.products_with_other_prices();
  summary_.other_names = planner.products_with_other_names();
  return {};
}

void Import::send(PlannedProduct product, int sent_before) {
  client::HttpRequest request{"POST",
                              "/v1/products",
                              {{"Idempotency-Key", import_key(ImportKind::products, options_.source, product.id)}},
                              product.body()};
  server_.start(std::move(request),
                [this, product = std::move(product), sent_before](Result<client::HttpResponse> answer) {
                  product_answered(product, sent_before, std::move(answer));
                });
}

void Import::product_answered(const PlannedProduct& product, int sent_before, Result<client::HttpResponse> answer) {
  if (!answer) return failed(std::move(answer.error()));
  if (answer->status == 202) {
    // Accepted, but the catalogue has not decided yet. Each new request waits for the decision.
    if (sent_before < kAskForProduct) return send(product, sent_before + 1);
    return failed({ErrorCode::kUnavailable, "undecided", "the catalogue has not decided about " + product.id, {}});
  }
  if (is_refusal(answer->status)) {
    const Error error = client::problem_of(*answer);
    if (error.reason != "product_exists" && error.reason != "idempotency_key_reused") {
      return refuse_product(product, error);
    }
    if (options_.update) return update_product(product);
    ++summary_.existing;
  } else if (answer->status / 100 != 2) {
    return failed(client::problem_of(*answer));
  }
  ++summary_.accepted;
  acknowledged(product.ordinal, product.id, {});
}

// Updates name, category and price of an existing product. Does not count its stock again.
void Import::update_product(PlannedProduct product) {
  PlannedProduct change = product;
  change.stock.reset();
  std::string body = change.body();
  const std::string id_member = "{\"id\":\"" + change.id + "\",";  // an id needs no escapes
  body.replace(0, id_member.size(), "{");
  client::HttpRequest request{
      "PATCH",
      "/v1/products/" + percent_encoded(product.id),
      {{"Idempotency-Key", import_key(ImportKind::products, options_.source + "\nupdate " + body, product.id)}},
      std::move(body)};
  server_.start(std::move(request), [this, product = std::move(product)](Result<client::HttpResponse> answer) {
    if (!answer) return failed(std::move(answer.error()));
    if (is_refusal(answer->status)) return refuse_product(product, client::problem_of(*answer));
    if (answer->status / 100 != 2) return failed(client::problem_of(*answer));
    ++summary_.accepted;
    acknowledged(product.ordinal, product.id, {});
  });
}

void Import::refuse_product(const PlannedProduct& product, const Error& error) {
  const Violation first = error.violations.empty() ? Violation{"", error.message} : error.violations.front();
  ++summary_.refused;
  acknowledged(product.ordinal, "", {{product.line, product.id, {first.pointer, error.reason, first.detail, ""}}});
}

// --- both ------------------------------------------------------------------------------------------------------------

void Import::acknowledged(std::size_t ordinal, const std::string& id, const std::vector<Refusal>& refusals) {
  for (const auto& refusal : refusals) report_->add(refusal);
  if (auto noted = progress_->add(ordinal, id, refusals); !noted) failed(std::move(noted.error()));
}

void Import::failed(Error error) {
  if (!failure_) failure_ = std::move(error);
}

Result<void> Import::make_room() {
  if (options_.stop && options_.stop())
    failed({ErrorCode::kUnavailable, "interrupted", "the import was interrupted", {}});
  while (server_.in_flight() >= server_.window()) {
    server_.wait();
    if (failure_) return fail(*failure_);
  }
  if (failure_) return fail(*failure_);
  return {};
}

Result<void> Import::drain() {
  while (server_.in_flight() > 0) {
    server_.wait();
    tick();
  }
  if (failure_) return fail(*failure_);
  return {};
}

void Import::tick() {
  const auto time = Clock::now();
  if (!on_tick_ || time - ticked_ < std::chrono::milliseconds(100)) return;
  ticked_ = time;
  on_tick_({summary_.rows, summary_.accepted, report_->rows()});
}

}  // namespace

Result<ImportSummary> run_import(const ImportOptions& options, client::HttpCaller& server, const OnTick& on_tick) {
  return Import(options, server, on_tick).run();
}

std::string import_key(ImportKind kind, const std::string& source, const std::string& record) {
  return uuid_v5("ordo-import", std::string(to_string(kind)) + "\n" + source + "\n" + record);
}

}  // namespace ordo::imports
