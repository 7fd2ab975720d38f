#include "pkg/registry/transport.hpp"

#include <doctest.h>

#include <atomic>
#include <future>

#include "pkg/registry/retry.hpp"
#include "pkg/registry/url.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/unit/pkg/transport_support.hpp"

using namespace gyre;
using namespace gyre::pkg;
using gyre::test::LoopbackReply;
using gyre::test::LoopbackRequest;
using gyre::test::LoopbackServer;

TEST_CASE("a body arrives whole, with its hash") {
  LoopbackServer server([](const LoopbackRequest&) { return LoopbackReply{200, "hello"}; });
  Events events;
  const Options options = fast_options();
  HttpRequest request = request_for(server.url());
  request.digest = HashAlgorithm::kSha256;
  auto response = get(options, events, std::move(request));
  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(response->body.text() == "hello");
  CHECK(*response->digest == hash_of(HashAlgorithm::kSha256, as_bytes("hello")));
}

TEST_CASE("503 twice and then 200 succeeds on the third try") {
  std::atomic<int> count{0};
  LoopbackServer server([&count](const LoopbackRequest&) {
    return ++count < 3 ? LoopbackReply{503, "busy"} : LoopbackReply{200, "ok"};
  });
  Events events;
  const Options options = fast_options();
  auto response = get(options, events, request_for(server.url()));
  REQUIRE(response);
  CHECK(response->body.text() == "ok");
  CHECK(response->tries == 3);
  CHECK(events.retries == 2);
}

TEST_CASE("500 for ever is handed over after the configured retries") {
  LoopbackServer server([](const LoopbackRequest&) { return LoopbackReply{500, "no"}; });
  Events events;
  const Options options = fast_options();
  auto response = get(options, events, request_for(server.url()));
  REQUIRE(response);
  CHECK(response->status == 500);
  CHECK(response->tries == 3);
}

TEST_CASE("Retry-After is honoured, and too long a one is not waited for") {
  std::atomic<int> count{0};
  LoopbackServer server([&count](const LoopbackRequest&) {
    LoopbackReply reply{429, ""};
    reply.headers = "retry-after: 86400\r\n";
    ++count;
    return reply;
  });
  Events events;
  const Options options = fast_options();
  auto response = get(options, events, request_for(server.url()));
  REQUIRE(response);
  CHECK(response->status == 429);
  CHECK(response->retry_after == "86400");
  CHECK(count == 1);
}

