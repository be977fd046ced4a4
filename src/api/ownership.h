// What a request may see. A token with the role customer can see only its customer's documents. All others look as if
// they did not exist.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace ordo::api {

// The id of the only customer whose documents the caller may see; null: all customers. Lives as long as the request.
const std::string* only_customer(const http::Request& request);

// Whether the caller may see documents of this customer.
bool may_see(const http::Request& request, std::string_view customer_id);

}  // namespace ordo::api
