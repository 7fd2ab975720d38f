// env — what the builtin modules share with the engine: slots, microtasks, exit, process basics.
// async_context — the value V8 carries through promise reactions. Any Env thread.
#include <brotli/decode.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cerrno>
#include <cstdlib>
#include <mutex>

#include "runtime/bindings/registry.hpp"
#include "runtime/engine/exceptions.hpp"
#include "runtime/engine/wrap.hpp"
#include "runtime/io/digest.hpp"

extern char** environ;

namespace gyre::bindings {
namespace {

using namespace engine;
using Info = v8::FunctionCallbackInfo<v8::Value>;

void set_slot(Env& env, std::string name, v8::Local<v8::Value> value) {
  if (!env.set_slot(name, value)) {
    throw_error(env, Error(Code::ERR_INTERNAL_ASSERTION, "unknown slot " + name));
  }
}

v8::Local<v8::Value> tick_info(Env& env) { return env.slot(Slot::kTickInfo); }

void run_microtasks(const Info& info) { info.GetIsolate()->PerformMicrotaskCheckpoint(); }

void enqueue_microtask(const Info& info) {
  info.GetIsolate()->EnqueueMicrotask(info[0].As<v8::Function>());
}

void report_uncaught(Env& env, v8::Local<v8::Value> error, bool from_promise) {
  env.report_uncaught(error, v8::Exception::CreateMessage(env.isolate(), error), from_promise);
}

void exit(Env& env, int32_t code) { env.request_exit(code); }

void abort(Env&) { std::abort(); }

// "file:line\nsource\n  ^" for decorating errors thrown while loading a script.
std::string error_frame(Env& env, v8::Local<v8::Value> error) {
  return code_frame(env, v8::Exception::CreateMessage(env.isolate(), error));
}

// argv, execArgv, envArgv, execPath, pid, ppid, isMainThread, threadId: read after the snapshot is
// loaded.
v8::Local<v8::Value> start_info(Env& env) {
  v8::Isolate* isolate = env.isolate();
  v8::Local<v8::Context> context = env.context();
  const EnvOptions& options = env.options();
  auto object = v8::Object::New(isolate);
  auto set = [&](const char* name, v8::Local<v8::Value> value) {
    (void)object->Set(context, to_js_string(isolate, name), value);
  };
  set("argv", Convert<std::vector<std::string>>::to(env, options.argv));
  set("execArgv", Convert<std::vector<std::string>>::to(env, options.exec_argv));
  set("envArgv", Convert<std::vector<std::string>>::to(env, options.env_argv));
  set("argv0", to_js_string(isolate, ::program_invocation_name));
  set("execPath", to_js_string(isolate, options.executable));
  set("pid", v8::Integer::New(isolate, ::getpid()));
  set("ppid", v8::Integer::New(isolate, ::getppid()));
  set("isMainThread", v8::Boolean::New(isolate, options.is_main_thread));
  set("threadId", v8::Number::New(isolate, static_cast<double>(options.thread_id)));
  return object;
}

v8::Local<v8::Value> versions(Env& env) {
  v8::Isolate* isolate = env.isolate();
  auto object = v8::Object::New(isolate);
  auto set = [&](const char* name, const char* value) {
    (void)object->Set(env.context(), to_js_string(isolate, name), to_js_string(isolate, value));
  };
  set("gyre", GYRE_VERSION);
  set("node", GYRE_NODE_API_VERSION);
  set("v8", v8::V8::GetVersion());
  set("openssl", io::openssl_version());
  set("zlib", ::zlibVersion());
  set("zstd", ::ZSTD_versionString());
  uint32_t brotli = ::BrotliDecoderVersion();
  std::string brotli_text = std::to_string(brotli >> 24) + "." +
                            std::to_string((brotli >> 12) & 0xFFF) + "." +
                            std::to_string(brotli & 0xFFF);
  set("brotli", brotli_text.c_str());
  // The addon ABI of the Node.js whose API this is; packages choose prebuilt files by it.
  set("modules", GYRE_NODE_MODULE_VERSION);
  return object;
}

// The C environment is the process's; workers may share it (SHARE_ENV).
std::mutex& environment_mutex() {
  static std::mutex mutex;
  return mutex;
}

// Every variable as [name, value, name, value...].
std::vector<std::string> environment(Env&) {
  std::lock_guard lock(environment_mutex());
  std::vector<std::string> list;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    std::string_view text(*entry);
    size_t equals = text.find('=', 1);
    if (equals == std::string_view::npos) continue;
    list.emplace_back(text.substr(0, equals));
    list.emplace_back(text.substr(equals + 1));
  }
  return list;
}

void set_environment(Env& env, std::string name, std::string value) {
  {
    std::lock_guard lock(environment_mutex());
    ::setenv(name.c_str(), value.c_str(), 1);
  }
  if (name == "TZ") {
    env.isolate()->DateTimeConfigurationChangeNotification(
        v8::Isolate::TimeZoneDetection::kRedetect);
  }
}

void unset_environment(Env&, std::string name) {
  std::lock_guard lock(environment_mutex());
  ::unsetenv(name.c_str());
}

void set_title(Env&, std::string title) { ::prctl(PR_SET_NAME, title.c_str()); }

// The objects that have a native side.
v8::Local<v8::Value> wrapped_objects(Env& env) {
  std::vector<v8::Local<v8::Value>> objects;
  env.wraps().for_each([&objects](Wrap& wrap) { objects.push_back(wrap.object()); });
  return v8::Array::New(env.isolate(), objects.data(), objects.size());
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Comes back only when the program cannot be run. Standard input, output and error stay open.
int32_t replace_process(Env&, std::string file, std::vector<std::string> args,
                        std::vector<std::string> environment) {
  for (int fd = 0; fd <= 2; ++fd) {
    int flags = ::fcntl(fd, F_GETFD);
    if (flags >= 0) ::fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC);
  }
  ::execve(file.c_str(), pointers_to(args).data(), pointers_to(environment).data());
  return -errno;
}

constexpr auto kTable =
    binding("env", fn<set_slot>("setSlot"), fn<tick_info>("tickInfo"),
            raw<run_microtasks>("runMicrotasks"), raw<enqueue_microtask>("enqueueMicrotask"),
            fn<report_uncaught>("reportUncaught"), fn<exit>("exit"), fn<abort>("abort"),
            fn<error_frame>("errorFrame"), fn<start_info>("startInfo"), fn<versions>("versions"),
            fn<environment>("environment"), fn<set_environment>("setEnvironment"),
            fn<unset_environment>("unsetEnvironment"), fn<set_title>("setTitle"),
            fn<wrapped_objects>("wrappedObjects"), fn<replace_process>("execve"));

void get_data(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  auto data = get_continuation_data(isolate, isolate->GetCurrentContext());
  if (!data.IsEmpty()) info.GetReturnValue().Set(data);
}

void set_data(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  set_continuation_data(isolate, isolate->GetCurrentContext(), info[0]);
}

constexpr auto kAsyncTable = binding("async_context", raw<get_data>("getContinuationData"),
                                     raw<set_data>("setContinuationData"));

}  // namespace

BindingView env() { return kTable; }
BindingView async_context() { return kAsyncTable; }

}  // namespace gyre::bindings
