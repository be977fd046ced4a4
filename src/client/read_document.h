// Documents of the API, read from its answers. Includes the descriptions, so include it only in .cc files.
#pragma once

#include "records/json_codec.h"

namespace ordo::client {

// The document at `at`. Members that T does not have are passed over. kCorrupt "bad_answer" when it is no T.
template <class T>
Result<T> read_document(const JsonTape& tape, std::size_t at) {
  JsonReading in{tape, Fields::stored, {}};
  T document;
  read_json(in, at, JsonPath{}, document);
  if (in.violations.empty()) return document;
  return fail(Error{ErrorCode::kCorrupt, "bad_answer", "cannot read the server's answer", in.violations});
}

}  // namespace ordo::client
