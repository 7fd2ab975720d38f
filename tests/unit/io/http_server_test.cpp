#include "runtime/io/http/server.hpp"

#include <doctest.h>

#include <string>

using namespace gyre;
using namespace gyre::io;
using namespace gyre::io::http;

namespace {

// Sends bytes, collects everything until the server closes or `enough` says so.
struct Client : StreamReader {
  Client(loop::Loop& loop, uint16_t port, std::string bytes) : stream(make_ref<Tcp>(loop)) {
    stream->set_reader(this);
    const Endpoint endpoint = Endpoint::parse_ip("127.0.0.1", port).value();
    REQUIRE(stream->connect(endpoint, [this, bytes](int status) {
      REQUIRE(status == 0);
      (void)stream->read_start();
      const ssize_t sent = stream->try_write(as_bytes(bytes));
      if (sent >= 0 && size_t(sent) < bytes.size()) {
        stream->queue_write(Buffer::copy_of(bytes), size_t(sent), {});
      }
    }));
  }
  void on_read(ByteView bytes) override {
    text += as_text(bytes);
    if (enough && enough(text)) finish();
  }
  void on_read_end() override { finish(); }
  void on_read_error(int number) override {
    error = number;
    finish();
  }
  void finish() {
    if (stream->is_open()) stream->close();
    if (done) done();
  }
  Ref<Tcp> stream;
  std::string text;
  int error = 0;
  std::function<bool(const std::string&)> enough;
  std::function<void()> done;
};

struct Fixture {
  explicit Fixture(Server::Handler handler, ServerOptions options = {}) {
    loop = std::move(loop::Loop::create()).value();
    const Endpoint any = Endpoint::parse_ip("127.0.0.1", 0).value();
    auto made = Server::listen(*loop, any, std::move(handler), options);
    REQUIRE(made);
    server = std::move(made).value();
  }
  std::string exchange(std::string bytes, std::function<bool(const std::string&)> enough = {}) {
    Client client(*loop, server->port(), std::move(bytes));
    client.enough = std::move(enough);
    client.done = [&] { loop->stop(); };
    loop->run();
    return client.text;
  }
  std::unique_ptr<loop::Loop> loop;
  std::unique_ptr<Server> server;
};

void echo(Request request, Responder responder) {
  responder.send({200, {{"X-Target", request.target}}, request.method + " " + request.body});
}

constexpr const char* kHost = "Host: h\r\n";

}  // namespace

TEST_CASE("requests are answered, bodies included, and the connection is kept") {
  Fixture fixture(echo);
  const std::string answer =
      fixture.exchange(std::string("POST /a HTTP/1.1\r\n") + kHost + "Content-Length: 2\r\n\r\nhi" +
                       "GET /b HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(answer ==
        "HTTP/1.1 200 OK\r\nX-Target: /a\r\nContent-Length: 7\r\nConnection: keep-alive\r\n\r\n"
        "POST hi"
        "HTTP/1.1 200 OK\r\nX-Target: /b\r\nContent-Length: 4\r\nConnection: close\r\n\r\nGET ");
}

TEST_CASE("answers given out of order are sent in the order of the requests") {
  std::vector<Responder> waiting;
  Fixture fixture([&](Request, Responder responder) {
    waiting.push_back(responder);
    if (waiting.size() == 2) {
      waiting[1].send({200, {}, "second", true});
      waiting[0].send({200, {}, "first"});
    }
  });
  const std::string answer = fixture.exchange("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
  CHECK(answer.find("first") < answer.find("second"));
  waiting.clear();  // a responder does not outlive its loop
}

TEST_CASE("bad and oversized requests get their status and the handler does not run") {
  int handled = 0;
  ServerOptions options;
  options.body_bytes = 10;
  Fixture fixture(
      [&](Request request, Responder responder) {
        ++handled;
        echo(std::move(request), responder);
      },
      options);
  CHECK(fixture.exchange("GARBAGE\r\n\r\n").starts_with("HTTP/1.1 400 "));
  CHECK(fixture.exchange("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n")
            .starts_with("HTTP/1.1 431 "));
  CHECK(fixture.exchange("PUT / HTTP/1.1\r\nContent-Length: 11\r\n\r\nhello world")
            .starts_with("HTTP/1.1 413 "));
  CHECK(handled == 0);
}

TEST_CASE("a request that does not come in time is refused with 408") {
  ServerOptions options;
  options.headers_timeout = Milliseconds(30);
  options.check_interval = Milliseconds(10);
  Fixture fixture(echo, options);
  CHECK(fixture.exchange("GET / HT") ==
        "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
}

TEST_CASE("faults: raw bytes cut short, and a reset") {
  Fixture fixture([](Request request, Responder responder) {
    if (request.target == "/cut") {
      responder.send_raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", true);
    } else {
      responder.reset();
    }
  });
  CHECK(fixture.exchange("GET /cut HTTP/1.1\r\n\r\n").ends_with("abc"));
  CHECK(fixture.exchange("GET /reset HTTP/1.1\r\n\r\n").empty());
}

TEST_CASE("an answer given in pieces waits for its turn and is sent whole") {
  std::vector<Responder> waiting;
  Fixture fixture([&](Request, Responder responder) {
    waiting.push_back(responder);
    if (waiting.size() < 2) return;
    waiting[1].send_piece("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsec");
    CHECK(waiting[1].is_open());
    waiting[0].send_piece("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfi");
    waiting[0].send_raw("rst", false);
    waiting[1].send_raw("ond", true);
  });
  const std::string answer = fixture.exchange("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
  CHECK(answer ==
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst"
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond");
  waiting.clear();
}
