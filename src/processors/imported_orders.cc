#include "processors/imported_orders.h"

#include "domain/pricing.h"
#include "processors/intake.h"

namespace ordo::processors {

std::vector<Violation> check_imported_order(const ImportedOrder& content, TextRule rule) {
  std::vector<Violation> found;
  check_order_fields(content.customer_id, "/customer_id", content.location, content, rule, found);
  const std::vector<PricedLine> lines(content.lines.begin(), content.lines.end());
  for (auto& violation : check_priced(lines, content, content.total, rule)) found.push_back(std::move(violation));
  // The pieces of wrong lines cannot be checked.
  if (found.empty()) check_imported_state(content, rule, found);
  return found;
}

std::string imported_order_number(const Topology& topology, std::int64_t epoch, int partition, std::int64_t offset) {
  const std::int64_t number = offset * topology[Topic::order_events].partitions + partition + 1;
  return (epoch == 0 ? "H" : std::to_string(epoch + 1) + "-H") + std::to_string(number);
}

}  // namespace ordo::processors
