// What util.inspect and friends need to look behind the language: promises, proxies, weak
// collections, call sites; and a few small system calls. Any thread.
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <vector>

#include "runtime/bindings/registry.hpp"
#include "runtime/engine/binding.hpp"

namespace gyre::bindings {
namespace {

using engine::Env;
using Info = v8::FunctionCallbackInfo<v8::Value>;

// (promise): [state, result]; undefined for anything else.
void get_promise_details(const Info& info) {
  if (!info[0]->IsPromise()) return;
  v8::Isolate* isolate = info.GetIsolate();
  auto promise = info[0].As<v8::Promise>();
  v8::Local<v8::Value> details[2] = {v8::Integer::New(isolate, promise->State())};
  int count = 1;
  if (promise->State() != v8::Promise::kPending) details[count++] = promise->Result();
  info.GetReturnValue().Set(v8::Array::New(isolate, details, count));
}

// (value, both = true): [target, handler] or only the target; undefined if it is no proxy.
void get_proxy_details(const Info& info) {
  if (!info[0]->IsProxy()) return;
  auto proxy = info[0].As<v8::Proxy>();
  if (info.Length() == 1 || info[1]->IsTrue()) {
    v8::Local<v8::Value> both[2] = {proxy->GetTarget(), proxy->GetHandler()};
    info.GetReturnValue().Set(v8::Array::New(info.GetIsolate(), both, 2));
  } else {
    info.GetReturnValue().Set(proxy->GetTarget());
  }
}

// (object): entries; (object, true): [entries, isKeyValue].
void preview_entries(const Info& info) {
  if (!info[0]->IsObject()) return;
  v8::Isolate* isolate = info.GetIsolate();
  bool is_key_value = false;
  v8::Local<v8::Array> entries;
  if (!info[0].As<v8::Object>()->PreviewEntries(&is_key_value).ToLocal(&entries)) return;
  if (info.Length() == 1) {
    info.GetReturnValue().Set(entries);
    return;
  }
  v8::Local<v8::Value> both[2] = {entries, v8::Boolean::New(isolate, is_key_value)};
  info.GetReturnValue().Set(v8::Array::New(isolate, both, 2));
}

void get_own_non_index_properties(const Info& info) {
  if (!info[0]->IsObject() || !info[1]->IsUint32()) return;
  v8::Local<v8::Context> context = info.GetIsolate()->GetCurrentContext();
  auto filter = static_cast<v8::PropertyFilter>(info[1].As<v8::Uint32>()->Value());
  v8::Local<v8::Array> names;
  if (info[0]
          .As<v8::Object>()
          ->GetPropertyNames(context, v8::KeyCollectionMode::kOwnOnly, filter,
                             v8::IndexFilter::kSkipIndices)
          .ToLocal(&names)) {
    info.GetReturnValue().Set(names);
  }
}

void get_constructor_name(const Info& info) {
  if (info[0]->IsObject())
    info.GetReturnValue().Set(info[0].As<v8::Object>()->GetConstructorName());
}

void get_external_value(const Info& info) {
  if (!info[0]->IsExternal()) return;
  auto address = reinterpret_cast<uint64_t>(info[0].As<v8::External>()->Value());
  info.GetReturnValue().Set(v8::BigInt::NewFromUnsigned(info.GetIsolate(), address));
}

v8::Local<v8::Value> or_empty(v8::Isolate* isolate, v8::Local<v8::String> text) {
  return text.IsEmpty() ? v8::String::Empty(isolate) : text;
}

// (count): the caller's frames as objects.
void get_call_sites(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  Env& env = Env::from(isolate);
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  const uint32_t wanted = info[0]->IsUint32() ? info[0].As<v8::Uint32>()->Value() : 8;
  // The first frame is the JavaScript function that asked.
  v8::Local<v8::StackTrace> stack =
      v8::StackTrace::CurrentStackTrace(isolate, static_cast<int>(wanted) + 1);
  std::vector<v8::Local<v8::Value>> sites;
  for (int i = 1; i < stack->GetFrameCount(); ++i) {
    v8::Local<v8::StackFrame> frame = stack->GetFrame(isolate, static_cast<uint32_t>(i));
    v8::Local<v8::Name> names[] = {env.literal("functionName"), env.literal("scriptId"),
                                   env.literal("scriptName"),   env.literal("lineNumber"),
                                   env.literal("columnNumber"), env.literal("column")};
    v8::Local<v8::Value> column = v8::Integer::New(isolate, frame->GetColumn());
    v8::Local<v8::Value> values[] = {
        or_empty(isolate, frame->GetFunctionName()),
        engine::to_js_string(isolate, std::to_string(frame->GetScriptId())),
        or_empty(isolate, frame->GetScriptNameOrSourceURL()),
        v8::Integer::New(isolate, frame->GetLineNumber()),
        column,
        column};
    v8::Local<v8::Object> site = v8::Object::New(isolate, v8::Null(isolate), names, values, 6);
    if (site->SetPrototype(context, v8::Object::New(isolate)->GetPrototype()).IsNothing()) return;
    sites.push_back(site);
  }
  info.GetReturnValue().Set(v8::Array::New(isolate, sites.data(), sites.size()));
}

void array_buffer_view_has_buffer(const Info& info) {
  if (!info[0]->IsArrayBufferView()) return;
  info.GetReturnValue().Set(info[0].As<v8::ArrayBufferView>()->HasBuffer());
}

void mark_promise_as_handled(const Info& info) {
  if (info[0]->IsPromise()) info[0].As<v8::Promise>()->MarkAsHandled();
}

void is_constructor(const Info& info) {
  info.GetReturnValue().Set(info[0]->IsObject() && info[0].As<v8::Object>()->IsConstructor());
}

void sleep_for(Env&, uint32_t milliseconds) {
  timespec left{static_cast<time_t>(milliseconds / 1000),
                static_cast<long>(milliseconds % 1000) * 1'000'000L};
  while (::nanosleep(&left, &left) != 0) {
  }
}

const char* socket_type(int fd) {
  int type = 0;
  socklen_t length = sizeof(type);
  sockaddr_storage address{};
  socklen_t address_length = sizeof(address);
  if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &address_length) != 0) {
    return "UNKNOWN";
  }
  const bool is_inet = address.ss_family == AF_INET || address.ss_family == AF_INET6;
  if (type == SOCK_STREAM && is_inet) return "TCP";
  if (type == SOCK_STREAM && address.ss_family == AF_UNIX) return "PIPE";
  if (type == SOCK_DGRAM && is_inet) return "UDP";
  return "UNKNOWN";
}

