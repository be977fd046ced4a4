// Parses Server-Sent Events from the bytes of a stream.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace ordo::client {

struct ServerEvent {
  std::string type;  // empty when the stream does not name it
  std::string data;  // the data lines, joined by line feeds
};

// Implements https://html.spec.whatwg.org/multipage/server-sent-events.html for lines that end in LF or CRLF.
class EventParser {
 public:
  // False ends the reading; later events are dropped.
  using OnEvent = std::function<bool(const ServerEvent&)>;

  // Reads more of the stream. False when `on_event` returned false.
  bool feed(std::string_view bytes, const OnEvent& on_event);

  // For a new connection: drops a partial event of the last one, and keeps the id.
  void reset();

  // The id of the last event, or a newer one that the stream sent without an event. Use it for Last-Event-ID.
  const std::string& last_id() const { return last_id_; }
  void set_last_id(std::string id) { last_id_ = next_id_ = std::move(id); }

 private:
  bool end_of_event(const OnEvent& on_event);
  void take_line(std::string_view line);

  std::string rest_;  // an incomplete line
  ServerEvent event_;
  bool has_data_ = false;
  std::string next_id_;
  std::string last_id_;
};

}  // namespace ordo::client
