#include "api/docs/schema_html.h"

namespace ordo::api {
namespace {

std::string_view name_in(std::string_view reference) {
  return reference.substr(reference.rfind('/') + 1);
}

// The values or alternatives in `list`; `show` formats each of them.
template <class Show>
std::string joined(JsonView list, std::string_view separator, const Show& show) {
  std::string out;
  list.elements([&](JsonView element) {
    if (!out.empty()) out += separator;
    out += show(element);
  });
  return out;
}

std::string plain(JsonView value) {
  return escaped(value.text());
}

// The limits of a plain value: "1 to 500, 50 by default".
std::string limits(JsonView schema) {
  std::string out;
  const auto say = [&](std::string_view before, std::string_view member) {
    if (const auto value = schema[member]) out += std::string(before) + plain(value);
  };
  say(", ", "format");
  say(", from ", "minimum");
  say(" to ", "maximum");
  if (schema["maxLength"])
    out += ", " + plain(schema["minLength"]) + " to " + plain(schema["maxLength"]) + " characters";
  say(", by default ", "default");
  if (schema["const"]) out += ": <code>" + plain(schema["const"]) + "</code>";
  return out;
}

}  // namespace

void append_escaped(std::string_view text, std::string& html) {
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html.push_back(c);
    }
  }
}

std::string escaped(std::string_view text) {
  std::string html;
  append_escaped(text, html);
  return html;
}

std::string type_html(JsonView schema, std::string_view anchor) {
  const auto inner = [anchor](JsonView part) { return type_html(part, anchor); };
  if (const auto reference = schema["$ref"]) {
    const std::string name = escaped(name_in(reference.text()));
    return "<a href=\"#" + std::string(anchor) + "-" + name + "\">" + name + "</a>";
  }
  if (const auto any = schema["anyOf"]) return joined(any, " or ", inner);
  if (const auto all = schema["allOf"]) return joined(all, " and ", inner);
  if (const auto values = schema["enum"]) {
    return "one of " + joined(values, ", ", [](JsonView value) { return "<code>" + plain(value) + "</code>"; });
  }
  if (const auto items = schema["items"]) {
    std::string html = "array of " + type_html(items, anchor);
    if (!schema["maxItems"]) return html;
    return html + ", " + plain(schema["minItems"]) + " to " + plain(schema["maxItems"]);
  }
  if (const auto values = schema["additionalProperties"]; values["type"] || values["$ref"]) {
    return "object of " + type_html(values, anchor);
  }
  const auto type = schema["type"];
  if (type.is(JsonNode::Kind::array)) return joined(type, " or ", plain);
  return plain(type) + limits(schema);
}

std::string members_html(JsonView schema, JsonView schemas, std::string_view anchor) {
  if (const auto reference = schema["$ref"]) {
    if (const auto found = schemas[name_in(reference.text())]; found["properties"]) {
      return "<p>" + type_html(schema, anchor) + "</p>" + members_html(found, schemas, anchor);
    }
  }
  const auto properties = schema["properties"];
  if (!properties) return "<p>" + type_html(schema, anchor) + "</p>";
  const auto is_required = [&](std::string_view name) {
    bool found = false;
    schema["required"].elements([&](JsonView one) { found = found || one.text() == name; });
    return found;
  };
  std::string html = "<table><tbody>";
  properties.members([&](std::string_view name, JsonView member) {
    html += "<tr><th scope=\"row\"><code>" + escaped(name) + "</code>";
    if (!is_required(name)) html += " <span class=\"optional\">optional</span>";
    html += "</th><td>" + type_html(member, anchor);
    if (const auto text = member["description"]) html += "<div class=\"note\">" + escaped(text.text()) + "</div>";
    member["examples"].elements([&](JsonView example) {
      html += "<div class=\"note\">such as <code>" + escaped(example.compact()) + "</code></div>";
    });
    html += "</td></tr>";
  });
  return html + "</tbody></table>";
}

std::string schemas_html(JsonView schemas, std::string_view anchor) {
  std::string html;
  schemas.members([&](std::string_view name, JsonView schema) {
    html += "<details class=\"entry\" id=\"" + std::string(anchor) + "-" + escaped(name) + "\"><summary><code>" +
            escaped(name) + "</code></summary>";
    if (const auto text = schema["description"]) html += "<p>" + escaped(text.text()) + "</p>";
    html += members_html(schema, schemas, anchor);
    schema["examples"].elements([&](JsonView example) { html += "<pre>" + escaped(example.pretty()) + "</pre>"; });
    html += "</details>";
  });
  return html;
}

}  // namespace ordo::api
