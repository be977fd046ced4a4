#include "base/object_id.h"

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "base/uuid.h"

namespace ordo {
namespace {

constexpr std::size_t kDigits = 24;
constexpr std::size_t kRandomDigits = 10;

void append_hex(std::uint64_t number, std::size_t digits, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (std::size_t i = digits; i > 0; --i) out.push_back(kHex[number >> (4 * (i - 1)) & 15]);
}

std::string without_dashes(std::string uuid) {
  std::erase(uuid, '-');
  return uuid;
}

// The last bytes of a UUIDv7 are random.
struct Process {
  const std::string random = without_dashes(uuid_v7(now())).substr(32 - kRandomDigits);
  std::atomic<std::uint64_t> counter{std::stoul(without_dashes(uuid_v7(now())).substr(26), nullptr, 16)};
};

}  // namespace

std::string fresh_object_id(Timestamp time) {
  static Process process;
  std::string id;
  id.reserve(kDigits);
  append_hex(static_cast<std::uint64_t>(std::max<std::int64_t>(to_unix_ms(time) / 1000, 0)), 8, id);
  id += process.random;
  append_hex(process.counter.fetch_add(1), 6, id);
  return id;
}

std::string object_id_of(std::string_view space, std::string_view name) {
  return without_dashes(uuid_v5(space, name)).substr(0, kDigits);
}

}  // namespace ordo
