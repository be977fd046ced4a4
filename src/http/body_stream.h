// A response body whose bytes come later. A bounded queue connects a producer on any thread with the connection on its
// io thread.
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

// The producer's end. Usable from any thread. Copies share the stream. It may outlive the server.
class BodyWriter {
 public:
  enum class Write : std::uint8_t {
    kTaken,
    kFull,  // nothing was taken; wait_for_room() tells when to try again
    kGone,  // no reader is left: the client left, the server ends its streams, or finish() was called
  };

  // The chunks may be shared by many streams. Both are sent together or not at all; either may be null. A chunk larger
  // than the bound is taken if the queue is empty.
  Write write(BodyChunk first, BodyChunk second = nullptr);

  // Ends the body with `last`. The queue takes `last` even when it is full.
  void finish(BodyChunk last = nullptr);

  // Ends the body where it is. The server closes the connection, so that the client does not take the body for whole.
  void abort();

  // Waits until half of the bound is free, the reader is gone, or `timeout` has passed. False after the time-out.
  bool wait_for_room(std::chrono::milliseconds timeout);

  bool gone() const;

 private:
  friend std::pair<BodyWriter, std::shared_ptr<BodyReader>> make_body_stream(std::size_t, std::function<void()>);
  explicit BodyWriter(std::shared_ptr<BodyState> state) : state_(std::move(state)) {}
  std::shared_ptr<BodyState> state_;
};

// The server's end; part of a Response. Its destructor, on any thread, informs the producer that the reader is gone.
class BodyReader {
 public:
  explicit BodyReader(std::shared_ptr<BodyState> state) : state_(std::move(state)) {}
  ~BodyReader();
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;

  // Sets the sink. After a take() that left the queue empty, the next chunk calls sink->more(connection) once.
  // This function and the next two run on the io thread.
  void attach(std::shared_ptr<AnswerSink> sink, std::uint64_t connection);

  // Moves chunks to the end of `into` until they hold at least `most` bytes. True when they end the body.
  bool take(std::size_t most, std::vector<BodyChunk>& into);

  // True when the body was aborted.
  bool aborted() const;

  // Refuses further chunks; those that already wait can still be taken.
  void stop();

 private:
  std::shared_ptr<BodyState> state_;
};

// `max_bytes` bounds the bytes that wait to be sent. `on_gone` is called once, when the reader is gone, on the thread
// that result_records it. It must not block, and may be empty.
std::pair<BodyWriter, std::shared_ptr<BodyReader>> make_body_stream(std::size_t max_bytes,
                                                                    std::function<void()> on_gone = nullptr);

}  // namespace ordo::http
