#include "api/ownership.h"

#include "http/request_guard.h"

namespace ordo::api {

const std::string* only_customer(const http::Request& request) {
  if (!request.caller || !request.caller->principal->customer) return nullptr;
  return &*request.caller->principal->customer;
}

bool may_see(const http::Request& request, std::string_view customer_id) {
  const auto* only = only_customer(request);
  // guard: customer-own-only
  return only == nullptr || *only == customer_id;
}

}  // namespace ordo::api
