// How the body of an order of the past becomes its record: figures, checks. Includes the descriptions: for .cc files.
#pragma once

#include "api/api_context.h"
#include "records/imported_order_body.h"
#include "records/messages.h"

namespace ordo::api {

// The record of a body, with every figure. kInvalid "invalid_fields", "total_mismatch", and the errors of
// state_figures() and compute_figures(); "record_too_large" for a record that does not fit into the log.
Result<OrderImported> read_import(const ApiContext& context, const ImportedOrderBody& body, Timestamp at);

}  // namespace ordo::api
