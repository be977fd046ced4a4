#include "api/signature_parameters.h"

#include "access/signature.h"

namespace ordo::api {

std::vector<http::Parameter> signature_parameters(bool required) {
  const auto in = http::Parameter::In::header;
  return {{.in = in,
           .name = access::kIdHeader,
           .text = "Id of the message. A repeated message has the same id.",
           .required = required,
           .example = R"("msg_1")"},
          {.in = in,
           .name = access::kTimestampHeader,
           .text = "Time of sending, in Unix seconds. It may differ by at most five minutes.",
           .required = required,
           .example = R"("1790000000")"},
          {.in = in,
           .name = access::kSignatureHeader,
           .text = "v1,<base64> of the HMAC-SHA256 of \"<id>.<timestamp>.<body>\".",
           .required = required,
           .example = R"("v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=")"}};
}

}  // namespace ordo::api
