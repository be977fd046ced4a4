// Promotions: keeps the promotions of the shop.
#pragma once

#include "processors/keyed_processor.h"

namespace ordo::processors {

class Promotions : public KeyedProcessor<Promotion, ProcessorKind::promotions> {
 public:
  std::optional<std::string_view> home_key(const Message& message) const override;

 private:
  void fold_into(const Promotion* current, const Incoming& in, Fold& fold) override;
};

}  // namespace ordo::processors
