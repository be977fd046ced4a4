// For tests: tokens as an issuer creates them.
#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <string>
#include <string_view>

#include "base/encoding.h"

namespace ordo::access {

// Signs with HS256's hash, unless another one is given.
inline std::string hs256(std::string_view head, std::string_view claims, std::string_view key,
                         const EVP_MD* hash = EVP_sha256()) {
  const auto signed_part = to_base64url(head) + "." + to_base64url(claims);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(hash, key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(signed_part.data()),
       signed_part.size(), mac.data(), &size);
  return signed_part + "." + to_base64url({reinterpret_cast<const char*>(mac.data()), size});
}

}  // namespace ordo::access
