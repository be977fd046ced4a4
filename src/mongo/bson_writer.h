// BsonWriter: appends BSON (bsonspec.org, 1.1) to a string, so that a document is encoded once and its bytes used
// wherever they are needed. Needs no library and checks no names: what it is given are constants and escaped keys.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace ordo::mongo {

// A document begun must be ended, innermost first. `out` outlives the writer.
class BsonWriter {
 public:
  explicit BsonWriter(std::string& out) : out_(out) {}

  // The place of a document begun, for `end`.
  using Mark = std::size_t;

  Mark begin();  // a document of its own, not an element
  Mark begin_document(std::string_view name) { return begin_nested(0x03, name); }
  Mark begin_array(std::string_view name) { return begin_nested(0x04, name); }
  void end(Mark mark);
  // The head of an element whose document the caller appends to `out`, bytes and all.
  void document_head(std::string_view name) { head(0x03, name); }

  void text(std::string_view name, std::string_view value);
  void int64(std::string_view name, std::int64_t value);
  void int32(std::string_view name, std::int32_t value);
  void boolean(std::string_view name, bool value);
  void date(std::string_view name, Timestamp value);
  void binary(std::string_view name, std::string_view value);  // of the generic subtype

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
