// Effects (type Effect): what a document waits for outside the log. Some wait for a time, some for the payment gateway,
// some for a carrier. A fold knows nothing of effects. It writes the document, and the document determines its effect.
// The runner (effect_runner.h) executes the effect. Its result enters the log as a normal record.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/backoff.h"
#include "domain/payment.h"
#include "domain/shipment.h"
#include "engine/result_log.h"
#include "records/documents.h"
#include "records/topology.h"

namespace ordo::effects {

namespace effect {

struct TimeOutPayment {};
struct ReleaseHold {};
struct Redact {};  // the retention time of the order's personal data is over
struct AskGateway {
  GatewayCall call;
  std::string method;
};
// The simulated carrier's next move. `lines`: what leaves, when it is only a part of the shipment.
struct MoveShipment {
  std::string shipment_id;
  ShipmentStatus to = ShipmentStatus::shipped;
  std::optional<std::vector<StockLine>> lines;
};

}  // namespace effect

struct Effect {
  Timestamp due;
  OrderId order_id;
  std::variant<effect::TimeOutPayment, effect::ReleaseHold, effect::Redact, effect::AskGateway, effect::MoveShipment>
      what;
  std::chrono::milliseconds wait{0};  // the waiting time before `due`
};

struct EffectRules {
  std::chrono::milliseconds payment_timeout{30 * 60 * 1000};                 // from the reservation to the capture
  std::chrono::milliseconds manual_payment_timeout = std::chrono::days(14);  // the same for a manual order

  Backoff gateway_backoff{std::chrono::milliseconds(500), std::chrono::milliseconds(60'000), 50};
  std::int64_t gateway_attempts = 8;  // then the payment counts as failed; voids and refunds are always retried

  bool simulated_carrier = true;  // else carriers report their moves
  std::chrono::milliseconds carrier_pickup{0};
  std::chrono::milliseconds carrier_delivery{0};
  std::int64_t carrier_lines = 0;  // how many lines of a shipment leave together; 0: all

  std::chrono::milliseconds retention{0};  // of an order's personal data, from the order's end; 0: forever
};

// The effect that `document` waits for, and its time; nothing when it waits for none. All times come from the document
// and the rules, so the result does not depend on when and where this is called.
std::optional<Effect> effect_of(const Document& document, const EffectRules& rules);

// Limits `due` to the time it would have if its waiting time began at `now`. A time in a document may come from a clock
// that is ahead, and must not delay the effect. So the first call of a gateway is always due at once.
Effect not_beyond(Timestamp now, Effect effect);

// Queries for the documents of `owner`'s processor that may wait for an effect. They are scanned when the owner is
// taken over. Empty for a processor whose documents never wait.
std::vector<Query> waiting_documents(ProcessorKind processor);

// The record of an effect's result. For an effect that only waits for its time; not for AskGateway.
ResultRecord result_record_of(const Effect& effect);

// For the gateway's answer to `asked`. If the last allowed attempt is `unavailable`, the outcome becomes `gave_up`.
struct GatewayReply {
  GatewayOutcome outcome = GatewayOutcome::unavailable;
  std::string reason;
  std::string reference;                       // the gateway's own reference
  std::optional<Money> amount = std::nullopt;  // that was captured, if it is not the amount of the call
};
ResultRecord result_record_of(const OrderId& order, const effect::AskGateway& asked, GatewayReply reply,
                              const EffectRules& rules);

}  // namespace ordo::effects
