#include "http/route_description.h"

#include "http/problem_body.h"

namespace ordo::http {

Parameter idempotency_key_parameter() {
  return {
      .in = Parameter::In::header,
      .name = "Idempotency-Key",
      .text = "Makes a retry harmless: the same key and body have the same outcome once, through any process.",
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
          .text = "An ETag as a read gave it: the change is refused when the document is another one by now.",
          .schema =
              [](SchemaSet&) {
                return std::string(R"({"type":"string","pattern":"^(\\*|\"[0-9]{1,18}(\\.[^\"]*)?\")$"})");
              },
          .example = R"("\"3\"")"};
}

Parameter if_none_match_parameter() {
  return {.in = Parameter::In::header,
          .name = "If-None-Match",
          .text = "An ETag as a read gave it: 304 without a body when nothing has changed since.",
          .example = R"("\"3\"")"};
}

std::string problem_schema(SchemaSet& set) {
  return schema_of<Problem>(set);
}

}  // namespace ordo::http
