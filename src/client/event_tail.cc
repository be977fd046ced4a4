#include "client/event_tail.h"

#include <algorithm>
#include <thread>

#include "base/encoding.h"
#include "base/printable.h"
#include "client/answer.h"
#include "client/http_stream.h"
#include "records/json_copy.h"
#include "records/json_pick.h"

namespace ordo::client {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kSlice{100};
constexpr std::size_t kMaxData = 200;  // characters of an event's data that are printed

}  // namespace

EventTail::EventTail(HttpUrl url, EventTailOptions options, std::function<bool()> ending, std::ostream& out,
                     std::ostream& notes)
    : url_(std::move(url)),
      options_(std::move(options)),
      ending_(std::move(ending)),
      out_(out),
      notes_(notes),
      pause_(options_.min_pause) {
  parser_.set_last_id(options_.last_event_id);
}

Result<void> EventTail::run() {
  const auto began = Clock::now();
  while (!ending_()) {
    const auto outcome = connect_once();
    if (!outcome) return fail(outcome.error());
    if (*outcome == Outcome::kDone) return {};
    if (!connected_ && Clock::now() - began >= options_.first_connection) return fail(*problem_);
    pause();
  }
  return {};
}

std::string EventTail::target() const {
  std::string query;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    query += query.empty() ? '?' : '&';
    query.append(name).append("=").append(percent_encoded(value));
  };
  for (const auto& type : options_.types) add("type", type);
  add("order_id", options_.order);
  add("topic", options_.topic);
  add("from", options_.from);
  return "/v1/events" + query;
}

// One connection, until it ends.
Result<EventTail::Outcome> EventTail::connect_once() {
  HttpRequest request{"GET", target(), {{"Accept", "text/event-stream"}}, {}};
  if (!last_id().empty()) request.headers.emplace_back("Last-Event-ID", last_id());
  parser_.reset();
  HttpStream stream(url_);
  stream.start(request);
  std::string body;
  bool streaming = false;
  auto heard = Clock::now();
  while (!ending_()) {
    const auto step = stream.next(kSlice, body);
    if (step && *step == HttpStream::Step::kWaiting && Clock::now() - heard < options_.silence) continue;
    if (!step || *step == HttpStream::Step::kWaiting) {
      problem_ = step ? Error{ErrorCode::kUnavailable, "no_answer", "the server is silent", {}} : step.error();
      return Outcome::kAgain;
    }
    heard = Clock::now();
    if (*step == HttpStream::Step::kHead) streaming = stream.status() == 200;
    if (streaming && *step != HttpStream::Step::kEnd) {
      connected_ = true;
      problem_noted_ = false;
      pause_ = options_.min_pause;
      const bool goes_on = parser_.feed(body, [this](const ServerEvent& event) { return take(event); });
      body.clear();
      out_.flush();
      if (!goes_on || !out_) return Outcome::kDone;
    }
    if (*step != HttpStream::Step::kEnd) continue;
    if (!streaming) return refused(stream.status(), std::move(body), stream.retry_after());
    problem_ = Error{ErrorCode::kUnavailable, "stream_ended", "the server ended the stream", {}};
    return Outcome::kAgain;
  }
  return Outcome::kDone;
}

Result<EventTail::Outcome> EventTail::refused(int status, std::string body, std::chrono::seconds retry_after) {
  auto error = problem_of(HttpResponse{status, std::move(body)});
  if (status != 503 && status != 429 && status != 504) return fail(std::move(error));
  problem_ = std::move(error);
  pause_ = std::max(pause_, std::min(milliseconds(retry_after), options_.max_pause));
  return Outcome::kAgain;
}

// False when this was the last requested event.
bool EventTail::take(const ServerEvent& event) {
  if (event.type == "gap") {
    const auto tape = JsonTape::parse(event.data);
    notes_ << "ordo: events are missing here: "
           << (tape ? printable(text_of(*tape, 0, "reason"), kMaxData) : printable(event.data, kMaxData)) << '\n';
    if (options_.json) out_ << "{\"gap\":" << event.data << "}\n";
    return true;
  }
  print(event);
  return ++printed_ != options_.count;
}

void EventTail::print(const ServerEvent& event) {
  if (options_.json) {
    out_ << event.data << '\n';
    return;
  }
  const auto tape = JsonTape::parse(event.data);
  if (!tape) {
    out_ << printable(event.data, kMaxData) << '\n';
    return;
  }
  std::string data;
  if (const auto at = member(*tape, 0, "data")) append_json(*tape, *at, -1, data);
  auto type = printable(text_of(*tape, 0, "type"), kMaxData);
  type.resize(std::max<std::size_t>(type.size(), 30), ' ');
  out_ << printable(text_of(*tape, 0, "time"), kMaxData) << "  " << type << "  "
       << printable(text_of(*tape, 0, "subject"), kMaxData) << "  " << printable(data, kMaxData) << '\n';
}

// Waits before the next connection.
void EventTail::pause() {
  if (!problem_noted_) {
    notes_ << "ordo: " << printable(problem_->message, kMaxData) << "; reconnecting\n" << std::flush;
  }
  problem_noted_ = true;
  const auto until = Clock::now() + pause_;
  pause_ = std::min(pause_ * 2, options_.max_pause);
  while (!ending_() && Clock::now() < until) std::this_thread::sleep_for(std::min(kSlice, pause_));
}

}  // namespace ordo::client
