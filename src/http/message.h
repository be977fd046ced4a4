// Requests and responses as handlers see them: plain data, no networking.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ordo::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

// "GET" and so on; "OTHER" for kOther. Method names are case-sensitive.
std::string_view to_string(Method method);
Method method_named(std::string_view name);

struct Caller;

// One request, complete with its body. Owns all of its text, so that it can move to another thread. The request line
// and the header fields share one string: two or three allocations a request, however many fields it has.
class Request {
 public:
  Method method = Method::kGet;
  std::string body;
  std::string peer;                          // textual IP address of the client, no port; set by the session
  std::string trace_id;                      // 32 hex digits, set by the router
  std::vector<std::string> path_parameters;  // decoded, in the order of the route's template; set by the router
  // Who asks, see http/gate.h: null where the door is open or the route is for everybody.
  std::shared_ptr<const Caller> caller;
  bool brief = false;  // the door is closed and nobody has shown a key: no details of how this server is

  // The target in origin form: "/v1/orders?limit=5". Views live as long as the request is not moved or changed.
  std::string_view target() const { return std::string_view(text_).substr(0, target_size_); }
  std::string_view path() const { return target().substr(0, target().find('?')); }
  // Without the question mark; empty when there is none.
  std::string_view query() const;

  // The value of the first field of that name, empty when there is none. Case-insensitive.
  std::string_view header(std::string_view name) const;
  bool has_header(std::string_view name) const;
  std::size_t count_header(std::string_view name) const;
  // All fields of that name as one list, the values joined by ", ".
  std::string header_list(std::string_view name) const;

  // For the parser and tests: the target first, once, then the fields.
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

bool equals_ignoring_case(std::string_view a, std::string_view b);

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kProblemJson = "application/problem+json";

class BodyReader;
// A piece of a body that comes later; one may be part of many bodies at once.
using BodyChunk = std::shared_ptr<const std::string>;

struct Response {
  int status = 200;
  std::string_view content_type = kJson;  // of static lifetime; empty for a response without a body
  std::string body;
  std::string fields;  // further header fields, each ended by CRLF; written by add_header
  // Null for nearly all. Otherwise the body comes through it, see http/body_stream.h, and `body` is left empty: in
  // chunks, or, for a client of HTTP/1.0, up to the end of the connection.
  std::shared_ptr<BodyReader> stream;

  // Control characters in `value` become spaces: what a client sent cannot start a field of its own.
  void add_header(std::string_view name, std::string_view value);
  // The value of a field that add_header wrote; empty when there is none. For tests and logs.
  std::string_view header(std::string_view name) const;
};

// Where the answer to one request goes. Implementations are thread-safe.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;
  // `connection` and `request` are what the sink's owner gave to Respond. Never blocks for long.
  virtual void answer(std::uint64_t connection, std::uint64_t request, Response response) = 0;
  // There is more of the body that the connection is sending. Never blocks for long.
  virtual void more(std::uint64_t connection) = 0;
};

// The duty to answer one request: call it once, from any thread, at any time, also after the server is gone. Destroyed
// uncalled it answers 500, so that no client waits for ever on a bug.
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

// Called on an io thread: it must not block, and hands the work on with the Respond when it would.
using Handler = std::function<void(Request, Respond)>;

}  // namespace ordo::http
