// HTTPParser for JavaScript. It parses what JavaScript feeds it (execute), or takes a native
// stream's bytes itself (consume), without a Buffer in between. Handlers are given at initialize:
//   head(major*10+minor, method or status, url or phrase, rawHeaders, flags): HeadAction
//   body(buffer), complete(rawTrailers | undefined)
//   event(kind, ...): what happened to a consumed stream, see Event.
#include <cerrno>
#include <vector>

#include "runtime/bindings/header_names.hpp"
#include "runtime/bindings/registry.hpp"
#include "runtime/bindings/stream_wrap.hpp"
#include "runtime/io/http/codec.hpp"

namespace gyre::bindings {

using namespace io::http;

namespace {
constexpr uint32_t kKeepAlive = 1, kUpgrade = 2, kComplete = 4;

// Kinds of `event`: (kind, a, b, c).
enum Event : uint32_t {
  kEventFailed = 1,    // code, reason, bytes parsed, packet
  kEventUpgraded = 2,  // the bytes after the head
  kEventEnd = 3,       // the peer has ended
  kEventError = 4,     // negative errno
  kEventExecuted = 5,  // a piece of input has been parsed
};
}  // namespace

class HttpParserWrap final : public engine::Wrap, public CodecEvents, public io::StreamReader {
 public:
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info&) {
    new HttpParserWrap(env, self);
    return ok();
  }

  // (kind: 0 request, 1 response, head, body, complete, event, maxHeadBytes, maxHeaders,
  //  dropExcess, lenient)
  static void initialize(const Info& info) {
    auto* self = unwrap<HttpParserWrap>(info.This());
    v8::Local<v8::Context> context = self->env().context();
    const auto number = [&](int index) { return info[index]->Uint32Value(context).FromMaybe(0); };
    const auto handler = [&](int index, v8::Global<v8::Function>& to) {
      if (info[index]->IsFunction()) to.Reset(info.GetIsolate(), info[index].As<v8::Function>());
    };
    Limits limits;
    handler(1, self->head_);
    handler(2, self->body_);
    handler(3, self->complete_);
    handler(4, self->event_);
    if (number(5) > 0) limits.head_bytes = number(5);
    if (number(6) > 0) limits.header_count = number(6);
    limits.drop_excess_headers = info[7]->IsTrue();
    limits.lenient = info[8]->IsTrue();
    const auto kind = number(0) == 0 ? MessageKind::kRequest : MessageKind::kResponse;
    self->codec_.reset(kind, limits);
    self->started_ = self->env().loop().now();
    self->head_seen_ = false;
    self->freed_ = false;
  }

  // (bytes): the number of bytes taken when all is well; else [state, taken, code, reason].
  static void execute(const Info& info) {
    auto* self = unwrap<HttpParserWrap>(info.This());
    MutableBytes bytes;
    if (!engine::bytes_of(info[0], bytes)) return;
    engine::CallbackScope scope(self->env());
    self->give_outcome(info, self->run(scope, bytes));
  }
  static void finish(const Info& info) {
    auto* self = unwrap<HttpParserWrap>(info.This());
    engine::CallbackScope scope(self->env());
    engine::CallbackScope* outer = std::exchange(self->scope_, &scope);
    const ParseOutcome outcome = self->codec_.finish();
    self->scope_ = outer;
    self->give_outcome(info, outcome);
  }
  // (handle): false when it is no native stream.
  static void consume(const Info& info) {
    auto* self = unwrap<HttpParserWrap>(info.This());
    StreamWrap* source = StreamWrap::from(info[0]);
    info.GetReturnValue().Set(source != nullptr);
    if (source == nullptr) return;
    self->release();
    self->source_.Reset(info.GetIsolate(), info[0].As<v8::Object>());
    source->divert(self);
    self->make_strong();
  }
  void unconsume() { release(); }

