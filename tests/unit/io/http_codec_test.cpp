#include "runtime/io/http/codec.hpp"

#include <doctest.h>

#include <string>
#include <vector>

using namespace gyre;
using namespace gyre::io::http;

namespace {
// Writes down what the codec reports, one line per event.
class Recorder : public CodecEvents {
 public:
  void on_begin() override { ++begun; }
  HeadAction on_head(const Head& head) override {
    ++heads;
    if (head.kind == MessageKind::kRequest) {
      log += std::string(method_name(head.method)) + " " + std::string(head.url);
    } else {
      log += std::to_string(head.status) + " " + std::string(head.status_text);
    }
    for (const Header& header : *head.headers) {
      log += "|" + std::string(header.name) + "=" + std::string(header.value);
    }
    if (head.complete) log += " complete";
    if (!head.keep_alive) log += " close";
    log += "\n";
    in_body = false;
    return head.upgrade ? upgrade_action : action;
  }
  bool on_body(ByteView bytes) override {
    if (!in_body) log += "body ";
    in_body = true;
    log += as_text(bytes);
    return true;
  }
  bool on_complete(const std::vector<Header>& trailers) override {
    log += in_body ? "\nend" : "end";
    for (const Header& header : trailers) {
      log += "|" + std::string(header.name) + "=" + std::string(header.value);
    }
    log += "\n";
    in_body = false;
    return true;
  }
  std::string log;
  int heads = 0;
  int begun = 0;
  bool in_body = false;
  HeadAction action = HeadAction::kBody;
  HeadAction upgrade_action = HeadAction::kUpgrade;
};

struct Run {
  ParseState state = ParseState::kOk;
  std::string log;
  std::string code;
  int heads = 0;
};

// Feeds `input` in pieces that end at each of `cuts`.
Run run(std::string_view input, std::vector<size_t> cuts = {}, Limits limits = {},
        MessageKind kind = MessageKind::kRequest) {
  Recorder recorder;
  Codec codec(kind, limits, recorder);
  Run result;
  cuts.push_back(input.size());
  size_t from = 0;
  for (size_t cut : cuts) {
    result.state = codec.execute(as_bytes(input.substr(from, cut - from))).state;
    from = cut;
    if (result.state != ParseState::kOk) break;
  }
  result.log = recorder.log;
  result.code = codec.failure().code;
  result.heads = recorder.heads;
  return result;
}

const std::string kGood =
    "GET /a?b=c HTTP/1.1\r\nHost: localhost\r\nX-Long:  padded value \r\nEmpty:\r\n\r\n"
    "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
    "PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: t\r\n\r\n"
    "GET /last HTTP/1.0\r\n\r\n";
const std::string kGoodLog =
    "GET /a?b=c|Host=localhost|X-Long=padded value|Empty= complete\n"
    "POST /p|Host=h|Content-Length=5\nbody hello\nend\n"
    "PUT /c|Host=h|Transfer-Encoding=chunked\nbody abcde\nend|X-Trailer=t\n"
    "GET /last complete close\n";
}  // namespace

TEST_CASE("pipelined requests come out in order with bodies and trailers") {
  CHECK(run(kGood).log == kGoodLog);
}

TEST_CASE("a stream cut at any byte parses as the whole does") {
  for (size_t cut = 1; cut < kGood.size(); ++cut) {
    const Run result = run(kGood, {cut});
    CAPTURE(cut);
    CHECK(result.state == ParseState::kOk);
    CHECK(result.log == kGoodLog);
  }
  std::vector<size_t> every;
  for (size_t cut = 1; cut < kGood.size(); ++cut) every.push_back(cut);
  CHECK(run(kGood, every).log == kGoodLog);
}

TEST_CASE("a message whose framing is ambiguous is refused before its handler runs") {
  const std::string lines[] = {
      "Content-Length: 3\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked\r\nContent-Length: 3",
      "Content-Length: 3\r\nContent-Length: 4",
      "Content-Length: +5",
      "Content-Length: -1",
      "Content-Length: 0x5",
      "Content-Length: 5, 6",
      "Content-Length: 123456789012345678901234",
      "Content-Length : 5",
      "Transfer-Encoding : chunked",
      "Content-Length: ",
      "Transfer-Encoding: chunked, identity",
      "Transfer-Encoding: xchunked",
      "Host: a\r\n Content-Length: 5",
      "X: a\nContent-Length: 5",
      "X: a\rContent-Length: 5",
      "X: a\x01",
      "Content-Length: 5 5",
      "Transfer-Encoding:\r\n chunked",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
  };
  for (const std::string& line : lines) {
    CAPTURE(line);
    const std::string input = std::string("POST / HTTP/1.1\r\nHost: h\r\n") + line +
                              "\r\n\r\nabcdeGET /smuggled HTTP/1.1\r\n\r\n";
    const Run whole = run(input);
    CHECK(whole.state == ParseState::kFailed);
    CHECK(whole.heads == 0);
    for (size_t cut = 1; cut < input.size(); cut += 3) {
      const Run result = run(input, {cut});
      CHECK(result.state == ParseState::kFailed);
      CHECK(result.heads == 0);
    }
  }
}

