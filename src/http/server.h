// The HTTP/1.1 server: io threads, limits and time-outs. It knows no routes; the handler knows no networking.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "access/trusted_proxies.h"
#include "base/result.h"
#include "http/message.h"

namespace ordo::http {

// Each limit has a specific answer, see ARCHITECTURE.md and the tests.
struct ServerOptions {
  using Duration = std::chrono::milliseconds;

  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                  // 0: any free port, see Server::port()
  std::string fields;                      // more header fields of every answer, each ended by CRLF
  access::TrustedProxies trusted_proxies;  // the server takes the client's address from their X-Forwarded-For
  int io_threads = 1;
  std::string tls_certificate;                      // a file, see http/tls_identity.h; empty: plain HTTP
  std::string tls_key;                              // a file
  std::size_t max_connections = 10'000;             // beyond, an idle one is closed; 503 if none is idle
  std::size_t max_connections_per_address = 1'000;  // 429 beyond; 0: no limit; trusted proxies have none
  std::size_t max_header = 16 * 1024;               // bytes; 431 beyond
  std::size_t max_target = 8 * 1024;                // bytes of the request target; 414 beyond
  std::size_t max_fields = 100;                     // header fields; 431 beyond
  std::size_t max_body = 1024 * 1024;               // bytes; 413 beyond
  // In flight on one connection; beyond these, further input stays unread.
  std::size_t max_pipelined = 64;        // requests
  std::size_t max_reads = 4;             // GET and HEAD requests without an answer
  std::size_t max_unsent = 1024 * 1024;  // bytes of answers; the last answer may exceed it
  // Bytes a second that a client must take on average after write_timeout; else the connection closes.
  std::size_t min_read_rate = 16 * 1024;
  // All connections: bytes of answers that clients have not taken yet. Beyond it, answers_full() is true, and a client
  // that takes nothing is disconnected after `linger`.
  std::size_t max_answer_bytes = 192 * 1024 * 1024;
  Duration handshake_timeout{10'000};  // of TLS; closed
  Duration head_timeout{10'000};       // from the first byte, even of an empty line, to the end of the header; 408
  Duration body_timeout{30'000};       // from there to the end of the body; 408
  Duration idle_timeout{75'000};       // keep-alive without a request; closed
  Duration handler_timeout{60'000};    // without an answer; 504
  Duration write_timeout{30'000};      // without the client taking a byte, see also min_read_rate; closed
  Duration linger{2'000};              // for the client to read the last answer before the connection closes
  Duration drain{10'000};              // stop(): for requests in flight to finish
  Duration tick{250};                  // interval of the time-out checks: their precision
  Duration tls_look{1'000};            // interval of the checks for changed TLS files
};

// Upper bounds of the duration histogram, in microseconds. One more bucket holds longer durations.
inline constexpr std::array<std::uint64_t, 13> kDurationBounds = {
    500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 10'000'000};

// Counters since the start, for metrics.
struct ServerStats {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;             // over a limit
  std::uint64_t connections_refused_by_address = 0;  // of these, over the limit of their address
  std::uint64_t connections_evicted = 0;             // idle ones, closed to make room
  std::uint64_t connections_open = 0;                // now
  std::uint64_t answer_bytes = 0;                    // now: body bytes that clients have not taken yet
  std::uint64_t requests = 0;                        // handed to the handler
  std::uint64_t refusals = 0;                        // answered without the handler: unreadable, too large, too slow
  std::array<std::uint64_t, 5> responses{};          // by class of status: 1xx to 5xx
  std::array<std::uint64_t, kDurationBounds.size() + 1> durations{};
  std::uint64_t duration_sum_us = 0;
  bool tls = false;                  // the members below are valid
  std::uint64_t tls_handshakes = 0;  // successful ones
  std::uint64_t tls_resumed = 0;     // of these, resumed sessions
  std::uint64_t tls_failures = 0;    // too slow, unreadable, no common version or cipher, or not TLS
  std::int64_t tls_days_left = 0;    // until the certificate expires; negative afterwards
};

class Server {
 public:
  // Binds at once and serves until stop(). kUnavailable "cannot_listen" when the address is in use or unknown. kInvalid
  // "bad_tls" when the certificate or key cannot be used.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handler handler);

  // Calls stop() if it was not called.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  ServerStats stats() const;
  // True when clients have not yet taken max_answer_bytes or more of answers. Checked for every request; any thread.
  bool answers_full() const;

  // Soon reads the certificate and key again, even if unchanged. Does nothing without TLS. The server also
  // result_records changed files by itself. Any thread.
  void reload_tls();

  // Closes the listening socket and the idle connections. Requests in flight are answered with "Connection: close".
  // Returns at once. Thread-safe; may be called again.
  void stop_accepting();

  // Calls stop_accepting(), then waits at most `drain` for requests in flight. Then it closes the other connections and
  // joins the threads. Do not call it from a handler.
  void stop();

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ordo::http
