#include "api/orders/part_request.h"

#include "base/uuid.h"
#include "http/problem.h"

namespace ordo::api {

Result<std::string> id_of_part(const Call& call, std::string_view kind, const std::optional<std::string>& given) {
  const auto key = idempotency_key(call.request);
  if (!key) return fail(key.error());
  if (given) return *given;
  return *key ? uuid_v5(kind, call.request.path_parameters[0] + "\n" + **key) : uuid_v7(now());
}

http::Response reused_id(const Call& call, std::string_view code, std::string_view what) {
  return http::problem(422, code, "the order has another " + std::string(what) + " under this id",
                       call.request.trace_id,
                       "use a new id or Idempotency-Key for a new request, and the same body for a retry");
}

}  // namespace ordo::api
