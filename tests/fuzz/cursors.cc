// Values with which clients say where they stopped. Any value must be refused, or be one that we gave out. The first
// line is a cursor or an id, the second a query string.
#include <string>

#include "api/events/event_position.h"
#include "api/list_request.h"
#include "api/page_cursor.h"
#include "base/check.h"
#include "http/target.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

using namespace http;  // NOLINT(google-build-using-namespace): all of it is under fuzz

void check_cursor(std::string_view text, std::string_view fingerprint) {
  if (const auto key = api::decode_cursor(text, fingerprint)) {
    ORDO_CHECK(api::encode_cursor(*key, fingerprint) == text, text);
    ORDO_CHECK(!api::decode_cursor(text, std::string(fingerprint) + "x"), text);
  }
  // Any id, as long as we gave it out.
  for (const auto sort : {std::int64_t(0), std::int64_t(1'790'000'000'000), std::int64_t(-1)}) {
    const PageKey key{sort, std::string(text)};
    const auto cursor = api::encode_cursor(key, fingerprint);
    const auto again = api::decode_cursor(cursor, fingerprint);
    ORDO_CHECK(again.has_value() && again->sort == key.sort && again->id == key.id, cursor);
    ORDO_CHECK(!api::decode_cursor(cursor, std::string(fingerprint) + "x"), cursor);
    ORDO_CHECK(!api::decode_cursor(cursor + "A", fingerprint), cursor);
    ORDO_CHECK(!api::decode_cursor(std::string_view(cursor).substr(1), fingerprint), cursor);
  }
}

void check_event_id(std::string_view text) {
  for (const std::size_t partitions : {1U, 4U}) {
    const api::EventLog log{Topic::order_events, 2, partitions};
    const auto offsets = api::parse_event_id(log, text);
    if (!offsets) continue;
    ORDO_CHECK(offsets->size() == partitions, offsets->size());
    for (const auto offset : *offsets) ORDO_CHECK(offset >= 0, offset);
    const auto id = api::event_id(log, *offsets);
    const auto again = api::parse_event_id(log, id);
    ORDO_CHECK(again.has_value() && *again == *offsets, text, " as ", id);
    ORDO_CHECK(!api::parse_event_id({log.topic, 3, partitions}, id), id);
    ORDO_CHECK(!api::parse_event_id({Topic::stock, 2, partitions}, id), id);
    ORDO_CHECK(id == text, text, " is read as ", id);
  }
}

void check_list(std::string_view query) {
  const auto parameters = http::QueryString::parse(query);
  if (!parameters) return;
  http::Request request;
  request.set_target("/v1/list");
  for (std::size_t i = 0; i < kCollections; ++i) {
    const auto collection = static_cast<Collection>(i);
    const auto list = api::parse_list(collection, *parameters);
    if (!list) {
      ORDO_CHECK(list.error().code == ErrorCode::kInvalid, list.error().text());
      continue;
    }
    ORDO_CHECK(list->query.limit >= 1 && list->query.limit <= Query::kMaxPage, list->query.limit);
    // The link to the next page requests the same list from there.
    const auto cursor = api::encode_cursor({7, "seven"}, list->fingerprint);
    const auto link = api::next_link(request, *parameters, cursor);
    const auto begin = link.find('?') + 1;
    const auto next = http::QueryString::parse(std::string_view(link).substr(begin, link.find('>') - begin));
    ORDO_CHECK(next.has_value(), link);
    const auto page = api::parse_list(collection, *next);
    ORDO_CHECK(page.has_value() && page->fingerprint == list->fingerprint, link);
    ORDO_CHECK(page->query.after && page->query.after->id == "seven" && page->query.after->sort == 7, link);
    ORDO_CHECK(page->query.limit == list->query.limit && page->query.where == list->query.where, link);
  }
}

}  // namespace

void cursors(std::string_view input) {
  const auto end = input.find('\n');
  const auto first = input.substr(0, end);
  const auto second = end == input.npos ? std::string_view() : input.substr(end + 1);
  check_cursor(first, second);
  check_event_id(first);
  check_list(second);
}

}  // namespace ordo::fuzz
