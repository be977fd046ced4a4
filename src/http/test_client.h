// For tests: a blocking client on a raw socket, so that a test decides about every byte. Waits are bounded by 10
// seconds.
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
#include "http/message.h"

namespace ordo::http {

// Waits for what another thread brings about; the test's own time limit ends it.
template <class Condition>
void until(const Condition& condition) {
  while (!condition()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

struct Answer {
  int status = 0;  // 0: the connection ended first
  std::string head;
  std::string body;

  // The value of a header field, empty when there is none.
  std::string header(std::string_view name) const {
    std::size_t at = head.find("\r\n");
    while (at != std::string::npos) {
      at += 2;
      const auto end = head.find("\r\n", at);
      const auto line = std::string_view(head).substr(at, end == std::string::npos ? end : end - at);
      const auto colon = line.find(": ");
      if (colon != std::string_view::npos && equals_ignoring_case(line.substr(0, colon), name)) {
        return std::string(line.substr(colon + 2));
      }
      at = end;
    }
    return {};
  }
};

class TestClient {
 public:
  explicit TestClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const int yes = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr generic{};
    static_assert(sizeof generic == sizeof address);
    __builtin_memcpy(&generic, &address, sizeof generic);
    ORDO_CHECK(::connect(fd_, &generic, sizeof generic) == 0, "port ", port);
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

  // `head_only`: the answer to a HEAD, whose length announces a body that does not come.
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

  Answer get(std::string_view target, std::string_view headers = {}) {
    return request("GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + std::string(headers) + "\r\n");
  }

  Answer send_json(std::string_view method, std::string_view target, std::string_view body,
                   std::string_view headers = {}) {
    return request(std::string(method) + " " + std::string(target) +
                   " HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n" + std::string(headers) +
                   "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
  }

  // Up to and with `mark`, which is left out of what is returned; what there was when the connection ended first.
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

  // True when the server closes without a further byte.
  bool at_end() { return input_.empty() && !fill(); }

 protected:
  // What comes next, at most `size` bytes; nothing or less at the end.
  virtual long read(char* bytes, std::size_t size) { return ::recv(fd_, bytes, size, 0); }

  int fd_;

 private:
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
