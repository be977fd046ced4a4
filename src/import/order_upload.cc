#include "import/order_upload.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"
#include "base/uuid.h"
#include "client/answer.h"
#include "import/order_differences.h"
#include "records/json_pick.h"

namespace ordo::imports {
namespace {

using client::HttpRequest;
using client::HttpResponse;

// How often a payment is tried again while the server has not processed its order. Each time, the caller waits too.
constexpr int kMostPaymentTries = 20;
constexpr std::size_t kMostPrices = 100'000;  // of the catalogue, remembered

// An order in progress, with the rows that the server has refused so far.
struct OrderUnderWay {
  PlannedOrder order;
  std::vector<Refusal> refusals;
  std::string id;
  int payment_tries = 0;
  std::string product;  // whose price was asked
};
using OrderPtr = std::shared_ptr<OrderUnderWay>;

// Status codes 4xx that concern the request, and so the order. All others concern the server or the connection.
bool refuses_order(int status) {
  return status == 400 || status == 409 || status == 413 || status == 422;
}

// Splits "/lines/3/quantity" into 3 and "quantity".
std::optional<std::pair<std::size_t, std::string>> line_in(std::string_view pointer) {
  static constexpr std::string_view kLines = "/lines/";
  if (!pointer.starts_with(kLines)) return std::nullopt;
  pointer.remove_prefix(kLines.size());
  const auto slash = pointer.find('/');
  const auto index = parse_integer<std::size_t>(pointer.substr(0, slash));
  if (!index) return std::nullopt;
  return std::pair(*index, std::string(slash == pointer.npos ? "" : pointer.substr(slash + 1)));
}

// The row that a line came from, and its product. Lines for fees have no row of their own.
std::size_t row_of(const PlannedOrder& order, std::size_t line) {
  if (line < order.rows.size()) return order.rows[line];
  return order.rows.empty() ? 0 : order.rows.front();
}
std::string product_of_line(const PlannedOrder& order, std::size_t line) {
  if (line >= order.lines.size()) return {};
  const auto& stated = order.lines[line];
  return stated.product_id ? stated.product_id->str() : stated.name.value_or("");
}

// The id of the order that an answer is about; empty without one. The header has it, so that a large body need not be
// parsed for it.
std::string id_in(const HttpResponse& response) {
  if (const auto slash = response.location.rfind('/'); slash != std::string::npos) {
    return percent_decode(std::string_view(response.location).substr(slash + 1)).value_or("");
  }
  const auto tape = JsonTape::parse(response.body);
  return tape ? std::string(text_of(*tape, 0, "id")) : "";
}

// Whether the catalogue's prices can differ from the file's.
bool states_prices(const PlannedOrder& order) {
  return std::any_of(order.lines.begin(), order.lines.end(),
                     [](const auto& line) { return line.unit_price.has_value(); });
}

template <class List>
void erase_marked(const std::vector<bool>& marked, List& list) {
  std::size_t index = 0;
  std::erase_if(list, [&](const auto&) { return index < marked.size() ? marked[index++] : false; });
}

}  // namespace

class OrderUpload::Impl {
 public:
  Impl(OrderPlanOptions options, client::HttpCaller& server, OnDone on_done)
      : options_(std::move(options)), server_(server), on_done_(std::move(on_done)) {}

  Result<void> send(PlannedOrder order);
  Result<void> drain();

  OrderOutcome outcome;

 private:
  using OnAnswer = void (Impl::*)(const OrderPtr& upload, const HttpResponse& response);

  void ask(const OrderPtr& upload, HttpRequest request, OnAnswer on_answer);
  void begin(const OrderPtr& upload);
  void on_price(const OrderPtr& upload, const HttpResponse& response);
  void place(const OrderPtr& upload);
  void on_placed(const OrderPtr& upload, const HttpResponse& response);
  void on_written(const OrderPtr& upload, const HttpResponse& response);
  void pay(const OrderPtr& upload);
  void on_paid(const OrderPtr& upload, const HttpResponse& response);
  void compare(const OrderPtr& upload);
  void on_compared(const OrderPtr& upload, const HttpResponse& response);

