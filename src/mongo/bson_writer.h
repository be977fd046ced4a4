// BsonWriter appends BSON (bsonspec.org, 1.1) to a string. A document is encoded once, and its bytes are used wherever
// they are needed. It uses no library and checks no names: its input is constants and escaped keys.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace ordo::mongo {

// Every begun document must be ended, the innermost first. `out` outlives the writer.
class BsonWriter {
 public:
  explicit BsonWriter(std::string& out) : out_(out) {}

  // The position of a begun document, for `end`.
  using Mark = std::size_t;

  Mark begin();  // a whole document, not an element
  Mark begin_document(std::string_view name) { return begin_nested(0x03, name); }
  Mark begin_array(std::string_view name) { return begin_nested(0x04, name); }
  void end(Mark mark);
  // The head of an element. The caller appends the bytes of its document to `out`.
  void document_head(std::string_view name) { head(0x03, name); }

  void text(std::string_view name, std::string_view value);
  void int64(std::string_view name, std::int64_t value);
  void int32(std::string_view name, std::int32_t value);
  void boolean(std::string_view name, bool value);
  void date(std::string_view name, Timestamp value);
  void binary(std::string_view name, std::string_view value);  // generic subtype

 private:
  Mark begin_nested(char type, std::string_view name);
  void head(char type, std::string_view name);
  template <class Integer>
  void little_endian(Integer value);

  std::string& out_;
};

// The names of array elements, "0", "1", ...; valid until the next call.
class ArrayIndex {
 public:
  std::string_view operator()(std::size_t index);

 private:
  char digits_[24] = {};
};

}  // namespace ordo::mongo
