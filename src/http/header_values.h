// What header fields of requests ask for. Pure functions; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace ordo::http {

// The seconds of "Prefer: wait=N", at most 30; nothing when it is not there.
std::optional<std::chrono::milliseconds> preferred_wait(const Request& request);

// The Idempotency-Key; nothing when absent, kInvalid "bad_header" when it is not 1 to 255 printable characters.
Result<std::optional<std::string>> idempotency_key(const Request& request);

// "\"7\"": a strong entity tag from a revision.
std::string etag_of(std::int64_t rev);
// True when If-None-Match names the tag: the answer is 304.
bool is_not_modified(const Request& request, std::string_view etag);

// The revision If-Match asks for; nothing when absent or "*"; kInvalid "bad_header" when it is not an entity tag of
// ours.
Result<std::optional<std::int64_t>> expected_revision(const Request& request);

}  // namespace ordo::http
