// Catalog: the products, and the counts of stock that come with them.
#pragma once

#include "process/processor.h"

namespace ordo {

// What a product event asks for. Its price is in the event's currency, else in that of the product as it is, else in
// `default_currency`. kInvalid with the pointers of the wrong fields.
Result<ChangeProduct> to_change(const ProductEvent& event, const Product* current, Currency default_currency);

class Catalog : public Processor {
 public:
  Catalog(Currency default_currency, LocationId default_location);

  ProcessorKind kind() const override { return ProcessorKind::catalog; }
  std::string_view home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;

 private:
  const Currency default_currency_;
  const LocationId default_location_;
};

}  // namespace ordo
