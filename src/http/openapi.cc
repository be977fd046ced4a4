#include "http/openapi.h"

#include <algorithm>
#include <utility>

#include "http/problem.h"
#include "http/route_permissions.h"
#include "records/json_text.h"

namespace ordo::http {
namespace {

constexpr std::string_view kAbout =
    "Order processing. Bodies are JSON and read strictly: a member that does not exist is refused by name. "
    "HEAD works wherever GET does, OPTIONS says what a path answers. Every error is application/problem+json "
    "(RFC 9457), on the older routes {\"message\"}. A traceparent header (W3C) is taken over into the records. "
    "A server whose door is closed wants a key: each operation says which permission it needs (x-ordo-permission), "
    "x-ordo-roles which role has it. A server whose door is open wants none.";

constexpr std::pair<std::string_view, std::string_view> kHeaders[] = {
    {"ETag", "Of the revision; goes into If-Match and If-None-Match."},
    {"Link", "The next page, rel=\"next\"."},
    {"Location", "Where what was made can be read."},
    {"RateLimit", "What is left of the limits (draft-ietf-httpapi-ratelimit-headers)."},
    {"RateLimit-Policy", "The limits."},
    {"Retry-After", "Seconds until another try makes sense."},
    {"WWW-Authenticate", "How to show a key, and what was wrong with the one shown."}};

// What the door answers, on every route it stands before. Routes may say more of these statuses themselves.
struct DoorAnswer {
  int status;
  std::string_view name;
  std::string_view codes;
  std::vector<std::string_view> headers;
};
const std::vector<DoorAnswer>& door_answers() {
  static const std::vector<DoorAnswer> answers = {
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

std::string_view to_string(Parameter::In in) {
  switch (in) {
    case Parameter::In::query:
      return "query";
    case Parameter::In::header:
      return "header";
    case Parameter::In::path:
      return "path";
  }
  return "query";
}

std::string parameter_object(const Parameter& parameter, SchemaSet& schemas) {
  JsonObject object;
  object.add_string("name", parameter.name).add_string("in", to_string(parameter.in));
  if (parameter.required || parameter.in == Parameter::In::path) object.add("required", "true");
  if (!parameter.text.empty()) object.add_string("description", parameter.text);
  object.add("schema", parameter.schema(schemas));
  if (!parameter.example.empty()) object.add("example", parameter.example);
  return object.text();
}

// "id" and so on: what stands in braces in the path.
std::vector<std::string_view> names_in(std::string_view path) {
  std::vector<std::string_view> names;
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
    names.push_back(path.substr(open + 1, path.find('}', open) - open - 1));
  }
  return names;
}

std::string parameters_of(const DescribedRoute& route, SchemaSet& schemas) {
  const auto& described = route.description.parameters;
  JsonArray list;
  for (const auto& name : names_in(route.path)) {
    const bool known = std::any_of(described.begin(), described.end(), [&](const Parameter& parameter) {
      return parameter.in == Parameter::In::path && parameter.name == name;
    });
    if (known) continue;
    list.add(parameter_object({.in = Parameter::In::path, .name = name, .schema = schema_of<OrderId>}, schemas));
  }
  for (const auto& parameter : described) list.add(parameter_object(parameter, schemas));
  return list.text();
}

std::string request_body(const BodyDescription& body, SchemaSet& schemas) {
  JsonObject schema(body.schema(schemas));
  if (body.strict) schema.add("unevaluatedProperties", "false");
  JsonObject object;
  if (body.required) object.add("required", "true");
  return object.add("content", media(kJson, schema.text(), body.example)).text();
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

// What the door may answer here, unless the route describes that status itself; on the older routes in their own shape.
void add_door_answers(const DescribedRoute& route, SchemaSet& schemas, JsonObject& responses) {
  for (const auto& answer : door_answers()) {
    const auto& known = route.description.problems;
    const bool own = std::any_of(known.begin(), known.end(),
                                 [&](const ProblemDescription& problem) { return problem.status == answer.status; });
    if (own) continue;
    if (route.description.error == nullptr) {
      responses.add(std::to_string(answer.status),
                    R"({"$ref":"#/components/responses/)" + std::string(answer.name) + R"("})");
      continue;
    }
    JsonObject response;
    response.add_string("description", status_title(answer.status)).add("headers", headers_of(answer.headers));
    response.add("content", media(kJson, route.description.error(schemas)));
    responses.add(std::to_string(answer.status), response.text());
  }
}

// `asked`: for a key, by a door that is closed.
std::string responses_of(const DescribedRoute& described, bool asked, SchemaSet& schemas) {
  const auto& route = described.description;
  JsonObject responses;
  for (const auto& answer : route.answers) {
    JsonObject response;
    response.add_string("description", answer.text);
    if (!answer.headers.empty()) response.add("headers", headers_of(answer.headers));
    if (answer.schema != nullptr) response.add("content", media(answer.content_type, answer.schema(schemas)));
    responses.add(std::to_string(answer.status), response.text());
  }
  for (const auto& problem : route.problems) {
    JsonObject response;
    std::string text(status_title(problem.status));
    text.append(": ").append(problem.codes);
    for (const auto& answer : door_answers()) {
      if (asked && answer.status == problem.status) text.append(", ").append(answer.codes);
    }
    response.add_string("description", text);
    responses.add(std::to_string(problem.status),
                  response.add("content", media(kProblemJson, problem_schema(schemas))).text());
  }
  if (asked) add_door_answers(described, schemas, responses);
  if (route.error == nullptr) return responses.add("default", R"({"$ref":"#/components/responses/Problem"})").text();
  JsonObject content(media(kJson, route.error(schemas)));
  content.add(kProblemJson, JsonObject().add("schema", problem_schema(schemas)).text());
  JsonObject response;
  response.add_string("description", "Any error.").add("content", content.text());
  return responses.add("default", response.text()).text();
}

// Which key opens a route; OpenAPI 3.1 lets the permission stand where OAuth has its scopes.
std::string security_of(const RouteRule& rule) {
  if (rule.door == RouteDoor::kPublic) return "[]";
  const auto needed = JsonArray().add_string(access::to_string(rule.permission)).text();
  JsonArray ways;
  if (rule.door == RouteDoor::kBrief) ways.add("{}");
  if (rule.door == RouteDoor::kGateway || rule.door == RouteDoor::kCarrier) ways.add(R"({"signature":[]})");
  ways.add(JsonObject().add("bearer", needed).text());
  return ways.add(JsonObject().add("api_key", needed).text()).text();
}

constexpr std::string_view kSecuritySchemes =
    R"({"bearer":{"type":"http","scheme":"bearer","description":"An API key, or a JSON Web Token."},)"
    R"("api_key":{"type":"apiKey","in":"header","name":"X-Api-Key","description":"An API key."},)"
    R"("signature":{"type":"apiKey","in":"header","name":"webhook-signature",)"
    R"("description":"Of whoever knows the shared secret, where one is configured (Standard Webhooks)."}})";

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

std::string door_responses(SchemaSet& schemas) {
  JsonObject problem;
  problem.add_string("description", "Any other error.").add("content", media(kProblemJson, problem_schema(schemas)));
  JsonObject responses;
  responses.add("Problem", problem.text());
  for (const auto& answer : door_answers()) {
    JsonObject response;
    response.add_string("description", std::string(status_title(answer.status)) + ": " + std::string(answer.codes));
    response.add("headers", headers_of(answer.headers));
    response.add("content", media(kProblemJson, problem_schema(schemas)));
    responses.add(answer.name, response.text());
  }
  return responses.text();
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

// "get_v1_orders_id"
std::string operation_id(const DescribedRoute& route) {
  std::string id = lower(to_string(route.method));
  for (const char c : route.path) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) {
      id.push_back(c);
    } else if (id.back() != '_') {
      id.push_back('_');
    }
  }
  if (id.back() == '_') id.pop_back();
  return id;
}

std::string operation(const DescribedRoute& route, SchemaSet& schemas) {
  const auto& description = route.description;
  JsonObject object;
  object.add("tags", JsonArray().add_string(description.tag).text());
  object.add_string("summary", description.summary);
  if (!description.text.empty()) object.add_string("description", description.text);
  object.add_string("operationId", operation_id(route));
  const auto parameters = parameters_of(route, schemas);
  if (parameters != "[]") object.add("parameters", parameters);
  if (description.body.schema != nullptr) object.add("requestBody", request_body(description.body, schemas));
  const auto* rule = find_rule(route_rules(), route.method, route.path);
  // Routes that a server serves have one each: Router::guard() sees to that.
  if (rule != nullptr) object.add("security", security_of(*rule));
  const bool asked = rule != nullptr && rule->door != RouteDoor::kPublic;
  if (asked) object.add_string("x-ordo-permission", access::to_string(rule->permission));
  return object.add("responses", responses_of(route, asked, schemas)).text();
}

std::string tags_of(const std::vector<DescribedRoute>& routes) {
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

std::string openapi_document(const std::vector<DescribedRoute>& routes) {
  SchemaSet schemas;
  std::vector<std::pair<std::string_view, JsonObject>> paths;
  for (const auto& route : routes) {
    auto path = std::find_if(paths.begin(), paths.end(), [&](const auto& known) { return known.first == route.path; });
    if (path == paths.end()) path = paths.emplace(paths.end(), route.path, JsonObject());
    path->second.add(lower(to_string(route.method)), operation(route, schemas));
  }
  JsonObject all_paths;
  for (const auto& [path, item] : paths) all_paths.add(path, item.text());

  const auto responses = door_responses(schemas);
  JsonObject components;
  components.add("schemas", schemas.text());
  components.add("responses", responses).add("securitySchemes", kSecuritySchemes);

  JsonObject info;
  info.add_string("title", "ordo").add_string("version", ORDO_VERSION).add_string("description", kAbout);
  JsonObject document;
  document.add_string("openapi", "3.1.0").add("info", info.text()).add("servers", R"([{"url":"/"}])");
  document.add("tags", tags_of(routes)).add("paths", all_paths.text()).add("components", components.text());
  document.add("x-ordo-roles", roles());
  return document.text();
}

}  // namespace ordo::http
