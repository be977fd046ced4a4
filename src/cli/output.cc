#include "cli/output.h"

#include <algorithm>
#include <array>

#include "cli/csv.h"
#include "cli/json_pick.h"
#include "records/json_codec.h"

namespace ordo::cli {
namespace {

constexpr std::array<std::string_view, 4> kFormats = {"table", "json", "ndjson", "csv"};

// Members the API does not show.
bool hidden(std::string_view name) {
  return name == "history" || name == "request_hash" || name == "recent_changes";
}

// --- one member as cells of CSV --------------------------------------------------------------------------------------

using Cells = std::vector<std::string>;

template <class T>
struct Plain {
  using type = T;
};
template <class T>
struct Plain<std::optional<T>> {
  using type = T;
};

void add_cells(const std::string& value, Cells& out) {
  out.push_back(value);
}
void add_cells(std::int64_t value, Cells& out) {
  out.push_back(std::to_string(value));
}
void add_cells(Timestamp value, Cells& out) {
  out.push_back(to_rfc3339(value));
}
void add_cells(const Money& value, Cells& out) {
  out.push_back(std::to_string(value.amount));
  out.emplace_back(value.currency.code());
}
template <class Tag>
void add_cells(const Id<Tag>& value, Cells& out) {
  out.push_back(value.str());
}
template <class E>
requires std::is_enum_v<E>
void add_cells(E value, Cells& out) {
  out.emplace_back(enum_name(value));
}
template <class T>
void add_cells(const std::vector<T>& values, Cells& out) {
  out.push_back(std::to_string(values.size()));
}
template <class T>
void add_cells(const std::optional<T>& value, Cells& out) {
  if (value) return add_cells(*value, out);
  out.emplace_back();
  if constexpr (std::is_same_v<T, Money>) out.emplace_back();
}
void add_cells(const std::map<std::string, std::string>& value, Cells& out) {
  out.push_back(value.empty() ? "" : to_json(value));
}

template <class T>
Cells column_names() {
  Cells names;
  for_each_member(T{}, [&]<class M>(std::string_view name, const M&) {
    if (hidden(name)) return;
    if constexpr (std::is_same_v<typename Plain<M>::type, Money>) {
      names.push_back(std::string(name) + "_amount");
      names.push_back(std::string(name) + "_currency");
    } else {
      names.emplace_back(name);
    }
  });
  return names;
}

template <class T>
Cells cells_of(const T& document) {
  Cells cells;
  for_each_member(document, [&](std::string_view name, const auto& value) {
    if (!hidden(name)) add_cells(value, cells);
  });
  return cells;
}

template <class T>
Result<T> read_document(const JsonTape& tape, std::size_t at) {
  JsonReading in{tape, Fields::stored, {}};
  T document;
  read_json(in, at, JsonPath{}, document);
  if (in.violations.empty()) return document;
  return fail(Error{ErrorCode::kCorrupt, "bad_answer", "the server's answer is not understood", in.violations});
}

// --- tables ----------------------------------------------------------------------------------------------------------

std::string shown_money(const Money& money) {
  return format_decimal(money) + " " + std::string(money.currency.code());
}

std::string shown_time(Timestamp time) {
  std::string text = to_rfc3339(time).substr(0, 19);
  text[10] = ' ';
  return text;
}

std::string shown_status(const Order& order) {
  std::string text(to_string(order.status));
  if (order.status_reason && !order.status_reason->empty()) text += " (" + *order.status_reason + ")";
  return printable(text, 40);
}

std::vector<Table::Heading> headings(Listed listed) {
  using Align = Table::Align;
  if (listed == Listed::products) {
    return {{"ID"}, {"NAME"}, {"CATEGORY"}, {"PRICE", Align::right}, {"STATUS"}, {"UPDATED"}};
  }
  return {{"NUMBER", Align::right}, {"ID"},    {"REFERENCE"}, {"CUSTOMER"}, {"STATUS"}, {"LINES", Align::right},
          {"TOTAL", Align::right},  {"PLACED"}};
}

Cells row_of(const Order& order) {
  return {order.number,
          order.id.str(),
          printable(order.reference.value_or(""), 24),
          order.customer_id.str(),
          shown_status(order),
          std::to_string(order.lines.size()),
          shown_money(order.total),
          shown_time(order.placed_at)};
}

Cells row_of(const Product& product) {
  return {product.id.str(),
          printable(product.name, 40),
          printable(product.category, 24),
          shown_money(product.price),
          std::string(enum_name(product.status)),
          shown_time(product.updated_at)};
}

void print_pairs(const std::vector<std::pair<std::string, std::string>>& pairs, std::ostream& out) {
  for (const auto& [name, value] : pairs) {
    if (value.empty()) continue;
    out << name << std::string(name.size() < 12 ? 12 - name.size() : 1, ' ') << value << '\n';
  }
}

void print_history(const JsonTape& history, std::ostream& out) {
  const auto data = member(history, 0, "data");
  if (!data || history[*data].count == 0) return;
  Table table({{"TIME"}, {"EVENT"}, {"SUMMARY"}});
  for (std::size_t at = *data + 1; at < history[*data].end; at = history[at].end) {
    const auto time = parse_timestamp(text_of(history, at, "at"));
    table.add({time ? shown_time(*time) : "", std::string(text_of(history, at, "type")),
               printable(text_of(history, at, "summary"), 100)});
  }
  out << '\n';
  table.print(out);
}

void print_order(const Order& order, const JsonTape* history, std::ostream& out) {
  print_pairs({{"order", order.number},
               {"id", order.id.str()},
               {"reference", printable(order.reference.value_or(""), 200)},
               {"customer", order.customer_id.str()},
               {"status", shown_status(order)},
               {"payment", std::string(enum_name(order.payment_status))},
               {"fulfillment", std::string(enum_name(order.fulfillment_status))},
               {"location", order.location.str()},
               {"total", shown_money(order.total)},
               {"placed", shown_time(order.placed_at)},
               {"updated", shown_time(order.updated_at)}},
              out);
  for (const auto& [key, value] : order.metadata) print_pairs({{printable(key, 64), printable(value, 200)}}, out);
  using Align = Table::Align;
  Table lines({{"PRODUCT"}, {"NAME"}, {"QUANTITY", Align::right}, {"PRICE", Align::right}, {"TOTAL", Align::right}});
  for (const auto& line : order.lines) {
    lines.add({line.product_id.str(), printable(line.name, 40), std::to_string(line.quantity),
               line.unit_price ? shown_money(*line.unit_price) : "unknown", shown_money(line.total)});
  }
  out << '\n';
  lines.print(out);
  if (history != nullptr) print_history(*history, out);
}

void print_product(const Product& product, const JsonTape* stock, std::ostream& out) {
  print_pairs({{"product", product.id.str()},
               {"name", printable(product.name, 200)},
               {"category", printable(product.category, 200)},
               {"price", shown_money(product.price)},
               {"status", std::string(enum_name(product.status))},
               {"created", shown_time(product.created_at)},
               {"updated", shown_time(product.updated_at)}},
              out);
  const auto data = stock != nullptr ? member(*stock, 0, "levels") : std::nullopt;
  if (!data || (*stock)[*data].count == 0) return;
  using Align = Table::Align;
  Table levels({{"LOCATION"}, {"ON HAND", Align::right}, {"RESERVED", Align::right}, {"AVAILABLE", Align::right}});
  for (std::size_t at = *data + 1; at < (*stock)[*data].end; at = (*stock)[at].end) {
    levels.add({std::string(text_of(*stock, at, "location")), std::string(text_of(*stock, at, "on_hand")),
                std::string(text_of(*stock, at, "reserved")), std::string(text_of(*stock, at, "available"))});
  }
  out << '\n';
  levels.print(out);
}

// Characters, not bytes: every byte that does not continue one begins one.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

std::optional<OutputFormat> parse_output(std::string_view name) {
  const auto found = std::find(kFormats.begin(), kFormats.end(), name);
  if (found == kFormats.end()) return std::nullopt;
  return static_cast<OutputFormat>(found - kFormats.begin());
}

void Table::add(std::vector<std::string> cells) {
  rows_.push_back(std::move(cells));
}

void Table::print_row(const std::vector<std::string>& cells, std::ostream& out) const {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t width = characters(cells[i]);
    const std::string space(widths_[i] > width ? widths_[i] - width : 0, ' ');
    if (i > 0) line += "  ";
    line += headings_[i].align == Align::right ? space + cells[i] : cells[i] + space;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

void Table::print(std::ostream& out) {
  if (widths_.empty()) {
    std::vector<std::string> names;
    for (const auto& heading : headings_) names.push_back(heading.name);
    for (const auto& name : names) widths_.push_back(name.size());
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) widths_[i] = std::max(widths_[i], characters(row[i]));
    }
    print_row(names, out);
  }
  for (const auto& row : rows_) print_row(row, out);
  rows_.clear();
}

ListPrinter::ListPrinter(Listed listed, OutputFormat format, std::ostream& out)
    : listed_(listed), format_(format), out_(out), table_(headings(listed)) {
  if (format == OutputFormat::csv) out_ << csv_line(csv_columns(listed));
}

Result<void> ListPrinter::print(const JsonTape& tape, std::size_t at) {
  if (format_ == OutputFormat::json || format_ == OutputFormat::ndjson) {
    std::string text;
    const bool lines = format_ == OutputFormat::ndjson;
    if (!lines) text = printed_ == 0 ? "[\n  " : ",\n  ";
    append_json(tape, at, lines ? -1 : 2, text);
    if (lines) text.push_back('\n');
    out_ << text;
    return {};
  }
  const auto put = [this](const auto& document) {
    if (format_ == OutputFormat::csv) {
      out_ << csv_line(cells_of(document));
    } else {
      table_.add(row_of(document));
    }
  };
  if (listed_ == Listed::orders) {
    const auto order = read_document<Order>(tape, at);
    if (!order) return fail(order.error());
    put(*order);
  } else {
    const auto product = read_document<Product>(tape, at);
    if (!product) return fail(product.error());
    put(*product);
  }
  return {};
}

Result<std::size_t> ListPrinter::page(const JsonTape& tape, std::size_t at, std::size_t most) {
  if (tape[at].kind != JsonNode::Kind::array) {
    return fail(ErrorCode::kCorrupt, "bad_answer", "the server's answer is not understood");
  }
  std::size_t count = 0;
  for (std::size_t i = at + 1; i < tape[at].end && count < most; i = tape[i].end) {
    if (auto done = print(tape, i); !done) return fail(std::move(done.error()));
    ++count;
    ++printed_;
  }
  if (format_ == OutputFormat::table) table_.print(out_);
  return count;
}

void ListPrinter::finish() {
  if (format_ == OutputFormat::json) out_ << (printed_ == 0 ? "[]\n" : "\n]\n");
  out_.flush();
}

Result<void> print_document(Listed listed, OutputFormat format, const JsonTape& tape, const JsonTape* related,
                            std::ostream& out) {
  if (format == OutputFormat::json || format == OutputFormat::ndjson) {
    std::string text;
    append_json(tape, 0, format == OutputFormat::json ? 0 : -1, text);
    out << text << '\n';
    return {};
  }
  const auto put = [&](const auto& document, auto print) {
    if (format == OutputFormat::csv) {
      out << csv_line(csv_columns(listed)) << csv_line(cells_of(document));
    } else {
      print(document, related, out);
    }
  };
  if (listed == Listed::orders) {
    const auto order = read_document<Order>(tape, 0);
    if (!order) return fail(order.error());
    put(*order, print_order);
  } else {
    const auto product = read_document<Product>(tape, 0);
    if (!product) return fail(product.error());
    put(*product, print_product);
  }
  return {};
}

std::string printable(std::string_view text, std::size_t most) {
  std::string out;
  std::size_t count = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) != 0x80 && ++count > most) {
      // The last character gives way to the mark.
      while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xc0) == 0x80) out.pop_back();
      if (!out.empty()) out.pop_back();
      return out + "\u2026";
    }
    out.push_back(byte < 0x20 || byte == 0x7f ? ' ' : c);
  }
  return out;
}

std::vector<std::string> csv_columns(Listed listed) {
  return listed == Listed::orders ? column_names<Order>() : column_names<Product>();
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

}  // namespace ordo::cli
