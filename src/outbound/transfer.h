// One HTTP exchange on a libcurl easy handle. Belongs to HttpCaller's thread.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "outbound/call_queue.h"
#include "outbound/http_caller.h"

namespace ordo::outbound {

// kInvalid "bad_call" when the call must not be sent in this form. Does not check the URL.
Result<void> check_call(const HttpCall& call, const HttpCallerOptions& options);

class Transfer {
 public:
  // `options` outlives the transfer.
  explicit Transfer(const HttpCallerOptions& options);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Prepares the handle for a multi handle. Call it only between transfers.
  void begin(PendingCall call, Clock::time_point now);

  // After the handle was removed from the multi handle: the result of the transfer, and its call.
  Result<HttpReply> end(CURLcode code);
  PendingCall take_call();

  CURL* handle() const { return easy_.get(); }
  const std::string& origin() const { return call_.url.origin; }

 private:
  struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  template <class Value>
  void set(CURLoption option, Value value);
  void set_connection(Clock::time_point now);
  void set_request();
  void add_header(const std::string& line);
  HttpReply reply() const;
  tl::unexpected<Error> failure(CURLcode code) const;

  // libcurl's callbacks; `self` is the transfer.
  static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address) noexcept;
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;

  const HttpCallerOptions& options_;
  std::unique_ptr<CURL, FreeEasy> easy_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  PendingCall call_;
  std::string body_;
  std::size_t header_bytes_ = 0;
  bool too_large_ = false;  // the body exceeded the bound, and the transfer ended there
  bool refused_ = false;    // an address was not public
  bool opened_ = false;     // a socket to another address was opened
};

}  // namespace ordo::outbound
