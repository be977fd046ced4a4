// For tests: tokens as an issuer makes them.
#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <string>
#include <string_view>

namespace ordo::access {

inline std::string base64url(std::string_view raw) {
  std::string out((raw.size() + 2) / 3 * 4 + 1, '\0');
  const auto* bytes = reinterpret_cast<const unsigned char*>(raw.data());
  out.resize(static_cast<std::size_t>(
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes, static_cast<int>(raw.size()))));
  while (out.ends_with('=')) out.pop_back();
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return out;
}

// With the hash of HS256 unless told otherwise.
inline std::string hs256(std::string_view head, std::string_view claims, std::string_view key,
                         const EVP_MD* hash = EVP_sha256()) {
  const auto signed_part = base64url(head) + "." + base64url(claims);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(hash, key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(signed_part.data()),
       signed_part.size(), mac.data(), &size);
  return signed_part + "." + base64url({reinterpret_cast<const char*>(mac.data()), size});
}

}  // namespace ordo::access
