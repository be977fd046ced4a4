// One connection: reads requests, keeps them in order, writes their answers together. Internal to the server.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "http/byte_stream.h"
#include "http/loop.h"
#include "http/message.h"
#include "http/request_parser.h"

namespace ordo::http {

// Lives on its loop's thread. Held by the loop until release(), and by the asynchronous operation under way.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Clock = Loop::Clock;

  Session(Arrival arrival, Loop& loop, std::uint64_t connection);

  // Serves the connection, or only refuses it when it is over a limit.
  void start();

  // Files the answer to a request. True when the caller has to flush(): the first such answer since the last flush.
  bool answer(std::uint64_t request, Response response);
  // Writes all answers that are next in order, in one write, and goes on reading.
  void flush();
  // Writes what has come of the body that is being streamed.
  void stream_on();

  void check_timeouts(Clock::time_point now);
  // The server stops: closes when idle, else with the last answer.
  void drain();
  void close();

 private:
  // A request in flight or answered but not yet written.
  struct Slot {
    Response response;
    Clock::time_point started;
    bool answered = false;
    bool head_only = false;  // HEAD: the body is counted, not sent
    bool last = false;       // the connection ends after this answer
    bool http_1_0 = false;   // knows no chunks, and wants keep-alive said
  };

  void on_handshake(ByteStream::Handshake outcome);
  void begin();
  void read();
  void on_read(const boost::system::error_code& error, std::size_t size);
  void consume();
  bool parse_one();
  void begin_request();
  void refuse(const Refusal& refusal);
  void serialize(Slot& slot);
  void begin_body(Slot& slot);
  void append_body();
  void write();
  void on_writable(const boost::system::error_code& error);
  void after_write();
  void begin_linger();
  bool is_idle() const;

  ByteStream stream_;
  const std::string peer_;        // IP address of the other end
  const bool peer_is_proxy_;      // a trusted one: it says who the client is
  const Refusal* const refused_;  // over a limit: the only answer; null where the connection is served
  Loop& loop_;
  const std::uint64_t connection_;
  boost::beast::flat_buffer buffer_;  // read, not yet parsed; bounded by its max_size
  RequestParser parser_;
  std::vector<Slot> slots_;          // in the order of the requests; at most max_pipelined + a refusal
  std::uint64_t first_request_ = 0;  // the number of slots_.front()
  std::string out_;                  // serialized, being written
  std::size_t out_sent_ = 0;
  // The body being streamed; null when there is none. Its slot is gone, those behind it wait.
  std::shared_ptr<BodyReader> body_;
  bool body_chunked_ = false;
  bool body_last_ = false;   // the connection ends after it
  bool wrote_body_ = false;  // what was written last is a part of a streamed body

  Clock::time_point activity_;     // last byte read or answer written, for the idle time-out
  Clock::time_point phase_began_;  // of the parser's head or body
  Clock::time_point write_progress_;
  Clock::time_point linger_until_;
  RequestParser::State phase_ = RequestParser::State::kIdle;
  bool handshaking_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool consuming_ = false;
  bool touched_ = false;  // answer() returned true, flush() is to come
  bool ending_ = false;   // no further request is read; the connection ends with the last slot
  bool lingering_ = false;
  bool peer_done_ = false;  // the client sent its end of stream
  bool closed_ = false;
};

}  // namespace ordo::http
