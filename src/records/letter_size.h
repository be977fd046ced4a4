// Dead letters that are too large for their topic.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "records/dead_letter.h"
#include "records/envelope.h"

namespace ordo {

// If a letter does not fit, it leaves out the record's value, and if needed its key and own headers. These headers say
// so. The record is still at its old position, as long as its topic keeps it.
inline constexpr std::string_view kValueOmittedHeader = "ordo_dlq_value_omitted";  // "true"
inline constexpr std::string_view kBytesHeader = "ordo_dlq_bytes";                 // of the value
inline constexpr std::string_view kSha256Header = "ordo_dlq_sha256";               // of the value
// "true": key and headers were left out too
inline constexpr std::string_view kRestOmittedHeader = "ordo_dlq_rest_omitted";

// The error for a replay of a letter without its value, with the position of the record: kConflict "value_omitted".
Error value_omitted(const DeadLetter& letter);

// Removes from a processor's letter what does not fit into `limit` bytes of the log. The description of the refusal
// stays; its detail may be cut. So every letter fits into a kilobyte.
void omit_what_does_not_fit(Record& letter, std::size_t limit);

}  // namespace ordo
