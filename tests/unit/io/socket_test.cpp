#include <doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "runtime/io/dns.hpp"
#include "runtime/io/pipe.hpp"
#include "runtime/io/tcp.hpp"

using namespace gyre;
using namespace gyre::io;

namespace {
std::unique_ptr<loop::Loop> make_loop() {
  auto loop = loop::Loop::create();
  REQUIRE(loop);
  return std::move(loop).value();
}

struct Collector : StreamReader {
  void on_read(ByteView bytes) override {
    text += as_text(bytes);
    if (on_data) on_data();
  }
  void on_read_end() override {
    ended = true;
    if (on_end) on_end();
  }
  void on_read_error(int number) override { error = number; }
  std::string text;
  bool ended = false;
  int error = 0;
  std::function<void()> on_data;
  std::function<void()> on_end;
};

struct Acceptor : ConnectionReceiver {
  explicit Acceptor(loop::Loop& loop) : loop(loop) {}
  void on_connection(UniqueFd fd) override {
    auto stream = make_ref<Tcp>(loop);
    stream->adopt(std::move(fd), DescriptorKind::kSocket);
    accepted.push_back(stream);
    if (on_stream) on_stream(*stream);
  }
  void on_accept_error(int) override { ++errors; }
  loop::Loop& loop;
  std::vector<Ref<Tcp>> accepted;
  std::function<void(Tcp&)> on_stream;
  int errors = 0;
};

Endpoint any_port() { return Endpoint::parse_ip("127.0.0.1", 0).value(); }

void write_all(Stream& stream, const std::string& text, WriteDone done = {}) {
  const ssize_t sent = stream.try_write(as_bytes(text));
  REQUIRE(sent >= 0);
  if (size_t(sent) < text.size()) {
    stream.queue_write(Buffer::copy_of(text), size_t(sent), std::move(done));
  } else if (done) {
    done(0);
  }
}
}  // namespace

TEST_CASE("an echo server returns what a client sends, and both see the end") {
  auto loop = make_loop();
  auto server = make_ref<Tcp>(*loop);
  REQUIRE(server->bind(any_port(), {}));
  Acceptor acceptor(*loop);
  Collector at_server;
  acceptor.on_stream = [&](Tcp& stream) {
    stream.set_reader(&at_server);
    at_server.on_data = [&] { write_all(stream, std::exchange(at_server.text, "")); };
    at_server.on_end = [&] {
      CHECK(stream.shutdown({}).value());
      stream.close();
      server->close();
    };
    CHECK(stream.read_start());
  };
  REQUIRE(server->listen(16, &acceptor));

  auto client = make_ref<Tcp>(*loop);
  Collector at_client;
  client->set_reader(&at_client);
  at_client.on_data = [&] {
    if (at_client.text.size() == 5) CHECK(client->shutdown({}).value());
  };
  at_client.on_end = [&] { client->close(); };
  REQUIRE(client->connect(server->local().value(), [&](int status) {
    CHECK(status == 0);
    CHECK(client->read_start());
    write_all(*client, "hello");
  }));
  loop->run();
  CHECK(at_client.text == "hello");
  CHECK(at_client.ended);
  CHECK(at_server.ended);
  CHECK_FALSE(loop->alive());
}

TEST_CASE("a large write is queued, reported once, and arrives whole behind a slow reader") {
  auto loop = make_loop();
  auto server = make_ref<Tcp>(*loop);
  REQUIRE(server->bind(any_port(), {}));
  Acceptor acceptor(*loop);
  const std::string big(8'000'000, 'x');
  int done = 0;
  acceptor.on_stream = [&](Tcp& stream) {
    write_all(stream, big, [&](int status) {
      CHECK(status == 0);
      ++done;
    });
    CHECK(stream.has_queued_writes());
    CHECK_FALSE(stream.shutdown([&](int) { stream.close(); }).value());
    server->close();
  };
  REQUIRE(server->listen(16, &acceptor));
  auto client = make_ref<Tcp>(*loop);
  Collector at_client;
  client->set_reader(&at_client);
  int pauses = 0;
  at_client.on_data = [&] {
    if (++pauses > 5) return;
    client->read_stop();
    loop->start_timer(Milliseconds(1), [&] { CHECK(client->read_start()); });
  };
  at_client.on_end = [&] { client->close(); };
  REQUIRE(client->connect(server->local().value(), [&](int) { CHECK(client->read_start()); }));
  loop->run();
  CHECK(done == 1);
  CHECK(at_client.text.size() == big.size());
}

