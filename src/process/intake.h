// Intake: turns an order as placed into an order as kept. Owns no documents.
#pragma once

#include "domain/pricing.h"
#include "process/processor.h"

namespace ordo {

// The short number people call an order by, from where it lies in order_created: "1042"; "2-1042" in the log's epoch 2.
std::string order_number(const Topology& topology, std::int64_t epoch, int partition, std::int64_t offset);

// The id of an order that came without one: from its place in order_created, or from its origin when it was replayed
// from the dead letters. Read again, it gives the same id, and nothing else can.
OrderId order_id_from_place(const Owner& owner, std::int64_t epoch, const Record& record);

// What can be wrong with a new order whoever sends it, field by field. Empty: acceptable.
std::vector<Violation> check_order_fields(const CustomerId& customer, std::string_view customer_field,
                                          const LocationId& location, const std::optional<std::string>& reference,
                                          const std::map<std::string, std::string>& metadata);

// The same for metadata alone, of orders and of customers.
std::vector<Violation> check_metadata(const std::map<std::string, std::string>& metadata);

class Intake : public Processor {
 public:
  // `prices` outlives the processor and may change between records; the first copy of a record that reaches orders
  // decides. `dispatch_hold_s`: how long a paid order waits before its shipment is asked for, seconds.
  Intake(const PriceList& prices, LocationId default_location, std::int64_t dispatch_hold_s = 0);

  ProcessorKind kind() const override { return ProcessorKind::intake; }
  std::string_view home_key(const Message&) const override { return {}; }
  void needs(const Incoming&, Needs&) const override {}
  void fold(const Incoming& in, Fold& fold) override;

 private:
  const PriceList& prices_;
  const LocationId default_location_;
  const std::int64_t dispatch_hold_s_;
};

}  // namespace ordo
