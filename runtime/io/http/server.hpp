// Server: HTTP/1.1 on a loop in C++, without JavaScript: one handler per request, answers in any
// order, pipelined ones sent in theirs. Limits and default replies are those of node:http. Stands
// under registry-mock and tests. Loop's thread only; close() before letting go.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/io/http/codec.hpp"
#include "runtime/io/tcp.hpp"

namespace gyre::io::http {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;
  std::string target;
  HeaderList headers;
  std::string body;
  bool keep_alive = true;
  // The first header of that name, case ignored; empty when there is none.
  std::string_view header(std::string_view name) const;
};

struct Response {
  uint16_t status = 200;
  HeaderList headers;  // without Content-Length, Connection and Date
  std::string body;
  bool close_after = false;
};

struct ServerOptions {
  Limits limits;
  size_t body_bytes = 64 * 1024 * 1024;  // more is refused with 413
  Milliseconds headers_timeout{60'000};
  Milliseconds request_timeout{300'000};
  Milliseconds keep_alive_timeout{5'000};
  Milliseconds check_interval{500};
};

class ServerConnection;

// The right to answer one request. Copyable; all but the first answer, and answers to a connection
// that has gone, do nothing.
class Responder {
 public:
  Responder(const Responder&);
  Responder& operator=(const Responder&);
  ~Responder();
  void send(const Response& response) const;
  // For faults: exactly these bytes; with `then_close` the connection ends behind them.
  void send_raw(std::string bytes, bool then_close) const;
  // A piece of an answer given raw; send_raw() ends it. Pieces go out when it is their turn.
  void send_piece(std::string bytes) const;
  // False once the connection has gone: whoever sends pieces stops.
  bool is_open() const;
  // Drops the connection with a reset.
  void reset() const;
  loop::Loop& loop() const;

 private:
  friend class ServerConnection;
  Responder(Ref<ServerConnection> connection, uint64_t sequence);
  Ref<ServerConnection> connection_;
  uint64_t sequence_ = 0;
};

class Server final : private ConnectionReceiver {
 public:
  using Handler = std::function<void(Request request, Responder responder)>;

  // Listens at once; port 0 takes a free one.
  static Result<std::unique_ptr<Server>> listen(loop::Loop& loop, const Endpoint& endpoint,
                                                Handler handler, ServerOptions options = {});
  ~Server();
  uint16_t port() const { return port_; }
  // Stops listening and drops every connection.
  void close();
  size_t connection_count() const { return connections_.size(); }

 private:
  friend class ServerConnection;
  Server(loop::Loop& loop, Handler handler, ServerOptions options);
  void on_connection(UniqueFd fd) override;
  void on_accept_error(int) override {}
  void check_timeouts();
  void forget(ServerConnection& connection);

  loop::Loop& loop_;
  Handler handler_;
  ServerOptions options_;
  Ref<Tcp> listener_;
  Ref<loop::Timer> check_timer_;
  std::vector<Ref<ServerConnection>> connections_;
  uint16_t port_ = 0;
};

// "Not Found" for 404; "Unknown" for a status without a registered phrase.
std::string_view reason_phrase(uint16_t status);

}  // namespace gyre::io::http
