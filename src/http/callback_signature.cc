#include "http/callback_signature.h"

#include "base/time.h"
#include "http/problem.h"

namespace ordo::http {

bool is_signed(const CallPtr& call, const std::vector<outbound::SigningSecret>& secrets) {
  const auto field = [&call](std::string_view name) { return std::string(call->request.header(name)); };
  const outbound::SignedHeaders headers{field(outbound::kIdHeader), field(outbound::kTimestampHeader),
                                        field(outbound::kSignatureHeader)};
  const auto verified = outbound::verify(secrets, headers, call->request.body, now());
  if (verified) return true;
  Response response = problem(401, verified.error(), call->request.trace_id,
                              "sign \"<webhook-id>.<webhook-timestamp>.<body>\" with the secret both sides know");
  response.add_header("WWW-Authenticate", "Webhook-Signature");
  call->answer(std::move(response));
  return false;
}

std::vector<Parameter> signature_parameters(bool required) {
  const auto in = Parameter::In::header;
  return {{.in = in,
           .name = outbound::kIdHeader,
           .text = "Of the message, the same each time it is sent.",
           .required = required,
           .example = R"("msg_1")"},
          {.in = in,
           .name = outbound::kTimestampHeader,
           .text = "When it was sent, in Unix seconds; five minutes off at most.",
           .required = required,
           .example = R"("1790000000")"},
          {.in = in,
           .name = outbound::kSignatureHeader,
           .text = "v1,<base64> of the HMAC-SHA256 over \"<id>.<timestamp>.<body>\".",
           .required = required,
           .example = R"("v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=")"}};
}

}  // namespace ordo::http
