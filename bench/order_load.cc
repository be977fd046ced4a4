// Sends orders to a server and measures the answers: ordo_order_load PORT [name=value ...]
//   connections=64   each has one request under way at most
//   rate=0           orders per second; 0: each connection sends its next order after the answer
//   seconds=10       for so long, or
//   orders=0         exactly so many
//   products=200     lines name products sku-0000 to sku-0199
//   wait=0           with Prefer: wait=SECONDS, so that the answer comes when the order is paid
//
// With a rate, an order's time begins when it is due, not when a connection is free for it. So a stall of the server
// counts for every order that was due meanwhile. It prints one line of JSON. `worst` is the second with the highest
// p99. `longest_silence_ms` is the longest time without any answer while requests were under way.
//
// One thread and plain sockets, so that the load generator takes little of a machine with few cores.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr auto kPatience = std::chrono::seconds(60);  // for one answer
constexpr std::size_t kBodies = 4'096;
constexpr std::size_t kReadBytes = 16'384;

struct Options {
  std::uint16_t port = 0;
  std::size_t connections = 64;
  double rate = 0;
  double seconds = 10;
  std::size_t orders = 0;
  std::size_t products = 200;
  std::size_t wait = 0;
};

std::vector<std::string> make_requests(const Options& options) {
  std::mt19937 random(std::random_device{}());
  const auto below = [&](std::size_t bound) { return std::to_string(random() % bound); };
  const auto product = [&] {
    const auto number = below(options.products);
    return "sku-" + std::string(4 - std::min<std::size_t>(4, number.size()), '0') + number;
  };
  std::vector<std::string> requests;
  for (std::size_t i = 0; i < kBodies; ++i) {
    std::string lines;
    for (std::size_t line = random() % 3 + 1; line > 0; --line) {
      if (!lines.empty()) lines += ',';
      lines += R"({"product_id":")" + product() + R"(","quantity":1})";
    }
    const std::string body = R"({"customer_id":"customer-)" + below(5'000) + R"(","lines":[)" + lines + "]}";
    std::string request = "POST /v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
    if (options.wait > 0) request += "Prefer: wait=" + std::to_string(options.wait) + "\r\n";
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    requests.push_back(std::move(request));
  }
  return requests;
}

struct Answer {
  int status = 0;
  bool paid = false;
};

