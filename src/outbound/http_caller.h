// HttpCaller calls external HTTP servers asynchronously. It has one thread, a bounded number of transfers, and keeps
// connections open for later calls.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "outbound/http_message.h"

namespace ordo::outbound {

struct HttpCallerOptions {
  // Set false for URLs from API users: HttpCaller then connects to no address that is not public (is_public_ipv4),
  // whatever the host name or a redirect says.
  bool allow_private = true;
  std::string ca_file;  // trusted certificates, PEM; empty: the system's
  std::size_t max_transfers = 64;
  std::size_t max_transfers_per_host = 8;
  std::size_t max_waiting = 1'024;  // calls that wait for a free transfer
  std::size_t max_waiting_per_host = 256;
  std::size_t max_waiting_bytes = 32 * 1024 * 1024;  // of their bodies together
  std::size_t max_request_bytes = 1024 * 1024;       // of one body
  std::size_t max_reply_bytes = 1024 * 1024;         // of one body
  std::size_t max_reply_header_bytes = 64 * 1024;
  std::vector<std::string> reply_headers = {"content-type", "location", "retry-after"};  // the reply's headers to keep
};

class HttpCaller {
 public:
  // kInvalid "bad_ca_file". kIo when no thread can be started.
  static Result<std::unique_ptr<HttpCaller>> start(HttpCallerOptions options = {});
  ~HttpCaller();  // stops
  HttpCaller(const HttpCaller&) = delete;
  HttpCaller& operator=(const HttpCaller&) = delete;

  // Any thread, also from a callback. Calls the callback exactly once: on HttpCaller's thread or, when it refuses the
  // call, within call() itself. The callback must return quickly and not throw. HttpCaller follows no redirect, uses no
  // proxy, and keeps no cookie. Errors name the server ("https://host:port") and no other part of the URL:
  //   kInvalid      bad_url, bad_call (method, header or body), private_address
  //   kBusy         too_many_calls: the queue is full
  //   kUnavailable  cannot_resolve, cannot_connect, tls_failed, too_late (it waited in the queue for its whole
  //   timeout),
  //                 stopping: the server has not seen the call, but `stopping` may also come during a transfer
  //                 timeout, connection_lost, bad_reply, reply_too_large, call_failed: the server may have acted on it
  // If the server closes a kept connection before the first byte of its answer, the call is sent once more.
  void call(HttpCall call, HttpCallback callback);

  // Ends waiting and active calls with kUnavailable "stopping", then waits for the thread. Later calls get the same
  // error at once. Any thread but HttpCaller's own. A second stop() does nothing.
  void stop();

 private:
  class Loop;
  explicit HttpCaller(std::unique_ptr<Loop> loop);

  std::unique_ptr<Loop> loop_;
};

}  // namespace ordo::outbound
