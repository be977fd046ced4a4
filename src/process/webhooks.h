// Webhooks: the endpoints that are called when something happens, and what became of the calls. The calls themselves
// are made outside, by outbound/webhook_sender.h.
#pragma once

#include "process/processor.h"

namespace ordo {

// What can be wrong with what is told of an endpoint, field by field. Empty: acceptable. Whether its URL may be called
// is another question, see outbound/url.h.
std::vector<Violation> check_webhook(const WebhookChanged& message);

class Webhooks : public Processor {
 public:
  ProcessorKind kind() const override { return ProcessorKind::webhooks; }
  std::string_view home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;
};

}  // namespace ordo
