// For tests: a blocking client on a raw socket, so that a test controls every byte. Each wait lasts at most 10 seconds.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/check.h"
#include "http/testing/exchange.h"

namespace ordo::http {

// Waits for an effect of another thread. After a minute the program ends here, so that the log names the test.
template <class Condition>
void until(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    ORDO_CHECK(std::chrono::steady_clock::now() < deadline, "the condition did not become true");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

class TestClient {
 public:
  // `source`: the client's address on this machine, any of 127.0.0.0/8.
  explicit TestClient(std::uint16_t port, const char* source = "127.0.0.1") : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const int yes = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const auto own = at(source, 0);
    ORDO_CHECK(::bind(fd_, &own, sizeof own) == 0, "source ", source);
    const auto server = at("127.0.0.1", port);
    ORDO_CHECK(::connect(fd_, &server, sizeof server) == 0, "port ", port);
  }
  virtual ~TestClient() { close(); }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void shutdown_send() { ::shutdown(fd_, SHUT_WR); }

  // False when the server has closed.
  virtual bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // `head_only`: the answer to a HEAD, whose length announces a body that is not sent.
  Answer receive(bool head_only = false) {
    Answer answer;
    std::size_t end = 0;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
      if (!fill()) return answer;
    }
    answer.head = input_.substr(0, end + 2);
    input_.erase(0, end + 4);
    answer.status = std::atoi(answer.head.substr(9, 3).c_str());
    const auto length = head_only ? 0UL : std::strtoul(answer.header("Content-Length").c_str(), nullptr, 10);
    while (input_.size() < length) {
      if (!fill()) return {};
    }
    answer.body = input_.substr(0, length);
    input_.erase(0, length);
    return answer;
  }

  Answer request(std::string_view bytes) {
    send(bytes);
    return receive();
  }

  Answer get(std::string_view target, std::string_view headers = {}) { return request(get_request(target, headers)); }

  Answer send_json(std::string_view method, std::string_view target, std::string_view body,
                   std::string_view headers = {}) {
    return request(json_request(method, target, body, headers));
  }

  // Receives up to and including `mark` and returns the text before it. Returns all received text if the connection
  // ends first.
  std::string receive_until(std::string_view mark) {
    std::size_t end = 0;
    while ((end = input_.find(mark)) == std::string::npos) {
      if (!fill()) return std::exchange(input_, {});
    }
    auto text = input_.substr(0, end + (mark == "\r\n\r\n" ? 2 : 0));
    input_.erase(0, end + mark.size());
    return text;
  }
  std::string receive_exactly(std::size_t size) {
    while (input_.size() < size && fill()) {
    }
    auto text = input_.substr(0, size);
    input_.erase(0, size);
    return text;
  }

  // True when the server closes without sending another byte.
  bool at_end() { return input_.empty() && !fill(); }

 protected:
  // Reads at most `size` bytes. Zero or less at the end.
  virtual long read(char* bytes, std::size_t size) { return ::recv(fd_, bytes, size, 0); }

  int fd_;

 private:
  static sockaddr at(const char* host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ORDO_CHECK(::inet_pton(AF_INET, host, &address.sin_addr) == 1, "address ", host);
    sockaddr generic{};
    static_assert(sizeof generic == sizeof address);
    __builtin_memcpy(&generic, &address, sizeof generic);
    return generic;
  }

  bool fill() {
    char bytes[16384];
    const auto size = read(bytes, sizeof bytes);
    if (size <= 0) return false;
    input_.append(bytes, static_cast<std::size_t>(size));
    return true;
  }

  std::string input_;
};

}  // namespace ordo::http
