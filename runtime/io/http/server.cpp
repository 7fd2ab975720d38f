#include "runtime/io/http/server.hpp"

#include <strings.h>

#include <algorithm>
#include <map>

namespace gyre::io::http {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

uint16_t status_for(const std::string& code) {
  if (code == "HPE_HEADER_OVERFLOW") return 431;
  if (code == "HPE_CHUNK_EXTENSIONS_OVERFLOW") return 413;
  return 400;
}

}  // namespace

std::string_view reason_phrase(uint16_t status) {
  static const std::map<uint16_t, std::string_view> phrases = {
      {200, "OK"},
      {201, "Created"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {409, "Conflict"},
      {408, "Request Timeout"},
      {413, "Payload Too Large"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  };
  const auto found = phrases.find(status);
  return found == phrases.end() ? "Unknown" : found->second;
}

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (same_name(key, name)) return value;
  }
  return {};
}

// One connection: reads requests, keeps answers until it is their turn.
class ServerConnection final : public RefCounted, public StreamReader, public CodecEvents {
 public:
  ServerConnection(Server& server, Ref<Tcp> stream)
      : server_(&server),
        stream_(std::move(stream)),
        codec_(MessageKind::kRequest, server.options_.limits, *this),
        since_(stream_->loop().now()) {
    stream_->set_reader(this);
    (void)stream_->set_no_delay(true);
    (void)stream_->read_start();
  }

  void on_read(ByteView bytes) override;
  void on_read_end() override;
  void on_read_error(int) override { drop(); }

  void on_begin() override {
    since_ = stream_->loop().now();
    state_ = State::kHead;
  }
  HeadAction on_head(const Head& head) override;
  bool on_body(ByteView bytes) override;
  bool on_complete(const std::vector<Header>& trailers) override;

  void answer(uint64_t sequence, std::string bytes, bool then_close);
  void answer_piece(uint64_t sequence, std::string bytes);
  bool is_open() const { return stream_->is_open() && !is_ending_; }
  std::string render(uint64_t sequence, const Response& response, bool& then_close) const;
  void reset();
  void drop();
  void check(uint64_t now);
  loop::Loop& loop() { return stream_->loop(); }

 private:
  // What the connection waits for.
  enum class State : uint8_t { kFresh, kHead, kBody, kIdle, kAnswering };
  struct Answer {
    std::string bytes;
    bool then_close = false;
  };

  void refuse(uint16_t status);
  void finish_request();
  void flush();
  void write(std::string bytes, bool then_close);
  void end_soon();

  Server* server_;
  Ref<Tcp> stream_;
  Codec codec_;
  Request request_;
  std::map<uint64_t, Answer> ready_;
  std::map<uint64_t, std::string> pieces_;  // of answers not over yet whose turn has not come
  std::map<uint64_t, std::pair<bool, bool>> asked_;  // sequence → keep alive, is HEAD
  uint64_t next_request_ = 0;
  uint64_t next_answer_ = 0;
  uint64_t since_;
  State state_ = State::kFresh;
  bool is_ending_ = false;
};

HeadAction ServerConnection::on_head(const Head& head) {
  state_ = State::kBody;
  request_ = {};
  request_.method = method_name(head.method);
  request_.target = head.url;
  request_.keep_alive = head.keep_alive;
  for (const Header& header : *head.headers) {
    request_.headers.emplace_back(header.name, header.value);
  }
  if (head.complete) finish_request();
  return is_ending_ ? HeadAction::kStop : HeadAction::kBody;
}

bool ServerConnection::on_body(ByteView bytes) {
  if (request_.body.size() + bytes.size() > server_->options_.body_bytes) {
    refuse(413);
    return false;
  }
  request_.body += as_text(bytes);
  return true;
}

bool ServerConnection::on_complete(const std::vector<Header>&) {
  finish_request();
  return !is_ending_;
}

