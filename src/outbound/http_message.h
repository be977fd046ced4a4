// What ordo asks of other people's servers and what they answer: plain data.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ordo::outbound {

struct HttpHeader {
  std::string name;
  std::string value;
};

struct HttpCall {
  std::string method = "POST";      // GET, HEAD, POST, PUT, PATCH or DELETE
  std::string url;                  // see parse_url; user name and password become basic authentication
  std::vector<HttpHeader> headers;  // none that frames the message: host, content-length, transfer-encoding, ...
  std::string body;                 // sent when it is not empty, and with POST and PUT in any case
  std::chrono::milliseconds connect_timeout{3'000};  // for name, connection and TLS handshake together
  std::chrono::milliseconds timeout{10'000};         // for all of it, from the call to the callback
  // A body longer than HttpCallerOptions::max_reply_bytes is an error, or, when set, cut there: for callers that need
  // no more than the status.
  bool cut_reply = false;
};

struct HttpReply {
  int status = 0;                   // whatever the server said, redirects and errors too
  std::vector<HttpHeader> headers;  // those of HttpCallerOptions::reply_headers that were there
  std::string body;
  bool cut = false;  // the body was longer

  // Empty when it is not there. `name` as in reply_headers.
  std::string_view header(std::string_view name) const {
    for (const auto& header : headers) {
      if (header.name == name) return header.value;
    }
    return {};
  }
};

using HttpCallback = std::function<void(Result<HttpReply>)>;

}  // namespace ordo::outbound
