#include "runtime/bindings/bootstrap.hpp"

#include "runtime/bindings/registry.hpp"
#include "runtime/engine/builtins.hpp"
#include "runtime/engine/exceptions.hpp"

namespace gyre::bindings {
namespace {

using engine::Env;
using Info = v8::FunctionCallbackInfo<v8::Value>;

// getBinding(name): a new instance of the table, or undefined for an unknown name.
void get_binding(const Info& info) {
  Env& env = Env::from(info.GetIsolate());
  const BindingView* view = find_binding(engine::to_utf8(env.isolate(), info[0]));
  v8::Local<v8::Object> object;
  if (view != nullptr && engine::instantiate(env, *view).ToLocal(&object)) {
    info.GetReturnValue().Set(object);
  }
}

Status as_status(Env& env, v8::TryCatch& try_catch, const char* what) {
  std::string text = std::string(what) + " failed";
  if (try_catch.HasCaught()) {
    text += ": " + engine::code_frame(env, try_catch.Message());
    v8::Local<v8::Value> stack;
    if (try_catch.StackTrace(env.context()).ToLocal(&stack) && stack->IsString()) {
      text += engine::to_utf8(env.isolate(), stack);
    } else {
      text += engine::to_utf8(env.isolate(), try_catch.Exception());
    }
  }
  return Error(Code::ERR_INTERNAL_ASSERTION, text);
}

// The first builtin of a context; it gets at the bindings.
Status run_first(Env& env, const char* id) {
  static constexpr const char* kParameters[] = {"getBinding"};
  v8::Local<v8::Context> context = env.context();
  v8::TryCatch try_catch(env.isolate());
  v8::Local<v8::Function> realm;
  v8::Local<v8::Function> getter;
  if (!engine::compile_builtin(env, id, kParameters).ToLocal(&realm) ||
      !v8::FunctionTemplate::New(env.isolate(), get_binding)
           ->GetFunction(context)
           .ToLocal(&getter)) {
    return as_status(env, try_catch, id);
  }
  v8::Local<v8::Value> argv[] = {getter};
  if (realm->Call(context, v8::Undefined(env.isolate()), 1, argv).IsEmpty()) {
    return as_status(env, try_catch, id);
  }
  return ok();
}

}  // namespace

Status bootstrap(Env& env) { return run_first(env, "bootstrap/realm"); }
Status bootstrap_plain(Env& env) { return run_first(env, "bootstrap/plain_realm"); }

v8::MaybeLocal<v8::Value> run_entry(Env& env, const char* id) {
  v8::EscapableHandleScope handles(env.isolate());
  v8::Local<v8::Value> require = env.slot(engine::Slot::kRequire);
  if (!require->IsFunction()) return {};
  v8::Local<v8::Value> argv[] = {engine::to_js_string(env.isolate(), id)};
  v8::Local<v8::Value> result;
  if (!require.As<v8::Function>()
           ->Call(env.context(), v8::Undefined(env.isolate()), 1, argv)
           .ToLocal(&result)) {
    return {};
  }
  return handles.Escape(result);
}

std::span<const intptr_t> bootstrap_references() {
  static const intptr_t references[] = {reinterpret_cast<intptr_t>(get_binding)};
  return references;
}

}  // namespace gyre::bindings
