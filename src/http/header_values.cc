#include "http/header_values.h"

#include <algorithm>
#include <charconv>

namespace ordo::http {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kMaxWait{30};
constexpr std::size_t kMaxKey = 255;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Calls `visit` with each element of a comma-separated list until it returns true; returns whether it did.
template <class Visit>
bool any_element(std::string_view list, const Visit& visit) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (visit(trim(list.substr(0, comma)))) return true;
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return false;
}

}  // namespace

std::optional<milliseconds> preferred_wait(const Request& request) {
  std::optional<milliseconds> wait;
  any_element(request.header_list("Prefer"), [&](std::string_view preference) {
    constexpr std::string_view kWait = "wait=";
    if (!equals_ignoring_case(preference.substr(0, kWait.size()), kWait)) return false;
    const auto digits = preference.substr(kWait.size());
    std::int64_t seconds = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, seconds);
    if (error != std::errc() || stop != end || seconds < 0) return false;  // a preference not understood is ignored
    wait = std::min<milliseconds>(std::chrono::seconds(std::min<std::int64_t>(seconds, kMaxWait.count())), kMaxWait);
    return true;
  });
  return wait;
}

Result<std::optional<std::string>> idempotency_key(const Request& request) {
  if (!request.has_header("Idempotency-Key")) return std::optional<std::string>();
  auto key = trim(request.header("Idempotency-Key"));
  if (key.size() >= 2 && key.front() == '"' && key.back() == '"') key = key.substr(1, key.size() - 2);
  const bool printable = std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (key.empty() || key.size() > kMaxKey || !printable) {
    return fail(ErrorCode::kInvalid, "bad_header", "Idempotency-Key must be 1 to 255 printable ASCII characters");
  }
  return std::optional<std::string>(std::in_place, key);
}

std::string etag_of(std::int64_t rev) {
  return "\"" + std::to_string(rev) + "\"";
}

bool is_not_modified(const Request& request, std::string_view etag) {
  return any_element(request.header_list("If-None-Match"), [&](std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    return tag == "*" || tag == etag;
  });
}

Result<std::optional<std::int64_t>> expected_revision(const Request& request) {
  if (!request.has_header("If-Match")) return std::optional<std::int64_t>();
  const auto tag = request.header("If-Match");
  if (tag == "*") return std::optional<std::int64_t>();
  std::int64_t rev = 0;
  if (tag.size() > 2 && tag.front() == '"' && tag.back() == '"') {
    const auto* end = tag.data() + tag.size() - 1;
    const auto [stop, error] = std::from_chars(tag.data() + 1, end, rev);
    // Behind a dot stands what of the answer was not the document's own.
    if (error == std::errc() && (stop == end || *stop == '.')) return std::optional<std::int64_t>(rev);
  }
  return fail(ErrorCode::kInvalid, "bad_header", "If-Match must be one ETag as a read gave it, such as \"3\", or *");
}

}  // namespace ordo::http
