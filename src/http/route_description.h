// What a route says about itself where it is registered; /openapi.json, /docs and the index follow from it. All text is
// static.
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

// An answer that is no error.
struct AnswerDescription {
  int status = 200;
  std::string_view text = {};
  Schema schema = nullptr;  // null: there is no body, or one that has no schema
  std::string_view content_type = kJson;
  std::vector<std::string_view> headers = {};  // by name: "ETag"
};

// Errors a client has to expect of this route, beyond what any route may answer.
struct ProblemDescription {
  int status = 422;
  std::string_view codes = {};  // "unknown_product, total_mismatch"
};

// A route has at least a tag, a summary and an answer. Parameters of the path need to be named only where there is more
// to say than that they are ids.
struct RouteDescription {
  std::string_view tag = {};
  std::string_view summary = {};
  std::string_view text = {};
  std::vector<Parameter> parameters = {};
  BodyDescription body = {};
  std::vector<AnswerDescription> answers = {};
  std::vector<ProblemDescription> problems = {};
  Schema error = nullptr;  // of errors where they are not problem+json: the older routes
};

// --- parameters that many routes share
Parameter idempotency_key_parameter();
Parameter prefer_wait_parameter();
Parameter if_match_parameter();
Parameter if_none_match_parameter();

// The body of an error, RFC 9457.
std::string problem_schema(SchemaSet& set);

// {"data":[<item>...],"next_cursor":...}
template <Schema item>
std::string page_schema(SchemaSet& set) {
  ObjectSchema page;
  page.add("data", schema::array_of(item(set)));
  page.add("next_cursor", R"({"type":["string","null"],"description":"of the next page; null on the last one"})");
  return page.text();
}

}  // namespace ordo::http
