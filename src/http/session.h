// One connection: reads requests, keeps them in order, and writes answers together. Internal to the server.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "http/byte_stream.h"
#include "http/held_bytes.h"
#include "http/loop.h"
#include "http/message.h"
#include "http/open_counts.h"
#include "http/request_parser.h"

namespace ordo::http {

// Runs on its loop's thread. The loop owns it until release(); the asynchronous operation in progress owns it, too.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Clock = Loop::Clock;

  Session(Arrival arrival, Loop& loop, std::uint64_t connection);

  // Serves the connection, or only refuses it when it is over a limit.
  void start();

  // Stores the answer to a request. True for the first one since the last flush(): the caller must then call flush().
  bool answer(std::uint64_t request, Response response, HeldBytes held);
  // Writes the next answers in order, as many in one write as max_unsent allows, and continues reading.
  void flush();
  // Writes the available part of the streamed body.
  void stream_on();

  // True when no request is in progress: at most a part of a header has come.
  bool may_make_room() const;
  // How many connections its address has; 1 for a proxy, whose connections serve many clients.
  std::size_t of_address() const { return place_ ? place_->of_owner() : 1; }
  // When the last byte was received or sent.
  Clock::time_point activity() const { return activity_; }

  void check_timeouts(Clock::time_point now);
  // The server stops: closes an idle connection at once, a busy one with its last answer.
  void drain();
  void close();

 private:
  // A request in flight or answered but not yet written.
  struct Slot {
    Response response;
    HeldBytes held{};
    Clock::time_point started;
    bool read = false;  // GET or HEAD
    bool answered = false;
    bool head_only = false;  // HEAD: sends the body's length, not the body
    bool last = false;       // the connection ends after this answer
    bool http_1_0 = false;   // the client knows no chunks and needs an explicit keep-alive
    bool message = false;    // an error also has {"message"}
  };

  void on_handshake(ByteStream::Handshake outcome);
  void begin();
  void read();
  void on_read(const boost::system::error_code& error, std::size_t size);
  void consume();
  bool parse_one();
  void begin_request();
  void refuse(const Refusal& refusal);
  void settle(Slot& slot, Response response);
  bool has_room() const;
  void serialize(Slot& slot);
  void begin_body(Slot& slot);
  void append_body();
  void write();
  void on_writable(const boost::system::error_code& error);
  void after_write();
  void begin_linger();
  bool is_idle() const;
  void touch();

  ByteStream stream_;
  const std::string peer_;                    // IP address of the other end
  std::unique_ptr<OpenCounts::Place> place_;  // null: a proxy's, refused, or closed
  const bool peer_is_proxy_;                  // a trusted proxy: its X-Forwarded-For names the client
  const Refusal* const refused_;              // over a limit: the only answer; null when the connection is served
  Loop& loop_;
  const std::uint64_t connection_;
  boost::beast::flat_buffer buffer_;  // read, not yet parsed; bounded by its max_size
  RequestParser parser_;
  std::vector<Slot> slots_;          // in the order of the requests; at most max_pipelined + a refusal
  std::uint64_t first_request_ = 0;  // number of slots_.front()
  std::string out_;                  // serialized, being written
  std::size_t out_sent_ = 0;
  HeldBytes out_held_;             // bytes held by out_
  std::size_t unsent_ = 0;         // bytes of the bodies in slots_
  std::size_t reads_in_work_ = 0;  // GET and HEAD in slots_ without an answer
  // The body being streamed, or null. Its slot is gone; the slots behind it wait.
  std::shared_ptr<BodyReader> body_;
  bool body_chunked_ = false;
  bool body_last_ = false;   // the connection ends after it
  bool wrote_body_ = false;  // the last write was part of a streamed body

  Clock::time_point activity_;     // last byte read or answer written, for the idle time-out
  Clock::time_point phase_began_;  // start of the parser's head or body phase
  Clock::time_point write_progress_;
  Clock::time_point write_due_;  // the client must have taken out_ by then
  Clock::time_point linger_until_;
  RequestParser::State phase_ = RequestParser::State::kIdle;
  bool handshaking_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool consuming_ = false;
  bool touched_ = false;  // answer() returned true; flush() will follow
  bool ending_ = false;   // no further request is read; the connection ends with the last slot
  bool lingering_ = false;
  bool peer_done_ = false;  // the client sent its end of stream
  bool closed_ = false;
};

}  // namespace ordo::http