TEST_CASE("a refused connection and a port in use are errors, not crashes") {
  auto loop = make_loop();
  auto server = make_ref<Tcp>(*loop);
  REQUIRE(server->bind(any_port(), {}));
  Acceptor acceptor(*loop);
  REQUIRE(server->listen(16, &acceptor));
  const Endpoint endpoint = server->local().value();
  auto second = make_ref<Tcp>(*loop);
  const Status in_use = second->bind(endpoint, {});
  REQUIRE_FALSE(in_use);
  CHECK(in_use.error().code() == "EADDRINUSE");
  second->close();
  server->close();
  loop->run();
  auto client = make_ref<Tcp>(*loop);
  int result = 0;
  REQUIRE(client->connect(endpoint, [&](int status) {
    result = status;
    client->close();
  }));
  loop->run();
  CHECK(result == -ECONNREFUSED);
}

TEST_CASE("a reset reaches the peer as ECONNRESET") {
  auto loop = make_loop();
  auto server = make_ref<Tcp>(*loop);
  REQUIRE(server->bind(any_port(), {}));
  Acceptor acceptor(*loop);
  acceptor.on_stream = [&](Tcp& stream) {
    CHECK(stream.reset({}));
    server->close();
  };
  REQUIRE(server->listen(16, &acceptor));
  auto client = make_ref<Tcp>(*loop);
  Collector at_client;
  client->set_reader(&at_client);
  REQUIRE(client->connect(server->local().value(), [&](int) { (void)client->read_start(); }));
  loop->run();
  CHECK(at_client.error == ECONNRESET);
  client->close();
  loop->run();
}

TEST_CASE("a unix socket path is removed when its server closes") {
  auto loop = make_loop();
  const std::string path = "/tmp/gyre_socket_test_" + std::to_string(::getpid());
  auto server = make_ref<Pipe>(*loop);
  REQUIRE(server->bind_path(path));
  Acceptor acceptor(*loop);
  acceptor.on_stream = [&](Tcp& stream) {
    write_all(stream, "hi");
    stream.close();
    server->close();
  };
  REQUIRE(server->listen(4, &acceptor));
  auto client = make_ref<Pipe>(*loop);
  Collector at_client;
  client->set_reader(&at_client);
  at_client.on_end = [&] { client->close(); };
  REQUIRE(client->connect(Endpoint::unix_path(path).value(),
                          [&](int) { CHECK(client->read_start()); }));
  loop->run();
  CHECK(at_client.text == "hi");
  CHECK(::access(path.c_str(), F_OK) != 0);
}

TEST_CASE("bytes and end of a FIFO are read by readiness") {
  auto loop = make_loop();
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  auto pipe = make_ref<Pipe>(*loop);
  REQUIRE(pipe->open(ends[0]));
  Collector reader;
  pipe->set_reader(&reader);
  reader.on_end = [&] { pipe->close(); };
  CHECK(pipe->read_start());
  CHECK(::write(ends[1], "abc", 3) == 3);
  loop->run_once();
  CHECK(reader.text == "abc");
  ::close(ends[1]);
  loop->run();
  CHECK(reader.ended);
}

TEST_CASE("addresses survive the trip through text") {
  for (const char* text : {"127.0.0.1", "::1", "fe80::1", "::ffff:1.2.3.4"}) {
    const Endpoint endpoint = Endpoint::parse_ip(text, 80).value();
    CHECK(endpoint.host() == text);
    CHECK(endpoint.port() == 80);
  }
  CHECK_FALSE(Endpoint::parse_ip("1.2.3", 1));
  CHECK_FALSE(Endpoint::unix_path(std::string(200, 'a')));
  const auto local = resolve_name("127.0.0.1", AddressFamily::kAny, 0);
  REQUIRE(local);
  CHECK(local->front().address == "127.0.0.1");
}
