// One io thread with its io_context, its connections, their time-outs and their answers. Internal to the server.
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

#include "http/mailbox.h"
#include "http/message.h"
#include "http/open_counts.h"
#include "http/request_parser.h"
#include "http/room_order.h"
#include "http/server.h"
#include "http/tls_identity.h"

namespace ordo::http {

class Session;

// Shared by all loops of a server; outlives them.
struct ServerShared {
  ServerOptions options;
  Handler handler;
  std::unique_ptr<TlsIdentity> tls;  // null: plain HTTP
  OpenCounts addresses;              // open connections of each address, except those of trusted proxies
  const HeldBytes::Total answer_bytes = std::make_shared<std::atomic<std::size_t>>(0);  // not yet taken by clients
  std::atomic<std::uint64_t> open{0};
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> over_limit{0};
  std::atomic<std::uint64_t> over_address_limit{0};
  std::atomic<std::uint64_t> evicted{0};
  std::atomic<std::uint64_t> refusing{0};  // open connections that are over a limit and receive a refusal
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

  bool answers_full() const { return answer_bytes->load(std::memory_order_relaxed) >= options.max_answer_bytes; }

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
  std::string peer;                            // IP address of the other end
  std::unique_ptr<OpenCounts::Place> place{};  // null: over a limit, or a trusted proxy's
  const Refusal* refused = nullptr;            // the refusal for a connection over a limit; of static lifetime

  // The address in whose name it counts; "" for a trusted proxy.
  std::string address() const { return place ? place->owner() : std::string(); }
  // How many connections that address has; 1 for a proxy, whose connections serve many clients.
  std::size_t of_address() const { return place ? place->of_owner() : 1; }
};

// Everything runs on the loop's own thread, except the constructor, start, post_*, join and the destructor.
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

  // The caller has counted the connection in shared().
  void adopt(Arrival arrival);
  // Makes room for the arrival: closes the connection that has been idle longest, of the address with the most
  // connections. False when no connection is idle, or only those of addresses with fewer connections than the
  // arrival's.
  bool make_room(const Arrival& arrival);
  // The connection received or sent a byte.
  void touch(std::uint64_t connection) { room_.touch(places_[static_cast<std::uint32_t>(connection)].seat); }
  // Frees the place of a session that no longer uses its socket.
  void release(std::uint64_t connection);

  // Delivers all waiting answers, and writes each affected connection once.
  void deliver();
  // Begins work that must end with deliver().
  void begin_collecting();

  // "Date: ...\r\n", renewed once a second.
  const std::string& date_field();

 private:
  struct Place {
    std::shared_ptr<Session> session;  // null: free
    std::uint32_t generation = 0;      // distinguishes the connections that used this place
    RoomOrder::Seat seat;              // none for a connection that is being refused
  };

  Session* find(std::uint64_t connection);
  void on_tick();
  void schedule_tick();

  ServerShared& shared_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<Mailbox> mailbox_;  // shared with every open Respond
  RoomOrder room_;
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
