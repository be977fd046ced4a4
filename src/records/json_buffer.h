// A text that is written at its end. std::string has no way to write into the room that it reserved, so that each byte
// or name appended to one costs a call.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace ordo {

// The first kInside bytes need no allocation. One thread.
class JsonBuffer {
 public:
  static constexpr std::size_t kInside = 4'096;

  JsonBuffer() : begin_(inside_), end_(inside_), limit_(inside_ + kInside) {}
  JsonBuffer(const JsonBuffer&) = delete;
  JsonBuffer& operator=(const JsonBuffer&) = delete;

  // The end, with room for this number of bytes. After writing them, call ends_at(). No text given here is null.
  char* room(std::size_t bytes) {
    if (static_cast<std::size_t>(limit_ - end_) < bytes) grow(bytes);
    return end_;
  }
  void ends_at(char* end) { end_ = end; }

  void push_back(char c) {
    *room(1) = c;
    ++end_;
  }
  void append(std::string_view text) {
    char* const to = room(text.size());
    std::memcpy(to, text.data(), text.size());
    end_ = to + text.size();
  }

  std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }
  char& operator[](std::size_t at) { return begin_[at]; }
  std::string_view text() const { return {begin_, size()}; }

 private:
  void grow(std::size_t bytes);  // rarely: not inline, so that what calls room() stays small

  char* begin_;
  char* end_;
  char* limit_;
  std::unique_ptr<char[]> outside_;
  char inside_[kInside];
};

}  // namespace ordo
