#include "http/loop.h"

#include <boost/asio/post.hpp>
#include <ctime>

#include "http/session.h"

namespace ordo::http {
namespace asio = boost::asio;

Loop::Loop(ServerShared& shared) : shared_(shared), context_(1), work_(context_.get_executor()), timer_(context_) {
  mailbox_ = std::make_shared<Mailbox>(shared_.answer_bytes, [this] { asio::post(context_, [this] { deliver(); }); });
}

// NOLINTNEXTLINE(bugprone-exception-escape): a loop that cannot be stopped ends the process
Loop::~Loop() {
  post_stop();
  join();
}

void Loop::start() {
  schedule_tick();
  thread_ = std::thread([this] { context_.run(); });
}

void Loop::post_drain() {
  asio::post(context_, [this] {
    draining_ = true;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (const auto session = places_[i].session) session->drain();
    }
  });
}

void Loop::post_stop() {
  asio::post(context_, [this] {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (const auto session = places_[i].session) session->close();
    }
    timer_.cancel();
    context_.stop();
  });
}

void Loop::join() {
  if (thread_.joinable()) thread_.join();
  // A Respond may outlive the server. From here on its answer is dropped.
  mailbox_->close();
}

void Loop::adopt(Arrival arrival) {
  std::uint32_t index = 0;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(places_.size());
    places_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  const bool refused = arrival.refused != nullptr;
  const auto address = arrival.address();
  Place& place = places_[index];
  const std::uint64_t connection = std::uint64_t{++place.generation} << 32 | index;
  place.session = std::make_shared<Session>(std::move(arrival), *this, connection);
  // A copy, because the session may release its place at once.
  const auto session = place.session;
  if (!refused) place.seat = room_.add(*session, address);
  session->start();
}

bool Loop::make_room(const Arrival& arrival) {
  Session* const first = room_.first(arrival.address());
  if (first == nullptr || first->of_address() < arrival.of_address()) return false;
  shared_.evicted.fetch_add(1, std::memory_order_relaxed);
  first->shared_from_this()->close();
  return true;
}

Session* Loop::find(std::uint64_t connection) {
  const auto index = static_cast<std::uint32_t>(connection);
  if (index >= places_.size() || places_[index].generation != connection >> 32) return nullptr;
  return places_[index].session.get();
}

void Loop::release(std::uint64_t connection) {
  if (find(connection) == nullptr) return;
  const auto index = static_cast<std::uint32_t>(connection);
  room_.remove(places_[index].seat);
  places_[index].session.reset();
  free_.push_back(index);
  shared_.count_closed();
}

void Loop::begin_collecting() {
  if (collecting_) return;
  collecting_ = true;
  mailbox_->begin_collecting();
}

void Loop::deliver() {
  // Writing an answer can start the connection's next request, which can call this again. The outer call then handles
  // it.
  if (delivering_) return;
  delivering_ = true;
  while (mailbox_->take(batch_, streaming_)) {
    for (auto& answer : batch_) {
      Session* const session = find(answer.connection);
      if (session != nullptr && session->answer(answer.request, std::move(answer.response), std::move(answer.held))) {
        touched_.push_back(session->shared_from_this());
      }
    }
    batch_.clear();
    // A flushed session adds to the mailbox, never to touched_.
    for (const auto& session : touched_) session->flush();
    touched_.clear();
    for (const auto connection : streaming_) {
      if (Session* const session = find(connection)) session->shared_from_this()->stream_on();
    }
    streaming_.clear();
  }
  delivering_ = false;
  if (collecting_) {
    collecting_ = false;
    mailbox_->end_collecting();
  }
}

const std::string& Loop::date_field() {
  const auto now = Clock::now();
  if (now < date_until_) return date_field_;
  const std::time_t seconds = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  const auto size = std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
  date_field_.assign(text, size);
  date_until_ = now + std::chrono::seconds(1);
  return date_field_;
}

void Loop::schedule_tick() {
  timer_.expires_after(options().tick);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    on_tick();
    schedule_tick();
  });
}

void Loop::on_tick() {
  const auto now = Clock::now();
  // By index, because places_ may change: a session that times out releases its place.
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (const auto session = places_[i].session) session->check_timeouts(now);
  }
}

}  // namespace ordo::http