TEST_CASE("a body cut short is fetched again, never taken as whole") {
  const std::string body(50'000, 'b');
  std::atomic<int> count{0};
  LoopbackServer server([&](const LoopbackRequest&) {
    LoopbackReply reply{200, body};
    if (++count == 1) {
      reply.claimed_length = static_cast<long long>(body.size());
      reply.body.resize(20'000);
    }
    return reply;
  });
  Events events;
  const Options options = fast_options();
  auto response = get(options, events, request_for(server.url()));
  REQUIRE(response);
  CHECK(response->body.text() == body);
}

TEST_CASE("a download continues where it broke when the server vouches for the body") {
  const std::string body(50'000, 'b');
  std::atomic<int> count{0};
  LoopbackServer server([&](const LoopbackRequest& request) {
    LoopbackReply reply{200, body};
    reply.headers = "etag: \"v1\"\r\n";
    if (++count == 1) {
      reply.claimed_length = static_cast<long long>(body.size());
      reply.body.resize(20'000);
    } else if (request.has_header("range: bytes=20000-") &&
               request.has_header("if-range: \"v1\"")) {
      reply.status = 206;
      reply.headers += "content-range: bytes 20000-49999/50000\r\n";
      reply.body = body.substr(20'000);
    }
    return reply;
  });
  Events events;
  const Options options = fast_options();
  HttpRequest request = request_for(server.url());
  request.digest = HashAlgorithm::kSha512;
  auto response = get(options, events, std::move(request));
  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(response->body.text() == body);
  CHECK(*response->digest == hash_of(HashAlgorithm::kSha512, as_bytes(body)));
  CHECK(server.requests().back().has_header("range: bytes=20000-"));
}

TEST_CASE("a part that ends before the body does is not taken for the rest") {
  const std::string body(50'000, 'b');
  std::atomic<int> count{0};
  LoopbackServer server([&](const LoopbackRequest&) {
    LoopbackReply reply{200, body};
    reply.headers = "etag: \"v1\"\r\n";
    const int number = ++count;
    if (number == 1) {
      reply.claimed_length = static_cast<long long>(body.size());
      reply.body.resize(20'000);
    } else if (number == 2) {
      reply.status = 206;
      reply.headers += "content-range: bytes 20000-20999/50000\r\n";
      reply.body = body.substr(20'000, 1'000);
    }
    return reply;
  });
  Events events;
  const Options options = fast_options();
  auto response = get(options, events, request_for(server.url()));
  REQUIRE(response);
  CHECK(response->body.text() == body);
  CHECK(count == 3);
}

TEST_CASE("a connection that always breaks is ECONNRESET") {
  LoopbackServer server([](const LoopbackRequest&) {
    LoopbackReply reply{200, "abc"};
    reply.claimed_length = 1000;
    return reply;
  });
  Events events;
  const Options options = fast_options();
  auto response = get(options, events, request_for(server.url()));
  REQUIRE(!response);
  CHECK(response.error().code() == "ECONNRESET");
}

TEST_CASE("a silent server is announced, then times out") {
  LoopbackServer server([](const LoopbackRequest&) {
    LoopbackReply reply;
    reply.says_nothing = true;
    return reply;
  });
  Events events;
  Options options = fast_options();
  options.fetch_timeout = Milliseconds{1500};
  TransportTiming timing;
  timing.waiting_notice = Milliseconds{300};
  auto response = get(options, events, request_for(server.url()), timing);
  REQUIRE(!response);
  CHECK(response.error().code() == "ETIMEDOUT");
  CHECK(events.waits > 0);
}

TEST_CASE("credentials stay with their host across redirects") {
  LoopbackServer other([](const LoopbackRequest&) { return LoopbackReply{200, "there"}; });
  LoopbackServer server([&other](const LoopbackRequest&) {
    LoopbackReply reply{302, ""};
    reply.headers = "location: " + other.url("/elsewhere") + "\r\n";
    return reply;
  });
  Events events;
  Options options = fast_options();
  options.credentials["//" + server.host() + "/"].authorization = "Bearer secret";
  auto response = get(options, events, request_for(server.url()));
  REQUIRE(response);
  CHECK(response->body.text() == "there");
  CHECK(server.requests().at(0).has_header("authorization: Bearer secret"));
  CHECK(!other.requests().at(0).has_header("secret"));
}

TEST_CASE("a refused connection says so") {
  std::string url;
  {
    LoopbackServer server([](const LoopbackRequest&) { return LoopbackReply{}; });
    url = server.url();
  }
  Events events;
  const Options options = fast_options();
  auto response = get(options, events, request_for(url));
  REQUIRE(!response);
  CHECK(response.error().code() == "ECONNREFUSED");
}

TEST_CASE("an answer beyond the limit is refused") {
  LoopbackServer server([](const LoopbackRequest&) {
    return LoopbackReply{200, std::string(9999, 'x')};
  });
  Events events;
  const Options options = fast_options();
  HttpRequest request = request_for(server.url());
  request.max_body = 1000;
  auto response = get(options, events, std::move(request));
  REQUIRE(!response);
  CHECK(response.error().code() == "EREGISTRYREPLY");
}

TEST_CASE("many requests at once all come back") {
  LoopbackServer server([](const LoopbackRequest& request) {
    return LoopbackReply{200, request.target};
  });
  Events events;
  const Options options = fast_options();
  std::atomic<int> good{0}, done{0};
  std::promise<void> all;
  {
    auto transport = Transport::create(options, events);
    REQUIRE(transport);
    for (int i = 0; i < 200; ++i) {
      const std::string path = "/" + std::to_string(i);
      (*transport)->send(request_for(server.url(path)), [&, path](Result<HttpResponse> response) {
        if (response && response->body.text() == path) ++good;
        if (++done == 200) all.set_value();
      });
    }
    all.get_future().wait();
  }
  CHECK(good == 200);
}

TEST_CASE("cancelling ends what is under way") {
  LoopbackServer server([](const LoopbackRequest&) {
    LoopbackReply reply;
    reply.says_nothing = true;
    return reply;
  });
  Events events;
  const Options options = fast_options();
  std::promise<std::string> code;
  auto transport = Transport::create(options, events);
  REQUIRE(transport);
  (*transport)->send(request_for(server.url()), [&code](Result<HttpResponse> response) {
    code.set_value(response ? "" : response.error().code());
  });
  (*transport)->cancel();
  CHECK(code.get_future().get() == "ECANCELED");
}

TEST_CASE("Retry-After is read as seconds or as a date") {
  CHECK(parse_retry_after("7", 0) == Milliseconds{7000});
  CHECK(parse_retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 0) == Milliseconds{60'000});
  CHECK(!parse_retry_after("soon", 0));
  CHECK(*parse_retry_after("99999999999999999999", 0) > Milliseconds{86'400'000});
}

TEST_CASE("printed URLs carry no secrets") {
  CHECK(printable_url("https://user:secret@host/a?token=secret#x") == "https://host/a");
  CHECK(url_origin("HTTPS://Host:443/a") == "https://host");
  CHECK(escape_package_name("@s/a") == "@s%2fa");
}
