// Builds small JSON documents from parts that are JSON already.
#pragma once

#include <string>
#include <string_view>

namespace ordo {

std::string json_string(std::string_view text);

class JsonObject {
 public:
  // `object`: the text of an object to extend.
  explicit JsonObject(std::string object = "{}") : text_(std::move(object)) {}
  JsonObject& add(std::string_view name, std::string_view json);
  JsonObject& add_string(std::string_view name, std::string_view text) { return add(name, json_string(text)); }
  // Adds the members of another object's text; "" counts as "{}".
  JsonObject& merge(std::string_view object);
  bool empty() const { return text_.size() == 2; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

class JsonArray {
 public:
  JsonArray& add(std::string_view json);
  JsonArray& add_string(std::string_view text) { return add(json_string(text)); }
  bool empty() const { return text_.size() == 2; }
  const std::string& text() const { return text_; }

 private:
  std::string text_ = "[]";
};

}  // namespace ordo