  void pause() { codec_.pause(); }
  // What waited inside the codec is parsed from the next turn on.
  void resume() {
    codec_.resume();
    if (!held_.empty() && !source_.IsEmpty()) parse_held_later();
  }
  // Done with this parser, perhaps from inside one of its callbacks: nothing is delivered after.
  void free() {
    freed_ = true;
    release();
    head_.Reset();
    body_.Reset();
    complete_.Reset();
    event_.Reset();
    held_ = {};
    nested_ = {};
  }
  // Whether the message being read took longer than allowed (milliseconds, 0: no limit).
  bool is_overdue(double head_limit, double message_limit) {
    if (started_ == 0) return false;
    const double age = double(env().loop().now() - started_);
    const bool overdue = (!head_seen_ && head_limit > 0 && age >= head_limit) ||
                         (message_limit > 0 && age >= message_limit);
    if (overdue) started_ = 0;  // told once
    return overdue;
  }
  // No request is being read, and none has ever begun if `fresh` counts as idle.
  bool is_idle() { return started_ == 0; }
  // No byte of a request has arrived since the connection was made or the last request ended.
  bool is_quiet() { return !codec_.is_inside_message(); }

  void on_begin() override {
    if (started_ == 0) started_ = env().loop().now();
    head_seen_ = false;
  }
  HeadAction on_head(const Head& head) override;
  bool on_body(ByteView bytes) override;
  bool on_complete(const std::vector<Header>& trailers) override;

  void on_read(ByteView bytes) override;
  void on_read_end() override { send_event(kEventEnd, {}); }
  void on_read_error(int number) override {
    v8::HandleScope handles(env().isolate());
    send_event(kEventError, {v8::Integer::New(env().isolate(), -number)});
  }
  void on_teardown() override { free(); }

 private:
  HttpParserWrap(Env& env, v8::Local<v8::Object> self)
      : Wrap(env, self), codec_(MessageKind::kRequest, {}, *this) {
    make_weak();
  }

  // Input that one of the parser's own callbacks feeds is parsed once the piece around it is
  // through.
  ParseOutcome run(engine::CallbackScope& scope, ByteView bytes) {
    if (scope_ != nullptr) {
      nested_.insert(nested_.end(), bytes.begin(), bytes.end());
      return {ParseState::kOk, bytes.size()};
    }
    scope_ = &scope;
    ParseOutcome outcome = codec_.execute(bytes);
    while (!freed_ && outcome.state == ParseState::kOk && !nested_.empty()) {
      const std::vector<uint8_t> next = std::exchange(nested_, {});
      const ParseOutcome later = codec_.execute(next);
      if (later.state != ParseState::kOk) outcome = later;
    }
    scope_ = nullptr;
    return outcome;
  }
  void parse_held() {
    if (freed_ || held_.empty() || source_.IsEmpty() || codec_.is_paused()) return;
    const std::vector<uint8_t> bytes = std::move(held_);
    held_.clear();
    parse(bytes);
  }
  void parse_held_later() {
    auto keep = std::make_shared<v8::Global<v8::Object>>(env().isolate(), object());
    env().loop().defer([this, keep] { parse_held(); });
  }
  void parse(ByteView bytes);
  // What each piece of a message set off runs before the next, as if it had come by itself.
  void drain() {
    if (env().callback_depth == 1 && env().can_run_js()) env().drain_ticks();
  }
  void release();
  void give_outcome(const Info& info, const ParseOutcome& outcome);
  void send_event(Event kind, std::vector<v8::Local<v8::Value>> args);
  v8::Local<v8::Value> call_handler(v8::Global<v8::Function>& handler, int argc,
                                    v8::Local<v8::Value>* argv);
  v8::Local<v8::String> text(std::string_view value);
  v8::Local<v8::Array> list(const std::vector<Header>& headers);

