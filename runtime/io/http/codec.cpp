#include "runtime/io/http/codec.hpp"

#include <llhttp.h>

#include <cstring>

namespace gyre::io::http {

// llhttp wants C functions; parser->data is the Codec.
struct CodecCallbacks {
  static Codec& self(llhttp_t* parser) { return *static_cast<Codec*>(parser->data); }
  static int begin(llhttp_t* p) { return self(p).begin(); }
  static int url(llhttp_t* p, const char* at, size_t n) {
    return self(p).append(self(p).url_, at, n);
  }
  static int status(llhttp_t* p, const char* at, size_t n) {
    return self(p).append(self(p).status_text_, at, n);
  }
  static int field(llhttp_t* p, const char* at, size_t n) { return self(p).field(at, n); }
  static int value(llhttp_t* p, const char* at, size_t n) { return self(p).value(at, n); }
  static int value_complete(llhttp_t* p) {
    self(p).in_value_ = true;
    return 0;
  }
  static int extension(llhttp_t* p, const char*, size_t n) { return self(p).chunk_extension(n); }
  static int chunk_header(llhttp_t* p) {
    self(p).chunk_extension_bytes_ = 0;
    return 0;
  }
  static int head(llhttp_t* p) { return self(p).head_complete(); }
  static int body(llhttp_t* p, const char* at, size_t n) { return self(p).body(at, n); }
  static int complete(llhttp_t* p) { return self(p).message_complete(); }

