#include "api/orders/order_csv.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "api/list_request.h"
#include "api/ownership.h"
#include "base/csv_text.h"
#include "base/log.h"
#include "base/text.h"
#include "domain/money_text.h"
#include "http/body_stream.h"
#include "records/json_codec.h"

namespace ordo::api {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxWaitingBytes = 512 * 1024;  // of one stream; a page's chunk may exceed it alone
constexpr std::size_t kMaxExports = 4;
constexpr std::size_t kPage = 200;
constexpr milliseconds kRetry{20};
constexpr milliseconds kPatience{60'000};  // a client that takes nothing for so long is gone

// The cells of one row.
class Row {
 public:
  // A number or time as ordo writes it, which a spreadsheet may calculate with.
  Row& plain(std::string_view value) {
    begin();
    append_csv(value, text_);
    return *this;
  }
  Row& text(std::string_view value) {
    begin();
    append_harmless_csv(value, text_);
    return *this;
  }
  std::string line() {
    text_.push_back('\n');
    return std::move(text_);
  }

 private:
  void begin() {
    if (!first_) text_.push_back(',');
    first_ = false;
  }
  std::string text_;
  bool first_ = true;
};

constexpr std::array<std::string_view, 19> kHeadings = {
    "id",       "number",         "reference",          "placed_at", "customer_id", "name",  "email",
    "status",   "payment_status", "fulfillment_status", "lines",     "currency",    "total", "captured",
    "refunded", "channel",        "location",           "tags",      "updated_at"};

std::string name_of(const Order& order) {
  if (order.contact && order.contact->name) return *order.contact->name;
  if (order.shipping_address) return order.shipping_address->name;
  return order.billing_address ? order.billing_address->name : std::string();
}

// One file on its way to a client. A task of the pool at a time uses it.
struct CsvExport {
  CsvExport(ApiContext& api, CallPtr asked) : context(api), call(std::move(asked)) {}
  ~CsvExport() {
    if (writer) writer->abort();  // does nothing after the end
    context.exports.fetch_sub(1);
  }

  ApiContext& context;
  const CallPtr call;
  Query query;
  std::size_t left = 0;                    // rows
  std::optional<http::BodyWriter> writer;  // once the answer has begun
  http::BodyChunk waiting;                 // a chunk that the stream had no room for
  bool last = false;                       // `waiting` is the last chunk
  ApiContext::Clock::time_point taken_at;  // when the stream last took a chunk
};
using ExportPtr = std::shared_ptr<CsvExport>;

// Reads the next page into `waiting`.
Result<void> read_page(CsvExport& out) {
  out.query.limit = std::min(out.left, kPage);
  auto page = out.context.ports.documents.list(out.query);
  if (!page) return fail(std::move(page.error()));
  std::string text = out.writer ? std::string() : order_csv_heading();
  for (const auto& document : page->documents) {
    const auto& order = std::get<Order>(document);
    if (may_see(out.call->request, order.customer_id.str())) text += order_csv_row(order);
  }
  out.left -= std::min(out.left, page->documents.size() + page->unreadable.size());
  out.last = !page->next || out.left == 0;
  out.query.after = std::move(page->next);
  out.waiting = std::make_shared<const std::string>(std::move(text));
  return {};
}

void go_on(const ExportPtr& out);

// Later, so that other requests get their turn. If the pool is full, the file ends here.
void schedule(const ExportPtr& out, milliseconds delay) {
  const auto task = [out] { go_on(out); };
  const bool taken = delay.count() > 0 ? out->context.pool.submit_after(delay, task) : out->context.pool.submit(task);
  if (!taken) out->writer->abort();
}

void go_on(const ExportPtr& out) {
  if (out->context.pool.stopping()) return out->writer->abort();
  if (!out->waiting) {
    if (auto read = read_page(*out); !read) {
      log_warn("an export of orders ended early", {{"error", read.error().text()}});
      return out->writer->abort();
    }
  }
  switch (out->writer->write(out->waiting)) {
    case http::BodyWriter::Write::kGone:
      return;
    case http::BodyWriter::Write::kFull:
      if (ApiContext::Clock::now() - out->taken_at > kPatience) return out->writer->abort();
      return schedule(out, kRetry);
    case http::BodyWriter::Write::kTaken:
      break;
  }
  out->taken_at = ApiContext::Clock::now();
  out->waiting = nullptr;
  if (out->last) return out->writer->finish();
  schedule(out, milliseconds(0));
}

// The first page is read before the answer begins, so that its error is an answer.
void begin_export(const ExportPtr& out) {
  const auto call = out->call;
  if (auto read = read_page(*out); !read) return refuse_list(call, read.error());
  http::Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.add_header("Content-Disposition", "attachment; filename=\"orders.csv\"");
  response.add_header("Cache-Control", "no-store");
  auto [writer, reader] = http::make_body_stream(kMaxWaitingBytes);
  out->writer = std::move(writer);
  response.stream = std::move(reader);
  const bool head_only = call->request.method == http::Method::kHead;
  call->answer(std::move(response));
  if (head_only) return out->writer->finish();
  out->taken_at = ApiContext::Clock::now();
  go_on(out);
}

}  // namespace

bool wants_csv(const http::Request& request) {
  const std::string accept = to_lower(request.header_list("Accept"));
  const auto csv = accept.find("text/csv");
  return csv != std::string::npos && csv < accept.find("application/json");
}

std::string order_csv_heading() {
  Row row;
  for (const auto heading : kHeadings) row.plain(heading);
  return row.line();
}

std::string order_csv_row(const Order& order) {
  // An amount that was never set has no currency.
  const auto amount = [&order](const Money& money) { return format_decimal({money.amount, order.total.currency}); };
  const std::vector<std::string> none;
  Row row;
  row.text(order.id.str()).text(order.number).text(order.reference.value_or(""));
  row.plain(to_rfc3339(order.placed_at)).text(order.customer_id.str()).text(name_of(order));
  row.text(order.contact && order.contact->email ? *order.contact->email : "");
  row.plain(enum_name(order.status)).plain(enum_name(order.payment_status));
  row.plain(enum_name(order.fulfillment_status)).plain(std::to_string(order.lines.size()));
  row.plain(order.total.currency.code()).plain(amount(order.total));
  row.plain(amount(order.captured)).plain(amount(order.refunded));
  row.text(order.channel.value_or("")).text(order.location.str());
  row.text(joined(order.tags ? *order.tags : none, "; ")).plain(to_rfc3339(order.updated_at));
  return row.line();
}

void answer_order_csv(ApiContext& context, const CallPtr& call, Query query, std::optional<std::size_t> most) {
  if (context.exports.fetch_add(1) >= kMaxExports) {
    context.exports.fetch_sub(1);
    return call->refuse(503, "too_many_exports", "as many exports run as the server allows", "try again later");
  }
  const auto out = std::make_shared<CsvExport>(context, call);
  out->query = std::move(query);
  out->left = most.value_or(std::numeric_limits<std::size_t>::max());
  context.on_pool(call, [out](const CallPtr&) { begin_export(out); });
}

}  // namespace ordo::api
