// A stream of Server-Sent Events gives the same events however its bytes are split.
#include <vector>

#include "base/check.h"
#include "client/event_parser.h"
#include "splits.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

struct Heard {
  std::vector<std::pair<std::string, std::string>> events;
  std::string last_id;

  friend bool operator==(const Heard&, const Heard&) = default;
};

Heard hear(std::string_view input, const Splits& splits) {
  client::EventParser parser;
  Heard heard;
  for (const auto piece : pieces_of(input, splits)) {
    parser.feed(piece, [&](const client::ServerEvent& event) {
      heard.events.emplace_back(event.type, event.data);
      return true;
    });
  }
  heard.last_id = parser.last_id();
  return heard;
}

}  // namespace

void events(std::string_view input) {
  const auto whole = hear(input, {});
  for (const auto& splits : splits_of(input)) ORDO_CHECK(hear(input, splits) == whole, whole.events.size(), " events");
  std::size_t bytes = 0;
  for (const auto& [type, data] : whole.events) bytes += type.size() + data.size();
  // Each type line sets the type of only one event, and each event has its own data lines.
  ORDO_CHECK(bytes <= input.size(), bytes, " of ", input.size());
  for (const auto& [type, data] : whole.events) {
    ORDO_CHECK(type.find('\n') == std::string::npos, type);
  }
}

}  // namespace ordo::fuzz
