// Follows /v1/events across lost connections and restarts of the server.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/result.h"
#include "client/event_parser.h"
#include "client/http_client.h"

namespace ordo::client {

struct EventTailOptions {
  std::vector<std::string> types;
  std::string order;
  std::string topic;
  std::string from;
  std::string last_event_id;
  std::uint64_t count = 0;  // 0: no limit
  bool json = false;

  std::chrono::milliseconds first_connection{60'000};  // how long to wait for a server that has never answered
  std::chrono::milliseconds silence{45'000};           // three heartbeats; after that, the connection counts as lost
  std::chrono::milliseconds min_pause{200};            // before it reconnects
  std::chrono::milliseconds max_pause{10'000};
};

// For one thread.
class EventTail {
 public:
  // Prints events to `out` and remarks to `notes`. Calls `ending` ten times a second.
  EventTail(HttpUrl url, EventTailOptions options, std::function<bool()> ending, std::ostream& out,
            std::ostream& notes);

  // Returns when it has printed `count` events, when `ending` returns true, or when `out` has no reader. Errors: those
  // of the server, and kUnavailable when it never answered.
  Result<void> run();

  const std::string& last_id() const { return parser_.last_id(); }

 private:
  enum class Outcome : std::uint8_t { kDone, kAgain };

  Result<Outcome> connect_once();
  Result<Outcome> refused(int status, std::string body, std::chrono::seconds retry_after);
  bool take(const ServerEvent& event);
  void print(const ServerEvent& event);
  void pause();
  std::string target() const;

  const HttpUrl url_;
  const EventTailOptions options_;
  const std::function<bool()> ending_;
  std::ostream& out_;
  std::ostream& notes_;
  EventParser parser_;
  std::uint64_t printed_ = 0;
  bool connected_ = false;  // at least once
  std::chrono::milliseconds pause_;
  std::optional<Error> problem_;  // why there is no connection
  bool problem_noted_ = false;    // it was printed, and there was no connection since
};

}  // namespace ordo::client
