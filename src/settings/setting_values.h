// The types of values that settings have, and how people write them. A reader returns nullopt for text that it cannot
// parse; the table of settings holds the error text.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ordo::settings {

std::optional<std::int64_t> read_whole(std::string_view text);

// A duration without an end. It is longer than all others. Converting it to a smaller unit overflows, so check first.
inline constexpr std::chrono::seconds kForever = std::chrono::seconds::max();

// "30s", "15m", "24h", "7d" or "forever".
std::optional<std::chrono::seconds> read_duration(std::string_view text);
std::string show_duration(std::chrono::seconds duration);

struct ByteSize {
  std::uint64_t bytes = 0;

  friend constexpr auto operator<=>(const ByteSize&, const ByteSize&) = default;
};
constexpr ByteSize kib(std::uint64_t count) {
  return {count << 10};
}
constexpr ByteSize mib(std::uint64_t count) {
  return {count << 20};
}
constexpr ByteSize gib(std::uint64_t count) {
  return {count << 30};
}

// "65536", "64KiB" or "1MiB".
std::optional<ByteSize> read_bytes(std::string_view text);
std::string show_bytes(ByteSize size);

// "127.0.0.1:8080", "[::1]:8080" or "localhost:0". Port 0 stands for any free port.
struct Address {
  std::string host;  // without the brackets
  std::uint16_t port = 0;

  friend bool operator==(const Address&, const Address&) = default;
};
std::optional<Address> read_address(std::string_view text);
std::string show_address(const Address& address);

// A connection string with user, password and options masked. Any other text is masked as a whole.
std::string mask_uri(std::string_view uri);

}  // namespace ordo::settings
