#include "http/openapi.h"

#include <algorithm>
#include <utility>

#include "http/problem.h"
#include "records/json_text.h"

namespace ordo::http {
namespace {

constexpr std::string_view kAbout =
    "Order processing. Bodies are JSON and read strictly: a member that does not exist is refused by name. "
    "HEAD works wherever GET does, OPTIONS says what a path answers. Every error is application/problem+json "
    "(RFC 9457), on the older routes {\"message\"}. A traceparent header (W3C) is taken over into the records.";

constexpr std::pair<std::string_view, std::string_view> kHeaders[] = {
    {"ETag", "Of the revision; goes into If-Match and If-None-Match."},
    {"Link", "The next page, rel=\"next\"."},
    {"Location", "Where what was made can be read."},
    {"Retry-After", "Seconds until another try makes sense."}};

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

std::string headers_of(const AnswerDescription& answer) {
  JsonObject headers;
  for (const auto& name : answer.headers) {
    JsonObject header;
    for (const auto& [known, text] : kHeaders) {
      if (known == name) header.add_string("description", text);
    }
    headers.add(name, header.add("schema", schema::kString).text());
  }
  return headers.text();
}

std::string responses_of(const RouteDescription& route, SchemaSet& schemas) {
  JsonObject responses;
  for (const auto& answer : route.answers) {
    JsonObject response;
    response.add_string("description", answer.text);
    if (!answer.headers.empty()) response.add("headers", headers_of(answer));
    if (answer.schema != nullptr) response.add("content", media(answer.content_type, answer.schema(schemas)));
    responses.add(std::to_string(answer.status), response.text());
  }
  for (const auto& problem : route.problems) {
    JsonObject response;
    response.add_string("description", std::string(status_title(problem.status)) + ": " + std::string(problem.codes));
    responses.add(std::to_string(problem.status),
                  response.add("content", media(kProblemJson, problem_schema(schemas))).text());
  }
  if (route.error == nullptr) return responses.add("default", R"({"$ref":"#/components/responses/Problem"})").text();
  JsonObject content(media(kJson, route.error(schemas)));
  content.add(kProblemJson, JsonObject().add("schema", problem_schema(schemas)).text());
  JsonObject response;
  response.add_string("description", "Any error.").add("content", content.text());
  return responses.add("default", response.text()).text();
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
  return object.add("responses", responses_of(description, schemas)).text();
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

  JsonObject problem;
  problem.add_string("description", "Any other error.").add("content", media(kProblemJson, problem_schema(schemas)));
  JsonObject components;
  components.add("schemas", schemas.text());
  components.add("responses", JsonObject().add("Problem", problem.text()).text());

  JsonObject info;
  info.add_string("title", "ordo").add_string("version", ORDO_VERSION).add_string("description", kAbout);
  JsonObject document;
  document.add_string("openapi", "3.1.0").add("info", info.text()).add("servers", R"([{"url":"/"}])");
  document.add("tags", tags_of(routes)).add("paths", all_paths.text()).add("components", components.text());
  return document.text();
}

}  // namespace ordo::http
