// For tests: a client that calls a handler as a function, without a server, socket or io thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/request_parser.h"
#include "http/testing/exchange.h"

namespace ordo::http {

// Answers are as the handler gave them. Only a server adds Date or Content-Length, and leaves out a body after HEAD.
// Thread-safe if the handler is.
class DirectClient {
 public:
  // An answer that may still come. It may outlive the client.
  class Pending {
   public:
    // Waits; call it once. After a minute the program ends here, so that the log names the test. A streamed body is
    // dropped: the answer has only its head.
    Answer get() {
      ORDO_CHECK(response_.wait_for(std::chrono::minutes(1)) == std::future_status::ready, "no answer to ", line_);
      Response response = response_.get();
      Answer answer{response.status, "HTTP/1.1 " + std::to_string(response.status) + " ", std::move(response.body)};
      answer.head.append(status_title(response.status)).append("\r\n");
      if (!response.content_type.empty()) {
        answer.head.append("Content-Type: ").append(response.content_type).append("\r\n");
      }
      answer.head += response.fields;
      return answer;
    }

   private:
    friend class DirectClient;
    Pending(std::string_view line, std::future<Response> response) : line_(line), response_(std::move(response)) {}

    std::string line_;  // the request line
    std::future<Response> response_;
  };

  explicit DirectClient(Handler handler) : handler_(std::move(handler)) {}

  // Calls the handler with one complete request as text, which is read as the server reads it. A text that the server
  // would refuse ends the program.
  Pending begin(std::string_view bytes) const {
    RequestParser parser(ParserLimits{});
    const auto used = parser.feed(bytes);
    const auto line = bytes.substr(0, bytes.find("\r\n"));
    ORDO_CHECK(parser.state() == RequestParser::State::kComplete && used == bytes.size(), "not one request: ", line,
               " ", parser.refusal().detail, ", bytes read: ", used, " of ", bytes.size());
    auto request = parser.take();
    request.peer = "127.0.0.1";
    const auto sink = std::make_shared<Sink>();
    Pending pending(line, sink->response.get_future());
    handler_(std::move(request), Respond(sink, 0, 0));
    return pending;
  }

  Answer request(std::string_view bytes) const { return begin(bytes).get(); }

  Answer get(std::string_view target, std::string_view headers = {}) const {
    return request(get_request(target, headers));
  }

  Answer send_json(std::string_view method, std::string_view target, std::string_view body,
                   std::string_view headers = {}) const {
    return request(json_request(method, target, body, headers));
  }

 private:
  struct Sink final : public AnswerSink {
    void answer(std::uint64_t, std::uint64_t, Response given) override { response.set_value(std::move(given)); }
    void more(std::uint64_t) override {}
    std::promise<Response> response;
  };

  const Handler handler_;
};

}  // namespace ordo::http
