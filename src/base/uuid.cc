#include "base/uuid.h"

#include <sys/random.h>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>
#include <cstdint>
#include <cstring>

#include "base/check.h"

namespace ordo {
namespace {

std::string format(const std::uint8_t* bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out(36, '-');
  std::size_t at = 0;
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) ++at;
    out[at++] = kHex[bytes[i] >> 4];
    out[at++] = kHex[bytes[i] & 15];
  }
  return out;
}

// Random bytes from the kernel, fetched 4 KiB at a time into one pool for each thread.
void random_bytes(std::uint8_t* out, std::size_t size) {
  thread_local std::uint8_t pool[4096];
  thread_local std::size_t used = sizeof pool;
  if (used + size > sizeof pool) {
    std::size_t filled = 0;
    while (filled < sizeof pool) {
      const auto got = getrandom(pool + filled, sizeof pool - filled, 0);
      ORDO_CHECK(got > 0 || errno == EINTR, "getrandom errno ", errno);
      if (got > 0) filled += static_cast<std::size_t>(got);
    }
    used = 0;
  }
  std::memcpy(out, pool + used, size);
  used += size;
}

}  // namespace

std::string uuid_v7(Timestamp time) {
  // RFC 9562 section 6.2, method 1: the 12 bits after the time are a counter, so ids of one thread rise within a
  // millisecond.
  thread_local std::int64_t last_ms = 0;
  thread_local std::uint32_t counter = 0;
  std::int64_t ms = to_unix_ms(time);
  if (ms > last_ms) {
    last_ms = ms;
    counter = 0;
  } else if (++counter > 0xfff) {
    ++last_ms;
    counter = 0;
  }
  ms = last_ms;

  std::uint8_t bytes[16];
  for (int i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  bytes[6] = static_cast<std::uint8_t>(0x70 | (counter >> 8));
  bytes[7] = static_cast<std::uint8_t>(counter);
  random_bytes(bytes + 8, 8);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  return format(bytes);
}

std::string uuid_v5(std::string_view space, std::string_view name) {
  // ordo's own namespace, chosen once at random.
  static constexpr boost::uuids::uuid kOrdo = {
      {0x5e, 0x1c, 0x0a, 0x3f, 0x9b, 0x52, 0x4d, 0x77, 0x8a, 0x11, 0x2f, 0x60, 0xc3, 0xd4, 0x8e, 0x95}};
  std::string text;
  text.reserve(space.size() + 1 + name.size());
  text.append(space).push_back('\0');
  text.append(name);
  const boost::uuids::name_generator_sha1 generate(kOrdo);
  const auto uuid = generate(text.data(), text.size());
  return format(uuid.data);
}

}  // namespace ordo
