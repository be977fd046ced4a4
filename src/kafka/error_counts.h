// Counts errors that the librdkafka clients of this process have seen.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace ordo::kafka {

// Any thread.
class ErrorCounts {
 public:
  struct Key {
    std::string client;  // "api", "steps", "intake": its name in log lines
    std::string topic;   // the broker's name; empty: no topic
    std::string code;    // librdkafka's name of the error, "MSG_TIMED_OUT"

    friend auto operator<=>(const Key&, const Key&) = default;
  };
  // Beyond this number of keys, errors are counted without topic, as "other".
  static constexpr std::size_t kMaxKeys = 512;

  void note(std::string_view client, std::string_view topic, std::string_view code);
  std::map<Key, std::uint64_t> figures() const;

 private:
  mutable std::mutex mutex_;
  std::map<Key, std::uint64_t> counts_;  // guarded by mutex_
};

}  // namespace ordo::kafka
