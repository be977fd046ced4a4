// Intake: turns an order as placed into a checked, numbered and priced order. Owns no documents.
#pragma once

#include <chrono>

#include "domain/order_terms.h"
#include "domain/pricing.h"
#include "engine/processor.h"

namespace ordo::processors {

// The short number that people use for an order. It is made from the record's position in order_created: "1042";
// "2-1042" in the log's epoch 2.
std::string order_number(const Topology& topology, std::int64_t epoch, int partition, std::int64_t offset);

// The id of an order that came without one. It is made from the record's position in order_created, or from its origin
// if the record was replayed from the dead letters. So a record that is read again gives the same id, and no other
// record can give it.
OrderId order_id_from_place(const Owner& owner, std::int64_t epoch, const Record& record);

// Adds the errors of a new order, field by field, for every way to place one.
void check_order_fields(const CustomerId& customer, std::string_view customer_field, const LocationId& location,
                        const OrderTerms& terms, TextRule rule, std::vector<Violation>& found);

class Intake : public Processor {
 public:
  // `prices` outlives the processor and may change between records. So this fold may give another result when it is
  // repeated: after a crash between sending and committing, a product may have another price, or be known that was
  // unknown. That is harmless. A repetition emits its one record under the same sequence to the same partition, which
  // depends on the order's id alone. Orders takes the first copy that arrives and drops the second. If the prices of a
  // record cannot be determined now, the record is postponed: it emits nothing and commits nothing until they can.
  // `dispatch_hold`: how long a paid order waits before its shipment is requested.
  Intake(const PriceList& prices, LocationId default_location, std::chrono::seconds dispatch_hold = {});

  ProcessorKind kind() const override { return ProcessorKind::intake; }
  std::optional<std::string_view> home_key(const Message&) const override { return std::nullopt; }
  void needs(const Incoming&, Needs&) const override {}
  void fold(const Incoming& in, Fold& fold) override;

 private:
  Result<PricedOrder> from_catalogue(const NewOrder& order, std::optional<std::string>& rejection) const;

  const PriceList& prices_;
  const LocationId default_location_;
  const std::chrono::seconds dispatch_hold_;
};

}  // namespace ordo::processors