void ServerConnection::finish_request() {
  const uint64_t sequence = next_request_++;
  asked_[sequence] = {request_.keep_alive, request_.method == "HEAD"};
  state_ = State::kAnswering;
  server_->handler_(std::move(request_), Responder(Ref<ServerConnection>(this), sequence));
}

void ServerConnection::on_read(ByteView bytes) {
  const Ref<ServerConnection> keep(this);
  if (is_ending_) return;
  const ParseOutcome outcome = codec_.execute(bytes);
  if (is_ending_) return;
  if (outcome.state == ParseState::kFailed) {
    refuse(status_for(codec_.failure().code));
  } else if (outcome.state == ParseState::kUpgraded) {
    refuse(400);
  }
}

void ServerConnection::on_read_end() {
  if (codec_.is_inside_message() || asked_.empty()) return drop();
  // Half closed: what was asked is still answered.
  asked_.rbegin()->second.first = false;
}

std::string ServerConnection::render(uint64_t sequence, const Response& response,
                                     bool& then_close) const {
  const auto asked = asked_.find(sequence);
  const bool keep_alive = asked == asked_.end() || asked->second.first;
  const bool is_head = asked != asked_.end() && asked->second.second;
  then_close = response.close_after || !keep_alive;
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " " +
                     std::string(reason_phrase(response.status)) + "\r\n";
  for (const auto& [name, value] : response.headers) text += name + ": " + value + "\r\n";
  const bool has_body = response.status != 204 && response.status != 304;
  if (has_body) text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  text += then_close ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n";
  if (has_body && !is_head) text += response.body;
  return text;
}

void ServerConnection::answer(uint64_t sequence, std::string bytes, bool then_close) {
  if (asked_.erase(sequence) == 0 || stream_->is_closing() || is_ending_) return;
  if (auto early = pieces_.extract(sequence)) bytes.insert(0, early.mapped());
  ready_[sequence] = {std::move(bytes), then_close};
  flush();
}

void ServerConnection::answer_piece(uint64_t sequence, std::string bytes) {
  if (!asked_.contains(sequence) || stream_->is_closing() || is_ending_) return;
  if (sequence != next_answer_) {
    pieces_[sequence] += bytes;
    return;
  }
  if (auto early = pieces_.extract(sequence)) bytes.insert(0, early.mapped());
  write(std::move(bytes), false);
}

void ServerConnection::flush() {
  while (!ready_.empty() && ready_.begin()->first == next_answer_ && !is_ending_) {
    Answer next = std::move(ready_.begin()->second);
    ready_.erase(ready_.begin());
    ++next_answer_;
    write(std::move(next.bytes), next.then_close);
  }
  if (auto turn = pieces_.extract(next_answer_); turn && !is_ending_) {
    write(std::move(turn.mapped()), false);
  }
  if (!is_ending_ && asked_.empty() && ready_.empty() && !codec_.is_inside_message()) {
    state_ = State::kIdle;
    since_ = loop().now();
  }
}

void ServerConnection::write(std::string bytes, bool then_close) {
  const ssize_t sent = stream_->try_write(as_bytes(bytes));
  if (sent < 0) return drop();
  if (size_t(sent) < bytes.size()) {
    stream_->queue_write(Buffer::copy_of(bytes), size_t(sent), {});
  }
  if (then_close) end_soon();
}

// Ends our side and waits a moment for the peer's, so that unread input does not reset what was
// just sent.
void ServerConnection::end_soon() {
  is_ending_ = true;
  since_ = loop().now();
  if (!stream_->shutdown({})) drop();
}

void ServerConnection::refuse(uint16_t status) {
  if (is_ending_) return;
  write("HTTP/1.1 " + std::to_string(status) + " " + std::string(reason_phrase(status)) +
            "\r\nConnection: close\r\n\r\n",
        true);
}

void ServerConnection::reset() {
  if (!stream_->is_closing()) (void)stream_->reset({});
  drop();
}

