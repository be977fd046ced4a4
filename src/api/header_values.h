// Reads the header fields of requests. Pure functions; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace ordo::api {

// The seconds of "Prefer: wait=N", at most 30. nullopt without that preference.
std::optional<std::chrono::milliseconds> preferred_wait(const http::Request& request);

// The Idempotency-Key. With a customer's token, the customer's id is part of it. nullopt when absent; kInvalid
// "bad_header" when it is not 1 to 255 printable characters.
Result<std::optional<std::string>> idempotency_key(const http::Request& request);

// "\"7\"": a strong entity tag for a revision.
std::string etag_of(std::int64_t rev);
// True when If-None-Match names the tag: the answer is 304.
bool is_not_modified(const http::Request& request, std::string_view etag);

// No document has this revision. It stands for an If-Match that contains none of our tags; the answer is 412.
inline constexpr std::int64_t kNoRevision = -1;
// The revision in If-Match. nullopt when absent or "*"; kInvalid "bad_header" when it is not a list of entity tags. Of
// several revisions, the newest: revisions only rise, so no older one can be the present one. Weak tags and tags that
// are not ours match nothing (RFC 9110, 13.1.1).
Result<std::optional<std::int64_t>> expected_revision(const http::Request& request);

}  // namespace ordo::api
