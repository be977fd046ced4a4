#include "import/order_differences.h"

#include "records/json_pick.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kMostDifferences = 5;

class Differences {
 public:
  void compare(const std::string& what, std::string_view there, std::string_view in_file) {
    if (there == in_file || in_file.empty()) return;
    if (++count_ > kMostDifferences) return;
    text_ += (text_.empty() ? "" : "; ") + what + " is " + shown(there) + ", in the file " + shown(in_file);
  }
  std::string text() const {
    return count_ <= kMostDifferences ? text_ : text_ + "; and " + std::to_string(count_ - kMostDifferences) + " more";
  }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

std::string_view product_of(const StatedLine& line) {
  return line.product_id ? std::string_view(line.product_id->str()) : std::string_view();
}

}  // namespace

std::string order_differences(const PlannedOrder& order, const JsonTape& document) {
  Differences found;
  found.compare("the customer", text_of(document, 0, "customer_id"), order.customer);
  if (order.placed_at) found.compare("the time", text_of(document, 0, "placed_at"), to_rfc3339(*order.placed_at));
  const auto lines = member(document, 0, "lines");
  if (!lines) return found.text();
  found.compare("the number of lines", std::to_string(document[*lines].count), std::to_string(order.lines.size()));
  std::size_t at = *lines + 1;
  for (std::size_t i = 0; i < order.lines.size() && at < document[*lines].end; ++i, at = document[at].end) {
    const std::string of_line = " of line " + std::to_string(i + 1);
    found.compare("the product" + of_line, text_of(document, at, "product_id"), product_of(order.lines[i]));
    found.compare("the quantity" + of_line, text_of(document, at, "quantity"), std::to_string(order.lines[i].quantity));
  }
  return found.text();
}

}  // namespace ordo::imports
