// A blocking HTTP/1.1 client for the mock's tests: one request a connection, reads to its end.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "runtime/base/json.hpp"

namespace gyre::test {

struct Reply {
  std::string head, body;
  bool was_reset = false;
  int status() const { return head.size() > 12 ? std::atoi(head.c_str() + 9) : 0; }
  json::Value json() const {
    auto value = json::parse(body);
    return value ? *value : json::Value();
  }
  bool has(const std::string& text) const { return head.find(text) != std::string::npos; }
};

// `url` is the server's; `headers` are "name: value\r\n" lines.
inline Reply ask(const std::string& url, const std::string& method, const std::string& target,
                 const std::string& headers = "", const std::string& body = "") {
  Reply reply;
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(std::atoi(url.c_str() + url.rfind(':') + 1)));
  timeval limit{10, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    const std::string text = method + " " + target + " HTTP/1.1\r\nHost: mock.test\r\n" + headers +
                             "Connection: close\r\nContent-Length: " + std::to_string(body.size()) +
                             "\r\n\r\n" + body;
    (void)!::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    std::string all;
    char chunk[8192];
    ssize_t size = 0;
    while ((size = ::recv(fd, chunk, sizeof chunk, 0)) > 0) all.append(chunk, size_t(size));
    reply.was_reset = size < 0;
    const size_t end = all.find("\r\n\r\n");
    reply.head = all.substr(0, end);
    if (end != std::string::npos) reply.body = all.substr(end + 4);
  }
  ::close(fd);
  return reply;
}

// "a.b.c" as a string, "" when it is not one.
inline std::string at(const json::Value& value, std::initializer_list<const char*> path) {
  const json::Value* here = &value;
  for (const char* key : path) {
    here = here ? here->get(key) : nullptr;
  }
  return here && here->as_string() ? *here->as_string() : std::string();
}

}  // namespace gyre::test
