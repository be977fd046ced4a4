#include "api/docs/openapi.h"

#include <algorithm>
#include <utility>

#include "api/route_rules.h"
#include "base/check.h"
#include "base/text.h"
#include "http/problem.h"
#include "http/route_rule.h"
#include "records/json_text.h"
#include "records/json_view.h"

namespace ordo::api {
namespace {

constexpr std::string_view kAbout =
    "Order processing. Bodies are JSON. An unknown member is refused by name. HEAD works wherever GET does; OPTIONS "
    "lists the methods of a path. Every error is application/problem+json (RFC 9457); on the older routes it is "
    "{\"message\"}. The records keep the traceparent (W3C) of the request. If the server has keys, every operation "
    "needs a key or token: x-ordo-permission names the permission, x-ordo-roles the roles that have it. Without keys, "
    "no operation needs one.";

constexpr std::pair<std::string_view, std::string_view> kHeaders[] = {
    {"ETag", "Tag of the revision, for If-Match and If-None-Match."},
    {"Link", "The next page, rel=\"next\"."},
    {"Location", "URL of the created resource."},
    {"RateLimit", "The remaining quota (draft-ietf-httpapi-ratelimit-headers)."},
    {"RateLimit-Policy", "The rate limits."},
    {"Retry-After", "Seconds to wait before the next attempt."},
    {"WWW-Authenticate", "How to send a key, and the problem with the one that was sent."}};

// The answers of the authentication on every route that it guards. A route may describe these statuses in more detail.
struct AuthAnswer {
  int status;
  std::string_view name;
  std::string_view codes;
  std::vector<std::string_view> headers;
};
const std::vector<AuthAnswer>& auth_answers() {
  static const std::vector<AuthAnswer> answers = {
      {401,
       "Unauthenticated",
       "unauthenticated, invalid_key, key_expired, key_revoked, bad_token, token_expired, ...",
       {"WWW-Authenticate"}},
      {403, "Forbidden", "forbidden", {"WWW-Authenticate"}},
      {429, "RateLimited", "rate_limited", {"RateLimit", "RateLimit-Policy", "Retry-After"}}};
  return answers;
}

std::string media(std::string_view content_type, const std::string& schema, std::string_view example = {}) {
  JsonObject body;
  body.add("schema", schema);
  if (!example.empty()) body.add("example", example);
  return JsonObject().add(content_type, body.text()).text();
}

std::string_view to_string(http::Parameter::In in) {
  switch (in) {
    case http::Parameter::In::query:
      return "query";
    case http::Parameter::In::header:
      return "header";
    case http::Parameter::In::path:
      return "path";
  }
  return "query";
}

std::string parameter_object(const http::Parameter& parameter, SchemaSet& schemas) {
  JsonObject object;
  object.add_string("name", parameter.name).add_string("in", to_string(parameter.in));
  if (parameter.required || parameter.in == http::Parameter::In::path) object.add("required", "true");
  if (!parameter.text.empty()) object.add_string("description", parameter.text);
  object.add("schema", parameter.schema(schemas));
  if (!parameter.example.empty()) object.add("example", parameter.example);
  return object.text();
}

// The names in braces in the path, such as "id".
std::vector<std::string_view> names_in(std::string_view path) {
  std::vector<std::string_view> names;
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
    names.push_back(path.substr(open + 1, path.find('}', open) - open - 1));
  }
  return names;
}

std::string parameters_of(const http::DescribedRoute& route, SchemaSet& schemas) {
  const auto& described = route.description.parameters;
  JsonArray list;
  for (const auto& name : names_in(route.path)) {
    const bool known = std::any_of(described.begin(), described.end(), [&](const http::Parameter& parameter) {
      return parameter.in == http::Parameter::In::path && parameter.name == name;
    });
    if (known) continue;
    list.add(parameter_object({.in = http::Parameter::In::path, .name = name, .schema = schema_of<OrderId>}, schemas));
  }
  for (const auto& parameter : described) list.add(parameter_object(parameter, schemas));
  return list.text();
}

std::string request_body(const http::BodyDescription& body, SchemaSet& schemas) {
  JsonObject schema(body.schema(schemas));
  if (body.strict) schema.add("unevaluatedProperties", "false");
  JsonObject object;
  if (body.required) object.add("required", "true");
  return object.add("content", media(http::kJson, schema.text(), body.example)).text();
}

std::string headers_of(const std::vector<std::string_view>& names) {
  JsonObject headers;
  for (const auto& name : names) {
    JsonObject header;
    for (const auto& [known, text] : kHeaders) {
      if (known == name) header.add_string("description", text);
    }
    headers.add(name, header.add("schema", schema::kString).text());
  }
  return headers.text();
}

// Adds the answers of the authentication, unless the route describes the status itself. The older routes have their own
// format for them.
void add_auth_answers(const http::DescribedRoute& route, SchemaSet& schemas, JsonObject& responses) {
  for (const auto& answer : auth_answers()) {
    const auto& known = route.description.problems;
    const bool own = std::any_of(known.begin(), known.end(), [&](const http::ProblemDescription& problem) {
      return problem.status == answer.status;
    });
    if (own) continue;
    if (route.description.error == nullptr) {
      responses.add(std::to_string(answer.status),
                    R"({"$ref":"#/components/responses/)" + std::string(answer.name) + R"("})");
      continue;
    }
    JsonObject response;
    response.add_string("description", http::status_title(answer.status)).add("headers", headers_of(answer.headers));
    response.add("content", media(http::kJson, route.description.error(schemas)));
    responses.add(std::to_string(answer.status), response.text());
  }
}

// `asked`: the route needs a key when authentication is on.
std::string responses_of(const http::DescribedRoute& described, bool asked, SchemaSet& schemas) {
  const auto& route = described.description;
  JsonObject responses;
  for (const auto& answer : route.answers) {
    JsonObject response;
    response.add_string("description", answer.text);
    if (!answer.headers.empty()) response.add("headers", headers_of(answer.headers));
    if (answer.schema != nullptr) {
      JsonObject content(media(answer.content_type, answer.schema(schemas)));
      if (!answer.text_type.empty()) content.add(answer.text_type, JsonObject().add("schema", schema::kString).text());
      response.add("content", content.text());
    }
    responses.add(std::to_string(answer.status), response.text());
  }
  for (const auto& problem : route.problems) {
    JsonObject response;
    std::string text(http::status_title(problem.status));
    text.append(": ").append(problem.codes);
    for (const auto& answer : auth_answers()) {
      if (asked && answer.status == problem.status) text.append(", ").append(answer.codes);
    }
    response.add_string("description", text);
    responses.add(std::to_string(problem.status),
                  response.add("content", media(http::kProblemJson, http::problem_schema(schemas))).text());
  }
  if (asked) add_auth_answers(described, schemas, responses);
  if (route.error == nullptr) return responses.add("default", R"({"$ref":"#/components/responses/Problem"})").text();
  JsonObject content(media(http::kJson, route.error(schemas)));
  content.add(http::kProblemJson, JsonObject().add("schema", http::problem_schema(schemas)).text());
  JsonObject response;
  response.add_string("description", "Any error.").add("content", content.text());
  return responses.add("default", response.text()).text();
}

// The key that a route needs. OpenAPI 3.1 allows a permission in the place of an OAuth scope.
std::string security_of(const http::RouteRule& rule) {
  if (rule.auth == http::RouteAuth::kPublic) return "[]";
  const bool any_caller = rule.auth == http::RouteAuth::kCaller;
  const auto needed = any_caller ? "[]" : JsonArray().add_string(access::to_string(rule.permission)).text();
  JsonArray ways;
  if (rule.auth == http::RouteAuth::kBrief) ways.add("{}");
  if (rule.auth == http::RouteAuth::kGateway || rule.auth == http::RouteAuth::kCarrier) ways.add(R"({"signature":[]})");
  ways.add(JsonObject().add("bearer", needed).text());
  return ways.add(JsonObject().add("api_key", needed).text()).text();
}

constexpr std::string_view kSecuritySchemes =
    R"({"bearer":{"type":"http","scheme":"bearer","description":"An API key, or a JSON Web Token."},)"
    R"("api_key":{"type":"apiKey","in":"header","name":"X-Api-Key","description":"An API key."},)"
    R"("signature":{"type":"apiKey","in":"header","name":"webhook-signature",)"
    R"("description":"Proves that the sender knows the shared secret, if one is configured (Standard Webhooks)."}})";

std::string roles() {
  JsonObject object;
  for (const auto role : access::kAllAccessRoles) {
    JsonArray permissions;
    for (std::size_t i = 0; i < access::kPermissions; ++i) {
      const auto permission = static_cast<access::Permission>(i);
      if (access::permissions_of(role).contains(permission)) permissions.add_string(access::to_string(permission));
    }
    object.add(access::to_string(role), permissions.text());
  }
  return object.text();
}

std::string auth_responses(SchemaSet& schemas) {
  JsonObject problem;
  problem.add_string("description", "Any other error.")
      .add("content", media(http::kProblemJson, http::problem_schema(schemas)));
  JsonObject responses;
  responses.add("Problem", problem.text());
  for (const auto& answer : auth_answers()) {
    JsonObject response;
    response.add_string("description",
                        std::string(http::status_title(answer.status)) + ": " + std::string(answer.codes));
    response.add("headers", headers_of(answer.headers));
    response.add("content", media(http::kProblemJson, http::problem_schema(schemas)));
    responses.add(answer.name, response.text());
  }
  return responses.text();
}

std::string operation(const http::DescribedRoute& route, SchemaSet& schemas) {
  const auto& description = route.description;
  ORDO_CHECK(!description.operation.empty(), "a route without an operation: ", route.path);
  JsonObject object;
  object.add("tags", JsonArray().add_string(description.tag).text());
  object.add_string("summary", description.summary);
  if (!description.text.empty()) object.add_string("description", description.text);
  object.add_string("operationId", description.operation);
  const auto parameters = parameters_of(route, schemas);
  if (parameters != "[]") object.add("parameters", parameters);
  if (description.body.schema != nullptr) object.add("requestBody", request_body(description.body, schemas));
  const auto* rule = http::find_rule(route_rules(), route.method, route.path);
  // Every route of a real server has a rule: Router::guard() checks that.
  if (rule != nullptr) object.add("security", security_of(*rule));
  const bool asked = rule != nullptr && rule->auth != http::RouteAuth::kPublic;
  if (asked && rule->auth != http::RouteAuth::kCaller) {
    object.add_string("x-ordo-permission", access::to_string(rule->permission));
  }
  if (rule != nullptr && rule->shoppers == http::Shoppers::kOwn) object.add("x-ordo-customers", "true");
  return object.add("responses", responses_of(route, asked, schemas)).text();
}

// The constant for "partially_shipped" ends with PartiallyShipped.
std::string constant_name(std::string_view type, std::string_view value) {
  std::string name(type);
  bool begins = true;
  for (const char c : value) {
    if (c != '_') name.push_back(begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    begins = c == '_';
  }
  return name;
}

// The schemas, with a name for each value of an enumeration. Client generators make constants of the names. In some
// languages, the constants of all types share one scope.
std::string named_schemas(const SchemaSet& schemas) {
  JsonObject all;
  for (const auto& [name, text] : schemas.definitions()) {
    const auto tape = JsonTape::parse(text);
    ORDO_CHECK(tape, "the schema ", name, " is not JSON");
    JsonArray names;
    JsonView(*tape)["enum"].elements(
        [&, &type = name](const JsonView& value) { names.add_string(constant_name(type, value.text())); });
    JsonObject schema(text);
    if (!names.empty()) schema.add("x-enum-varnames", names.text());
    all.add(name, schema.text());
  }
  return all.text();
}

std::string tags_of(const std::vector<http::DescribedRoute>& routes) {
  std::vector<std::string_view> names;
  JsonArray tags;
  for (const auto& route : routes) {
    if (std::find(names.begin(), names.end(), route.description.tag) != names.end()) continue;
    names.push_back(route.description.tag);
    tags.add(JsonObject().add_string("name", names.back()).text());
  }
  return tags.text();
}

}  // namespace

std::string openapi_document(const std::vector<http::DescribedRoute>& routes) {
  SchemaSet schemas;
  std::vector<std::pair<std::string_view, JsonObject>> paths;
  for (const auto& route : routes) {
    auto path = std::find_if(paths.begin(), paths.end(), [&](const auto& known) { return known.first == route.path; });
    if (path == paths.end()) path = paths.emplace(paths.end(), route.path, JsonObject());
    path->second.add(to_lower(to_string(route.method)), operation(route, schemas));
  }
  JsonObject all_paths;
  for (const auto& [path, item] : paths) all_paths.add(path, item.text());

  const auto responses = auth_responses(schemas);
  JsonObject components;
  components.add("schemas", named_schemas(schemas));
  components.add("responses", responses).add("securitySchemes", kSecuritySchemes);

  JsonObject info;
  info.add_string("title", "ordo").add_string("version", ORDO_VERSION).add_string("description", kAbout);
  JsonObject document;
  document.add_string("openapi", "3.1.0").add("info", info.text()).add("servers", R"([{"url":"/"}])");
  document.add("tags", tags_of(routes)).add("paths", all_paths.text()).add("components", components.text());
  document.add("x-ordo-roles", roles());
  return document.text();
}

}  // namespace ordo::api
