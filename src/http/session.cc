#include "http/session.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <charconv>

#include "base/check.h"
#include "base/log.h"
#include "http/body_stream.h"
#include "http/problem.h"
#include "http/trace.h"

namespace ordo::http {
namespace asio = boost::asio;
namespace {

constexpr std::size_t kReadSize = 8 * 1024;
constexpr std::size_t kBodyReadSize = 64 * 1024;
// Buffer size that a connection keeps between requests.
constexpr std::size_t kKeepBuffer = 32 * 1024;
// Bytes of a streamed body in one write, so that the loop's other connections get their turn.
constexpr std::size_t kStreamSize = 64 * 1024;
constexpr Refusal kNeedsTls{400, "tls_required", "this port speaks TLS; use https://"};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

void append_number(std::uint64_t number, std::string& out) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void append_hex(std::size_t number, std::string& out) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, number, 16).ptr;
  out.append(digits, end);
}

bool has_no_body(int status) {
  return status == 204 || status == 304;
}

}  // namespace

Session::Session(Arrival arrival, Loop& loop, std::uint64_t connection)
    : stream_(std::move(arrival.socket), loop.shared().tls ? loop.shared().tls->context().get() : nullptr),
      peer_(std::move(arrival.peer)),
      place_(std::move(arrival.place)),
      peer_is_proxy_(loop.options().trusted_proxies.trusts(peer_)),
      refused_(arrival.refused),
      loop_(loop),
      connection_(connection),
      buffer_(loop.options().max_header + kBodyReadSize),
      parser_(
          {loop.options().max_header, loop.options().max_target, loop.options().max_fields, loop.options().max_body}),
      activity_(Clock::now()) {}

void Session::start() {
  if (stream_.open() || loop_.draining()) return close();
  if (!stream_.is_tls()) return begin();
  handshaking_ = true;
  stream_.async_handshake([self = shared_from_this()](ByteStream::Handshake outcome) { self->on_handshake(outcome); });
}

void Session::on_handshake(ByteStream::Handshake outcome) {
  handshaking_ = false;
  if (closed_) return;
  auto& counters = loop_.shared();
  if (outcome == ByteStream::Handshake::kDone) {
    counters.tls_handshakes.fetch_add(1, std::memory_order_relaxed);
    if (stream_.resumed()) counters.tls_resumed.fetch_add(1, std::memory_order_relaxed);
    touch();
    return begin();
  }
  counters.tls_failures.fetch_add(1, std::memory_order_relaxed);
  if (outcome == ByteStream::Handshake::kPlainHttp) {
    refuse(kNeedsTls);
    return flush();
  }
  log_debug("a TLS handshake failed", {{"peer", peer_}, {"error", stream_.failure()}});
  close();
}

void Session::begin() {
  if (refused_ == nullptr) return read();
  refuse(*refused_);
  flush();
}

// --- reading

void Session::read() {
  const bool room = has_room() && buffer_.size() < buffer_.max_size();
  // While a client gets a stream, keep reading, to result_record when it leaves.
  const bool watching = body_ != nullptr && ending_;
  if (reading_ || writing_ || closed_ || peer_done_ || !(lingering_ || watching || (room && !ending_))) return;
  const auto wanted = parser_.state() == RequestParser::State::kBody ? kBodyReadSize : kReadSize;
  reading_ = true;
  stream_.async_read_some(buffer_.prepare(std::min(wanted, buffer_.max_size() - buffer_.size())),
                          [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
                            self->on_read(error, size);
                          });
}

void Session::on_read(const boost::system::error_code& error, std::size_t size) {
  reading_ = false;
  if (closed_) return;
  if (error && error != asio::error::eof) return close();
  if (error) peer_done_ = true;
  if (lingering_) {
    // Later input is discarded until the client has seen our end of stream.
    if (peer_done_) return close();
    return read();
  }
  // A stream may be endless: it ends when the client leaves.
  if (body_ && peer_done_) return close();
  if (body_ && ending_) return read();  // not committed: discarded
  if (peer_done_) {
    // A client may close its sending half and still wait for answers. An incomplete request is dropped.
    ending_ = true;
    if (slots_.empty() && !writing_) close();
    return;
  }
  buffer_.commit(size);
  touch();
  consume();
}

