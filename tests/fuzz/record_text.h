// A record as the text of a corpus: its headers, one per line ("ce_type: ..."), an empty line, and the value. "topic",
// "key" and "dlq" are not headers; they give the place of the record.
#pragma once

#include <string_view>

#include "records/envelope.h"

namespace ordo::fuzz {

// Takes any text. Its offset is 17.
Record record_of(std::string_view text);

}  // namespace ordo::fuzz
