// Catalog: keeps the products, and passes on the stock counts that come with them.
#pragma once

#include "domain/text_rule.h"
#include "engine/processor.h"

namespace ordo::processors {

// The change that a product event requests. The currency of its price is the event's, otherwise that of the current
// product, otherwise `default_currency`. kInvalid with pointers to the wrong fields.
Result<ChangeProduct> to_change(const ProductEvent& event, const Product* current, Currency default_currency,
                                TextRule rule);

// The id of a product that was created without one. It follows from the record's place in product_events, or from its
// original place if it was replayed from the dead letters. Reading the record again gives the same id; no other record
// gives it. 24 hex digits, which systems that send such records expect.
ProductId product_id_from_place(const Record& record, std::int64_t epoch);

class Catalog : public Processor {
 public:
  Catalog(Currency default_currency, LocationId default_location);

  ProcessorKind kind() const override { return ProcessorKind::catalog; }
  void name(const Record& record, std::int64_t epoch, Message& message) const override;
  std::string_view home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;

 private:
  const Currency default_currency_;
  const LocationId default_location_;
};

}  // namespace ordo::processors
