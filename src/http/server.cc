#include "http/server.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <exception>
#include <vector>

#include "base/check.h"
#include "base/log.h"
#include "http/loop.h"

namespace ordo::http {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// Connections over the limit that are told so at the same time; beyond these they are just closed.
constexpr std::uint64_t kRefusedAtOnce = 128;
constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

// The acceptor belongs to the first loop's thread.
class Server::Impl {
 public:
  Impl(const ServerOptions& options, Handler handler) {
    shared_.options = options;
    shared_.handler = std::move(handler);
    for (int i = 0; i < options.io_threads; ++i) loops_.push_back(std::make_unique<Loop>(shared_));
    acceptor_ = std::make_unique<tcp::acceptor>(loops_.front()->context());
    pause_ = std::make_unique<asio::steady_timer>(loops_.front()->context());
  }

  Result<void> listen() {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(shared_.options.address, error);
    if (error) return cannot_listen(error);
    const tcp::endpoint endpoint(address, shared_.options.port);
    acceptor_->open(endpoint.protocol(), error);
    if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_->bind(endpoint, error);
    if (!error) acceptor_->listen(tcp::acceptor::max_listen_connections, error);
    if (!error) port_ = acceptor_->local_endpoint(error).port();
    if (error) return cannot_listen(error);
    accept();
    for (const auto& loop : loops_) loop->start();
    return {};
  }

  void stop_accepting() {
    if (stopping_.exchange(true)) return;
    asio::post(loops_.front()->context(), [this] {
      boost::system::error_code ignored;
      acceptor_->close(ignored);
      pause_->cancel();
      for (const auto& loop : loops_) loop->post_drain();
    });
  }

  void stop() {
    stop_accepting();
    {
      std::unique_lock lock(shared_.mutex);
      shared_.all_closed.wait_for(lock, shared_.options.drain, [this] { return shared_.open.load() == 0; });
    }
    for (const auto& loop : loops_) loop->post_stop();
    for (const auto& loop : loops_) loop->join();
  }

  std::uint16_t port() const { return port_; }

  ServerStats stats() const {
    ServerStats stats;
    stats.connections_accepted = shared_.accepted.load();
    stats.connections_refused = shared_.over_limit.load();
    stats.connections_open = shared_.open.load();
    stats.requests = shared_.requests.load();
    stats.refusals = shared_.refusals.load();
    for (std::size_t i = 0; i < stats.responses.size(); ++i) stats.responses[i] = shared_.responses[i].load();
    for (std::size_t i = 0; i < stats.durations.size(); ++i) stats.durations[i] = shared_.durations[i].load();
    stats.duration_sum_us = shared_.duration_sum_us.load();
    return stats;
  }

 private:
  tl::unexpected<Error> cannot_listen(const boost::system::error_code& error) const {
    return fail(ErrorCode::kUnavailable, "cannot_listen",
                "cannot listen on " + shared_.options.address + ":" + std::to_string(shared_.options.port) + ": " +
                    error.message());
  }

  void accept() {
    Loop& loop = *loops_[next_];
    next_ = (next_ + 1) % loops_.size();
    acceptor_->async_accept(loop.context(), peer_,
                            [this, &loop](const boost::system::error_code& error, tcp::socket socket) {
                              if (!acceptor_->is_open()) return;
                              if (error) return pause_accepting(error);
                              hand_over(std::move(socket), loop);
                              accept();
                            });
  }

  void hand_over(tcp::socket socket, Loop& loop) {
    const auto open = shared_.open.fetch_add(1);
    const bool refused = open >= shared_.options.max_connections;
    (refused ? shared_.over_limit : shared_.accepted).fetch_add(1);
    if (open >= shared_.options.max_connections + kRefusedAtOnce) {
      shared_.count_closed();
      return;
    }
    auto peer = plain_address(peer_.address().to_string());
    if (&loop == loops_.front().get()) return loop.adopt(std::move(socket), std::move(peer), refused);
    asio::post(loop.context(), [&loop, refused, moved = std::move(socket), from = std::move(peer)]() mutable {
      loop.adopt(std::move(moved), std::move(from), refused);
    });
  }

  // Out of file descriptors, most likely: trying again at once would only burn the processor.
  void pause_accepting(const boost::system::error_code& error) {
    log_warn("accept failed", {{"error", error.message()}});
    pause_->expires_after(kAcceptPause);
    pause_->async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled && acceptor_->is_open()) accept();
    });
  }

  ServerShared shared_;  // before the loops, which use it to their end
  std::vector<std::unique_ptr<Loop>> loops_;
  // After the loops: destroyed before the contexts they belong to.
  std::unique_ptr<tcp::acceptor> acceptor_;
  std::unique_ptr<asio::steady_timer> pause_;
  tcp::endpoint peer_;  // of the connection accepted last
  std::size_t next_ = 0;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() {
  try {
    stop();
  } catch (...) {
    std::terminate();  // threads that cannot be stopped would go on with what is destroyed here
  }
}

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handler handler) {
  ORDO_CHECK(options.io_threads > 0 && options.max_pipelined > 0, "threads ", options.io_threads);
  auto impl = std::make_unique<Impl>(options, std::move(handler));
  if (auto listening = impl->listen(); !listening) return fail(std::move(listening.error()));
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const {
  return impl_->port();
}
ServerStats Server::stats() const {
  return impl_->stats();
}
void Server::stop_accepting() {
  impl_->stop_accepting();
}
void Server::stop() {
  impl_->stop();
}

}  // namespace ordo::http
