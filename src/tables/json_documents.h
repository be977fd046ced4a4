// The documents of a JSON file: one in each line, one after another, or the elements of a list, which may stand in an
// object as {"orders": [...]}.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "tables/json_scanner.h"
#include "tables/text_decoding.h"

namespace ordo::imports {

// Where the documents of a file stand.
struct JsonShape {
  bool by_line = false;              // each line is a document; a broken one spoils only itself
  std::vector<std::string> wrapper;  // the members that lead to the list of documents: "data", "orders"
};

// Reads the beginning of the file: its first value and at most a few lines. kIo when it cannot be opened.
Result<JsonShape> find_json_shape(const OpenText& open);

struct JsonDocument {
  std::size_t line = 0;  // where it begins, from 1
  std::string text;
  std::string reason;  // not empty: it cannot be read; `detail` says why, and `text` has its beginning
  std::string detail;
};

// For one thread.
class JsonDocuments {
 public:
  JsonDocuments(std::unique_ptr<std::istream> in, JsonShape shape)
      : in_(std::move(in)), scanner_(*in_), shape_(std::move(shape)) {}

  // False at the end. kIo when the rest of the file cannot be read.
  Result<bool> next(JsonDocument& document);

 private:
  bool next_line(JsonDocument& document);
  bool next_value(JsonDocument& document);
  bool next_element(JsonDocument& document);
  void take_document(JsonDocument& document);
  bool enter_list();
  void leave_list();

  std::unique_ptr<std::istream> in_;
  JsonScanner scanner_;
  JsonShape shape_;
  bool in_list_ = false;
  std::size_t open_objects_ = 0;  // wrappers around the list
};

}  // namespace ordo::imports