// Starts every complete request in the buffer, as far as the pipeline limit allows.
void Session::consume() {
  if (consuming_) return;
  consuming_ = true;
  bool progress = true;
  while (progress && !closed_) {
    loop_.begin_collecting();
    progress = false;
    while (parse_one()) progress = true;
    // Writes immediate answers here. That may make room for more requests from the buffer.
    if (touched_) flush();
    loop_.deliver();
    if (buffer_.size() == 0) break;
  }
  consuming_ = false;
  if (!reading_ && buffer_.size() == 0 && buffer_.capacity() > kKeepBuffer) buffer_.shrink_to_fit();
  read();
}

// True when there is room for another request: answers that the client does not take must not pile up.
bool Session::has_room() const {
  const auto& options = loop_.options();
  // guard: http-reads-of-a-connection
  return slots_.size() < options.max_pipelined && reads_in_work_ < options.max_reads && unsent_ <= options.max_unsent;
}

// False when no further request is complete. While a read is in progress, the buffer holds at most a part of a request
// and must not move.
bool Session::parse_one() {
  if (closed_ || ending_ || writing_ || reading_ || buffer_.size() == 0 || !has_room()) return false;
  const auto bytes = buffer_.cdata();
  const auto used = parser_.feed({static_cast<const char*>(bytes.data()), bytes.size()});
  buffer_.consume(used);
  if (parser_.state() != phase_) {
    phase_ = parser_.state();
    phase_began_ = activity_;
  }
  switch (parser_.state()) {
    case RequestParser::State::kComplete:
      begin_request();
      phase_ = RequestParser::State::kIdle;
      return true;
    case RequestParser::State::kRefused:
      refuse(parser_.refusal());
      return false;
    default:
      break;
  }
  if (parser_.awaits_continue() && slots_.empty() && out_.empty()) {
    out_ = kContinue;
    write();
  }
  ORDO_CHECK(buffer_.size() < buffer_.max_size(), "the parser bounds what it leaves unread: ", buffer_.size());
  return false;
}

void Session::begin_request() {
  const bool keep = parser_.keep_alive() && !loop_.draining();
  Slot& slot = slots_.emplace_back();
  slot.started = activity_;
  slot.last = !keep;
  slot.http_1_0 = parser_.is_http_1_0();
  ending_ = !keep;
  Request request = parser_.take();
  slot.head_only = request.method == Method::kHead;
  slot.read = slot.head_only || request.method == Method::kGet;
  if (slot.read) ++reads_in_work_;
  slot.message = tells_message(request.path());
  request.by_proxy = peer_is_proxy_;
  request.peer =
      peer_is_proxy_ ? loop_.options().trusted_proxies.client_of(peer_, request.header_list("X-Forwarded-For")) : peer_;
  loop_.shared().requests.fetch_add(1, std::memory_order_relaxed);
  const auto number = first_request_ + slots_.size() - 1;
  loop_.shared().handler(std::move(request), Respond(loop_.mailbox(), connection_, number));
}

// Queues a last answer from the server itself.
void Session::refuse(const Refusal& refusal) {
  loop_.shared().refusals.fetch_add(1, std::memory_order_relaxed);
  ending_ = true;
  Slot& slot = slots_.emplace_back();
  slot.last = true;
  slot.started = activity_;
  slot.message = tells_message(parser_.path());
  settle(slot, problem(refusal.status, refusal.code, refusal.detail, fresh_trace_id()));
  touched_ = true;
}

// --- answering

void Session::settle(Slot& slot, Response response) {
  slot.answered = true;
  slot.response = std::move(response);
  unsent_ += slot.response.body.size();
  if (slot.read) --reads_in_work_;
}

bool Session::answer(std::uint64_t request, Response response, HeldBytes held) {
  // Too late: the handler timed out, and the client has received 504.
  if (closed_ || request < first_request_) return false;
  const auto index = request - first_request_;
  ORDO_CHECK(index < slots_.size(), "request ", request, " of ", first_request_ + slots_.size());
  Slot& slot = slots_[index];
  if (slot.answered) return false;
  settle(slot, std::move(response));
  slot.held = std::move(held);
  return !std::exchange(touched_, true);
}

