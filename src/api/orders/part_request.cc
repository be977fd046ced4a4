#include "api/orders/part_request.h"

#include "api/json_body.h"
#include "base/uuid.h"
#include "domain/text_rule.h"
#include "http/problem.h"

namespace ordo::api {

http::Response order_response(int status, const Order& order, const OrderReader& reader) {
  http::Response response = json_response(status, order_view(order, reader));
  response.add_header("ETag", etag_of(order.rev));
  return response;
}

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

std::vector<Violation> check_part(const std::string& reason, Reason rule, const std::optional<std::string>& id) {
  std::vector<Violation> found;
  if (rule == Reason::needed && (reason.empty() || reason.size() > kMaxReason)) {
    found.push_back({"/reason", "must be 1 to 512 bytes"});
  } else if (reason.size() > kMaxReason) {
    found.push_back({"/reason", "must be at most 512 bytes"});
  }
  if (const auto problem = text_problem(reason); !problem.empty()) found.push_back({"/reason", std::string(problem)});
  if (!id) return found;
  if (const auto problem = id_problem(*id); !problem.empty()) found.push_back({"/id", std::string(problem)});
  return found;
}

}  // namespace ordo::api
