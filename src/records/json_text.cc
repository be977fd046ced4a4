#include "records/json_text.h"

#include "base/text.h"

namespace ordo {

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

JsonObject& JsonObject::add(std::string_view name, std::string_view json) {
  text_.pop_back();
  append_json_key(name, text_.size() == 1, text_);
  text_ += json;
  text_.push_back('}');
  return *this;
}

JsonObject& JsonObject::merge(std::string_view object) {
  if (object.size() <= 2) return *this;
  text_.pop_back();
  if (text_.size() > 1) text_.push_back(',');
  text_ += object.substr(1);
  return *this;
}

JsonArray& JsonArray::add(std::string_view json) {
  text_.pop_back();
  if (text_.size() > 1) text_.push_back(',');
  text_ += json;
  text_.push_back(']');
  return *this;
}

}  // namespace ordo
