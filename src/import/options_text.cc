#include "import/options_text.h"

#include "records/describe.h"

namespace ordo::imports {
namespace {

// Each value with its length, so that no two lists of values give one text.
class Text {
 public:
  Text& add(std::string_view value) {
    text_ += std::to_string(value.size()) + ":" + std::string(value) + "\n";
    return *this;
  }
  Text& add(bool value) { return add(std::string_view(value ? "yes" : "no")); }
  Text& add(const std::optional<std::string>& value) { return add(value ? std::string_view(*value) : "absent"); }
  Text& add_number(std::int64_t value) { return add(std::string_view(std::to_string(value))); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void add_columns(const ColumnChoices& columns, Text& text) {
  for (const auto& [role, heading] : columns.map) text.add(to_string(role)).add(std::string_view(heading));
  text.add(std::string_view("set"));
  for (const auto& [role, value] : columns.set) text.add(to_string(role)).add(std::string_view(value));
  text.add(columns.profile != nullptr ? columns.profile->name : "recognized");
}

void add_values(const ValueChoices& values, Text& text) {
  text.add_number(values.decimal).add(std::string_view(values.time.zone));
  text.add_number(static_cast<int>(values.time.order));
  for (const auto& format : values.time.formats) text.add(std::string_view(format));
  text.add(values.currency ? values.currency->code() : "none");
  if (values.unit) text.add_number(values.unit->units).add_number(values.unit->decimals);
  for (const auto& [word, state] : values.status) text.add(std::string_view(word)).add(enum_name(state.status));
}

}  // namespace

std::string options_text(const ImportOptions& options) {
  Text text;
  text.add(to_string(options.kind)).add(std::string_view(options.orders.source));
  text.add(options.mode ? enum_name(*options.mode) : "none");
  add_columns(options.columns, text);
  add_values(options.values, text);
  text.add_number(static_cast<int>(options.table.encoding)).add_number(options.table.delimiter);
  text.add_number(options.table.format ? static_cast<int>(*options.table.format) : -1);
  const auto& orders = options.orders;
  text.add(orders.guest).add(orders.location);
  text.add(orders.partial).add(orders.accept_totals).add(orders.announce).add(orders.replace).add(orders.collect);
  const auto& products = options.products;
  text.add(products.currency.code()).add(products.location).add_number(products.stock.value_or(-1));
  text.add(products.update).add(options.update_stock);
  return text.text();
}

}  // namespace ordo::imports
