#include "processors/webhooks.h"

#include <algorithm>

#include "domain/text_rule.h"
#include "processors/keyed_processor.h"
#include "records/proof.h"

namespace ordo::processors {
namespace {

constexpr std::size_t kMaxUrl = 2'048;
constexpr std::size_t kMaxDescription = 200;
constexpr std::size_t kMaxType = 128;
constexpr std::size_t kMaxSecret = 128;

ChangeWebhook to_change(const WebhookChanged& message) {
  ChangeWebhook change;
  change.action = message.action;
  change.id = message.webhook_id;
  change.url = message.url;
  change.types = message.types;
  change.description = message.description;
  change.secret = message.secret;
  change.enabled = message.enabled;
  change.log_epoch = message.log_epoch;
  change.positions = message.positions;
  change.change_id = message.change_id;
  change.expected_rev = message.expected_rev;
  return change;
}

DeliveryAttempt to_attempt(const WebhookAttempted& message) {
  return {message.delivery_id, message.event,    message.attempt,
          message.gone,        message.retry_at, std::chrono::seconds(message.disable_after_s)};
}

class WebhookFold {
 public:
  WebhookFold(const Incoming& in, Fold& fold) : in_(in), fold_(fold) {}

  void operator()(const WebhookChanged& message) {
    if (auto violations = check_webhook(message, text_rule_of(in_.record.envelope)); !violations.empty()) {
      return fold_.refuse(
          {ErrorCode::kInvalid, "invalid_fields", "the webhook has wrong fields", std::move(violations)});
    }
    const auto* current = endpoint(message.webhook_id);
    settle_change(current, decide(current, to_change(message), in_.at), message.change_id, in_.record.envelope.by,
                  fold_);
  }

  void operator()(const WebhookAttempted& message) {
    const auto* hook = endpoint(message.webhook_id);
    if (hook == nullptr) return unknown();
    auto next = decide(*hook, delivery(message.delivery_id), to_attempt(message), in_.at);
    if (!next) return;
    fold_.put(std::move(next->endpoint));
    fold_.put(std::move(next->delivery));
  }

  void operator()(const WebhookAdvanced& message) {
    const auto* hook = endpoint(message.webhook_id);
    if (hook == nullptr) return unknown();
    if (auto next = advance(*hook, {message.generation, message.log_epoch, message.positions}, in_.at)) {
      fold_.put(std::move(*next));
    }
  }

  void operator()(const RedeliverRequested& message) {
    const auto* sent = delivery(message.delivery_id);
    if (sent == nullptr || sent->endpoint_id != message.webhook_id) {
      return fold_.refuse({ErrorCode::kNotFound, "unknown_delivery", "there is no delivery with this id", {}});
    }
    fold_.put(redeliver(*sent, in_.at));
  }

  void operator()(const WebhookTestRequested& message) {
    const auto* hook = endpoint(message.webhook_id);
    if (hook == nullptr) return unknown();
    if (delivery(message.delivery_id) != nullptr) return;
    fold_.put(begin_test(message, in_.at));
  }

  template <class M>
  requires(!kIsOn<M, Topic::webhooks>) void operator()(const M&) {}

 private:
  const Webhook* endpoint(const WebhookId& id) { return find_as<Webhook>(fold_, id.str()); }
  const WebhookDelivery* delivery(const std::string& id) { return find_as<WebhookDelivery>(fold_, id); }
  void unknown() { fold_.refuse({ErrorCode::kNotFound, "unknown_webhook", "there is no webhook with this id", {}}); }

  const Incoming& in_;
  Fold& fold_;
};

std::optional<std::string_view> delivery_of(const Message& message) {
  if (const auto* attempted = std::get_if<WebhookAttempted>(&message)) return attempted->delivery_id;
  if (const auto* again = std::get_if<RedeliverRequested>(&message)) return again->delivery_id;
  if (const auto* test = std::get_if<WebhookTestRequested>(&message)) return test->delivery_id;
  return std::nullopt;
}

void check_types(const std::vector<std::string>& types, TextRule rule, std::vector<Violation>& found) {
  if (types.size() > Webhook::kMaxTypes) found.push_back({"/types", "must be at most 32"});
  for (std::size_t i = 0; i < std::min(types.size(), Webhook::kMaxTypes); ++i) {
    const auto pointer = "/types/" + std::to_string(i);
    const auto& type = types[i];
    if (type.empty() || type.size() > kMaxType) {
      found.push_back({pointer, "must be 1 to 128 bytes"});
    } else if (const auto problem = line_problem(type); rule == TextRule::enforced && !problem.empty()) {
      found.push_back({pointer, std::string(problem)});
    } else if (type.find('*') < type.size() - 1) {
      found.push_back({pointer, "may have a * at the end only, as in ordo.payment.*"});
    }
  }
}

}  // namespace

WebhookDelivery begin_test(const WebhookTestRequested& request, Timestamp at) {
  WebhookEvent event;
  event.id = request.delivery_id;
  event.type = type::kWebhookTest;
  event.subject = request.webhook_id.str();
  return begin_delivery(request.delivery_id, request.webhook_id, std::move(event), at);
}

std::vector<Violation> check_webhook(const WebhookChanged& message, TextRule rule) {
  std::vector<Violation> found;
  const auto& id = message.webhook_id.str();
  if (const auto problem = id_problem(id); !problem.empty()) {
    found.push_back({"/webhook_id", std::string(problem)});
  } else if (id.find('.') != std::string::npos) {
    found.push_back({"/webhook_id", "must have no full stop: it is part of signed message ids"});
  }
  const bool creates = message.action == WebhookAction::create;
  if (creates && !message.url) found.push_back({"/url", "is required"});
  if (creates && !message.secret) found.push_back({"/secret", "is required"});
  if (message.url && (message.url->empty() || message.url->size() > kMaxUrl)) {
    found.push_back({"/url", "must be 1 to 2048 bytes"});
  }
  if (message.secret && (message.secret->empty() || message.secret->size() > kMaxSecret)) {
    found.push_back({"/secret", "must be 1 to 128 bytes"});
  }
  if (message.description && message.description->size() > kMaxDescription) {
    found.push_back({"/description", "must be at most 200 bytes"});
  }
  for (const auto& [pointer, text] : {std::pair("/description", message.description), {"/url", message.url}}) {
    const auto problem = text && rule == TextRule::enforced ? line_problem(*text) : std::string_view();
    if (!problem.empty()) found.push_back({pointer, std::string(problem)});
  }
  if (message.types) check_types(*message.types, rule, found);
  return found;
}

std::optional<std::string_view> Webhooks::home_key(const Message& message) const {
  return std::visit(
      []<class M>(const M& one) -> std::optional<std::string_view> {
        if constexpr (kIsOn<M, Topic::webhooks>) {
          return one.webhook_id.str();
        } else {
          return std::nullopt;
        }
      },
      message);
}

void Webhooks::needs(const Incoming& in, Needs& needs) const {
  if (const auto webhook = home_key(in.message)) needs.existing(Collection::webhook_endpoints, *webhook);
  if (const auto delivery = delivery_of(in.message)) needs.existing(Collection::webhook_deliveries, *delivery);
}

void Webhooks::fold(const Incoming& in, Fold& fold) {
  std::visit(WebhookFold{in, fold}, in.message);
}

}  // namespace ordo::processors
