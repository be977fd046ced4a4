// Catalog: keeps the products, and passes on the stock counts that come with them.
#pragma once

#include "domain/text_rule.h"
#include "processors/keyed_processor.h"

namespace ordo::processors {

// The change that a product event requests. The currency of its price is the event's, otherwise that of the current
// product, otherwise `default_currency`. kInvalid with pointers to the wrong fields.
Result<ChangeProduct> to_change(const ProductEvent& event, const Product* current, Currency default_currency,
                                TextRule rule);

// The id of a product that was created without one. It follows from the record's place in product_events, or from its
// original place if it was replayed from the dead letters. Reading the record again gives the same id; no other record
// gives it. 24 hex digits, which systems that send such records expect.
ProductId product_id_from_place(const Record& record, std::int64_t epoch);

class Catalog : public KeyedProcessor<Product, ProcessorKind::catalog> {
 public:
  Catalog(Currency default_currency, LocationId default_location);

  void name(const Record& record, std::int64_t epoch, Message& message) const override;
  std::optional<std::string_view> home_key(const Message& message) const override;

 private:
  void fold_into(const Product* current, const Incoming& in, Fold& fold) override;

  const Currency default_currency_;
  const LocationId default_location_;
};

}  // namespace ordo::processors