// What a descriptor is, in the words Node's net and tty use.
const char* guess_handle_type(Env&, int32_t fd) {
  if (fd < 0) return "INVALID";
  if (::isatty(fd) == 1) return "TTY";
  struct stat status {};
  if (::fstat(fd, &status) != 0) return "UNKNOWN";
  if (S_ISREG(status.st_mode) || S_ISCHR(status.st_mode)) return "FILE";
  if (S_ISFIFO(status.st_mode)) return "PIPE";
  if (S_ISSOCK(status.st_mode)) return socket_type(fd);
  return "UNKNOWN";
}

using engine::binding;
using engine::constant;
using engine::fn;
using engine::raw;

constexpr auto kTable = binding(
    "util", raw<get_promise_details>("getPromiseDetails"),
    raw<get_proxy_details>("getProxyDetails"), raw<preview_entries>("previewEntries"),
    raw<get_own_non_index_properties>("getOwnNonIndexProperties"),
    raw<get_constructor_name>("getConstructorName"), raw<get_external_value>("getExternalValue"),
    raw<get_call_sites>("getCallSites"),
    raw<array_buffer_view_has_buffer>("arrayBufferViewHasBuffer"),
    raw<mark_promise_as_handled>("markPromiseAsHandled"), raw<is_constructor>("isConstructor"),
    fn<sleep_for>("sleep"), fn<guess_handle_type>("guessHandleType"),
    constant("kPending", v8::Promise::kPending), constant("kFulfilled", v8::Promise::kFulfilled),
    constant("kRejected", v8::Promise::kRejected), constant("ALL_PROPERTIES", v8::ALL_PROPERTIES),
    constant("ONLY_ENUMERABLE", v8::ONLY_ENUMERABLE));

}  // namespace

engine::BindingView util() { return kTable; }

}  // namespace gyre::bindings
