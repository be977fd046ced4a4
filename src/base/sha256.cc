#include "base/sha256.h"

#include <openssl/sha.h>

#include <algorithm>

#include "base/encoding.h"

namespace ordo {
namespace {

std::string_view bytes_of(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  Sha256 digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

std::string to_hex(const Sha256& digest) {
  return to_hex(bytes_of(digest));
}

std::optional<Sha256> sha256_from_hex(std::string_view digits) {
  Sha256 digest{};
  const auto bytes = from_hex(digits);
  if (!bytes || bytes->size() != digest.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), digest.begin());
  return digest;
}

std::string sha256_hex(std::string_view bytes) {
  return to_hex(sha256(bytes));
}

}  // namespace ordo
