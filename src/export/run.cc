#include "export/run.h"

#include <algorithm>
#include <array>

#include "base/number.h"
#include "base/printable.h"
#include "base/text.h"
#include "client/page_walk.h"
#include "export/product_stock.h"
#include "records/json_copy.h"
#include "records/json_pick.h"

namespace ordo::exports {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

std::string headings_of(Exported what) {
  switch (what) {
    case Exported::orders:
      return heading_line(order_columns());
    case Exported::products:
      return heading_line(product_columns());
    case Exported::customers:
      return heading_line(customer_columns());
  }
  return {};
}

class Export {
 public:
  Export(client::HttpCaller& server, const ExportOptions& options, const Sink& write)
      : server_(server), options_(options), write_(write) {}

  Result<ExportSummary> run() {
    if (is_csv()) pending_ = (options_.byte_order_mark ? "\xef\xbb\xbf" : "") + headings_of(options_.what);
    for (const auto& list : lists()) {
      const auto read = client::each_page(server_, list, [&](const client::ListPage& page) { return add_page(page); });
      if (!read) return fail(read.error());
    }
    if (auto done = flush(); !done) return fail(std::move(done.error()));
    return summary_;
  }

 private:
  bool is_csv() const { return options_.format == ExportFormat::csv; }

  std::vector<client::WantedList> lists() const {
    client::WantedList list{"/v1/" + std::string(to_string(options_.what)), options_.filters, {}};
    const bool any_status = std::none_of(list.filters.begin(), list.filters.end(),
                                         [](const auto& filter) { return filter.first == "status"; });
    if (options_.what != Exported::products || !any_status) return {list};
    // Without a status, the list of products has the active ones only.
    auto archived = list;
    list.filters.emplace_back("status", "active");
    archived.filters.emplace_back("status", "archived");
    return {list, archived};
  }

  Result<void> add_page(const client::ListPage& page) {
    if (options_.stop && options_.stop()) {
      return fail(ErrorCode::kIo, "interrupted", "interrupted before the last page was read");
    }
    summary_.unreadable += static_cast<std::uint64_t>(whole_of(page.tape, 0, "unreadable").value_or(0));
    std::vector<std::vector<StockAt>> stock(page.tape[page.data].count);
    if (options_.what == Exported::products && options_.stock != StockShown::none) {
      auto read = stock_of(page);
      if (!read) return fail(std::move(read.error()));
      stock = std::move(*read);
    }
    auto levels = stock.begin();
    for (std::size_t at = page.data + 1; at < page.tape[page.data].end; at = page.tape[at].end) {
      if (auto done = add_document(page.tape, at, *levels++); !done) return done;
      ++summary_.documents;
    }
    return {};
  }

  Result<std::vector<std::vector<StockAt>>> stock_of(const client::ListPage& page) {
    std::vector<std::string> ids;
    for (std::size_t at = page.data + 1; at < page.tape[page.data].end; at = page.tape[at].end) {
      ids.emplace_back(text_of(page.tape, at, "id"));
    }
    auto stock = read_stock(server_, ids);
    if (stock && options_.stock == StockShown::sum) {
      for (auto& levels : *stock) levels = stock_in_all(levels);
    }
    return stock;
  }

  Result<void> add_document(const JsonTape& tape, std::size_t at, const std::vector<StockAt>& stock) {
    if (!is_csv()) return add_whole(tape, at, stock);
    switch (options_.what) {
      case Exported::orders:
        return add_order(tape, at);
      case Exported::products:
        return add_product(tape, at, stock);
      case Exported::customers:
        return add_customer(tape, at);
    }
    return {};
  }

  // As the API has it. A product gets the stock beside it, as POST /v1/products takes it.
  Result<void> add_whole(const JsonTape& tape, std::size_t at, const std::vector<StockAt>& stock) {
    append_json(tape, at, -1, pending_);
    if (!stock.empty()) {
      pending_.pop_back();
      append_stock(stock);
      pending_.push_back('}');
    }
    pending_.push_back('\n');
    return end_of_row();
  }

  void append_stock(const std::vector<StockAt>& stock) {
    const bool one = stock.size() == 1;
    pending_ += one ? ",\"stock\":" : ",\"stock_levels\":[";
    for (std::size_t i = 0; i < stock.size(); ++i) {
      if (!one) pending_ += i == 0 ? "{\"on_hand\":" : ",{\"on_hand\":";
      pending_ += std::to_string(stock[i].on_hand);
      if (!stock[i].location.empty()) {
        pending_ += ",\"location\":";
        append_json_string(stock[i].location, pending_);
      }
      if (!one) pending_.push_back('}');
    }
    if (!one) pending_.push_back(']');
  }

