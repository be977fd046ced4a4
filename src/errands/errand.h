// Errands: what a document waits for from outside the log. Time has to pass, a gateway to answer, a carrier to move. A
// fold knows none of this: it writes the document, the document tells what it waits for, somebody runs the errand
// (errand_runner.h), and what comes of it enters the log as a record like any other.
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
#include "records/documents.h"
#include "records/topology.h"

namespace ordo {

namespace errand {

struct TimeOutPayment {};
struct ReleaseHold {};
struct AskGateway {
  GatewayCall call;
  std::string method;
};
// The simulated carrier's next move. `lines`: what leaves, where it is not all of the shipment.
struct MoveShipment {
  std::string shipment_id;
  ShipmentStatus to = ShipmentStatus::shipped;
  std::optional<std::vector<StockLine>> lines;
};

}  // namespace errand

struct Errand {
  Timestamp due;
  OrderId order_id;
  std::variant<errand::TimeOutPayment, errand::ReleaseHold, errand::AskGateway, errand::MoveShipment> what;
};

struct ErrandRules {
  std::chrono::milliseconds payment_timeout{30 * 60 * 1000};  // from the reservation to the capture

  Backoff gateway_backoff{std::chrono::milliseconds(500), std::chrono::milliseconds(60'000), 50};
  std::int64_t gateway_attempts = 8;  // then the payment counts as failed; voids and refunds are never given up

  bool simulated_carrier = true;  // else carriers report by themselves
  std::chrono::milliseconds carrier_pickup{0};
  std::chrono::milliseconds carrier_delivery{0};
  std::int64_t carrier_lines = 0;  // of a shipment that leave together; 0: all
};

// What `document` waits for, and from when on; nothing when it waits for nothing that passes by itself. Every time in
// it comes from the document and the rules, so it is the same whenever and wherever it is asked.
std::optional<Errand> errand_of(const Document& document, const ErrandRules& rules);

// The documents of `owner`'s processor that may wait for something, as filters of a list: to be looked through when the
// owner is taken over. Empty for a processor whose documents never wait.
std::vector<Query> waiting_documents(ProcessorKind processor);

// A record that an errand brings home; it goes to the partition of its key.
struct Notice {
  Topic topic = Topic::order_events;
  std::string key;
  std::string_view type;
  std::string value;
};

// Of an errand that only has to wait for its time; not for AskGateway.
Notice notice_of(const Errand& errand);

// Of the gateway's answer to `asked`; an answer that is `unavailable` for the last time allowed becomes `gave_up`.
struct GatewayReply {
  GatewayOutcome outcome = GatewayOutcome::unavailable;
  std::string reason;
  std::string reference;  // the gateway's own
};
Notice notice_of(const OrderId& order, const errand::AskGateway& asked, GatewayReply reply, const ErrandRules& rules);

}  // namespace ordo
