// Customers as the API shows them.
#pragma once

#include <span>
#include <string>

#include "api/views.h"
#include "domain/customer.h"
#include "records/documents.h"
#include "records/event_json.h"
#include "records/schema.h"

namespace ordo::api {

// With the lifetime value in each currency, and the present segment.
std::string customer_view(const Customer& customer, const SegmentRules& rules);
// The same, with "recent_orders".
std::string customer_overview_view(const Customer& customer, const SegmentRules& rules,
                                   std::span<const Document> orders, const OrderReader& reader);

std::string customer_schema(SchemaSet& set);
std::string customer_overview_schema(SchemaSet& set);

}  // namespace ordo::api
