// A record of the log as JSON, for /v1/events and webhooks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "records/envelope.h"

namespace ordo {

// Whether the payment gateway's token for a customer's card is shown. It is written, but few readers may see it.
enum class PaymentTokens : std::uint8_t { kShown, kLeftOut };

// {"id","source","type","subject","time","topic","partition","offset","by","data"}, in one line. `by` is an object, and
// only there if it is known who caused the record. `data` is the record's
// value if that is JSON, else its text; invalid UTF-8 is repaired. Without payment tokens, `payment_method`,
// `paymentMethod` and encoded data are left out. Then `data` is null if the value is not JSON, because it might contain
// a token.
void append_event_json(const Record& record, PaymentTokens tokens, std::string& out);

// The same as a CloudEvent in structured mode, with "specversion". A foreign record without id or source gets ones made
// from its position. `by` is the attributes "bykind", "byid" and "byname". Never with payment tokens.
std::string cloud_event(const Record& record);

// Appends `"name":"value"`. A comma precedes it unless `out` ends with the object's opening brace.
void append_text_member(std::string_view name, std::string_view value, std::string& out);

}  // namespace ordo