  Codec codec_;
  engine::CallbackScope* scope_ = nullptr;
  v8::Global<v8::Function> head_;
  v8::Global<v8::Function> body_;
  v8::Global<v8::Function> complete_;
  v8::Global<v8::Function> event_;
  v8::Global<v8::Object> source_;
  std::vector<uint8_t> held_;    // input that arrived while the codec was paused
  std::vector<uint8_t> nested_;  // input from inside a callback
  uint64_t started_ = 0;         // loop time of the message's first byte; 0 between messages
  bool head_seen_ = false;
  bool freed_ = false;
};

void HttpParserWrap::release() {
  if (source_.IsEmpty()) return;
  v8::HandleScope handles(env().isolate());
  StreamWrap* source = StreamWrap::from(source_.Get(env().isolate()));
  if (source != nullptr && source->stream().reader() == this) source->divert(nullptr);
  source_.Reset();
  make_weak();
}

v8::Local<v8::String> HttpParserWrap::text(std::string_view value) {
  if (const char* common = find_common_text(value)) return env().literal(common);
  return engine::latin1_to_js(env().isolate(), value);
}

v8::Local<v8::Array> HttpParserWrap::list(const std::vector<Header>& headers) {
  constexpr size_t kInline = 64;
  v8::Local<v8::Value> few[kInline];
  std::vector<v8::Local<v8::Value>> many;
  v8::Local<v8::Value>* items = few;
  const size_t count = headers.size() * 2;
  if (count > kInline) {
    many.resize(count);
    items = many.data();
  }
  for (size_t i = 0; i < headers.size(); ++i) {
    items[2 * i] = text(headers[i].name);
    items[2 * i + 1] = text(headers[i].value);
  }
  return v8::Array::New(env().isolate(), items, count);
}

v8::Local<v8::Value> HttpParserWrap::call_handler(v8::Global<v8::Function>& handler, int argc,
                                                  v8::Local<v8::Value>* argv) {
  v8::Isolate* isolate = env().isolate();
  if (handler.IsEmpty() || freed_) return v8::Undefined(isolate);
  v8::Local<v8::Value> result;
  if (!call(*scope_, handler.Get(isolate), argc, argv).ToLocal(&result)) {
    return v8::Undefined(isolate);
  }
  return result;
}

HeadAction HttpParserWrap::on_head(const Head& head) {
  v8::Isolate* isolate = env().isolate();
  v8::HandleScope handles(isolate);
  head_seen_ = true;
  const bool request = head.kind == MessageKind::kRequest;
  const uint32_t flags = (head.keep_alive ? kKeepAlive : 0u) | (head.upgrade ? kUpgrade : 0u) |
                         (head.complete ? kComplete : 0u);
  v8::Local<v8::Value> argv[] = {
      v8::Integer::New(isolate, head.major * 10 + head.minor),
      request ? v8::Local<v8::Value>(env().literal(method_name(head.method).data()))
              : v8::Local<v8::Value>(v8::Integer::New(isolate, head.status)),
      text(request ? head.url : head.status_text),
      list(*head.headers),
      v8::Integer::NewFromUnsigned(isolate, flags),
  };
  const v8::Local<v8::Value> answer = call_handler(head_, std::size(argv), argv);
  if (head.complete) started_ = 0;
  if (freed_) return HeadAction::kStop;
  if (!answer->IsInt32()) return HeadAction::kBody;
  switch (answer.As<v8::Int32>()->Value()) {
    case 1:
      return HeadAction::kSkipBody;
    case 2:
      return HeadAction::kUpgrade;
    case 3:
      return HeadAction::kStop;
    default:
      return HeadAction::kBody;
  }
}

bool HttpParserWrap::on_body(ByteView bytes) {
  v8::HandleScope handles(env().isolate());
  v8::Local<v8::Value> argv[] = {engine::to_js(env(), Buffer::copy_of(bytes))};
  call_handler(body_, 1, argv);
  drain();
  return !freed_;
}

