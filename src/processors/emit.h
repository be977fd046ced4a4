// Records that a processor emits: a message knows its topic and its type.
#pragma once

#include <string>
#include <utility>

#include "engine/processor.h"
#include "records/messages.h"

namespace ordo::processors {

// `key` determines the partition on the message's topic. `subject` is the id of the record's subject; see Emission.
template <class M>
void emit(Fold& fold, std::string key, std::string subject, const M& message) {
  fold.emit({M::kMessage.topic, std::move(key), std::move(subject), kTypeOf<M>, encode(message)});
}

// Emits to order_events, keyed by the order. All of these are reports: a cancelled shipment, a captured payment.
template <class M>
void emit_to_order(Fold& fold, const OrderId& order, const M& message) {
  static_assert(kIsOn<M, Topic::order_events>);
  fold.emit({M::kMessage.topic, order.str(), order.str(), kTypeOf<M>, encode(message), true});
}

}  // namespace ordo::processors
