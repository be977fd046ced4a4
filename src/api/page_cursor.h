// The cursors of lists: the end of a page as opaque text.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "records/documents.h"

namespace ordo::api {

// Converts a page key to the opaque text and back. kInvalid "bad_cursor" for invalid text, or text of another filter.
std::string encode_cursor(const PageKey& key, std::string_view fingerprint);
Result<PageKey> decode_cursor(std::string_view cursor, std::string_view fingerprint);

}  // namespace ordo::api
