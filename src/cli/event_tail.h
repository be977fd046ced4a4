// Following /v1/events over lost connections and restarts of the server.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/event_parser.h"
#include "cli/http_client.h"

namespace ordo::cli {

struct EventTailOptions {
  std::vector<std::string> types;
  std::string order;
  std::string topic;
  std::string from;
  std::string last_event_id;
  std::uint64_t count = 0;  // 0: without an end
  bool json = false;

  std::chrono::milliseconds first_connection{60'000};  // how long a server is waited for that was never there
  std::chrono::milliseconds silence{45'000};           // three heartbeats: the connection is dead
  std::chrono::milliseconds min_pause{200};            // before it connects again
  std::chrono::milliseconds max_pause{10'000};
};

// One thread.
class EventTail {
 public:
  // Events go to `out`, what else there is to say to `notes`. `ending` is asked ten times a second.
  EventTail(HttpUrl url, EventTailOptions options, std::function<bool()> ending, std::ostream& out,
            std::ostream& notes);

  // Returns when it has printed `count` events, is told to end, or nobody reads `out` any more. Errors: what the server
  // refuses, and kUnavailable when it never was there.
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
  bool problem_noted_ = false;    // it was said, and there was no connection since
};

}  // namespace ordo::cli
