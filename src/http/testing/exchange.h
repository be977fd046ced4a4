// For tests: requests as text, and the answers to them. No networking.
#pragma once

#include <string>
#include <string_view>

#include "base/text.h"

namespace ordo::http {

// A request without a body. `headers`: more header fields, each ended by CRLF.
inline std::string get_request(std::string_view target, std::string_view headers = {}) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) + "\r\n";
}

inline std::string json_request(std::string_view method, std::string_view target, std::string_view body,
                                std::string_view headers = {}) {
  return std::string(method) + " " + std::string(target) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

struct Answer {
  int status = 0;    // 0: the connection ended first
  std::string head;  // the status line and the header fields, each ended by CRLF
  std::string body;

  // The value of a header field, empty when there is none.
  std::string header(std::string_view name) const {
    std::size_t at = head.find("\r\n");
    while (at != std::string::npos) {
      at += 2;
      const auto end = head.find("\r\n", at);
      const auto line = std::string_view(head).substr(at, end == std::string::npos ? end : end - at);
      const auto colon = line.find(": ");
      if (colon != std::string_view::npos && equals_ignoring_case(line.substr(0, colon), name)) {
        return std::string(line.substr(colon + 2));
      }
      at = end;
    }
    return {};
  }
};

}  // namespace ordo::http
