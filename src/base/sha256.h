// SHA-256 (FIPS 180-4). Any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace ordo {

using Sha256 = std::array<unsigned char, 32>;

Sha256 sha256(std::string_view bytes);
std::string to_hex(const Sha256& digest);
// Nothing unless `digits` are 64 lower-case hexadecimal digits.
std::optional<Sha256> sha256_from_hex(std::string_view digits);
// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace ordo
