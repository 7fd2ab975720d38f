// program — the command line's request to the main thread, and last-moment output.
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/bindings/registry.hpp"
#include "runtime/entry.hpp"

namespace gyre::bindings {
namespace {

using namespace engine;

const char* kind_name(RuntimeRequest::Kind kind) {
  switch (kind) {
    case RuntimeRequest::Kind::kRunFile:
      return "file";
    case RuntimeRequest::Kind::kEval:
      return "eval";
    case RuntimeRequest::Kind::kStdin:
      return "stdin";
    case RuntimeRequest::Kind::kRepl:
      return "repl";
  }
  return "file";
}

// {kind, entry, print, check, requireModules, importModules, conditions, inputType, argv0}
v8::Local<v8::Value> request(Env& env) {
  auto* wanted = static_cast<const RuntimeRequest*>(env.options().host);
  auto object = v8::Object::New(env.isolate());
  auto set = [&](const char* name, v8::Local<v8::Value> value) {
    (void)object->Set(env.context(), to_js_string(env.isolate(), name), value);
  };
  using Strings = Convert<std::vector<std::string>>;
  set("kind", to_js_string(env.isolate(), kind_name(wanted->kind)));
  set("entry", to_js_string(env.isolate(), wanted->entry));
  set("print", v8::Boolean::New(env.isolate(), wanted->print_result));
  set("check", v8::Boolean::New(env.isolate(), wanted->check_only));
  set("requireModules", Strings::to(env, wanted->require_modules));
  set("importModules", Strings::to(env, wanted->import_modules));
  set("conditions", Strings::to(env, wanted->conditions));
  set("inputType", to_js_string(env.isolate(), wanted->input_type));
  set("argv0", to_js_string(env.isolate(), wanted->argv0));
  return object;
}

// Writes it all, also to a non-blocking descriptor.
void write_sync(Env&, int32_t fd, std::string text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    ssize_t written = ::write(fd, rest.data(), rest.size());
    if (written > 0) {
      rest.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd ready{fd, POLLOUT, 0};
      if (::poll(&ready, 1, 1000) <= 0) return;
    } else if (errno != EINTR) {
      return;
    }
  }
}

constexpr auto kTable = binding("program", fn<request>("request"), fn<write_sync>("writeSync"));

}  // namespace

BindingView program() { return kTable; }

}  // namespace gyre::bindings