class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ORDO_CHECK(socket_ >= 0 && ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0,
               "no server on port ", port, ": ", std::strerror(errno));
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int socket() const { return socket_; }
  bool busy() const { return due_.has_value(); }
  Clock::time_point due() const { return *due_; }

  void send(const std::string& request, Clock::time_point due) {
    due_ = due;
    // A request is far smaller than the socket's buffer, and the one before was answered.
    const auto sent = ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
    ORDO_CHECK(sent == static_cast<ssize_t>(request.size()), "cannot send: ", std::strerror(errno));
  }

  // The answer, once it is complete.
  std::optional<Answer> receive() {
    std::array<char, kReadBytes> bytes;
    const auto count = ::recv(socket_, bytes.data(), bytes.size(), 0);
    ORDO_CHECK(count > 0, "the server closed a connection");
    text_.append(bytes.data(), static_cast<std::size_t>(count));
    const auto head = text_.find("\r\n\r\n");
    if (head == std::string::npos) return std::nullopt;
    if (text_.size() < head + 4 + content_length(std::string_view(text_).substr(0, head))) return std::nullopt;
    Answer answer;
    answer.status = std::atoi(text_.c_str() + text_.find(' '));
    for (const auto* status : {"confirmed", "fulfilled", "completed"}) {
      if (text_.find(std::string(R"("status":")") + status, head) != std::string::npos) answer.paid = true;
    }
    text_.clear();
    due_.reset();
    return answer;
  }

 private:
  static std::size_t content_length(std::string_view head) {
    constexpr std::string_view kName = "\r\nContent-Length: ";
    const auto at = head.find(kName);
    ORDO_CHECK(at != std::string_view::npos, "an answer without Content-Length: ", head);
    std::size_t length = 0;
    std::from_chars(head.data() + at + kName.size(), head.data() + head.size(), length);
    return length;
  }

  const int socket_;
  std::optional<Clock::time_point> due_;  // of the request under way
  std::string text_;
};

class Latencies {
 public:
  void add(Clock::duration since_start, Clock::duration took) {
    const auto second = static_cast<std::size_t>(since_start / std::chrono::seconds(1));
    if (seconds_.size() <= second) seconds_.resize(second + 1);
    const auto ms = std::chrono::duration<double, std::milli>(took).count();
    seconds_[second].push_back(ms);
    all_.push_back(ms);
  }

  struct Percentiles {
    double p50 = 0, p99 = 0, p999 = 0, most = 0;
  };
  Percentiles all() const { return percentiles(all_); }
  // Of the second with the highest p99. The last second is not complete; it counts only when it is the only one.
  Percentiles worst() const {
    Percentiles worst;
    for (std::size_t i = 0; i < std::max<std::size_t>(1, seconds_.size() - 1) && i < seconds_.size(); ++i) {
      const auto found = percentiles(seconds_[i]);
      if (found.p99 >= worst.p99) worst = found;
    }
    return worst;
  }
  std::size_t count() const { return all_.size(); }

 private:
  static Percentiles percentiles(std::vector<double> times) {
    if (times.empty()) return {};
    std::sort(times.begin(), times.end());
    const auto at = [&](std::size_t per_mille) { return times[times.size() * per_mille / 1'000]; };
    return {at(500), at(990), at(999), times.back()};
  }

  std::vector<std::vector<double>> seconds_;
  std::vector<double> all_;
};

class Load {
 public:
  explicit Load(const Options& options) : options_(options), requests_(make_requests(options)) {
    for (std::size_t i = 0; i < options.connections; ++i) {
      connections_.push_back(std::make_unique<Connection>(options.port));
      polled_.push_back({connections_.back()->socket(), POLLIN, 0});
      idle_.push_back(i);
    }
  }

  void run() {
    start_ = Clock::now();
    answered_at_ = start_;
    while (true) {
      const auto now = Clock::now();
      send_due(now);
      if (idle_.size() == connections_.size() && finished(now)) break;
      receive(now);
    }
    took_ = Clock::now() - start_;
  }

  void report() const {
    const auto text = [](const Latencies::Percentiles& found) {
      std::array<char, 160> out;
      std::snprintf(out.data(), out.size(), R"("p50_ms":%.3f,"p99_ms":%.3f,"p999_ms":%.3f,"max_ms":%.3f)", found.p50,
                    found.p99, found.p999, found.most);
      return std::string(out.data());
    };
    std::printf(R"({"orders":%zu,"seconds":%.6f,"refused":%zu,"unpaid":%zu,"longest_silence_ms":%.3f,%s,"worst":{%s}})"
                "\n",
                latencies_.count(), std::chrono::duration<double>(took_).count(), refused_, unpaid_,
                std::chrono::duration<double, std::milli>(silence_).count(), text(latencies_.all()).c_str(),
                text(latencies_.worst()).c_str());
  }

 private:
  bool finished(Clock::time_point now) const {
    return options_.orders > 0 ? sent_ >= options_.orders
                               : now - start_ >= std::chrono::duration<double>(options_.seconds);
  }
  Clock::time_point due(std::size_t number) const {
    return start_ + nanoseconds(static_cast<std::int64_t>(static_cast<double>(number) * 1e9 / options_.rate));
  }

  void send_due(Clock::time_point now) {
    while (!idle_.empty() && !finished(now) && (options_.rate == 0 || due(sent_) <= now)) {
      if (idle_.size() == connections_.size()) answered_at_ = now;  // nothing was under way
      // The one that has rested longest, so that all connections are in use.
      connections_[idle_.front()]->send(requests_[sent_ % requests_.size()], options_.rate == 0 ? now : due(sent_));
      idle_.pop_front();
      ++sent_;
    }
  }

  void receive(Clock::time_point now) {
    nanoseconds patience = kPatience;
    const bool more = options_.rate > 0 && !idle_.empty() && !finished(now);
    if (more) patience = std::clamp<nanoseconds>(due(sent_) - now, nanoseconds(0), patience);
    const timespec limit{patience.count() / 1'000'000'000, patience.count() % 1'000'000'000};
    const int ready = ::ppoll(polled_.data(), polled_.size(), &limit, nullptr);
    ORDO_CHECK(ready >= 0, std::strerror(errno));
    ORDO_CHECK(ready > 0 || more, "no answer within 60 s");
    for (std::size_t i = 0; i < polled_.size(); ++i) {
      if (polled_[i].revents == 0) continue;
      const auto due = connections_[i]->due();
      const auto answer = connections_[i]->receive();
      if (!answer) continue;
      const auto at = Clock::now();
      silence_ = std::max(silence_, at - answered_at_);
      answered_at_ = at;
      latencies_.add(due - start_, at - due);
      if (answer->status != 201) ++refused_;
      if (options_.wait > 0 && !answer->paid) ++unpaid_;
      idle_.push_back(i);
    }
  }

  const Options options_;
  const std::vector<std::string> requests_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<pollfd> polled_;    // in the order of connections_
  std::deque<std::size_t> idle_;  // of connections_
  Clock::time_point start_;
  Clock::time_point answered_at_;
  Clock::duration took_{0};
  Clock::duration silence_{0};
  std::size_t sent_ = 0;
  std::size_t refused_ = 0;
  std::size_t unpaid_ = 0;
  Latencies latencies_;
};

// False for a name that is unknown.
bool read_option(std::string_view argument, Options& options) {
  const auto equals = argument.find('=');
  if (equals == std::string_view::npos) return false;
  const auto name = argument.substr(0, equals);
  const double value = std::atof(argument.data() + equals + 1);
  const auto count = static_cast<std::size_t>(value);
  if (name == "connections") return options.connections = count, count > 0;
  if (name == "rate") return options.rate = value, true;
  if (name == "seconds") return options.seconds = value, true;
  if (name == "orders") return options.orders = count, true;
  if (name == "products") return options.products = count, count > 0;
  if (name == "wait") return options.wait = count, true;
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  bool good = argc > 1;
  if (good) options.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  for (int i = 2; i < argc; ++i) good = good && read_option(argv[i], options);
  if (!good || options.port == 0) {
    std::fprintf(stderr,
                 "usage: ordo_order_load PORT [connections=64] [rate=0] [seconds=10] [orders=0] [products=200] "
                 "[wait=0]\n");
    return 2;
  }
  Load load(options);
  load.run();
  load.report();
  return 0;
}
