// The HTTP/1.1 server: io threads, limits and time-outs. It knows no routes; the handler knows no networking.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/message.h"
#include "http/trusted_proxies.h"

namespace ordo::http {

// Every limit has an answer of its own: see docs in ARCHITECTURE.md and the tests.
struct ServerOptions {
  using Duration = std::chrono::milliseconds;

  std::string address = "127.0.0.1";
  std::uint16_t port = 0;          // 0: any free one, see Server::port()
  std::string fields;              // further header fields of every answer, each ended by CRLF
  TrustedProxies trusted_proxies;  // their X-Forwarded-For says who the client is
  int io_threads = 1;
  std::string tls_certificate;                  // a file, see http/tls_identity.h; empty: plain HTTP
  std::string tls_key;                          // a file
  std::size_t max_connections = 10'000;         // 503 beyond
  std::size_t max_connections_per_address = 0;  // 429 beyond; 0: no limit; proxies that are trusted have none
  std::size_t max_header = 16 * 1024;           // bytes; 431 beyond
  std::size_t max_target = 8 * 1024;            // bytes of the request's target; 414 beyond
  std::size_t max_fields = 100;                 // header fields; 431 beyond
  std::size_t max_body = 1024 * 1024;           // bytes; 413 beyond
  std::size_t max_pipelined = 64;               // requests of one connection in flight; the rest waits unread
  Duration handshake_timeout{10'000};           // of TLS; closed
  Duration head_timeout{10'000};                // from the first byte of a request to the end of its header; 408
  Duration body_timeout{30'000};                // from there to the end of the body; 408
  Duration idle_timeout{75'000};                // keep-alive without a request; closed
  Duration handler_timeout{60'000};             // without an answer; 504
  Duration write_timeout{30'000};               // without the client taking a byte; closed
  Duration linger{2'000};    // for the client to read a last answer before the connection is torn down
  Duration drain{10'000};    // stop(): for requests in flight to finish
  Duration tick{250};        // how often time-outs are looked at: their precision
  Duration tls_look{1'000};  // how often the files of TLS are looked at for changes
};

// Upper bounds of the histogram of durations, in microseconds; one more bucket holds what is beyond.
inline constexpr std::array<std::uint64_t, 13> kDurationBounds = {
    500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 10'000'000};

// Counters since the start, for metrics.
struct ServerStats {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;             // over a limit
  std::uint64_t connections_refused_by_address = 0;  // of these, over the limit of their address
  std::uint64_t connections_open = 0;                // now
  std::uint64_t requests = 0;                        // handed to the handler
  std::uint64_t refusals = 0;                        // answered without it: unreadable, too large, too slow
  std::array<std::uint64_t, 5> responses{};          // by class of status: 1xx to 5xx
  std::array<std::uint64_t, kDurationBounds.size() + 1> durations{};
  std::uint64_t duration_sum_us = 0;
  bool tls = false;                  // what follows is of use
  std::uint64_t tls_handshakes = 0;  // that succeeded
  std::uint64_t tls_resumed = 0;     // of these, those that took up an earlier session
  std::uint64_t tls_failures = 0;    // too slow, unreadable, no common ground, or no TLS at all
  std::int64_t tls_days_left = 0;    // until the certificate expires; negative afterwards
};

class Server {
 public:
  // Binds at once and serves until stop(). kUnavailable "cannot_listen" when the address is taken or unknown,
  // kInvalid "bad_tls" when certificate or key cannot be used.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handler handler);

  // stop()s when nobody did.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  ServerStats stats() const;

  // Reads certificate and key again, soon; does nothing without TLS. What has changed is found without it, too. Any
  // thread.
  void reload_tls();

  // Closes the listening socket and the idle connections. What is in flight is answered with "Connection: close".
  // Returns at once; thread-safe, repeatable.
  void stop_accepting();

  // stop_accepting(), then waits for what is in flight, at most `drain`, cuts the rest off and joins the threads. Not
  // from a handler.
  void stop();

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ordo::http
