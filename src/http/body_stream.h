// The body of a response whose bytes come later: a bounded queue between a producer on any thread and the connection on
// its io thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http/message.h"

namespace ordo::http {

struct BodyState;

// The producer's end. Any thread; copies share the stream. May outlive the server.
class BodyWriter {
 public:
  enum class Write : std::uint8_t {
    kTaken,
    kFull,  // nothing was taken; wait_for_room() says when to try again
    kGone,  // nobody reads any more: the client left, the server ends its streams, or finish() was called
  };

  // Text that may be shared by many streams. Both go out together or not at all; either may be null. A chunk larger
  // than the bound is taken when nothing else waits.
  Write write(BodyChunk first, BodyChunk second = nullptr);

  // The body ends with `last`, which is taken whatever waits before it.
  void finish(BodyChunk last = nullptr);

  // Until half of the bound is free, nobody reads any more, or `timeout`. False after the time-out.
  bool wait_for_room(std::chrono::milliseconds timeout);

  bool gone() const;

 private:
  friend std::pair<BodyWriter, std::shared_ptr<BodyReader>> make_body_stream(std::size_t, std::function<void()>);
  explicit BodyWriter(std::shared_ptr<BodyState> state) : state_(std::move(state)) {}
  std::shared_ptr<BodyState> state_;
};

// The server's end. Put into a Response; destroyed, wherever that happens, it tells the producer that nobody reads.
class BodyReader {
 public:
  explicit BodyReader(std::shared_ptr<BodyState> state) : state_(std::move(state)) {}
  ~BodyReader();
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;

  // News go to `sink` from now on: sink->more(connection), after each take() that left nothing, once there is something
  // again. Io thread, as are the others.
  void attach(std::shared_ptr<AnswerSink> sink, std::uint64_t connection);

  // Moves chunks to the end of `into`, until they are `most` bytes or more. True when the body ends with them.
  bool take(std::size_t most, std::vector<BodyChunk>& into);

  // No more is wanted than what already waits.
  void stop();

 private:
  std::shared_ptr<BodyState> state_;
};

// `max_bytes` bounds what waits to be sent. `on_gone` is called once, when nobody reads any more, on whatever thread
// finds out; it must not block, and may be empty.
std::pair<BodyWriter, std::shared_ptr<BodyReader>> make_body_stream(std::size_t max_bytes,
                                                                    std::function<void()> on_gone = nullptr);

}  // namespace ordo::http