bool HttpParserWrap::on_complete(const std::vector<Header>& trailers) {
  v8::HandleScope handles(env().isolate());
  started_ = 0;
  v8::Local<v8::Value> argv[] = {v8::Undefined(env().isolate())};
  if (!trailers.empty()) argv[0] = list(trailers);
  call_handler(complete_, 1, argv);
  drain();
  return !freed_;
}

void HttpParserWrap::on_read(ByteView bytes) {
  if (!env().can_run_js() || freed_) return;
  if (codec_.is_paused() || !held_.empty()) {
    held_.insert(held_.end(), bytes.begin(), bytes.end());
    return;
  }
  parse(bytes);
}

void HttpParserWrap::parse(ByteView bytes) {
  engine::CallbackScope scope(env());
  const v8::Local<v8::Object> keep = object();
  const ParseOutcome outcome = run(scope, bytes);
  if (freed_) return;
  v8::Isolate* isolate = env().isolate();
  switch (outcome.state) {
    case ParseState::kOk:
      break;
    case ParseState::kPaused: {
      const ByteView rest = bytes.subspan(outcome.consumed);
      held_.insert(held_.begin(), rest.begin(), rest.end());
      // Resumed again before the rest was put by.
      if (!codec_.is_paused() && !held_.empty()) parse_held_later();
      break;
    }
    case ParseState::kUpgraded:
      send_event(kEventUpgraded,
                 {engine::to_js(env(), Buffer::copy_of(bytes.subspan(outcome.consumed)))});
      break;
    case ParseState::kFailed:
      send_event(kEventFailed, {text(codec_.failure().code), text(codec_.failure().reason),
                                v8::Integer::NewFromUnsigned(isolate, uint32_t(outcome.consumed)),
                                engine::to_js(env(), Buffer::copy_of(bytes))});
      break;
  }
  (void)keep;
}

void HttpParserWrap::send_event(Event kind, std::vector<v8::Local<v8::Value>> args) {
  if (!env().can_run_js() || freed_ || event_.IsEmpty()) return;
  engine::CallbackScope scope(env());
  args.insert(args.begin(), v8::Integer::NewFromUnsigned(env().isolate(), kind));
  (void)call(scope, event_.Get(env().isolate()), int(args.size()), args.data());
}

void HttpParserWrap::give_outcome(const Info& info, const ParseOutcome& outcome) {
  v8::Isolate* isolate = info.GetIsolate();
  const auto taken = v8::Integer::NewFromUnsigned(isolate, uint32_t(outcome.consumed));
  if (outcome.state == ParseState::kOk) return info.GetReturnValue().Set(taken);
  v8::Local<v8::Value> parts[] = {v8::Integer::New(isolate, int(outcome.state)), taken,
                                  text(codec_.failure().code), text(codec_.failure().reason)};
  info.GetReturnValue().Set(v8::Array::New(isolate, parts, std::size(parts)));
}

namespace {
std::vector<std::string> methods(Env&) {
  std::vector<std::string> names;
  for (uint8_t i = 0; i < method_count(); ++i) names.emplace_back(method_name(i));
  return names;
}

using engine::binding, engine::cls, engine::fn, engine::method, engine::raw_method;
constexpr auto kTable = binding(
    "http_parser", fn<methods>("methods"),
    cls<HttpParserWrap>(
        "HTTPParser", raw_method<HttpParserWrap::initialize>("initialize"),
        raw_method<HttpParserWrap::execute>("execute"),
        raw_method<HttpParserWrap::finish>("finish"),
        raw_method<HttpParserWrap::consume>("consume"),
        method<&HttpParserWrap::unconsume>("unconsume"), method<&HttpParserWrap::pause>("pause"),
        method<&HttpParserWrap::resume>("resume"), method<&HttpParserWrap::free>("free"),
        method<&HttpParserWrap::is_overdue>("isOverdue"),
        method<&HttpParserWrap::is_idle>("isIdle"), method<&HttpParserWrap::is_quiet>("isQuiet")));
}  // namespace

BindingView http_parser() { return kTable; }
}  // namespace gyre::bindings
