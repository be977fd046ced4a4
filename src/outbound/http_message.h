// Requests to external servers and their replies: plain data.
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
  std::vector<HttpHeader> headers;  // none that frames the message, such as host, content-length or transfer-encoding
  std::string body;                 // sent when it is not empty, and always with POST and PUT
  std::chrono::milliseconds connect_timeout{3'000};  // for name lookup, connection and TLS handshake together
  std::chrono::milliseconds timeout{10'000};         // for the whole call, from call() to the callback
  // A body longer than HttpCallerOptions::max_reply_bytes is an error. With cut_reply it is cut to that length, for
  // callers that need only the status.
  bool cut_reply = false;
};

struct HttpReply {
  int status = 0;                   // the server's status, redirects and errors too
  std::vector<HttpHeader> headers;  // of HttpCallerOptions::reply_headers, those present in the reply
  std::string body;
  bool cut = false;  // the body was longer

  // Empty when it is absent. `name` as in reply_headers.
  std::string_view header(std::string_view name) const {
    for (const auto& header : headers) {
      if (header.name == name) return header.value;
    }
    return {};
  }
};

using HttpCallback = std::function<void(Result<HttpReply>)>;

}  // namespace ordo::outbound