void Session::flush() {
  touched_ = false;
  if (closed_ || writing_ || body_) return;
  std::size_t ready = 0;
  const auto now = Clock::now();
  wrote_body_ = false;
  while (ready < slots_.size() && slots_[ready].answered) {
    Slot& slot = slots_[ready];
    serialize(slot);
    loop_.shared().count_response(slot.response.status, now - slot.started);
    const bool last = slot.last;
    ++ready;
    if (slot.response.stream && !slot.head_only) begin_body(slot);
    if (last || body_ || out_.size() > loop_.options().max_unsent) break;
  }
  if (ready == 0) return;
  if (slots_[ready - 1].last) ending_ = true;
  first_request_ += ready;
  slots_.erase(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(ready));
  write();
}

// The body's head is in out_.
void Session::begin_body(Slot& slot) {
  body_ = std::move(slot.response.stream);
  body_chunked_ = !slot.http_1_0;
  body_last_ = slot.last;
  body_->attach(loop_.mailbox(), connection_);
  if (peer_done_ || loop_.draining()) body_->stop();
  append_body();
}

// Appends waiting chunks of the stream to out_, and the end of the body when it has come.
void Session::append_body() {
  std::vector<BodyChunk> chunks;
  const bool end = body_->take(kStreamSize, chunks);
  std::size_t size = 0;
  for (const auto& chunk : chunks) size += chunk->size();
  if (size > 0) {
    if (body_chunked_) {
      append_hex(size, out_);
      out_ += "\r\n";
    }
    for (const auto& chunk : chunks) out_ += *chunk;
    if (body_chunked_) out_ += "\r\n";
  }
  wrote_body_ = true;
  if (!end) return;
  // guard: stream-aborted
  if (body_->aborted()) {
    body_.reset();
    ending_ = true;
    asio::post(stream_.get_executor(), [self = shared_from_this()] { self->close(); });
    return;
  }
  if (body_chunked_) out_ += "0\r\n\r\n";
  if (body_last_ || (loop_.draining() && slots_.empty())) ending_ = true;
  body_.reset();
}

void Session::stream_on() {
  if (closed_ || writing_ || !body_) return;
  append_body();
  if (!out_.empty()) return write();
  if (!body_) after_write();
}

void Session::serialize(Slot& slot) {
  unsent_ -= slot.response.body.size();
  out_held_.add(std::move(slot.held));
  if (slot.message) add_message(slot.response);
  const Response& response = slot.response;
  // While draining, the last answer in the pipeline ends the connection.
  if (loop_.draining() && &slot == &slots_.back()) slot.last = true;
  out_ += "HTTP/1.1 ";
  append_number(static_cast<std::uint64_t>(response.status), out_);
  out_.push_back(' ');
  out_ += status_title(response.status);
  out_ += "\r\n";
  out_ += loop_.date_field();
  if (!response.content_type.empty() && !has_no_body(response.status)) {
    out_ += "Content-Type: ";
    out_ += response.content_type;
    out_ += "\r\n";
  }
  if (response.stream) {
    if (slot.http_1_0) slot.last = true;
    if (!slot.http_1_0) out_ += "Transfer-Encoding: chunked\r\n";
  } else if (!has_no_body(response.status)) {
    out_ += "Content-Length: ";
    append_number(response.body.size(), out_);
    out_ += "\r\n";
  }
  out_ += response.fields;
  out_ += loop_.shared().options.fields;
  // Answers hold personal data and orders, so no cache may store them unless the route allows it.
  if (response.fields.find("Cache-Control:") == std::string::npos) out_ += "Cache-Control: no-store\r\n";
  if (slot.last) out_ += "Connection: close\r\n";
  if (slot.http_1_0 && !slot.last) out_ += "Connection: keep-alive\r\n";
  out_ += "\r\n";
  if (!slot.head_only && !has_no_body(response.status)) {
    if (response.body.size() > kKeepBuffer) out_.reserve(out_.size() + response.body.size());
    out_ += response.body;
  }
  slot.response.body = std::string();  // not kept twice
}

