// Parses HTTP/1.1 requests. It refuses everything that two parsers could read differently. No networking.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace ordo::http {

struct ParserLimits {
  std::size_t header = 16 * 1024;  // bytes of request line and header fields; also of a chunk's header or the trailer
  std::size_t target = 8 * 1024;   // bytes of the request target
  std::size_t fields = 100;        // header fields
  std::size_t body = 1024 * 1024;  // bytes after decoding
};

// Why a request cannot be read. The connection closes after the answer, because the next request's start is unknown.
struct Refusal {
  int status = 400;
  std::string_view code;  // of static lifetime, as is the detail
  std::string_view detail;
};

class RequestParser {
 public:
  enum class State : std::uint8_t { kIdle, kHead, kBody, kComplete, kRefused };

  explicit RequestParser(const ParserLimits& limits);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  // Reads from the front of `bytes` and returns how many it used. The caller passes the rest again with more bytes. It
  // reads at most to the end of one request: call take() when state() is kComplete, then continue. A request begins
  // with its first byte, even with one of the few empty lines allowed before it.
  std::size_t feed(std::string_view bytes);

  State state() const { return state_; }
  const Refusal& refusal() const { return refusal_; }

  // The path of the request that is being read or was refused, as far as it is known.
  std::string_view path() const;

  // True from the end of a header with "Expect: 100-continue" until the first byte of the body.
  bool awaits_continue() const { return state_ == State::kBody && expects_continue_; }

  // For the complete request; valid until the next feed().
  bool keep_alive() const { return keep_alive_; }
  bool is_http_1_0() const { return http_1_0_; }

  // The complete request; the parser is idle afterwards.
  Request take();

 private:
  class Reader;  // the Beast parser with our callbacks

  void refuse(Refusal refusal);
  void finish_head();

  const ParserLimits limits_;
  std::unique_ptr<Reader> reader_;
  State state_ = State::kIdle;
  Refusal refusal_;
  std::size_t head_bytes_ = 0;
  int empty_lines_ = 0;  // before the request
  bool expects_continue_ = false;
  bool keep_alive_ = false;
  bool http_1_0_ = false;
};

}  // namespace ordo::http
