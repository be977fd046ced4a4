// The routes that change one order or shipment, as functions: requests about many orders call them for each. The first
// path parameter of the request is the id. `context` outlives the answer.
#pragma once

#include "api/api_context.h"

namespace ordo::api {

void cancel_order(ApiContext& context, http::Request request, http::Respond respond);
void change_tags(ApiContext& context, http::Request request, http::Respond respond);
void update_shipment(ApiContext& context, http::Request request, http::Respond respond);

}  // namespace ordo::api
