// Requests and responses as handlers see them: plain data, without networking.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ordo::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

// "GET" and so on, or "OTHER" for kOther. Method names are case-sensitive.
std::string_view to_string(Method method);
Method method_named(std::string_view name);

struct Caller;

// One complete request with its body. It owns all of its text, so that it can move to another thread. The request line
// and the header fields share one string. This needs two or three allocations, however many fields there are.
class Request {
 public:
  Method method = Method::kGet;
  std::string body;
  std::string peer;                          // textual IP address of the client, no port; set by the session
  std::string trace_id;                      // 32 hex digits, set by the router
  std::vector<std::string> path_parameters;  // decoded, in the order of the route's template; set by the router
  bool by_proxy = false;                     // it came through a trusted proxy; set by the session
  // The caller, see http/request_guard.h. Null when the server needs no authentication or the route is public.
  std::shared_ptr<const Caller> caller;
  bool is_signed = false;  // a callback with a valid signature, see http/request_guard.h
  bool brief = false;      // no details about the server: it needs authentication, and the caller sent no key

  // The target in origin form: "/v1/orders?limit=5". Views live as long as the request is not moved or changed.
  std::string_view target() const { return std::string_view(text_).substr(0, target_size_); }
  std::string_view path() const { return target().substr(0, target().find('?')); }
  // Without the question mark. Empty when there is none.
  std::string_view query() const;

  // The value of the first field with that name, empty when there is none. Case-insensitive.
  std::string_view header(std::string_view name) const;
  bool has_header(std::string_view name) const;
  std::size_t count_header(std::string_view name) const;
  // All fields with that name as one list: their values, joined by ", ".
  std::string header_list(std::string_view name) const;

  // For the parser and tests: set the target once, then add the fields.
  void set_target(std::string_view target);
  void add_header(std::string_view name, std::string_view value);

 private:
  struct Field {
    std::uint32_t name_at = 0;
    std::uint32_t name_size = 0;
    std::uint32_t value_at = 0;
    std::uint32_t value_size = 0;
  };
  std::string_view name_of(const Field& field) const { return {text_.data() + field.name_at, field.name_size}; }
  std::string_view value_of(const Field& field) const { return {text_.data() + field.value_at, field.value_size}; }

  std::string text_;
  std::size_t target_size_ = 0;
  std::vector<Field> fields_;
};

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kProblemJson = "application/problem+json";

class BodyReader;
// A piece of a streamed body. Many bodies may share it.
using BodyChunk = std::shared_ptr<const std::string>;

struct Response {
  int status = 200;
  std::string_view content_type = kJson;  // of static lifetime; empty for a response without a body
  std::string body;
  std::string fields;  // more header fields, each ended by CRLF; written by add_header
  // Null for nearly all responses. Otherwise the body comes from this stream, see http/body_stream.h, and `body` is
  // empty. The body is sent in chunks; to an HTTP/1.0 client it ends with the connection.
  std::shared_ptr<BodyReader> stream;

  // Control characters in `value` become spaces, so that text from a client cannot start another field.
  void add_header(std::string_view name, std::string_view value);
  // The value of a field written by add_header, or empty. For tests and logs.
  std::string_view header(std::string_view name) const;
};

// Receives the answer to a request. Implementations are thread-safe.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;
  // `connection` and `request` are the values that the sink's owner gave to Respond. Never blocks for long.
  virtual void answer(std::uint64_t connection, std::uint64_t request, Response response) = 0;
  // More of the connection's streamed body is ready. Never blocks for long.
  virtual void more(std::uint64_t connection) = 0;
};

// The obligation to answer one request. Call it once, from any thread, at any time, even after the server has ended.
// Its destructor answers 500 if it was not called, so that no client waits forever because of a bug.
class Respond {
 public:
  Respond(std::shared_ptr<AnswerSink> sink, std::uint64_t connection, std::uint64_t request)
      : sink_(std::move(sink)), connection_(connection), request_(request) {}
  Respond(Respond&&) noexcept = default;
  Respond& operator=(Respond&& other) noexcept;
  Respond(const Respond&) = delete;
  Respond& operator=(const Respond&) = delete;
  ~Respond();

  void operator()(Response response);

 private:
  std::shared_ptr<AnswerSink> sink_;  // null once answered or moved from
  std::uint64_t connection_;
  std::uint64_t request_;
};

// Called on an io thread: it must not block. If it would, it passes the Respond on and continues elsewhere.
using Handler = std::function<void(Request, Respond)>;

}  // namespace ordo::http
