// HTTP/1.1 parser over llhttp: one call per message head, body pieces as views into the input, one
// call per message end. Enforces Node's limits (head size, header count, chunk extensions). Owns
// copies of head bytes only. One thread; knows nothing of sockets or JavaScript.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/bytes.hpp"

struct llhttp__internal_s;  // llhttp's parser; its header stays out of ours

namespace gyre::io::http {

enum class MessageKind : uint8_t { kRequest, kResponse };

struct Limits {
  // Bytes of request line, names and values together: Node's --max-http-header-size.
  size_t head_bytes = 16 * 1024;
  // Header lines beyond this are an error, or are dropped when `drop_excess_headers` is set.
  uint32_t header_count = 2000;
  bool drop_excess_headers = false;
  size_t chunk_extension_bytes = 16 * 1024;
  bool lenient = false;
};

struct Header {
  std::string_view name;
  std::string_view value;
};

// Everything known when the blank line has arrived. Views live until the callback returns.
struct Head {
  MessageKind kind = MessageKind::kRequest;
  uint8_t method = 0;  // index of llhttp's method list
  uint16_t status = 0;
  uint8_t major = 1;
  uint8_t minor = 1;
  bool keep_alive = true;
  bool upgrade = false;
  bool complete = false;  // no body follows: on_complete is not called for this message
  std::string_view url;
  std::string_view status_text;
  const std::vector<Header>* headers = nullptr;
};

enum class HeadAction : uint8_t {
  kBody,      // read the body its headers announce
  kSkipBody,  // the answer to HEAD: whatever the headers say, no body follows
  kUpgrade,   // the bytes after the head belong to another protocol
  kStop,      // the owner is gone or has seen enough: parse no further
};

struct ParseFailure {
  std::string code;    // "HPE_INVALID_METHOD"
  std::string reason;  // "Invalid method encountered"
};

enum class ParseState : uint8_t { kOk, kPaused, kUpgraded, kFailed };

struct ParseOutcome {
  ParseState state = ParseState::kOk;
  size_t consumed = 0;  // bytes taken of the input
};

class CodecEvents {
 public:
  // The first byte of a message has been seen.
  virtual void on_begin() {}
  virtual HeadAction on_head(const Head& head) = 0;
  // False stops parsing: the codec must not be fed again.
  virtual bool on_body(ByteView bytes) = 0;
  // Trailers are empty for most messages. False stops parsing.
  virtual bool on_complete(const std::vector<Header>& trailers) = 0;

 protected:
  ~CodecEvents() = default;
};

class Codec {
 public:
  Codec(MessageKind kind, const Limits& limits, CodecEvents& events);
  ~Codec();
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;

  // Forgets everything, for the next connection.
  void reset(MessageKind kind, const Limits& limits);
  ParseOutcome execute(ByteView input);
  // The peer has ended its side: an error unless the message may end so.
  ParseOutcome finish();
  // From inside a callback: execute() returns kPaused behind the bytes already delivered.
  void pause() { pause_wanted_ = true; }
  void resume();
  bool is_paused() const { return pause_wanted_; }

  // Valid after kFailed.
  const ParseFailure& failure() const { return failure_; }
  bool is_inside_head() const { return phase_ == Phase::kHead; }
  bool is_inside_message() const { return phase_ != Phase::kIdle; }

 private:
  enum class Phase : uint8_t { kIdle, kHead, kBody, kTrailers };
  // Where a name or value lies in text_; views are made when text_ stops growing.
  struct Span {
    uint32_t begin = 0;
    uint32_t end = 0;
  };
  struct Field {
    Span name;
    Span value;
  };
  friend struct CodecCallbacks;

  int begin();
  int append(Span& span, const char* at, size_t length);
  int field(const char* at, size_t length);
  int value(const char* at, size_t length);
  int chunk_extension(size_t length);
  int head_complete();
  int body(const char* at, size_t length);
  int message_complete();
  int fail(const char* code, const char* reason);
  std::string_view text_of(Span span) const;
  const std::vector<Header>& collect_headers();
  // Bytes of `input` up to the end of the head, all lines checked; npos: a line is malformed.
  size_t scan_head(ByteView input);
  ParseOutcome outcome(int error, ByteView input);

  std::unique_ptr<llhttp__internal_s> parser_;
  CodecEvents& events_;
  Limits limits_;
  Phase phase_ = Phase::kIdle;
  bool pause_wanted_ = false;
  bool stopped_ = false;
  bool folded_ = false;
  bool in_value_ = false;
  bool dropping_ = false;
  size_t head_bytes_ = 0;
  size_t raw_head_bytes_ = 0;
  size_t line_bytes_ = 0;
  bool head_started_ = false;
  uint8_t last_byte_ = 0;
  size_t chunk_extension_bytes_ = 0;
  Span url_;
  Span status_text_;
  std::string text_;
  std::vector<Field> fields_;
  std::vector<Header> headers_;
  ParseFailure failure_;
};

// Upper-case name of a method by llhttp's index, and the number of methods.
std::string_view method_name(uint8_t index);
uint8_t method_count();

}  // namespace gyre::io::http
