// A tiny HTTP/1.1 server on 127.0.0.1 for tests of clients: one thread, one request a connection. A
// reply may be cut short or never finished. Not a server to learn from.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace gyre::test {

struct LoopbackRequest {
  std::string target;
  std::string head;  // request line and headers as received
  bool has_header(const std::string& line) const { return head.find(line) != std::string::npos; }
};

struct LoopbackReply {
  int status = 200;
  std::string body;
  std::string headers;            // "name: value\r\n" lines
  long long claimed_length = -1;  // -1: the body's
  bool stalls = false;            // sends the head and body, then nothing, and keeps the connection
  bool says_nothing = false;      // not even a head
};

class LoopbackServer {
 public:
  using Handler = std::function<LoopbackReply(const LoopbackRequest&)>;

  explicit LoopbackServer(Handler handler) : handler_(std::move(handler)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 64);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~LoopbackServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    for (const int fd : held_) ::close(fd);
  }

  std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  std::vector<LoopbackRequest> requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void run() {
    while (!stopping_) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd >= 0) serve(fd);
    }
  }

  void serve(int fd) {
    std::string head;
    char chunk[4096];
    while (head.find("\r\n\r\n") == std::string::npos) {
      pollfd waiting{fd, POLLIN, 0};
      ::poll(&waiting, 1, 2000);
      const ssize_t count = ::recv(fd, chunk, sizeof chunk, 0);
      if (count <= 0) {
        ::close(fd);
        return;
      }
      head.append(chunk, static_cast<size_t>(count));
    }
    LoopbackRequest request;
    request.head = head;
    const size_t begin = head.find(' ') + 1;
    request.target = head.substr(begin, head.find(' ', begin) - begin);
    const LoopbackReply reply = handler_(request);
    {
      std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    if (!reply.says_nothing) send_all(fd, text_of(reply));
    if (reply.stalls || reply.says_nothing)
      held_.push_back(fd);
    else
      ::close(fd);
  }

  static std::string text_of(const LoopbackReply& reply) {
    const long long length = reply.claimed_length >= 0 ? reply.claimed_length
                                                       : static_cast<long long>(reply.body.size());
    return "HTTP/1.1 " + std::to_string(reply.status) + " X\r\nconnection: close\r\n" +
           reply.headers + "content-length: " + std::to_string(length) + "\r\n\r\n" + reply.body;
  }

  static void send_all(int fd, const std::string& text) {
    size_t sent = 0;
    while (sent < text.size()) {
      const ssize_t count = ::send(fd, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;
      sent += static_cast<size_t>(count);
    }
  }

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<LoopbackRequest> requests_;
  std::vector<int> held_;  // server thread only, until it has ended
  std::thread thread_;
};

}  // namespace gyre::test
