// The permissions to read the records of a topic, in addition to the permission of the route. The event stream must not
// show data that the caller could not read elsewhere.
#pragma once

#include <bitset>

#include "access/permission.h"
#include "api/views.h"
#include "http/message.h"
#include "records/event_json.h"
#include "records/topology.h"

namespace ordo::api {

// For events of the topic. Events omit payment tokens when the caller may not read payments.
access::PermissionSet event_permissions(Topic topic);

// For dead letters of the topic, which are shown byte for byte.
access::PermissionSet letter_permissions(Topic topic);

// The topics whose dead letters the caller may not see.
std::bitset<kTopics> hidden_letters(const http::Request& request);

// Whether the caller sees payment tokens. Without keys, every caller does.
PaymentTokens shown_tokens(const http::Request& request);

// What the caller may see of an order.
OrderReader reader_of(const http::Request& request);

}  // namespace ordo::api
