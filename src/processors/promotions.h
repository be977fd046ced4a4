// Promotions: keeps the promotions of the shop, and counts their uses by orders. No use exceeds a limit, because each
// promotion has one owner, which decides one request after the other.
#pragma once

#include "engine/processor.h"

namespace ordo::processors {

class Promotions : public Processor {
 public:
  ProcessorKind kind() const override { return ProcessorKind::promotions; }
  std::optional<std::string_view> home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;
};

}  // namespace ordo::processors
