// Webhooks: keeps the endpoints that are called when something happens, and the results of the calls.
// outbound/webhook_sender.h makes the calls.
#pragma once

#include "domain/text_rule.h"
#include "engine/processor.h"

namespace ordo::processors {

// The problems of an endpoint's data, field by field. Empty: valid. Whether its URL may be called is a separate check,
// see outbound/url.h.
std::vector<Violation> check_webhook(const WebhookChanged& message, TextRule rule);

// The delivery that a request for a test event begins.
WebhookDelivery begin_test(const WebhookTestRequested& request, Timestamp at);

class Webhooks : public Processor {
 public:
  ProcessorKind kind() const override { return ProcessorKind::webhooks; }
  std::optional<std::string_view> home_key(const Message& message) const override;
  void needs(const Incoming& in, Needs& needs) const override;
  void fold(const Incoming& in, Fold& fold) override;
};

}  // namespace ordo::processors