  Result<void> add_order(const JsonTape& tape, std::size_t at) {
    const auto read = read_order(tape, at);
    if (!read) return fail(read.error());
    if (has_more_than_columns(*read)) ++summary_.summarized;
    if (read->lines.empty()) return add_row(order_columns(), OrderRow{*read});
    for (const auto& line : read->lines) {
      if (auto done = add_row(order_columns(), OrderRow{*read, &line}); !done) return done;
    }
    return {};
  }

  Result<void> add_product(const JsonTape& tape, std::size_t at, const std::vector<StockAt>& stock) {
    const auto read = read_product(tape, at);
    if (!read) return fail(read.error());
    if (stock.empty()) return add_row(product_columns(), ProductRow{*read});
    for (const auto& level : stock) {
      if (auto done = add_row(product_columns(), ProductRow{*read, level}); !done) return done;
    }
    return {};
  }

  Result<void> add_customer(const JsonTape& tape, std::size_t at) {
    const auto read = read_customer(tape, at);
    if (!read) return fail(read.error());
    if (has_more_than_columns(*read)) ++summary_.summarized;
    return add_row(customer_columns(), *read);
  }

  template <class Row>
  Result<void> add_row(const Columns<Row>& columns, const Row& row) {
    append_line(columns, row, options_.texts, pending_);
    return end_of_row();
  }

  Result<void> end_of_row() {
    ++summary_.rows;
    return pending_.size() < kPiece ? Result<void>() : flush();
  }

  Result<void> flush() {
    auto written = write_(pending_);
    pending_.clear();
    return written;
  }

  client::HttpCaller& server_;
  const ExportOptions& options_;
  const Sink& write_;
  std::string pending_;  // not yet written
  ExportSummary summary_;
};

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return grouped(number) + " " + std::string(number == 1 ? one : many);
}

// What CSV has only a part of.
std::string_view parts_of(Exported what) {
  return what == Exported::orders ? "several taxes on a line, several discounts or several shipping charges"
                                  : "figures in several currencies, or several addresses";
}

}  // namespace

std::string_view to_string(Exported what) {
  static constexpr std::array<std::string_view, 3> kNames = {"orders", "products", "customers"};
  return kNames[static_cast<std::size_t>(what)];
}

std::optional<ExportFormat> format_of(std::string_view path) {
  if (path.ends_with(".csv")) return ExportFormat::csv;
  if (path.ends_with(".ndjson") || path.ends_with(".jsonl")) return ExportFormat::ndjson;
  return std::nullopt;
}

Result<ExportSummary> run_export(client::HttpCaller& server, const ExportOptions& options, const Sink& write) {
  return Export(server, options, write).run();
}

std::optional<std::uint64_t> records_waiting(client::HttpCaller& server) {
  const auto answer = client::call(server, {"GET", "/metrics", {}, {}});
  if (!answer || answer->status != 200) return std::nullopt;
  std::optional<std::uint64_t> sum;
  std::string_view text = answer->body;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.starts_with("ordo_processor_lag{")) continue;
    const auto lag = parse_natural<std::int64_t>(line.substr(line.rfind(' ') + 1));
    sum = sum.value_or(0) + static_cast<std::uint64_t>(lag.value_or(0));
  }
  return sum;
}

std::string summary_text(const ExportOptions& options, const ExportSummary& summary, const std::string& path) {
  const auto what = to_string(options.what);
  const auto one = what.substr(0, what.size() - 1);
  std::string text = counted(summary.documents, one, what);
  if (summary.rows != summary.documents) text += " in " + counted(summary.rows, "row", "rows");
  text += " written" + (path.empty() ? std::string() : " to " + path) + "\n";
  if (summary.summarized > 0) {
    text += counted(summary.summarized, one, what) + (summary.summarized == 1 ? " has" : " have") +
            " more than CSV shows (" + std::string(parts_of(options.what)) + "); --format ndjson has all of it\n";
  }
  if (summary.unreadable > 0) {
    text += "The server could not read " + counted(summary.unreadable, one, what) + ", which " +
            (summary.unreadable == 1 ? "is" : "are") + " missing here; its log says which\n";
  }
  return text;
}

}  // namespace ordo::exports