// Tries to write at once, because the socket nearly always takes everything. Waits only for the rest.
void Session::write() {
  if (out_sent_ == 0) {
    const auto& options = loop_.options();
    const ServerOptions::Duration taking(1000 * out_.size() / options.min_read_rate);
    write_due_ = Clock::now() + options.write_timeout + taking;
  }
  boost::system::error_code error;
  const auto sent = stream_.write_some(asio::buffer(out_.data() + out_sent_, out_.size() - out_sent_), error);
  if (error && error != asio::error::would_block) return close();
  out_sent_ += error ? 0 : sent;
  touch();
  write_progress_ = activity_;
  if (out_sent_ == out_.size()) return after_write();
  writing_ = true;
  stream_.async_wait_writable(
      [self = shared_from_this()](const boost::system::error_code& failure) { self->on_writable(failure); });
}

void Session::on_writable(const boost::system::error_code& error) {
  writing_ = false;
  if (closed_) return;
  if (error) return close();
  write();
  // Answers may have arrived in the meantime.
  if (!closed_ && !writing_ && !slots_.empty() && slots_.front().answered) flush();
}

void Session::after_write() {
  out_sent_ = 0;
  out_held_ = HeldBytes();
  out_.clear();
  if (out_.capacity() > kKeepBuffer) out_.shrink_to_fit();
  if (body_) {
    // Posted, so that a fast producer does not monopolize this loop.
    asio::post(stream_.get_executor(), [self = shared_from_this()] { self->stream_on(); });
  } else if (!slots_.empty() && slots_.front().answered) {
    return flush();  // answers that waited behind the stream, or for room
  }
  if (ending_ && slots_.empty() && !body_) return begin_linger();
  if (buffer_.size() > 0) {
    consume();  // does nothing when it called us; it then continues by itself
  } else {
    read();
  }
}

// --- ending

// Closing with unread input would reset the connection. The client might then never see the last answer.
void Session::begin_linger() {
  if (stream_.shutdown_send() || peer_done_) return close();
  lingering_ = true;
  linger_until_ = Clock::now() + loop_.options().linger;
  buffer_.clear();
  read();
}

void Session::touch() {
  activity_ = Clock::now();
  loop_.touch(connection_);
}

bool Session::is_idle() const {
  return slots_.empty() && !writing_ && !body_ && phase_ == RequestParser::State::kIdle;
}

bool Session::may_make_room() const {
  return refused_ == nullptr && slots_.empty() && !writing_ && !body_ && !lingering_ && !closed_ &&
         phase_ != RequestParser::State::kBody;
}

void Session::drain() {
  if (is_idle() && !lingering_) return close();
  if (!body_) return;
  body_->stop();
  stream_on();
}

void Session::close() {
  if (closed_) return;
  closed_ = true;
  stream_.close();
  body_.reset();
  place_.reset();
  if (refused_ != nullptr) loop_.shared().refusing.fetch_sub(1);
  loop_.release(connection_);
}

void Session::check_timeouts(Clock::time_point now) {
  const auto& options = loop_.options();
  if (handshaking_) {
    if (now - activity_ <= options.handshake_timeout) return;
    loop_.shared().tls_failures.fetch_add(1, std::memory_order_relaxed);
    return close();
  }
  if (lingering_) {
    if (now >= linger_until_) close();
    return;
  }
  if (writing_) {
    // A slow stream reader must not delay a stop: it can resume where it was. Nor may a client that reads nothing block
    // others when answers are full.
    const bool hurry = (wrote_body_ && loop_.draining()) || loop_.shared().answers_full();
    // guard: http-slow-reader
    if (now > write_due_ || now - write_progress_ > (hurry ? options.linger : options.write_timeout)) close();
    return;
  }
  if (!slots_.empty() && !slots_.front().answered && now - slots_.front().started > options.handler_timeout) {
    settle(slots_.front(), problem(504, "handler_timeout",
                                   "no answer in time; whether the request took effect is unknown", fresh_trace_id()));
    return flush();
  }
  if (ending_) return;
  if (phase_ == RequestParser::State::kHead && now - phase_began_ > options.head_timeout) {
    refuse({408, "header_timeout", "the header did not arrive in time"});
  } else if (phase_ == RequestParser::State::kBody && now - phase_began_ > options.body_timeout) {
    refuse({408, "body_timeout", "the body did not arrive in time"});
  } else if (is_idle() && now - activity_ > options.idle_timeout) {
    return close();
  }
  if (touched_) flush();
}

}  // namespace ordo::http
