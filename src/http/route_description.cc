#include "http/route_description.h"

#include "http/problem_body.h"

namespace ordo::http {

Parameter idempotency_key_parameter() {
  return {
      .in = Parameter::In::header,
      .name = "Idempotency-Key",
      .text = "Makes a retry safe. The same key and body take effect once, through any process.",
      .schema =
          [](SchemaSet&) {
            return std::string(R"({"type":"string","minLength":1,"maxLength":255,"pattern":"^[!-~]([ -~]*[!-~])?$"})");
          },
      .example = R"("cart-1")"};
}

Parameter prefer_wait_parameter() {
  return {.in = Parameter::In::header,
          .name = "Prefer",
          .text = "wait=N waits up to N seconds, 30 at most, for the decision.",
          .example = R"("wait=5")"};
}

Parameter if_match_parameter() {
  return {.in = Parameter::In::header,
          .name = "If-Match",
          .text = "An ETag from a read. The change is refused if the document has changed since.",
          .schema =
              [](SchemaSet&) {
                return std::string(R"({"type":"string","pattern":"^(\\*|\"[0-9]{1,18}(\\.[^\"]*)?\")$"})");
              },
          .example = R"("\"3\"")"};
}

Parameter if_none_match_parameter() {
  return {.in = Parameter::In::header,
          .name = "If-None-Match",
          .text = "An ETag from a read. If nothing has changed since, the answer is 304 without a body.",
          .example = R"("\"3\"")"};
}

std::string problem_schema(SchemaSet& set) {
  return schema_of<Problem>(set);
}

}  // namespace ordo::http
