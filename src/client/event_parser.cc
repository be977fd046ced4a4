#include "client/event_parser.h"

#include <utility>

namespace ordo::client {

bool EventParser::feed(std::string_view bytes, const OnEvent& on_event) {
  while (true) {
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos) break;
    std::string_view line = bytes.substr(0, end);
    if (!rest_.empty()) line = rest_.append(line);
    if (line.ends_with('\r')) line.remove_suffix(1);
    bytes.remove_prefix(end + 1);
    bool goes_on = true;
    if (line.empty()) {
      goes_on = end_of_event(on_event);
    } else {
      take_line(line);
    }
    rest_.clear();
    if (!goes_on) return false;
  }
  rest_ += bytes;
  return true;
}

void EventParser::reset() {
  rest_.clear();
  event_ = {};
  has_data_ = false;
  next_id_ = last_id_;
}

bool EventParser::end_of_event(const OnEvent& on_event) {
  last_id_ = next_id_;
  ServerEvent event;
  std::swap(event, event_);
  if (!std::exchange(has_data_, false)) return true;
  return on_event(event);
}

void EventParser::take_line(std::string_view line) {
  const auto colon = line.find(':');
  const auto name = line.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "data") {
    if (has_data_) event_.data.push_back('\n');
    event_.data += value;
    has_data_ = true;
  } else if (name == "event") {
    event_.type = value;
  } else if (name == "id") {
    next_id_ = value;
  }
}

}  // namespace ordo::client