  void refuse(const OrderPtr& upload, const Error& error);
  bool leave_out_lines(const OrderPtr& upload, const Error& error);
  void changed(const OrderPtr& upload, const std::string& detail);
  void note_prices(const PlannedOrder& order, const JsonTape& tape);
  void finish(const OrderPtr& upload, std::uint64_t& counter);
  void failed(Error error);
  bool is_history() const { return options_.mode == OrderMode::history; }

  const OrderPlanOptions options_;
  client::HttpCaller& server_;
  const OnDone on_done_;
  std::optional<Error> failure_;                   // the first one
  std::unordered_map<std::string, Money> prices_;  // of the catalogue, by product
};

Result<void> OrderUpload::Impl::send(PlannedOrder order) {
  while (!failure_ && server_.in_flight() >= server_.window()) server_.wait();
  if (failure_) return fail(*failure_);
  begin(std::make_shared<OrderUnderWay>(OrderUnderWay{std::move(order), {}, {}, 0, {}}));
  return {};
}

Result<void> OrderUpload::Impl::drain() {
  while (server_.in_flight() > 0) server_.wait();
  if (failure_) return fail(*failure_);
  return {};
}

void OrderUpload::Impl::ask(const OrderPtr& upload, HttpRequest request, OnAnswer on_answer) {
  if (failure_) return;
  server_.start(std::move(request), [this, upload, on_answer](Result<HttpResponse> answer) {
    if (!answer) return failed(std::move(answer.error()));
    (this->*on_answer)(upload, *answer);
  });
}

void OrderUpload::Impl::place(const OrderPtr& upload) {
  const PlannedOrder& order = upload->order;
  if (is_history()) {
    return ask(upload, {"POST", "/v1/imported-orders", {}, imported_order_body(order, options_)}, &Impl::on_written);
  }
  // guard: import-order-key
  ask(upload,
      {"POST",
       "/v1/orders",
       {{"Idempotency-Key", order_import_key(options_.source, order.number)}},
       order_body(order, options_)},
      &Impl::on_placed);
}

// --- new business and open orders ------------------------------------------------------------------------------------

void OrderUpload::Impl::on_placed(const OrderPtr& upload, const HttpResponse& response) {
  if (refuses_order(response.status)) {
    const Error error = client::problem_of(response);
    if (error.reason == "idempotency_key_reused") return compare(upload);
    return refuse(upload, error);
  }
  upload->id = id_in(response);
  if (response.status / 100 != 2 || upload->id.empty()) return failed(client::problem_of(response));
  if (options_.mode == OrderMode::new_business && states_prices(upload->order)) {
    if (const auto tape = JsonTape::parse(response.body)) note_prices(upload->order, *tape);
  }
  const auto captured = captured_of(upload->order);
  if (options_.mode == OrderMode::open && captured && captured->amount > 0) return pay(upload);
  finish(upload, outcome.placed);
}

void OrderUpload::Impl::pay(const OrderPtr& upload) {
  ++upload->payment_tries;
  ask(upload,
      {"POST",
       "/v1/orders/" + percent_encoded(upload->id) + "/payments",
       {{"Idempotency-Key", order_import_key(options_.source, upload->order.number + "\npayment")}},
       payment_body(upload->order)},
      &Impl::on_paid);
}

void OrderUpload::Impl::on_paid(const OrderPtr& upload, const HttpResponse& response) {
  if (response.status / 100 == 2) {
    ++outcome.paid;
    return finish(upload, outcome.placed);
  }
  const Error error = client::problem_of(response);
  if (error.reason == "order_not_ready" && upload->payment_tries < kMostPaymentTries) return pay(upload);
  if (!refuses_order(response.status)) return failed(error);
  // The order is there, so it counts as placed. A person has to look at its payment.
  upload->refusals.push_back(
      {row_of(upload->order, 0),
       upload->order.number,
       {"", error.reason, "the order is placed, but its payment is not recorded: " + error.message,
        shown(upload->id)}});
  finish(upload, outcome.placed);
}

// The server knows the key with another request. Reads the order to say what differs.
void OrderUpload::Impl::compare(const OrderPtr& upload) {
  // The API makes the id from the key.
  const auto id = uuid_v5("idempotency", order_import_key(options_.source, upload->order.number));
  ask(upload, {"GET", "/v1/orders/" + id, {}, {}}, &Impl::on_compared);
}

void OrderUpload::Impl::on_compared(const OrderPtr& upload, const HttpResponse& response) {
  const auto tape = response.status == 200 ? JsonTape::parse(response.body) : fail(client::problem_of(response));
  if (!tape) return changed(upload, "");
  if (member(*tape, 0, "imported")) return changed(upload, "it is there as an order of the past");
  changed(upload, order_differences(upload->order, *tape));
}

// Counts the lines that the catalogue prices otherwise than the file.
void OrderUpload::Impl::note_prices(const PlannedOrder& order, const JsonTape& tape) {
  const auto lines = member(tape, 0, "lines");
  if (!lines || tape[*lines].count != order.lines.size()) return;
  std::size_t at = *lines + 1;
  for (const auto& line : order.lines) {
    const std::size_t here = at;
    at = tape[at].end;
    const auto price = member(tape, here, "unit_price");
    if (!line.unit_price || !price) continue;
    const auto amount = whole_of(tape, *price, "amount");
    const bool same =
        amount == line.unit_price->amount && text_of(tape, *price, "currency") == line.unit_price->currency.code();
    if (!same) ++outcome.lines_with_other_prices;
  }
}

// --- history without prices ------------------------------------------------------------------------------------------

// A file that has the totals of orders and no prices: the catalogue has them, if they come to the totals. Asks for each
// price that is not known yet, one after the other, then writes the order.
void OrderUpload::Impl::begin(const OrderPtr& upload) {
  PlannedOrder& order = upload->order;
  if (!is_history() || order.sum) return place(upload);
  std::vector<Money> prices;
  for (const auto& line : order.lines) {
    if (!line.product_id) return refuse(upload, {ErrorCode::kInvalid, "missing", "a line has no price", {}});
    const auto known = prices_.find(line.product_id->str());
    if (known == prices_.end()) {
      upload->product = line.product_id->str();
      return ask(upload, {"GET", "/v1/products/" + percent_encoded(upload->product), {}, {}}, &Impl::on_price);
    }
    prices.push_back(known->second);
  }
  if (order.currency.empty()) order.currency = prices.front().currency.code();
  if (const auto priced = take_catalogue_prices(order, prices, options_); !priced)
    return refuse(upload, priced.error());
  place(upload);
}

void OrderUpload::Impl::on_price(const OrderPtr& upload, const HttpResponse& response) {
  if (response.status == 404 || refuses_order(response.status)) return refuse(upload, client::problem_of(response));
  const auto tape = JsonTape::parse(response.body);
  const auto price = tape ? member(*tape, 0, "price") : std::nullopt;
  if (response.status != 200 || !price) return failed(client::problem_of(response));
  const auto amount = whole_of(*tape, *price, "amount");
  const auto currency = Currency::parse(text_of(*tape, *price, "currency"));
  if (!amount || !currency) return failed(client::problem_of(response));
  if (prices_.size() >= kMostPrices) prices_.clear();
  prices_.insert_or_assign(upload->product, Money{*amount, *currency});
  begin(upload);
}

// --- history ---------------------------------------------------------------------------------------------------------

void OrderUpload::Impl::on_written(const OrderPtr& upload, const HttpResponse& response) {
  if (refuses_order(response.status)) {
    const Error error = client::problem_of(response);
    if (error.reason != "order_changed") return refuse(upload, error);
    return changed(upload, joined(error.violations, "; ", [](const Violation& violation) {
                     return (violation.pointer.empty() ? "" : violation.pointer.substr(1) + ": ") + violation.detail;
                   }));
  }
  upload->id = id_in(response);
  if (response.status / 100 != 2 || upload->id.empty()) return failed(client::problem_of(response));
  finish(upload, response.status == 201 ? outcome.placed : outcome.same);
}

// --- both ------------------------------------------------------------------------------------------------------------

// With --partial: leaves out the lines that the server names, and tries the order again.
bool OrderUpload::Impl::leave_out_lines(const OrderPtr& upload, const Error& error) {
  PlannedOrder& order = upload->order;
  std::vector<bool> bad(order.lines.size());
  for (const auto& violation : error.violations) {
    const auto named = line_in(violation.pointer);
    if (!named || named->first >= bad.size()) return false;
    bad[named->first] = true;
  }
  const auto count = static_cast<std::size_t>(std::count(bad.begin(), bad.end(), true));
  if (count == 0 || count == order.lines.size()) return false;
  std::vector<bool> seen(bad.size());
  for (const auto& violation : error.violations) {
    const auto named = line_in(violation.pointer);
    if (seen[named->first]) continue;
    seen[named->first] = true;
    upload->refusals.push_back({row_of(order, named->first),
                                order.number,
                                {named->second, error.reason, violation.detail, product_of_line(order, named->first)}});
  }
  erase_marked(bad, order.rows);
  erase_marked(bad, order.returned);
  erase_marked(bad, order.cancelled);
  erase_marked(bad, order.lines);
  return true;
}

// Refuses all of the order: once by name, and each line that the server names.
void OrderUpload::Impl::refuse(const OrderPtr& upload, const Error& error) {
  const PlannedOrder& order = upload->order;
  // guard: import-all-or-none
  if (options_.partial && leave_out_lines(upload, error)) return place(upload);
  std::vector<Refusal> lines;
  std::string detail = error.message;
  std::string field;
  for (const auto& violation : error.violations) {
    if (const auto named = line_in(violation.pointer); named && named->first < order.lines.size()) {
      lines.push_back({row_of(order, named->first),
                       order.number,
                       {named->second, error.reason, violation.detail, product_of_line(order, named->first)}});
    } else if (field.empty()) {
      field = violation.pointer.empty() ? "" : violation.pointer.substr(1);
      detail = violation.detail;
    }
  }
  if (lines.empty()) {
    upload->refusals.push_back({row_of(order, 0), order.number, {field, error.reason, detail, ""}});
  } else {
    if (order.lines.size() > 1) {
      upload->refusals.push_back({row_of(order, 0),
                                  order.number,
                                  {"", "incomplete_order",
                                   "the server refuses " + std::to_string(lines.size()) + " of " +
                                       std::to_string(order.lines.size()) + " lines, so none is taken",
                                   ""}});
    }
    upload->refusals.insert(upload->refusals.end(), lines.begin(), lines.end());
  }
  upload->id.clear();
  finish(upload, outcome.refused);
}

void OrderUpload::Impl::changed(const OrderPtr& upload, const std::string& detail) {
  std::string text = "was imported before with other content";
  if (!detail.empty()) text += ": " + detail;
  if (is_history()) text += "; --replace takes that of the file";
  upload->refusals.push_back({row_of(upload->order, 0), upload->order.number, {"", "changed", text, ""}});
  upload->id.clear();
  finish(upload, outcome.changed);
}

void OrderUpload::Impl::finish(const OrderPtr& upload, std::uint64_t& counter) {
  ++counter;
  on_done_(upload->order, upload->id, upload->refusals);
}

void OrderUpload::Impl::failed(Error error) {
  if (!failure_) failure_ = std::move(error);
}

// --- the upload ------------------------------------------------------------------------------------------------------

OrderUpload::OrderUpload(OrderPlanOptions options, client::HttpCaller& server, OnDone on_done)
    : impl_(std::make_unique<Impl>(std::move(options), server, std::move(on_done))) {}
OrderUpload::~OrderUpload() = default;

Result<void> OrderUpload::send(PlannedOrder order) {
  return impl_->send(std::move(order));
}
Result<void> OrderUpload::drain() {
  return impl_->drain();
}
const OrderOutcome& OrderUpload::outcome() const {
  return impl_->outcome;
}

std::string order_import_key(const std::string& source, const std::string& number) {
  return uuid_v5("ordo-import", "orders\n" + source + "\n" + number);
}

}  // namespace ordo::imports
