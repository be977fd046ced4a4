// Reads a JSON document that this program wrote. A missing value is empty, and no access fails.
#pragma once

#include <string_view>

#include "records/json.h"

namespace ordo {

// A value of a tape, or none. Valid as long as the tape.
class JsonView {
 public:
  JsonView() = default;
  explicit JsonView(const JsonTape& tape, std::size_t at = 0) : tape_(&tape), at_(at) {}

  explicit operator bool() const { return tape_ != nullptr; }
  bool is(JsonNode::Kind kind) const { return tape_ != nullptr && node().kind == kind; }
  // Text of a string or a number; empty otherwise.
  std::string_view text() const;
  bool truth() const { return is(JsonNode::Kind::boolean) && node().boolean; }

  // The member of an object.
  JsonView operator[](std::string_view name) const;

  // Calls visit(name, value) for each member, in order. Does nothing unless the value is an object.
  template <class Visit>
  void members(const Visit& visit) const {
    if (!is(JsonNode::Kind::object)) return;
    for (std::size_t key = at_ + 1; key < node().end; key = (*tape_)[key + 1].end) {
      visit((*tape_)[key].text, JsonView(*tape_, key + 1));
    }
  }
  template <class Visit>
  void elements(const Visit& visit) const {
    if (!is(JsonNode::Kind::array)) return;
    for (std::size_t element = at_ + 1; element < node().end; element = (*tape_)[element].end) {
      visit(JsonView(*tape_, element));
    }
  }

  // The value as JSON: in one line, or indented by two spaces per level.
  std::string compact() const { return written(-1); }
  std::string pretty() const { return written(0); }

 private:
  std::string written(int level) const;  // below 0: on one line
  const JsonNode& node() const { return (*tape_)[at_]; }

  const JsonTape* tape_ = nullptr;
  std::size_t at_ = 0;
};

}  // namespace ordo
