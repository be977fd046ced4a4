// The description of a route, given at its registration. /openapi.json, /docs and the index are generated from it. All
// text is static.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "records/schema.h"

namespace ordo::http {

struct Parameter {
  enum class In : std::uint8_t { query, header, path };

  In in = In::query;
  std::string_view name = {};
  std::string_view text = {};
  Schema schema = schema_of<std::string>;
  bool required = false;
  std::string_view example = {};  // as JSON
};

struct BodyDescription {
  Schema schema = nullptr;  // null: the route takes no body
  std::string_view example = {};
  bool required = true;
  bool strict = true;  // unknown members are refused
};

// A successful answer.
struct AnswerDescription {
  int status = 200;
  std::string_view text = {};
  Schema schema = nullptr;  // null: there is no body, or none with a schema
  std::string_view content_type = kJson;
  std::vector<std::string_view> headers = {};  // by name: "ETag"
  std::string_view text_type = {};             // a type of text that a client may ask for instead: "text/csv"
};

// Errors specific to this route, in addition to those that any route may answer.
struct ProblemDescription {
  int status = 422;
  std::string_view codes = {};  // "unknown_product, total_mismatch"
};

// A route has at least a tag, a unique operation, a summary and an answer. Describe a path parameter only if it is more
// than an id.
struct RouteDescription {
  std::string_view tag = {};
  std::string_view operation = {};  // the name of the call in generated clients: "placeOrder"
  std::string_view summary = {};
  std::string_view text = {};
  std::vector<Parameter> parameters = {};
  BodyDescription body = {};
  std::vector<AnswerDescription> answers = {};
  std::vector<ProblemDescription> problems = {};
  Schema error = nullptr;  // schema of errors that are not problem+json: the older routes
};

// Parameters that many routes share.
Parameter idempotency_key_parameter();
Parameter prefer_wait_parameter();
Parameter if_match_parameter();
Parameter if_none_match_parameter();

// The schema of an error body, RFC 9457.
std::string problem_schema(SchemaSet& set);

// {"data":[<item>...],"next_cursor":...}; "unreadable" when documents were left out.
template <Schema item>
std::string page_schema(SchemaSet& set) {
  ObjectSchema page;
  page.add("data", schema::array_of(item(set)));
  page.add("next_cursor",
           R"({"type":["string","null"],"description":"cursor of the next page; null on the last page"})");
  page.add("unreadable",
           R"({"type":"integer","minimum":1,"description":)"
           R"("documents left out of this page because they cannot be read; the log names them"})",
           false);
  return page.text();
}

}  // namespace ordo::http
