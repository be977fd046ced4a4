// The cursors of lists: where a page ended, as text that nobody but us reads.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "records/documents.h"

namespace ordo::http {

// The opaque text for a page key, and back. kInvalid "bad_cursor" for what is no such text, or is of another filter.
std::string encode_cursor(const PageKey& key, std::string_view fingerprint);
Result<PageKey> decode_cursor(std::string_view cursor, std::string_view fingerprint);

}  // namespace ordo::http
