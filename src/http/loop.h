// One io thread: its io_context, its connections, their time-outs and the answers that arrive for them. Internal to the
// server.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/address_counts.h"
#include "http/mailbox.h"
#include "http/message.h"
#include "http/request_parser.h"
#include "http/server.h"
#include "http/tls_identity.h"

namespace ordo::http {

class Session;

// Shared by all loops of a server; outlives them.
struct ServerShared {
  ServerOptions options;
  Handler handler;
  std::unique_ptr<TlsIdentity> tls;  // null: plain HTTP
  AddressCounts addresses;           // of connections that are served, where counts() says so
  std::atomic<std::uint64_t> open{0};
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> over_limit{0};
  std::atomic<std::uint64_t> over_address_limit{0};
  std::atomic<std::uint64_t> refusing{0};  // of the open ones those that are over a limit and told so
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> refusals{0};
  std::atomic<std::uint64_t> tls_handshakes{0};
  std::atomic<std::uint64_t> tls_resumed{0};
  std::atomic<std::uint64_t> tls_failures{0};
  std::array<std::atomic<std::uint64_t>, 5> responses{};
  std::array<std::atomic<std::uint64_t>, kDurationBounds.size() + 1> durations{};
  std::atomic<std::uint64_t> duration_sum_us{0};
  std::mutex mutex;                    // for `all_closed` only
  std::condition_variable all_closed;  // notified when `open` falls to 0

  // A proxy's connections are those of many clients.
  bool counts(bool peer_is_proxy) const { return options.max_connections_per_address > 0 && !peer_is_proxy; }

  void count_response(int status, std::chrono::steady_clock::duration taken) {
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(taken).count();
    const auto us = static_cast<std::uint64_t>(microseconds > 0 ? microseconds : 0);
    std::size_t bucket = 0;
    while (bucket < kDurationBounds.size() && us > kDurationBounds[bucket]) ++bucket;
    durations[bucket].fetch_add(1, std::memory_order_relaxed);
    duration_sum_us.fetch_add(us, std::memory_order_relaxed);
    const auto status_class = static_cast<std::size_t>(status / 100 - 1);
    if (status_class < responses.size()) responses[status_class].fetch_add(1, std::memory_order_relaxed);
  }

  void count_closed() {
    if (open.fetch_sub(1) > 1) return;
    const std::lock_guard lock(mutex);
    all_closed.notify_all();
  }
};

// A connected socket on its way to its loop.
struct Arrival {
  boost::asio::ip::tcp::socket socket;
  std::string peer;                  // IP address of the other end
  const Refusal* refused = nullptr;  // what it is told when it is over a limit; of static lifetime
};

// Everything but the constructor, start, post_*, join and the destructor runs on the loop's own thread.
class Loop {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Loop(ServerShared& shared);
  ~Loop();  // NOLINT(bugprone-exception-escape): see its definition
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void start();
  // From any thread.
  void post_drain();
  void post_stop();
  void join();

  boost::asio::io_context& context() { return context_; }
  ServerShared& shared() { return shared_; }
  const ServerOptions& options() const { return shared_.options; }
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  bool draining() const { return draining_; }

  // The caller has counted it in shared().
  void adopt(Arrival arrival);
  // The session is done with its socket and lets go of its place.
  void release(std::uint64_t connection);

  // Hands out all answers that wait and writes each touched connection once.
  void deliver();
  // Brackets a stretch of work that ends with deliver().
  void begin_collecting();

  // "Date: ...\r\n", made anew once a second.
  const std::string& date_field();

 private:
  struct Place {
    std::shared_ptr<Session> session;  // null: free
    std::uint32_t generation = 0;      // tells the connections apart that had this place
  };

  Session* find(std::uint64_t connection);
  void on_tick();
  void schedule_tick();

  ServerShared& shared_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<Mailbox> mailbox_;  // shared with every Respond out there
  std::vector<Place> places_;
  std::vector<std::uint32_t> free_;
  std::vector<Mailbox::Answer> batch_;
  std::vector<std::uint64_t> streaming_;  // connections with more of a body to send
  std::vector<std::shared_ptr<Session>> touched_;
  bool delivering_ = false;
  bool collecting_ = false;
  bool draining_ = false;
  std::string date_field_;
  Clock::time_point date_until_;
  std::thread thread_;
};

}  // namespace ordo::http
