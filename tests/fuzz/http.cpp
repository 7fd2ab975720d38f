// libFuzzer: the HTTP codec. Any bytes, cut anywhere, as requests and as responses: the codec must
// not crash, must report the same events however the input is cut, and must stop after a failure.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "runtime/io/http/codec.hpp"

using namespace gyre;
using namespace gyre::io::http;

namespace {

struct Recorder : CodecEvents {
  HeadAction on_head(const Head& head) override {
    log += "H" + std::string(head.url) + std::string(head.status_text);
    for (const Header& header : *head.headers) {
      log += "|" + std::string(header.name) + "=" + std::string(header.value);
    }
    return head.upgrade ? HeadAction::kUpgrade : HeadAction::kBody;
  }
  bool on_body(ByteView bytes) override {
    body += as_text(bytes);
    return true;
  }
  bool on_complete(const std::vector<Header>& trailers) override {
    log += "C" + std::to_string(trailers.size()) + body;
    body.clear();
    return true;
  }
  std::string log;
  std::string body;
};

std::string run(MessageKind kind, ByteView input, size_t cut) {
  Recorder recorder;
  Codec codec(kind, {}, recorder);
  ParseState state = codec.execute(input.first(cut)).state;
  if (state == ParseState::kOk) state = codec.execute(input.subspan(cut)).state;
  if (state == ParseState::kFailed && codec.execute(input).state != ParseState::kFailed) {
    std::abort();
  }
  if (state == ParseState::kOk) state = codec.finish().state;
  return recorder.log + "#" + std::to_string(int(state));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t cut = data[0] % size;
  const ByteView input(data + 1, size - 1);
  for (MessageKind kind : {MessageKind::kRequest, MessageKind::kResponse}) {
    if (run(kind, input, 0) != run(kind, input, cut)) std::abort();
  }
  return 0;
}
