#include "api/header_values.h"

#include <algorithm>

#include "api/ownership.h"
#include "base/number.h"
#include "base/text.h"

namespace ordo::api {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kMaxWait{30};
constexpr std::size_t kMaxKey = 255;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Calls `visit` with each element of a comma-separated list until it returns true. Returns whether it did.
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

std::optional<milliseconds> preferred_wait(const http::Request& request) {
  std::optional<milliseconds> wait;
  any_element(request.header_list("Prefer"), [&](std::string_view preference) {
    constexpr std::string_view kWait = "wait=";
    if (!equals_ignoring_case(preference.substr(0, kWait.size()), kWait)) return false;
    const auto seconds = parse_natural<std::int64_t>(preference.substr(kWait.size()));
    if (!seconds) return false;  // an invalid preference is ignored
    wait = std::min<milliseconds>(std::chrono::seconds(std::min<std::int64_t>(*seconds, kMaxWait.count())), kMaxWait);
    return true;
  });
  return wait;
}

Result<std::optional<std::string>> idempotency_key(const http::Request& request) {
  if (!request.has_header("Idempotency-Key")) return std::optional<std::string>();
  auto key = trim(request.header("Idempotency-Key"));
  if (key.size() >= 2 && key.front() == '"' && key.back() == '"') key = key.substr(1, key.size() - 2);
  const bool printable = std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (key.empty() || key.size() > kMaxKey || !printable) {
    return fail(ErrorCode::kInvalid, "bad_header", "Idempotency-Key must be 1 to 255 printable ASCII characters");
  }
  // With a customer's token, the key is kept apart per customer. So no customer can use a key to detect another
  // customer's request. A key cannot contain a line end.
  const auto* customer = only_customer(request);
  // guard: customer-own-idempotency-keys
  return customer == nullptr ? std::optional<std::string>(std::in_place, key)
                             : std::optional(*customer + "\n" + std::string(key));
}

std::string etag_of(std::int64_t rev) {
  return "\"" + std::to_string(rev) + "\"";
}

bool is_not_modified(const http::Request& request, std::string_view etag) {
  return any_element(request.header_list("If-None-Match"), [&](std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    return tag == "*" || tag == etag;
  });
}

namespace {

// Removes the first entity tag (RFC 9110, 8.8.3) and its separator from the list. nullopt when there is none.
struct EntityTag {
  bool weak = false;
  std::string_view text;  // without the quotes
};
std::optional<EntityTag> take_tag(std::string_view& list) {
  EntityTag tag;
  tag.weak = list.starts_with("W/");
  if (tag.weak) list.remove_prefix(2);
  if (!list.starts_with('"')) return std::nullopt;
  const auto end = list.find('"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  tag.text = list.substr(1, end - 1);
  list = trim(list.substr(end + 1));
  if (list.empty()) return tag;
  if (list.front() != ',') return std::nullopt;
  list = trim(list.substr(1));
  return list.empty() ? std::nullopt : std::optional(tag);
}

// After a dot, the tag describes parts of the answer that are not in the document.
std::optional<std::int64_t> revision_of(const EntityTag& tag) {
  return tag.weak ? std::nullopt : parse_natural<std::int64_t>(tag.text.substr(0, tag.text.find('.')));
}

}  // namespace

Result<std::optional<std::int64_t>> expected_revision(const http::Request& request) {
  if (!request.has_header("If-Match")) return std::optional<std::int64_t>();
  const auto header = request.header_list("If-Match");
  auto list = trim(header);
  if (list == "*") return std::optional<std::int64_t>();
  std::int64_t newest = kNoRevision;
  do {
    const auto tag = take_tag(list);
    if (!tag) {
      return fail(ErrorCode::kInvalid, "bad_header", "If-Match must be * or ETags from earlier answers, such as \"3\"");
    }
    newest = std::max(newest, revision_of(*tag).value_or(kNoRevision));
  } while (!list.empty());
  return std::optional(newest);
}

}  // namespace ordo::api
