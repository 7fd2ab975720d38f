// StreamWrap: what the JavaScript handles of TCP sockets, pipes and terminals share. Events are
// methods of the JavaScript object: onread(nread, buffer), onwrite(status), onshutdown(status);
// statuses are 0 or negative errnos. Strong while it has a descriptor. Env's thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/engine/binding.hpp"
#include "runtime/io/endpoint.hpp"
#include "runtime/io/socket.hpp"

namespace gyre::bindings {

using engine::Env;
using Info = v8::FunctionCallbackInfo<v8::Value>;

// What onread gets in place of a length when the peer has ended.
constexpr int kEndOfStream = -4095;

// Negative errno of a system error; 0 for success.
int32_t status_of(const Status& status);

class StreamWrap : public engine::Wrap, public io::StreamReader {
 public:
  io::Stream& stream() { return *stream_; }
  // Sends what arrives elsewhere (to an HTTP parser); null gives it back to JavaScript.
  void divert(io::StreamReader* reader) { stream_->set_reader(reader != nullptr ? reader : this); }

  // 0: all is with the kernel. 1: onwrite follows. Negative: failed, nothing follows.
  int32_t write(ByteView bytes);
  void close(std::function<void()> after);

  void on_read(ByteView bytes) override;
  void on_read_end() override;
  void on_read_error(int number) override;
  void on_teardown() override;

  static StreamWrap* from(v8::Local<v8::Value> value);

 protected:
  StreamWrap(Env& env, v8::Local<v8::Object> self, Ref<io::Stream> stream);
  ~StreamWrap() override;

 private:
  Ref<io::Stream> stream_;
};

// The methods every stream class has; `this` is checked by V8's signatures.
namespace stream_methods {
void read_start(const Info& info);
void read_stop(const Info& info);
void shutdown(const Info& info);
void close(const Info& info);
void ref(const Info& info);
void unref(const Info& info);
void has_ref(const Info& info);
void set_blocking(const Info& info);
void fd(const Info& info);
void bytes_read(const Info& info);
void bytes_written(const Info& info);
void write_queue_size(const Info& info);
void write_buffer(const Info& info);
void write_latin1(const Info& info);
void write_utf8(const Info& info);
// (chunks: (string | view)[]): strings as UTF-8.
void write_list(const Info& info);
// (head: latin1 string, body: string | view | undefined, bodyIsLatin1): one write.
void write_message(const Info& info);
}  // namespace stream_methods

constexpr engine::Entry stream_getter(const char* name, v8::FunctionCallback callback) {
  return {engine::Entry::Kind::kGetter, name, callback};
}
constexpr engine::Entry stream_method(const char* name, v8::FunctionCallback callback) {
  return {engine::Entry::Kind::kMethod, name, callback};
}

inline constexpr std::array kStreamMembers{
    stream_method("readStart", stream_methods::read_start),
    stream_method("readStop", stream_methods::read_stop),
    stream_method("shutdown", stream_methods::shutdown),
    stream_method("close", stream_methods::close),
    stream_method("ref", stream_methods::ref),
    stream_method("unref", stream_methods::unref),
    stream_method("hasRef", stream_methods::has_ref),
    stream_method("setBlocking", stream_methods::set_blocking),
    stream_getter("fd", stream_methods::fd),
    stream_getter("bytesRead", stream_methods::bytes_read),
    stream_getter("bytesWritten", stream_methods::bytes_written),
    stream_getter("writeQueueSize", stream_methods::write_queue_size),
    stream_method("writeBuffer", stream_methods::write_buffer),
    stream_method("writeLatin1", stream_methods::write_latin1),
    stream_method("writeUtf8", stream_methods::write_utf8),
    stream_method("writev", stream_methods::write_list),
    stream_method("writeMessage", stream_methods::write_message),
};

// { address, family, port } of an endpoint, or a negative errno.
v8::Local<v8::Value> name_to_js(Env& env, const Result<io::Endpoint>& endpoint);

}  // namespace gyre::bindings
