#include "runtime/bindings/stream_wrap.hpp"

#include <cerrno>
#include <cstring>

namespace gyre::bindings {

class TcpWrap;
class PipeWrap;
class TtyWrap;

int32_t status_of(const Status& status) {
  if (status) return 0;
  const int number = status.error().errno_number();
  return number != 0 ? -number : -EINVAL;
}

StreamWrap::StreamWrap(Env& env, v8::Local<v8::Object> self, Ref<io::Stream> stream)
    : Wrap(env, self), stream_(std::move(stream)) {
  stream_->set_reader(this);
}

StreamWrap::~StreamWrap() {
  stream_->set_reader(nullptr);
  if (stream_->is_open()) stream_->close();
}

StreamWrap* StreamWrap::from(v8::Local<v8::Value> value) {
  if (!value->IsObject()) return nullptr;
  auto object = value.As<v8::Object>();
  if (object->InternalFieldCount() < 2) return nullptr;
  const void* tag = object->GetAlignedPointerFromInternalField(1);
  if (tag != &engine::ClassId<TcpWrap>::value && tag != &engine::ClassId<PipeWrap>::value &&
      tag != &engine::ClassId<TtyWrap>::value) {
    return nullptr;
  }
  return static_cast<StreamWrap*>(
      static_cast<Wrap*>(object->GetAlignedPointerFromInternalField(0)));
}

void StreamWrap::on_read(ByteView bytes) {
  if (!env().can_run_js()) return;
  make_callback("onread", int32_t(bytes.size()), Buffer::copy_of(bytes));
}

void StreamWrap::on_read_end() { make_callback("onread", int32_t(kEndOfStream)); }

void StreamWrap::on_read_error(int number) { make_callback("onread", int32_t(-number)); }

void StreamWrap::on_teardown() {
  stream_->set_reader(nullptr);
  if (stream_->is_open()) stream_->close();
}

int32_t StreamWrap::write(ByteView bytes) {
  const ssize_t sent = stream_->try_write(bytes);
  if (sent < 0) return int32_t(sent);
  if (size_t(sent) == bytes.size()) return 0;
  Buffer rest = Buffer::copy_of(bytes.subspan(size_t(sent)));
  stream_->queue_write(std::move(rest), 0, [this](int status) {
    if (env().can_run_js()) make_callback("onwrite", int32_t(status));
  });
  return 1;
}

void StreamWrap::close(std::function<void()> after) {
  if (stream_->is_closing()) {
    if (after) stream_->close(std::move(after));
    return;
  }
  stream_->set_reader(nullptr);
  stream_->close([this, after = std::move(after)] {
    make_weak();
    if (after) after();
  });
}

v8::Local<v8::Value> name_to_js(Env& env, const Result<io::Endpoint>& endpoint) {
  v8::Isolate* isolate = env.isolate();
  if (!endpoint) return v8::Integer::New(isolate, -endpoint.error().errno_number());
  v8::Local<v8::Context> context = env.context();
  auto result = v8::Object::New(isolate);
  const auto set = [&](const char* key, v8::Local<v8::Value> value) {
    result->Set(context, env.literal(key), value).Check();
  };
  set("address", engine::to_js_string(isolate, endpoint->host()));
  set("family", env.literal(endpoint->family() == AF_INET6 ? "IPv6" : "IPv4"));
  set("port", v8::Integer::New(isolate, endpoint->port()));
  return result;
}

namespace stream_methods {
namespace {

// Strings up to this many bytes are written from the stack.
constexpr int kStackBytes = 16 * 1024;
constexpr int kMostUtf8PerUnit = 3;

StreamWrap* receiver(const Info& info) {
  return static_cast<StreamWrap*>(
      static_cast<engine::Wrap*>(info.This()->GetAlignedPointerFromInternalField(0)));
}

void give(const Info& info, int32_t status) { info.GetReturnValue().Set(status); }

// Text of a string in a caller's scratch space: the stack where it fits, else the heap.
class Scratch {
 public:
  explicit Scratch(size_t size) {
    if (size > sizeof(stack_)) heap_ = Buffer(size);
  }
  uint8_t* data() { return heap_.capacity() != 0 ? heap_.data() : stack_; }

