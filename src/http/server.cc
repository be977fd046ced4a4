#include "http/server.h"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <exception>
#include <vector>

#include "access/rate_limiter.h"
#include "base/check.h"
#include "base/log.h"
#include "http/loop.h"

namespace ordo::http {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// How many connections over a limit may receive an answer at the same time. Beyond it, they are closed without one.
constexpr std::uint64_t kRefusedAtOnce = 128;
constexpr Refusal kTooMany{503, "too_many_connections", "too many open connections"};
constexpr Refusal kTooManyOfAddress{429, "too_many_connections_of_address",
                                    "too many open connections from this address"};
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
    look_ = std::make_unique<asio::steady_timer>(loops_.front()->context());
  }

  Result<void> load_tls() {
    const auto& options = shared_.options;
    if (options.tls_certificate.empty()) return {};
    auto identity = TlsIdentity::load({options.tls_certificate, options.tls_key});
    if (!identity) return fail(std::move(identity.error()));
    shared_.tls = std::move(*identity);
    return {};
  }

  void reload_tls() {
    if (!shared_.tls) return;
    asio::post(loops_.front()->context(), [this] { shared_.tls->reload(); });
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
    if (shared_.tls) look_at_tls();
    for (const auto& loop : loops_) loop->start();
    return {};
  }

  void stop_accepting() {
    if (stopping_.exchange(true)) return;
    asio::post(loops_.front()->context(), [this] {
      boost::system::error_code ignored;
      acceptor_->close(ignored);
      pause_->cancel();
      look_->cancel();
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

  bool answers_full() const { return shared_.answers_full(); }

  ServerStats stats() const {
    ServerStats stats;
    stats.connections_accepted = shared_.accepted.load();
    stats.connections_refused = shared_.over_limit.load();
    stats.connections_refused_by_address = shared_.over_address_limit.load();
    stats.connections_evicted = shared_.evicted.load();
    stats.answer_bytes = shared_.answer_bytes->load();
    stats.connections_open = shared_.open.load();
    stats.requests = shared_.requests.load();
    stats.refusals = shared_.refusals.load();
    for (std::size_t i = 0; i < stats.responses.size(); ++i) stats.responses[i] = shared_.responses[i].load();
    for (std::size_t i = 0; i < stats.durations.size(); ++i) stats.durations[i] = shared_.durations[i].load();
    stats.duration_sum_us = shared_.duration_sum_us.load();
    if (!shared_.tls) return stats;
    stats.tls = true;
    stats.tls_handshakes = shared_.tls_handshakes.load();
    stats.tls_resumed = shared_.tls_resumed.load();
    stats.tls_failures = shared_.tls_failures.load();
    const auto left = shared_.tls->expires() - TlsIdentity::SystemClock::now();
    stats.tls_days_left = std::chrono::floor<std::chrono::days>(left).count();
    return stats;
  }

 private:
  tl::unexpected<Error> cannot_listen(const boost::system::error_code& error) const {
    return fail(ErrorCode::kUnavailable, "cannot_listen",
                "cannot listen on " + shared_.options.address + ":" + std::to_string(shared_.options.port) + ": " +
                    error.message());
  }

  void accept() {
    const std::size_t at = next_;
    next_ = (next_ + 1) % loops_.size();
    acceptor_->async_accept(loops_[at]->context(), peer_,
                            [this, at](const boost::system::error_code& error, tcp::socket socket) {
                              if (!acceptor_->is_open()) return;
                              if (error) return pause_accepting(error);
                              hand_over(std::move(socket), at);
                              accept();
                            });
  }

  // The socket is bound to the loop with this index.
  void hand_over(tcp::socket socket, std::size_t at) {
    Loop& loop = *loops_[at];
    Arrival arrival{std::move(socket), access::plain_address(peer_.address().to_string())};
    // A proxy's connections serve many clients.
    if (!shared_.options.trusted_proxies.trusts(arrival.peer)) {
      arrival.place =
          shared_.addresses.enter(access::address_group(arrival.peer), shared_.options.max_connections_per_address);
      if (!arrival.place) arrival.refused = &kTooManyOfAddress;
    }
    const auto open = shared_.open.fetch_add(1);
    if (arrival.refused != nullptr) return refuse(std::move(arrival), loop);
    const bool full = open - std::min(shared_.refusing.load(), open) >= shared_.options.max_connections;
    if (full) return seat_where_room_is_made(std::move(arrival), at, loops_.size());
    shared_.accepted.fetch_add(1);
    seat(std::move(arrival), loop);
  }

  static void seat(Arrival arrival, Loop& loop) {
    asio::dispatch(loop.context(), [&loop, moved = std::move(arrival)]() mutable { loop.adopt(std::move(moved)); });
  }

  // A socket's operations run on the loop that it is bound to. If it cannot be bound, it is closed.
  static tcp::socket bound_to(Loop& loop, tcp::socket socket) {
    boost::system::error_code error;
    const auto protocol = socket.local_endpoint(error).protocol();
    tcp::socket bound(loop.context());
    if (error) return bound;
    const auto handle = socket.release(error);
    if (!error) bound.assign(protocol, handle, error);
    return bound;
  }

  // Each loop knows only its own connections. If it has none to close, the next loop tries.
  void seat_where_room_is_made(Arrival arrival, std::size_t at, std::size_t loops_left) {
    Loop& loop = *loops_[at];
    asio::post(loop.context(), [this, &loop, at, loops_left, moved = std::move(arrival)]() mutable {
      // guard: http-room-is-made
      if (loop.make_room(moved)) {
        shared_.accepted.fetch_add(1);
        return loop.adopt(std::move(moved));
      }
      if (loops_left > 1) {
        const std::size_t next = (at + 1) % loops_.size();
        moved.socket = bound_to(*loops_[next], std::move(moved.socket));
        return seat_where_room_is_made(std::move(moved), next, loops_left - 1);
      }
      moved.refused = &kTooMany;
      refuse(std::move(moved), loop);
    });
  }

  // Sends the refusal, unless too many connections are receiving one.
  void refuse(Arrival arrival, Loop& loop) {
    arrival.place.reset();
    shared_.over_limit.fetch_add(1);
    if (arrival.refused == &kTooManyOfAddress) shared_.over_address_limit.fetch_add(1);
    if (shared_.refusing.fetch_add(1) < kRefusedAtOnce) return seat(std::move(arrival), loop);
    shared_.refusing.fetch_sub(1);
    shared_.count_closed();
  }

  void look_at_tls() {
    look_->expires_after(shared_.options.tls_look);
    look_->async_wait([this](const boost::system::error_code& cancelled) {
      if (cancelled) return;
      shared_.tls->look();
      look_at_tls();
    });
  }

  // Most likely the process has no free file descriptor. An immediate retry would only waste processor time.
  void pause_accepting(const boost::system::error_code& error) {
    log_warn("accept failed", {{"error", error.message()}});
    pause_->expires_after(kAcceptPause);
    pause_->async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled && acceptor_->is_open()) accept();
    });
  }

  ServerShared shared_;  // before the loops, which use it until they end
  std::vector<std::unique_ptr<Loop>> loops_;
  // After the loops: destroyed before their contexts.
  std::unique_ptr<tcp::acceptor> acceptor_;
  std::unique_ptr<asio::steady_timer> pause_;
  std::unique_ptr<asio::steady_timer> look_;
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
    std::terminate();  // threads that cannot be stopped would use objects that are destroyed here
  }
}

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handler handler) {
  ORDO_CHECK(options.io_threads > 0 && options.max_pipelined > 0, "threads ", options.io_threads);
  auto impl = std::make_unique<Impl>(options, std::move(handler));
  if (auto loaded = impl->load_tls(); !loaded) return fail(std::move(loaded.error()));
  if (auto listening = impl->listen(); !listening) return fail(std::move(listening.error()));
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const {
  return impl_->port();
}
bool Server::answers_full() const {
  return impl_->answers_full();
}
ServerStats Server::stats() const {
  return impl_->stats();
}
void Server::reload_tls() {
  impl_->reload_tls();
}
void Server::stop_accepting() {
  impl_->stop_accepting();
}
void Server::stop() {
  impl_->stop();
}

}  // namespace ordo::http
