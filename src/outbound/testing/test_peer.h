// For tests: a server on a raw socket of 127.0.0.1, so that a test controls every byte that a peer sends. Each wait
// lasts at most 10 seconds.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"

namespace ordo::outbound {

// How long a test waits for an expected event.
inline constexpr std::chrono::seconds kPatience{20};
// The secret that signs the tests' messages.
inline constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

// The value of a field in a raw request; empty when it is absent.
inline std::string header_of(const std::string& request, std::string_view name) {
  const auto at = request.find("\r\n" + std::string(name) + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 4;
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

class TestConnection {
 public:
  explicit TestConnection(int fd) : fd_(fd) {}

  // The next request's raw head and body; empty once the other side has closed.
  std::string read_request() {
    std::size_t end = 0;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
      if (!fill()) return {};
    }
    const auto length_at = input_.find("Content-Length: ");
    const auto length = length_at < end ? std::strtoul(input_.c_str() + length_at + 16, nullptr, 10) : 0UL;
    while (input_.size() < end + 4 + length) {
      if (!fill()) return {};
    }
    auto request = input_.substr(0, end + 4 + length);
    input_.erase(0, request.size());
    return request;
  }

  // False once the other side has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void answer(std::string_view body, std::string_view status = "200 OK", std::string_view headers = {}) {
    send("HTTP/1.1 " + std::string(status) + "\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
  }

  void wait_until_closed() {
    while (fill()) input_.clear();
  }

  int fd() const { return fd_; }

 private:
  bool fill() {
    char bytes[16384];
    const auto size = ::recv(fd_, bytes, sizeof bytes, 0);
    if (size <= 0) return false;
    input_.append(bytes, static_cast<std::size_t>(size));
    return true;
  }

  int fd_;
  std::string input_;
};

class TestPeer {
 public:
  // The script handles one connection on its own thread. The connection ends with the script.
  explicit TestPeer(std::function<void(TestConnection&)> script)
      : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr generic{};
    static_assert(sizeof generic == sizeof address);
    __builtin_memcpy(&generic, &address, sizeof generic);
    ORDO_CHECK(::bind(listener_, &generic, sizeof generic) == 0 && ::listen(listener_, 64) == 0);
    socklen_t size = sizeof generic;
    ORDO_CHECK(::getsockname(listener_, &generic, &size) == 0);
    __builtin_memcpy(&address, &generic, sizeof generic);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  TestPeer(const TestPeer&) = delete;
  TestPeer& operator=(const TestPeer&) = delete;

  ~TestPeer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
    ::close(listener_);
  }

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }
  int connections() const { return connections_; }

 private:
  void accept_all() {
    while (true) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      ++connections_;
      const timeval limit{10, 0};
      ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
      ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
      const std::lock_guard lock(mutex_);
      open_.push_back(fd);
      threads_.emplace_back([this, fd] {
        // For scripts that write to the socket without send().
        sigset_t broken_pipe;
        sigemptyset(&broken_pipe);
        sigaddset(&broken_pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
        TestConnection connection(fd);
        script_(connection);
        const std::lock_guard closing(mutex_);
        open_.erase(std::find(open_.begin(), open_.end(), fd));
        ::close(fd);
      });
    }
  }

  const std::function<void(TestConnection&)> script_;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::vector<int> open_;           // guarded by mutex_
  std::list<std::thread> threads_;  // written by the acceptor until it is joined
  std::thread acceptor_;
};

}  // namespace ordo::outbound