 private:
  uint8_t stack_[kStackBytes];
  Buffer heap_;
};

constexpr int kFlags = v8::String::NO_NULL_TERMINATION | v8::String::REPLACE_INVALID_UTF8;

size_t put_latin1(v8::Isolate* isolate, v8::Local<v8::String> text, uint8_t* to) {
  return size_t(text->WriteOneByte(isolate, to, 0, text->Length(), kFlags));
}
size_t put_utf8(v8::Isolate* isolate, v8::Local<v8::String> text, uint8_t* to, size_t room) {
  return size_t(text->WriteUtf8(isolate, reinterpret_cast<char*>(to), int(room), nullptr, kFlags));
}

}  // namespace

void read_start(const Info& info) {
  if (StreamWrap* self = receiver(info)) give(info, status_of(self->stream().read_start()));
}

void read_stop(const Info& info) {
  if (StreamWrap* self = receiver(info)) self->stream().read_stop();
  give(info, 0);
}

// 0: done. 1: onshutdown follows. Negative: failed.
void shutdown(const Info& info) {
  StreamWrap* self = receiver(info);
  if (self == nullptr) return give(info, -EBADF);
  Result<bool> done = self->stream().shutdown([self](int status) {
    if (self->env().can_run_js()) self->make_callback("onshutdown", int32_t(status));
  });
  if (!done) return give(info, -done.error().errno_number());
  give(info, *done ? 0 : 1);
}

// ([after])
void close(const Info& info) {
  StreamWrap* self = receiver(info);
  if (self == nullptr) return;
  if (!info[0]->IsFunction()) return self->close({});
  auto after = std::make_shared<engine::Callback>(self->env(), info[0].As<v8::Function>());
  self->close([after] {
    if (!after->env().can_run_js()) return;
    engine::CallbackScope scope(after->env());
    after->invoke(scope, 0, nullptr);
  });
}

void ref(const Info& info) {
  if (StreamWrap* self = receiver(info)) self->stream().ref();
}
void unref(const Info& info) {
  if (StreamWrap* self = receiver(info)) self->stream().unref();
}
void has_ref(const Info& info) {
  StreamWrap* self = receiver(info);
  info.GetReturnValue().Set(self != nullptr && self->stream().is_open() &&
                            self->stream().has_ref());
}
void set_blocking(const Info& info) {
  if (StreamWrap* self = receiver(info)) {
    self->stream().set_blocking_writes(info[0]->BooleanValue(info.GetIsolate()));
  }
  give(info, 0);
}
void fd(const Info& info) {
  StreamWrap* self = receiver(info);
  give(info, self == nullptr ? -1 : self->stream().fd());
}
void bytes_read(const Info& info) {
  if (StreamWrap* self = receiver(info)) {
    info.GetReturnValue().Set(double(self->stream().bytes_read()));
  }
}
void bytes_written(const Info& info) {
  if (StreamWrap* self = receiver(info)) {
    const io::Stream& stream = self->stream();
    info.GetReturnValue().Set(double(stream.bytes_written() + stream.queued_bytes()));
  }
}
void write_queue_size(const Info& info) {
  if (StreamWrap* self = receiver(info)) {
    info.GetReturnValue().Set(double(self->stream().queued_bytes()));
  }
}

void write_buffer(const Info& info) {
  StreamWrap* self = receiver(info);
  MutableBytes bytes;
  if (self == nullptr || !engine::bytes_of(info[0], bytes)) return give(info, -EINVAL);
  give(info, self->write(bytes));
}

void write_latin1(const Info& info) {
  StreamWrap* self = receiver(info);
  if (self == nullptr || !info[0]->IsString()) return give(info, -EINVAL);
  auto text = info[0].As<v8::String>();
  Scratch scratch(size_t(text->Length()));
  const size_t size = put_latin1(info.GetIsolate(), text, scratch.data());
  give(info, self->write({scratch.data(), size}));
}

void write_utf8(const Info& info) {
  StreamWrap* self = receiver(info);
  if (self == nullptr || !info[0]->IsString()) return give(info, -EINVAL);
  auto text = info[0].As<v8::String>();
  const size_t room = size_t(text->Length()) * kMostUtf8PerUnit;
  Scratch scratch(room);
  const size_t size = put_utf8(info.GetIsolate(), text, scratch.data(), room);
  give(info, self->write({scratch.data(), size}));
}

void write_list(const Info& info) {
  StreamWrap* self = receiver(info);
  if (self == nullptr || !info[0]->IsArray()) return give(info, -EINVAL);
  v8::Isolate* isolate = info.GetIsolate();
  auto chunks = info[0].As<v8::Array>();
  std::vector<v8::Local<v8::Value>> items(chunks->Length());
  size_t room = 0;
  for (uint32_t i = 0; i < items.size(); ++i) {
    MutableBytes bytes;
    if (!chunks->Get(self->env().context(), i).ToLocal(&items[i])) return;
    if (items[i]->IsString()) {
      room += size_t(items[i].As<v8::String>()->Length()) * kMostUtf8PerUnit;
    } else if (engine::bytes_of(items[i], bytes)) {
      room += bytes.size();
    } else {
      return give(info, -EINVAL);
    }
  }
  Scratch scratch(room);
  size_t size = 0;
  for (v8::Local<v8::Value> item : items) {
    MutableBytes bytes;
    if (item->IsString()) {
      size += put_utf8(isolate, item.As<v8::String>(), scratch.data() + size, room - size);
    } else if (engine::bytes_of(item, bytes) && !bytes.empty()) {
      std::memcpy(scratch.data() + size, bytes.data(), bytes.size());
      size += bytes.size();
    }
  }
  give(info, self->write({scratch.data(), size}));
}

void write_message(const Info& info) {
  StreamWrap* self = receiver(info);
  if (self == nullptr || !info[0]->IsString()) return give(info, -EINVAL);
  v8::Isolate* isolate = info.GetIsolate();
  auto head = info[0].As<v8::String>();
  const bool has_text = info[1]->IsString();
  const bool latin1 = info[2]->IsTrue();
  MutableBytes bytes;
  size_t body_room = 0;
  if (has_text) {
    body_room = size_t(info[1].As<v8::String>()->Length()) * (latin1 ? 1 : kMostUtf8PerUnit);
  } else if (engine::bytes_of(info[1], bytes)) {
    body_room = bytes.size();
  }
  const size_t room = size_t(head->Length()) + body_room;
  Scratch scratch(room);
  size_t size = put_latin1(isolate, head, scratch.data());
  if (has_text) {
    auto body = info[1].As<v8::String>();
    uint8_t* to = scratch.data() + size;
    size += latin1 ? put_latin1(isolate, body, to) : put_utf8(isolate, body, to, room - size);
  } else if (!bytes.empty()) {
    std::memcpy(scratch.data() + size, bytes.data(), bytes.size());
    size += bytes.size();
  }
  give(info, self->write({scratch.data(), size}));
}

}  // namespace stream_methods
}  // namespace gyre::bindings