  static const llhttp_settings_t& settings() {
    static const llhttp_settings_t table = [] {
      llhttp_settings_t s;
      llhttp_settings_init(&s);
      s.on_message_begin = begin;
      s.on_url = url;
      s.on_status = status;
      s.on_header_field = field;
      s.on_header_value = value;
      s.on_header_value_complete = value_complete;
      s.on_chunk_extension_name = extension;
      s.on_chunk_extension_value = extension;
      s.on_chunk_header = chunk_header;
      s.on_headers_complete = head;
      s.on_body = body;
      s.on_message_complete = complete;
      return s;
    }();
    return table;
  }
};

namespace {
// Any value but llhttp's own: makes execute() return HPE_USER.
constexpr int kUserStop = -1;
// Head bytes no span callback reports (blanks before values): bounded all the same.
constexpr size_t kUnspannedSlack = 64 * 1024;
}  // namespace

Codec::Codec(MessageKind kind, const Limits& limits, CodecEvents& events)
    : parser_(std::make_unique<llhttp_t>()), events_(events) {
  reset(kind, limits);
}
Codec::~Codec() = default;

void Codec::reset(MessageKind kind, const Limits& limits) {
  limits_ = limits;
  llhttp_init(parser_.get(), kind == MessageKind::kRequest ? HTTP_REQUEST : HTTP_RESPONSE,
              &CodecCallbacks::settings());
  parser_->data = this;
  if (limits.lenient) {
    llhttp_set_lenient_headers(parser_.get(), 1);
    llhttp_set_lenient_chunked_length(parser_.get(), 1);
    llhttp_set_lenient_keep_alive(parser_.get(), 1);
    llhttp_set_lenient_transfer_encoding(parser_.get(), 1);
  }
  phase_ = Phase::kIdle;
  pause_wanted_ = stopped_ = folded_ = false;
  raw_head_bytes_ = line_bytes_ = chunk_extension_bytes_ = 0;
  head_started_ = false;
  last_byte_ = 0;
  failure_ = {};
}

int Codec::begin() {
  phase_ = Phase::kHead;
  folded_ = in_value_ = dropping_ = false;
  head_bytes_ = 0;
  text_.clear();
  fields_.clear();
  url_ = status_text_ = {};
  events_.on_begin();
  return stopped_ ? kUserStop : 0;
}

int Codec::fail(const char* code, const char* reason) {
  failure_ = {code, reason};
  return kUserStop;
}

int Codec::append(Span& span, const char* at, size_t length) {
  head_bytes_ += length;
  if (head_bytes_ >= limits_.head_bytes) return fail("HPE_HEADER_OVERFLOW", "Header overflow");
  if (dropping_) return 0;
  if (span.end == span.begin) span.begin = static_cast<uint32_t>(text_.size());
  text_.append(at, length);
  span.end = static_cast<uint32_t>(text_.size());
  return 0;
}

int Codec::field(const char* at, size_t length) {
  if (phase_ == Phase::kBody) {
    phase_ = Phase::kTrailers;
    head_bytes_ = 0;
    text_.clear();
    fields_.clear();
    in_value_ = true;
  }
  if (in_value_ || fields_.empty()) {
    in_value_ = false;
    if (fields_.size() >= limits_.header_count) {
      if (!limits_.drop_excess_headers) return fail("HPE_HEADER_OVERFLOW", "Too many headers");
      dropping_ = true;
    } else {
      fields_.emplace_back();
    }
  }
  Span unused;
  return append(fields_.empty() ? unused : fields_.back().name, at, length);
}

int Codec::value(const char* at, size_t length) {
  Span unused;
  return append(fields_.empty() ? unused : fields_.back().value, at, length);
}

int Codec::chunk_extension(size_t length) {
  chunk_extension_bytes_ += length + 1;
  if (chunk_extension_bytes_ <= limits_.chunk_extension_bytes) return 0;
  return fail("HPE_CHUNK_EXTENSIONS_OVERFLOW", "Chunk extensions overflow");
}

std::string_view Codec::text_of(Span span) const {
  return std::string_view(text_).substr(span.begin, span.end - span.begin);
}

const std::vector<Header>& Codec::collect_headers() {
  headers_.clear();
  headers_.reserve(fields_.size());
  for (const Field& field : fields_) {
    std::string_view value = text_of(field.value);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    headers_.push_back({text_of(field.name), value});
  }
  return headers_;
}

int Codec::head_complete() {
  phase_ = Phase::kBody;
  dropping_ = false;
  chunk_extension_bytes_ = 0;
  if (parser_->type == HTTP_REQUEST && (parser_->flags & F_TRANSFER_ENCODING) != 0 &&
      (parser_->flags & F_CHUNKED) == 0 && !limits_.lenient) {
    return fail("HPE_INVALID_TRANSFER_ENCODING", "Request has invalid `Transfer-Encoding`");
  }
  if (parser_->type == HTTP_REQUEST && parser_->http_major != 1 && !limits_.lenient) {
    return fail("HPE_INVALID_VERSION", "Invalid HTTP version");
  }
  Head head;
  head.kind = parser_->type == HTTP_REQUEST ? MessageKind::kRequest : MessageKind::kResponse;
  head.method = parser_->method;
  head.status = parser_->status_code;
  head.major = parser_->http_major;
  head.minor = parser_->http_minor;
  head.upgrade = parser_->upgrade != 0;
  head.keep_alive = llhttp_should_keep_alive(parser_.get()) != 0;
  head.url = text_of(url_);
  head.status_text = text_of(status_text_);
  head.headers = &collect_headers();
  const bool framed = (parser_->flags & (F_CHUNKED | F_TRANSFER_ENCODING)) != 0;
  head.complete = head.kind == MessageKind::kRequest && !framed && parser_->content_length == 0 &&
                  !head.upgrade;
  folded_ = head.complete;
  const HeadAction action = events_.on_head(head);
  if (stopped_) return kUserStop;
  switch (action) {
    case HeadAction::kStop:
      stopped_ = true;
      return kUserStop;
    case HeadAction::kUpgrade:
      return 2;
    case HeadAction::kSkipBody:
      return 1;
    case HeadAction::kBody:
      parser_->upgrade = 0;
      break;
  }
  return 0;
}

int Codec::body(const char* at, size_t length) {
  if (length == 0) return 0;
  if (!events_.on_body({reinterpret_cast<const uint8_t*>(at), length}) || stopped_) {
    stopped_ = true;
    return kUserStop;
  }
  return pause_wanted_ ? HPE_PAUSED : 0;
}

int Codec::message_complete() {
  const bool has_trailers = phase_ == Phase::kTrailers;
  phase_ = Phase::kIdle;
  if (!folded_) {
    if (!has_trailers) fields_.clear();
    if (!events_.on_complete(collect_headers()) || stopped_) {
      stopped_ = true;
      return kUserStop;
    }
  }
  return parser_->upgrade != 0 ? 0 : HPE_PAUSED;
}

size_t Codec::scan_head(ByteView input) {
  size_t at = 0;
  while (at < input.size()) {
    if (line_bytes_ == 0 && head_started_ && (input[at] == ' ' || input[at] == '\t') &&
        parser_->type == HTTP_REQUEST && !limits_.lenient) {
      fail("HPE_INVALID_HEADER_TOKEN", "Folded header lines are not accepted");
      return std::string_view::npos;
    }
    const void* found = std::memchr(input.data() + at, '\n', input.size() - at);
    const size_t end =
        found == nullptr ? input.size() : static_cast<const uint8_t*>(found) - input.data();
    line_bytes_ += end - at;
    if (end > at) last_byte_ = input[end - 1];
    if (found == nullptr) break;
    if (last_byte_ != '\r' && !limits_.lenient) {
      fail("HPE_CR_EXPECTED", "Missing expected CR before LF");
      return std::string_view::npos;
    }
    const bool empty = line_bytes_ == 0 || (line_bytes_ == 1 && last_byte_ == '\r');
    line_bytes_ = 0;
    last_byte_ = '\n';
    at = end + 1;
    if (empty && head_started_) {
      head_started_ = false;
      raw_head_bytes_ = 0;
      return at;
    }
    head_started_ = head_started_ || !empty;
  }
  raw_head_bytes_ += input.size();
  if (raw_head_bytes_ > limits_.head_bytes + kUnspannedSlack) {
    fail("HPE_HEADER_OVERFLOW", "Header overflow");
    return std::string_view::npos;
  }
  return input.size();
}

ParseOutcome Codec::outcome(int error, ByteView input) {
  ParseOutcome result{ParseState::kOk, input.size()};
  if (error == HPE_OK) return result;
  const char* position = llhttp_get_error_pos(parser_.get());
  const char* begin = reinterpret_cast<const char*>(input.data());
  if (position != nullptr && position >= begin && position <= begin + input.size()) {
    result.consumed = static_cast<size_t>(position - begin);
  }
  if (error == HPE_PAUSED_UPGRADE) {
    result.state = ParseState::kUpgraded;
    llhttp_resume_after_upgrade(parser_.get());
    return result;
  }
  if (error == HPE_PAUSED || (stopped_ && failure_.code.empty())) {
    result.state = ParseState::kPaused;
    return result;
  }
  if (failure_.code.empty()) {
    const char* reason = llhttp_get_error_reason(parser_.get());
    failure_ = {llhttp_errno_name(static_cast<llhttp_errno_t>(error)),
                reason != nullptr ? reason : ""};
  }
  result.state = ParseState::kFailed;
  return result;
}

// A head is handed to llhttp only as far as its lines have been checked, and every message ends
// with a pause, so that the next head in the same input is checked too.
ParseOutcome Codec::execute(ByteView input) {
  size_t done = 0;
  while (true) {
    if (!failure_.code.empty()) return {ParseState::kFailed, done};
    if (stopped_ || pause_wanted_) return {ParseState::kPaused, done};
    if (done == input.size()) return {ParseState::kOk, done};
    ByteView piece = input.subspan(done);
    if (phase_ == Phase::kIdle || phase_ == Phase::kHead) {
      const size_t length = scan_head(piece);
      if (length == std::string_view::npos) return {ParseState::kFailed, done};
      piece = piece.first(length);
    }
    const auto* text = reinterpret_cast<const char*>(piece.data());
    const ParseOutcome step = outcome(llhttp_execute(parser_.get(), text, piece.size()), piece);
    done += step.consumed;
    if (step.state == ParseState::kPaused && !stopped_ && !pause_wanted_) {
      llhttp_resume(parser_.get());
    } else if (step.state != ParseState::kOk) {
      return {step.state, done};
    }
  }
}

ParseOutcome Codec::finish() {
  if (!failure_.code.empty()) return {ParseState::kFailed, 0};
  if (stopped_) return {ParseState::kPaused, 0};
  // Between messages a connection may end; llhttp, paused behind the last one, would object.
  if (phase_ == Phase::kIdle) return {ParseState::kOk, 0};
  ParseOutcome result = outcome(llhttp_finish(parser_.get()), {});
  if (result.state == ParseState::kPaused && !stopped_) result.state = ParseState::kOk;
  return result;
}

void Codec::resume() {
  pause_wanted_ = false;
  if (llhttp_get_errno(parser_.get()) == HPE_PAUSED) llhttp_resume(parser_.get());
}

namespace {
constexpr std::string_view kMethodNames[] = {
#define GYRE_METHOD(number, name, string) #string,
    HTTP_METHOD_MAP(GYRE_METHOD)
#undef GYRE_METHOD
};
}  // namespace

std::string_view method_name(uint8_t index) {
  return index < std::size(kMethodNames) ? kMethodNames[index] : std::string_view();
}
uint8_t method_count() { return std::size(kMethodNames); }

}  // namespace gyre::io::http
