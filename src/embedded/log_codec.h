// Numbers and texts in the bodies of frames.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ordo::embedded {

// Seven bits a byte, the lowest first (LEB128).
inline void put_number(std::uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

inline void put_text(std::string_view text, std::string& out) {
  put_number(text.size(), out);
  out += text;
}

// Reads them again. After the first one that is not there, ok() is false, and everything is 0 or empty.
class BodyReader {
 public:
  explicit BodyReader(std::string_view bytes) : left_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !left_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(left_.front());
      left_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return broken();
  }

  std::string_view text() { return bytes(number()); }

  std::string_view bytes(std::uint64_t size) {
    if (size > left_.size()) {
      broken();
      return {};
    }
    const std::string_view found = left_.substr(0, size);
    left_.remove_prefix(size);
    return found;
  }

  bool ok() const { return ok_; }

 private:
  std::uint64_t broken() {
    ok_ = false;
    left_ = {};
    return 0;
  }

  std::string_view left_;
  bool ok_ = true;
};

}  // namespace ordo::embedded
