#include "api/docs/docs_page.h"

#include <utility>
#include <vector>

#include "api/docs/docs_frame.h"
#include "api/docs/schema_html.h"
#include "base/check.h"
#include "records/json_view.h"

namespace ordo::api {
namespace {

constexpr std::string_view kApi = "schema";      // prefix of anchors for the schemas of the routes
constexpr std::string_view kRecords = "record";  // and for the schemas of the records

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string paragraph(JsonView text) {
  return text ? "<p>" + escaped(text.text()) + "</p>" : std::string();
}

// --- routes

std::string parameters_html(JsonView parameters) {
  if (!parameters) return {};
  std::string html = "<h4>Parameters</h4><table><tbody>";
  parameters.elements([&](JsonView parameter) {
    html += "<tr><th scope=\"row\"><code>" + escaped(parameter["name"].text()) + "</code> <span class=\"optional\">" +
            escaped(parameter["in"].text()) + (parameter["required"].truth() ? ", required" : "") + "</span></th><td>" +
            type_html(parameter["schema"], kApi);
    if (const auto text = parameter["description"]) html += "<div class=\"note\">" + escaped(text.text()) + "</div>";
    html += "</td></tr>";
  });
  return html + "</tbody></table>";
}

// The schema of the first content type, and the name of that type.
std::pair<std::string_view, JsonView> first_content(JsonView content) {
  std::pair<std::string_view, JsonView> first;
  content.members([&](std::string_view type, JsonView media) {
    if (first.first.empty()) first = {type, media};
  });
  return first;
}

std::string body_html(JsonView body, JsonView schemas) {
  const auto media = first_content(body["content"]).second;
  if (!media) return {};
  std::string html = body["required"].truth() ? "<h4>Body</h4>" : "<h4>Body, optional</h4>";
  html += members_html(media["schema"], schemas, kApi);
  if (const auto example = media["example"]) html += "<pre>" + escaped(example.pretty()) + "</pre>";
  return html;
}

std::string answers_html(JsonView responses) {
  std::string html = "<h4>Answers</h4><table><tbody>";
  responses.members([&](std::string_view status, JsonView response) {
    const bool shared = static_cast<bool>(response["$ref"]);
    html += "<tr><th scope=\"row\"><code>" + escaped(status) + "</code></th><td>" +
            (shared ? "Any other error." : escaped(response["description"].text()));
    const auto [type, media] = first_content(response["content"]);
    if (media) html += "<div class=\"note\">" + type_html(media["schema"], kApi) + ", " + escaped(type) + "</div>";
    std::string headers;
    response["headers"].members(
        [&](std::string_view name, JsonView) { headers += (headers.empty() ? "" : ", ") + escaped(name); });
    if (!headers.empty()) html += "<div class=\"note\">headers " + headers + "</div>";
    html += "</td></tr>";
  });
  return html + "</tbody></table>";
}

// In single quotes for a shell.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string curl_html(std::string_view method, std::string_view path, JsonView operation) {
  std::string line = "curl";
  if (method != "GET") line += " -X " + std::string(method);
  std::string html = escaped(line) + " <span class=\"base\">http://127.0.0.1:8080</span>" + escaped(path);
  operation["parameters"].elements([&](JsonView parameter) {
    if (parameter["in"].text() != "header" || !parameter["example"] || parameter["name"].text().starts_with("If-"))
      return;
    const std::string header = std::string(parameter["name"].text()) + ": " + std::string(parameter["example"].text());
    html += " \\\n  -H " + escaped(shell_quoted(header));
  });
  if (const auto example = first_content(operation["requestBody"]["content"]).second["example"]) {
    html += " \\\n  -H 'Content-Type: application/json' -d " + escaped(shell_quoted(example.compact()));
  }
  return "<h4>Try it</h4><pre class=\"try\">" + html + "</pre>";
}

struct Operation {
  std::string method;
  std::string path;
  JsonView view;
};

std::string operation_html(const Operation& operation, JsonView schemas) {
  const auto& [method, path, view] = operation;
  std::string html = "<details class=\"entry\" id=\"" + escaped(view["operationId"].text()) +
                     "\"><summary><span class=\"method\">" + method + "</span> <code>" + escaped(path) +
                     "</code> <span class=\"about\">" + escaped(view["summary"].text()) + "</span></summary>";
  html +=
      paragraph(view["description"]) + parameters_html(view["parameters"]) + body_html(view["requestBody"], schemas);
  return html + answers_html(view["responses"]) + curl_html(method, path, view) + "</details>";
}

std::vector<Operation> operations_of(JsonView openapi, std::string_view tag) {
  std::vector<Operation> found;
  openapi["paths"].members([&](std::string_view path, JsonView item) {
    item.members([&](std::string_view method, JsonView view) {
      bool tagged = false;
      view["tags"].elements([&](JsonView one) { tagged = tagged || one.text() == tag; });
      if (tagged) found.push_back({upper(method), std::string(path), view});
    });
  });
  return found;
}

// --- records

// The roles that perform `action` on this message, according to the document's operations.
std::string who(JsonView asyncapi, std::string_view action, std::string_view channel, std::string_view message) {
  const std::string reference = "#/channels/" + std::string(channel) + "/messages/" + std::string(message);
  std::string names;
  asyncapi["operations"].members([&](std::string_view, JsonView operation) {
    if (operation["action"].text() != action) return;
    bool meant = false;
    operation["messages"].elements([&](JsonView one) { meant = meant || one["$ref"].text() == reference; });
    if (!meant) return;
    operation["tags"].elements(
        [&](JsonView tag) { names += (names.empty() ? "" : ", ") + escaped(tag["name"].text()); });
  });
  return names;
}

// Headers that all records have are shown only once.
std::string headers_html(JsonView headers) {
  std::string html;
  headers["allOf"].elements([&](JsonView part) {
    if (!part["$ref"]) return;
    html += (html.empty() ? "" : " and ") + type_html(part, kRecords);
  });
  return html;
}

std::string message_html(JsonView asyncapi, std::string_view channel, std::string_view name) {
  const auto message = asyncapi["components"]["messages"][name];
  std::string html = "<details class=\"entry\" id=\"" + escaped(channel) + "-" + escaped(name) + "\"><summary><code>" +
                     escaped(name) + "</code> <span class=\"about\">" + escaped(message["summary"].text()) +
                     "</span></summary>" + paragraph(message["description"]);
  if (const auto readers = who(asyncapi, "receive", channel, name); !readers.empty()) {
    html += "<p>Read by " + readers + ".</p>";
  }
  html += "<h4>Headers</h4><p>" + headers_html(message["headers"]) + "</p>";
  if (const auto payload = message["payload"])
    html += "<h4>Value</h4>" + members_html(payload, asyncapi["components"]["schemas"], kRecords);
  return html + "</details>";
}

std::string channel_html(JsonView asyncapi, std::string_view name, JsonView channel) {
  std::string html = "<section><h3 id=\"topic-" + escaped(name) + "\"><code>" + escaped(channel["address"].text()) +
                     "</code></h3>" + paragraph(channel["description"]);
  channel["messages"].members(
      [&](std::string_view message, JsonView) { html += message_html(asyncapi, name, message); });
  return html + "</section>";
}

// --- the page

struct Parts {
  std::string navigation;
  std::string content;
};

void add_heading(std::string_view id, std::string_view title, Parts& parts) {
  parts.navigation += "<h2><a href=\"#" + escaped(id) + "\">" + escaped(title) + "</a></h2>";
  parts.content += "<h2 id=\"" + escaped(id) + "\">" + escaped(title) + "</h2>";
}

void add_routes(JsonView openapi, Parts& parts) {
  add_heading("routes", "Routes", parts);
  parts.content += paragraph(openapi["info"]["description"]);
  openapi["tags"].elements([&](JsonView tag) {
    const std::string name = escaped(tag["name"].text());
    parts.navigation += "<h3>" + name + "</h3><ul>";
    parts.content += "<section><h3>" + name + "</h3>";
    for (const auto& operation : operations_of(openapi, tag["name"].text())) {
      parts.navigation += "<li><a href=\"#" + escaped(operation.view["operationId"].text()) +
                          "\"><span class=\"method\">" + operation.method + "</span> " + escaped(operation.path) +
                          "</a></li>";
      parts.content += operation_html(operation, openapi["components"]["schemas"]);
    }
    parts.navigation += "</ul>";
    parts.content += "</section>";
  });
}

void add_topics(JsonView asyncapi, Parts& parts) {
  add_heading("topics", "Topics", parts);
  parts.content += paragraph(asyncapi["info"]["description"]);
  parts.navigation += "<ul>";
  asyncapi["channels"].members([&](std::string_view name, JsonView channel) {
    parts.navigation +=
        "<li><a href=\"#topic-" + escaped(name) + "\">" + escaped(channel["address"].text()) + "</a></li>";
    parts.content += channel_html(asyncapi, name, channel);
  });
  parts.navigation += "</ul>";
}

// The frame with `{{name}}` replaced by `text`.
std::string filled(std::string_view frame, std::string_view name, std::string_view text) {
  const std::string mark = "{{" + std::string(name) + "}}";
  const auto at = frame.find(mark);
  ORDO_CHECK(at != std::string_view::npos, "the frame of the page has no ", mark);
  return std::string(frame.substr(0, at)) + std::string(text) + std::string(frame.substr(at + mark.size()));
}

}  // namespace

std::string docs_page(std::string_view openapi, std::string_view asyncapi) {
  const auto routes = JsonTape::parse(openapi);
  const auto records = JsonTape::parse(asyncapi);
  ORDO_CHECK(routes && records, "this program makes the documents");
  const JsonView api(*routes);
  const JsonView log(*records);
  Parts parts;
  add_routes(api, parts);
  add_topics(log, parts);
  add_heading("schemas", "Schemas of the routes", parts);
  parts.content += schemas_html(api["components"]["schemas"], kApi);
  add_heading("record-schemas", "Schemas of the records", parts);
  parts.content += schemas_html(log["components"]["schemas"], kRecords);
  const auto version = escaped(api["info"]["version"].text());
  return filled(filled(filled(kDocsFrame, "version", version), "navigation", parts.navigation), "content",
                parts.content);
}

}  // namespace ordo::api
