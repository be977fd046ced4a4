#include "http/body_stream.h"

#include <condition_variable>
#include <deque>
#include <mutex>

namespace ordo::http {

// Both ends hold it. Callbacks run without the lock.
struct BodyState {
  mutable std::mutex mutex;
  std::condition_variable changed;  // room was made, or the reader is gone
  std::deque<BodyChunk> chunks;
  std::size_t bytes = 0;
  std::size_t max_bytes = 0;
  bool finished = false;  // no more chunks are added
  bool aborted = false;
  bool gone = false;  // no reader is left
  bool wants_news = false;
  std::shared_ptr<AnswerSink> sink;  // null until attached
  std::uint64_t connection = 0;
  std::function<void()> on_gone;  // null once called

  void add(BodyChunk chunk) {
    if (!chunk || chunk->empty()) return;
    bytes += chunk->size();
    chunks.push_back(std::move(chunk));
  }

  // Call it with the lock, which it releases.
  void announce(std::unique_lock<std::mutex> lock) {
    if (!wants_news || !sink) return;
    wants_news = false;
    const auto to = sink;
    lock.unlock();
    to->more(connection);
  }

  void end_reading(bool keep_chunks) {
    std::function<void()> tell;
    {
      const std::lock_guard lock(mutex);
      gone = true;
      finished = true;
      tell.swap(on_gone);
      if (!keep_chunks) {
        chunks.clear();
        bytes = 0;
        sink = nullptr;
      }
    }
    changed.notify_all();
    if (tell) tell();
  }
};

namespace {

std::size_t size_of(const BodyChunk& chunk) {
  return chunk ? chunk->size() : 0;
}

}  // namespace

BodyWriter::Write BodyWriter::write(BodyChunk first, BodyChunk second) {
  std::unique_lock lock(state_->mutex);
  if (state_->finished) return Write::kGone;
  const auto size = size_of(first) + size_of(second);
  if (state_->bytes > 0 && state_->bytes + size > state_->max_bytes) return Write::kFull;
  state_->add(std::move(first));
  state_->add(std::move(second));
  state_->announce(std::move(lock));
  return Write::kTaken;
}

void BodyWriter::finish(BodyChunk last) {
  std::unique_lock lock(state_->mutex);
  if (state_->finished) return;
  state_->finished = true;
  state_->add(std::move(last));
  state_->announce(std::move(lock));
}

void BodyWriter::abort() {
  std::unique_lock lock(state_->mutex);
  if (state_->finished) return;
  state_->finished = true;
  state_->aborted = true;
  state_->chunks.clear();
  state_->bytes = 0;
  state_->announce(std::move(lock));
}

bool BodyWriter::wait_for_room(std::chrono::milliseconds timeout) {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, timeout,
                                  [this] { return state_->finished || state_->bytes <= state_->max_bytes / 2; });
}

bool BodyWriter::gone() const {
  const std::lock_guard lock(state_->mutex);
  return state_->gone;
}

BodyReader::~BodyReader() {
  state_->end_reading(false);
}

void BodyReader::attach(std::shared_ptr<AnswerSink> sink, std::uint64_t connection) {
  const std::lock_guard lock(state_->mutex);
  state_->sink = std::move(sink);
  state_->connection = connection;
}

bool BodyReader::take(std::size_t most, std::vector<BodyChunk>& into) {
  bool room = false;
  bool end = false;
  {
    const std::lock_guard lock(state_->mutex);
    std::size_t taken = 0;
    while (taken < most && !state_->chunks.empty()) {
      taken += state_->chunks.front()->size();
      into.push_back(std::move(state_->chunks.front()));
      state_->chunks.pop_front();
    }
    const auto before = state_->bytes;
    state_->bytes -= taken;
    room = before > state_->max_bytes / 2 && state_->bytes <= state_->max_bytes / 2;
    end = state_->finished && state_->chunks.empty();
    state_->wants_news = !end && state_->chunks.empty();
  }
  if (room) state_->changed.notify_all();
  return end;
}

bool BodyReader::aborted() const {
  const std::lock_guard lock(state_->mutex);
  return state_->aborted;
}

void BodyReader::stop() {
  state_->end_reading(true);
}

std::pair<BodyWriter, std::shared_ptr<BodyReader>> make_body_stream(std::size_t max_bytes,
                                                                    std::function<void()> on_gone) {
  auto state = std::make_shared<BodyState>();
  state->max_bytes = max_bytes;
  state->on_gone = std::move(on_gone);
  auto reader = std::make_shared<BodyReader>(state);
  return {BodyWriter(std::move(state)), std::move(reader)};
}

}  // namespace ordo::http
