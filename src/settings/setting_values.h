// Reads and shows durations, sizes and addresses as people write them. A reader returns nullopt for text that it cannot
// parse; the table of settings holds the error text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ordo::settings {

std::optional<std::int64_t> read_whole(std::string_view text);

// "30s", "15m", "24h", "7d" or "forever" (kForever), in seconds.
std::optional<std::int64_t> read_duration(std::string_view text);
std::string show_duration(std::int64_t seconds);

// "65536", "64KiB", "1MiB", in bytes.
std::optional<std::int64_t> read_bytes(std::string_view text);
std::string show_bytes(std::int64_t bytes);

// "127.0.0.1:8080", "[::1]:8080" or "localhost:0". Port 0 stands for any free port.
struct Address {
  std::string host;  // without the brackets
  std::uint16_t port = 0;
};
std::optional<Address> read_address(std::string_view text);
std::string show_address(const Address& address);

// A connection string with user, password and options masked.
std::string mask_uri(std::string_view uri);

}  // namespace ordo::settings