void ServerConnection::drop() {
  const Ref<ServerConnection> keep(this);
  is_ending_ = true;
  stream_->set_reader(nullptr);
  if (stream_->is_open()) stream_->close();
  if (server_ != nullptr) std::exchange(server_, nullptr)->forget(*this);
}

void ServerConnection::check(uint64_t now) {
  const ServerOptions& options = server_->options_;
  const Milliseconds age(now - since_);
  constexpr Milliseconds kLinger{1000};
  if (is_ending_) {
    if (age >= kLinger) drop();
  } else if (state_ == State::kIdle) {
    if (age >= options.keep_alive_timeout) drop();
  } else if (state_ == State::kFresh || state_ == State::kHead) {
    if (age >= options.headers_timeout || age >= options.request_timeout) refuse(408);
  } else if (state_ == State::kBody && age >= options.request_timeout) {
    refuse(408);
  }
}

Responder::Responder(Ref<ServerConnection> connection, uint64_t sequence)
    : connection_(std::move(connection)), sequence_(sequence) {}
Responder::Responder(const Responder&) = default;
Responder& Responder::operator=(const Responder&) = default;
Responder::~Responder() = default;

void Responder::send(const Response& response) const {
  bool then_close = false;
  std::string bytes = connection_->render(sequence_, response, then_close);
  connection_->answer(sequence_, std::move(bytes), then_close);
}

void Responder::send_raw(std::string bytes, bool then_close) const {
  connection_->answer(sequence_, std::move(bytes), then_close);
}

void Responder::send_piece(std::string bytes) const {
  connection_->answer_piece(sequence_, std::move(bytes));
}

bool Responder::is_open() const { return connection_->is_open(); }

void Responder::reset() const { connection_->reset(); }

loop::Loop& Responder::loop() const { return connection_->loop(); }

Server::Server(loop::Loop& loop, Handler handler, ServerOptions options)
    : loop_(loop), handler_(std::move(handler)), options_(std::move(options)) {}

Server::~Server() { close(); }

Result<std::unique_ptr<Server>> Server::listen(loop::Loop& loop, const Endpoint& endpoint,
                                               Handler handler, ServerOptions options) {
  std::unique_ptr<Server> server(new Server(loop, std::move(handler), std::move(options)));
  server->listener_ = make_ref<Tcp>(loop);
  constexpr int kBacklog = 511;
  GYRE_TRY(server->listener_->bind(endpoint, {}));
  GYRE_TRY(server->listener_->listen(kBacklog, server.get()));
  GYRE_ASSIGN(Endpoint local, server->listener_->local());
  server->port_ = local.port();
  Server* self = server.get();
  server->check_timer_ = make_ref<loop::Timer>(loop, [self] { self->check_timeouts(); });
  server->check_timer_->unref();
  server->check_timer_->start(self->options_.check_interval, self->options_.check_interval);
  return server;
}

void Server::close() {
  if (check_timer_) check_timer_->stop();
  if (listener_ && listener_->is_open()) listener_->close();
  while (!connections_.empty()) connections_.back()->drop();
}

void Server::on_connection(UniqueFd fd) {
  auto stream = make_ref<Tcp>(loop_);
  stream->adopt(std::move(fd), DescriptorKind::kSocket);
  connections_.push_back(make_ref<ServerConnection>(*this, std::move(stream)));
}

void Server::check_timeouts() {
  const std::vector<Ref<ServerConnection>> all = connections_;
  for (const Ref<ServerConnection>& connection : all) connection->check(loop_.now());
}

void Server::forget(ServerConnection& connection) {
  const auto found =
      std::find_if(connections_.begin(), connections_.end(),
                   [&](const Ref<ServerConnection>& item) { return item.get() == &connection; });
  if (found != connections_.end()) connections_.erase(found);
}

}  // namespace gyre::io::http
