// load — a bounded HTTP/1.1 load on 127.0.0.1: keep-alive connections, one request at a time each,
// latency percentiles as one line of JSON. For benchmarks and the demo; stops by itself.
//
//   load --port 3000 --path /ping --connections 8 --seconds 5 [--interval-ms 5] [--requests N]
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/clock.hpp"

namespace {

struct Options {
  int port = 0;
  std::string path = "/";
  int connections = 1;
  double seconds = 5;
  double interval_ms = 0;  // wait between an answer and the next request of a connection
  long requests = 1'000'000'000;
};

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "load: %s\n", message.c_str());
  std::exit(2);
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--port")
      options.port = std::atoi(value);
    else if (name == "--path")
      options.path = value;
    else if (name == "--connections")
      options.connections = std::atoi(value);
    else if (name == "--seconds")
      options.seconds = std::atof(value);
    else if (name == "--interval-ms")
      options.interval_ms = std::atof(value);
    else if (name == "--requests")
      options.requests = std::atol(value);
    else
      fail("unknown option " + std::string(name));
  }
  if (options.port <= 0) fail("--port is required");
  return options;
}

double now_ms() { return static_cast<double>(gyre::Clock::system().monotonic_ns()) / 1e6; }

struct Connection {
  int fd = -1;
  double sent_at = 0;   // 0: no request under way
  double ready_at = 0;  // next request not before
  std::string answer;
};

int open_connection(int port) {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    fail(std::string("cannot connect: ") + std::strerror(errno));
  }
  int one = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

// Length of the whole answer once its head is there; 0 while more is needed.
size_t answer_length(const std::string& text) {
  size_t head = text.find("\r\n\r\n");
  if (head == std::string::npos) return 0;
  std::string lower = text.substr(0, head);
  std::transform(lower.begin(), lower.end(), lower.begin(), ::tolower);
  size_t at = lower.find("\r\ncontent-length:");
  if (at == std::string::npos) {
    // Chunked: complete with the last chunk.
    return text.ends_with("0\r\n\r\n") ? text.size() : 0;
  }
  return head + 4 + std::strtoul(lower.c_str() + at + 17, nullptr, 10);
}

class Load {
 public:
  explicit Load(Options options) : options_(std::move(options)) {
    request_ = "GET " + options_.path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    for (int i = 0; i < options_.connections; ++i) {
      connections_.push_back({open_connection(options_.port), 0, 0, {}});
    }
  }

  void run() {
    double start = now_ms();
    double end = start + options_.seconds * 1000;
    while (now_ms() < end && (started_ < options_.requests || in_flight() > 0)) turn(end);
    elapsed_ms_ = now_ms() - start;
  }

  void print() {
    std::sort(latencies_.begin(), latencies_.end());
    std::printf(
        "{\"requests\":%zu,\"errors\":%ld,\"seconds\":%.3f,\"perSecond\":%.1f,"
        "\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"max\":%.3f}\n",
        latencies_.size(), errors_, elapsed_ms_ / 1000,
        static_cast<double>(latencies_.size()) * 1000 / elapsed_ms_, percentile(0.5),
        percentile(0.9), percentile(0.99), percentile(1));
  }

 private:
  size_t in_flight() const {
    return static_cast<size_t>(std::count_if(connections_.begin(), connections_.end(),
                                             [](const Connection& c) { return c.sent_at > 0; }));
  }

  void send_next(Connection& connection) {
    if (started_ >= options_.requests) return;
    ++started_;
    connection.sent_at = now_ms();
    if (::send(connection.fd, request_.data(), request_.size(), MSG_NOSIGNAL) < 0) {
      reconnect(connection);
    }
  }

  void reconnect(Connection& connection) {
    ++errors_;
    ::close(connection.fd);
    connection = {open_connection(options_.port), 0, now_ms() + 1, {}};
  }

  void turn(double end) {
    double now = now_ms();
    double wake = end;
    std::vector<pollfd> polls;
    for (Connection& connection : connections_) {
      if (connection.sent_at == 0 && connection.ready_at <= now) send_next(connection);
      if (connection.sent_at == 0) wake = std::min(wake, connection.ready_at);
      polls.push_back({connection.fd, POLLIN, 0});
    }
    timespec wait{};
    double wait_ms = std::max(0.0, std::min(wake - now_ms(), 50.0));
    wait.tv_nsec = static_cast<long>(wait_ms * 1e6);
    ::ppoll(polls.data(), polls.size(), &wait, nullptr);
    for (size_t i = 0; i < polls.size(); ++i) {
      if (polls[i].revents != 0) receive(connections_[i]);
    }
  }

  void receive(Connection& connection) {
    char buffer[65536];
    ssize_t got = ::recv(connection.fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got <= 0) {
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
      return reconnect(connection);
    }
    connection.answer.append(buffer, static_cast<size_t>(got));
    size_t length = answer_length(connection.answer);
    if (length == 0 || connection.answer.size() < length) return;
    if (connection.answer.compare(9, 3, "200") != 0) ++errors_;
    connection.answer.erase(0, length);
    double now = now_ms();
    latencies_.push_back(now - connection.sent_at);
    connection.sent_at = 0;
    connection.ready_at = now + options_.interval_ms;
  }

  double percentile(double share) const {
    if (latencies_.empty()) return 0;
    auto index = static_cast<size_t>(share * static_cast<double>(latencies_.size() - 1) + 0.5);
    return latencies_[index];
  }

  Options options_;
  std::string request_;
  std::vector<Connection> connections_;
  std::vector<double> latencies_;
  long started_ = 0;
  long errors_ = 0;
  double elapsed_ms_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Load load(parse(argc, argv));
  load.run();
  load.print();
  return 0;
}
