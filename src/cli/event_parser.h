// Server-Sent Events out of the bytes of a stream.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace ordo::cli {

struct ServerEvent {
  std::string type;  // empty when the stream did not say
  std::string data;  // its lines, joined by line feeds
};

// As https://html.spec.whatwg.org/multipage/server-sent-events.html says, for streams whose lines end in a line feed,
// with or without a carriage return before it.
class EventParser {
 public:
  // False ends the reading: what is behind that event is not given out.
  using OnEvent = std::function<bool(const ServerEvent&)>;

  // Reads more of the stream. False when `on_event` said so.
  bool feed(std::string_view bytes, const OnEvent& on_event);

  // A new connection: half an event from the last one is forgotten, the id is kept.
  void reset();

  // Of the last event given out, or told in between; what Last-Event-ID has to be.
  const std::string& last_id() const { return last_id_; }
  void set_last_id(std::string id) { last_id_ = next_id_ = std::move(id); }

 private:
  bool end_of_event(const OnEvent& on_event);
  void take_line(std::string_view line);

  std::string rest_;  // a line that is not complete
  ServerEvent event_;
  bool has_data_ = false;
  std::string next_id_;
  std::string last_id_;
};

}  // namespace ordo::cli
