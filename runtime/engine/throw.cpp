#include "runtime/engine/throw.hpp"

#include "runtime/engine/convert.hpp"

namespace gyre::engine {
namespace {

v8::Local<v8::Value> make_error(ErrorClass error_class, v8::Local<v8::String> message) {
  switch (error_class) {
    case ErrorClass::kTypeError:
      return v8::Exception::TypeError(message);
    case ErrorClass::kRangeError:
      return v8::Exception::RangeError(message);
    case ErrorClass::kSyntaxError:
      return v8::Exception::SyntaxError(message);
    case ErrorClass::kError:
      break;
  }
  return v8::Exception::Error(message);
}

void set_text(Env& env, v8::Local<v8::Object> object, const char* name, const std::string& value) {
  if (value.empty()) return;
  (void)object->Set(env.context(), env.literal(name), to_js_string(env.isolate(), value));
}

// "Error [ERR_X]: ..." in the stack, as errors made in JavaScript have it.
void name_code_in_stack(Env& env, v8::Local<v8::Value> error) {
  v8::Local<v8::Value> mark = env.slot(Slot::kCodedError);
  if (!mark->IsFunction()) return;
  v8::TryCatch try_catch(env.isolate());
  (void)mark.As<v8::Function>()->Call(env.context(), v8::Undefined(env.isolate()), 1, &error);
}

}  // namespace

v8::Local<v8::Value> to_exception(Env& env, const Error& error) {
  auto value = make_error(error.error_class(), to_js_string(env.isolate(), error.message()));
  auto object = value.As<v8::Object>();
  if (error.errno_number() != 0) {
    (void)object->Set(env.context(), env.literal("errno"),
                      v8::Integer::New(env.isolate(), -error.errno_number()));
  }
  set_text(env, object, "code", error.code());
  set_text(env, object, "syscall", error.syscall());
  set_text(env, object, "path", error.path());
  set_text(env, object, "dest", error.dest());
  if (std::string_view(error.code()).starts_with("ERR_")) name_code_in_stack(env, value);
  return value;
}

void throw_error(Env& env, const Error& error) {
  env.isolate()->ThrowException(to_exception(env, error));
}

}  // namespace gyre::engine
