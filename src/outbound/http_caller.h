// HttpCaller: calls other people's HTTP servers without waiting for them. One thread, a bounded number of transfers,
// and connections that are kept for the next call.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "outbound/http_message.h"

namespace ordo::outbound {

struct HttpCallerOptions {
  // False for URLs that users of the API gave: no connection is made to an address that is not public, whatever the
  // host's name or redirect says (is_public_ipv4).
  bool allow_private = true;
  std::string ca_file;  // certificates to trust, PEM; empty: those of the system
  std::size_t max_transfers = 64;
  std::size_t max_transfers_per_host = 8;
  std::size_t max_waiting = 1'024;  // calls that wait for a free transfer
  std::size_t max_waiting_per_host = 256;
  std::size_t max_waiting_bytes = 32 * 1024 * 1024;  // of their bodies
  std::size_t max_request_bytes = 1024 * 1024;       // of one body
  std::size_t max_reply_bytes = 1024 * 1024;         // of one body
  std::size_t max_reply_header_bytes = 64 * 1024;
  std::vector<std::string> reply_headers = {"content-type", "location", "retry-after"};  // kept of a reply
};

class HttpCaller {
 public:
  // kInvalid "bad_ca_file". kIo when there is no thread to be had.
  static Result<std::unique_ptr<HttpCaller>> start(HttpCallerOptions options = {});
  ~HttpCaller();  // stops
  HttpCaller(const HttpCaller&) = delete;
  HttpCaller& operator=(const HttpCaller&) = delete;

  // Any thread, also within a callback. The callback is called exactly once: on the caller's own thread or, when the
  // call was not taken, within call() itself; it must return quickly and not throw. No redirect is followed, no proxy
  // used, no cookie kept. Errors name the server ("https://host:port") and nothing else of the URL:
  //   kInvalid      bad_url, bad_call (method, header or body), private_address
  //   kBusy         too_many_calls: the queue is full
  //   kUnavailable  cannot_resolve, cannot_connect, tls_failed, too_late (it waited in the queue for all of its time),
  //                 stopping: the server has not seen it, except that `stopping` may come in the middle
  //                 timeout, connection_lost, bad_reply, reply_too_large, call_failed: the server may have acted on it
  // A call on a kept connection that the server closes before its first byte of answer is sent once more.
  void call(HttpCall call, HttpCallback callback);

  // Answers what is waiting or under way with kUnavailable "stopping", then waits for the thread. Later calls are
  // answered so at once. Any thread but the caller's own; again does nothing.
  void stop();

 private:
  class Loop;
  explicit HttpCaller(std::unique_ptr<Loop> loop);

  std::unique_ptr<Loop> loop_;
};

}  // namespace ordo::outbound
