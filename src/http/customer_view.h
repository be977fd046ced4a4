// Customers as the API shows them. Pulls the descriptions in: for .cc files.
#pragma once

#include <span>
#include <string>

#include "domain/customer.h"
#include "domain/order.h"
#include "records/documents.h"
#include "records/schema.h"

namespace ordo::http {

// With the lifetime value in each currency, and with the segment as of now.
std::string customer_view(const Customer& customer, const SegmentRules& rules);
// The same and "recent_orders".
std::string customer_overview_view(const Customer& customer, const SegmentRules& rules,
                                   std::span<const Document> orders);

std::string customer_schema(SchemaSet& set);
std::string customer_overview_schema(SchemaSet& set);

}  // namespace ordo::http
