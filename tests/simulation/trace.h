// What happened in a history: always a hash of all events, and readable lines on request.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ordo::simulation {

class Trace {
 public:
  Trace(bool readable, bool live) : readable_(readable), live_(live) {}

  // Adds one event. Every argument is hashed. The line is built only if it is used.
  template <class... Args>
  void say(const Args&... args) {
    (mix(args), ...);
    if (!readable_) return;
    std::string line;
    (write(line, args), ...);
    if (live_) {
      std::printf("%s\n", line.c_str());
    } else {
      lines_.push_back(std::move(line));
    }
  }

  // Only hashes the value.
  template <class T>
  void mix(const T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      mix_word(static_cast<std::uint64_t>(value));
    } else {
      mix_text(std::string_view(value));
    }
  }

  std::uint64_t hash() const { return hash_; }
  const std::vector<std::string>& lines() const { return lines_; }
  bool readable() const { return readable_; }

 private:
  void mix_word(std::uint64_t word) {
    hash_ = (hash_ ^ word) * 0x9e3779b97f4a7c15ULL;
    hash_ ^= hash_ >> 29U;
  }
  void mix_text(std::string_view text) {
    mix_word(text.size());
    while (!text.empty()) {
      std::uint64_t word = 0;
      const std::size_t size = text.size() < sizeof word ? text.size() : sizeof word;
      std::memcpy(&word, text.data(), size);
      mix_word(word);
      text.remove_prefix(size);
    }
  }
  template <class T>
  static void write(std::string& line, const T& value) {
    if constexpr (std::is_arithmetic_v<T>) {
      line += std::to_string(value);
    } else {
      line += std::string_view(value);
    }
  }

  const bool readable_;
  const bool live_;
  std::uint64_t hash_ = 0x6f72646fULL;
  std::vector<std::string> lines_;
};

}  // namespace ordo::simulation