TEST_CASE("malformed chunks end the connection") {
  const std::string bodies[] = {
      "0x5\r\nhello\r\n0\r\n\r\n",
      "10000000000000005\r\nhello\r\n0\r\n\r\n",
      "fffffffffffffffff\r\n",
      "5\r\nhello0\r\n\r\n",
      "5\nhello\r\n0\r\n\r\n",
      "5\r\nhello\n0\r\n\r\n",
      "-5\r\nhello\r\n0\r\n\r\n",
      " 5\r\nhello\r\n0\r\n\r\n",
      "\r\n5\r\nhello\r\n0\r\n\r\n",
      "5\r\nhelloXX0\r\n\r\n",
      "g\r\n",
      "5;a\nhello\r\n0\r\n\r\n",
  };
  for (const std::string& body : bodies) {
    CAPTURE(body);
    const std::string input =
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
    CHECK(run(input).state == ParseState::kFailed);
    for (size_t cut = 60; cut < input.size(); ++cut) {
      CHECK(run(input, {cut}).state == ParseState::kFailed);
    }
  }
}

TEST_CASE("limits stop heads and chunk extensions that grow") {
  const std::string start = "GET / HTTP/1.1\r\n";
  CHECK(run(start + "X: " + std::string(40'000, 'a') + "\r\n\r\n").code == "HPE_HEADER_OVERFLOW");
  CHECK(run("GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\n\r\n").code ==
        "HPE_HEADER_OVERFLOW");
  std::string many = start;
  for (int i = 0; i < 3000; ++i) many += "a:b\r\n";
  CHECK(run(many + "\r\n").code == "HPE_HEADER_OVERFLOW");
  Limits dropping{.header_count = 10, .drop_excess_headers = true};
  CHECK(run(many + "\r\n", {}, dropping).heads == 1);
  CHECK(run("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(100'000, 'e') +
            "\r\na\r\n")
            .code == "HPE_CHUNK_EXTENSIONS_OVERFLOW");
  std::string blanks = start + "X:";
  std::vector<size_t> cuts;
  for (int i = 0; i < 200; ++i) {
    blanks += std::string(1000, ' ');
    cuts.push_back(blanks.size());
  }
  CHECK(run(blanks, cuts).code == "HPE_HEADER_OVERFLOW");
}

TEST_CASE("what is not HTTP is refused at once") {
  for (const std::string& text : std::initializer_list<std::string>{
           "\x16\x03\x01", "HELLO / HTTP/1.1\r\n\r\n", "GET / HTTP/3.0\r\n\r\n",
           "GET  HTTP/1.1\r\n\r\n", "GET / FTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
           "GET / HTTP/1.1\n\n", "GET / HTTP/1.1\r\nA: b\n\r\n"}) {
    CAPTURE(text);
    CHECK(run(text).state == ParseState::kFailed);
  }
}

TEST_CASE("an upgrade leaves the bytes that follow alone") {
  const std::string head =
      "GET /chat HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  Recorder recorder;
  Codec codec(MessageKind::kRequest, {}, recorder);
  const ParseOutcome outcome = codec.execute(as_bytes(head + "\x81\x05hello"));
  CHECK(outcome.state == ParseState::kUpgraded);
  CHECK(outcome.consumed == head.size());

  Recorder declining;
  declining.upgrade_action = HeadAction::kBody;
  Codec plain(MessageKind::kRequest, {}, declining);
  CHECK(plain.execute(as_bytes(head + "GET /next HTTP/1.1\r\n\r\n")).state == ParseState::kOk);
  CHECK(declining.heads == 2);
}

TEST_CASE("a paused codec keeps its place") {
  class Pausing : public Recorder {
   public:
    bool on_body(ByteView bytes) override {
      Recorder::on_body(bytes);
      codec->pause();
      return true;
    }
    Codec* codec = nullptr;
  };
  Pausing events;
  Codec codec(MessageKind::kRequest, {}, events);
  events.codec = &codec;
  const std::string input =
      "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET /next HTTP/1.1\r\n\r\n";
  const ParseOutcome first = codec.execute(as_bytes(input));
  CHECK(first.state == ParseState::kPaused);
  CHECK(events.heads == 1);
  codec.resume();
  const std::string rest = input.substr(first.consumed);
  CHECK(codec.execute(as_bytes(rest)).state == ParseState::kOk);
  CHECK(events.heads == 2);
}

TEST_CASE("responses end by length, by chunks, by nature or by the end of the connection") {
  const auto kind = MessageKind::kResponse;
  CHECK(run("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", {}, {}, kind).log ==
        "200 OK|Content-Length=2\nbody hi\nend\n");
  CHECK(run("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n", {}, {}, kind).log ==
        "204 No Content\nend\n100 Continue\nend\n");
  Recorder recorder;
  Codec codec(kind, {}, recorder);
  CHECK(codec.execute(as_bytes("HTTP/1.1 200 OK\r\n\r\ntail")).state == ParseState::kOk);
  CHECK(codec.finish().state == ParseState::kOk);
  CHECK(recorder.log == "200 OK close\nbody tail\nend\n");
  Recorder cut;
  Codec truncated(kind, {}, cut);
  CHECK(truncated.execute(as_bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi")).state ==
        ParseState::kOk);
  CHECK(truncated.finish().state == ParseState::kFailed);
  CHECK(truncated.failure().code == "HPE_INVALID_EOF_STATE");
}
