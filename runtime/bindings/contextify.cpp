// contextify — scripts and functions compiled from text in the current context (node:vm). Contexts
// of their own are not built. Env's thread.
#include "runtime/bindings/registry.hpp"

namespace gyre::bindings {
namespace {

using namespace engine;
using Info = v8::FunctionCallbackInfo<v8::Value>;

v8::ScriptOrigin origin_of(v8::Isolate* isolate, v8::Local<v8::Value> name, int line, int column) {
#if V8_MAJOR_VERSION >= 12
  return v8::ScriptOrigin(name, line, column);
#else
  return v8::ScriptOrigin(isolate, name, line, column);
#endif
}

int offset(Env& env, v8::Local<v8::Value> value) {
  return value->Int32Value(env.context()).FromMaybe(0);
}

class ScriptWrap final : public Wrap {
 public:
  // new Script(source, filename, lineOffset, columnOffset): throws the SyntaxError itself.
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info& info) {
    if (!info[0]->IsString()) return Error(Code::ERR_INVALID_ARG_TYPE, "source");
    v8::ScriptCompiler::Source source(
        info[0].As<v8::String>(),
        origin_of(env.isolate(), info[1], offset(env, info[2]), offset(env, info[3])));
    v8::Local<v8::UnboundScript> script;
    if (v8::ScriptCompiler::CompileUnboundScript(env.isolate(), &source).ToLocal(&script)) {
      new ScriptWrap(env, self, script);
    }
    return ok();
  }

  static void run(const Info& info) {
    auto* self = Wrap::unwrap<ScriptWrap>(info.This());
    if (self == nullptr) return;
    v8::Local<v8::Value> result;
    auto script = self->script_.Get(info.GetIsolate())->BindToCurrentContext();
    if (script->Run(self->env().context()).ToLocal(&result)) info.GetReturnValue().Set(result);
  }

 private:
  ScriptWrap(Env& env, v8::Local<v8::Object> self, v8::Local<v8::UnboundScript> script)
      : Wrap(env, self), script_(env.isolate(), script) {
    make_weak();
  }
  v8::Global<v8::UnboundScript> script_;
};

// compileFunction(source, parameters, filename, lineOffset, columnOffset)
void compile_function(const Info& info) {
  Env& env = Env::from(info.GetIsolate());
  std::vector<std::string> names;
  if (!info[0]->IsString() || !Convert<std::vector<std::string>>::from(env, info[1], names)) {
    return throw_error(env, Error(Code::ERR_INVALID_ARG_TYPE, "source, parameters"));
  }
  std::vector<v8::Local<v8::String>> parameters;
  for (const std::string& name : names) parameters.push_back(to_js_string(env.isolate(), name));
  v8::ScriptCompiler::Source source(
      info[0].As<v8::String>(),
      origin_of(env.isolate(), info[2], offset(env, info[3]), offset(env, info[4])));
  v8::Local<v8::Function> function;
  if (v8::ScriptCompiler::CompileFunctionInContext(env.context(), &source, parameters.size(),
                                                   parameters.data(), 0, nullptr)
          .ToLocal(&function)) {
    info.GetReturnValue().Set(function);
  }
}

constexpr auto kTable =
    binding("contextify", cls<ScriptWrap>("Script", raw_method<ScriptWrap::run>("run")),
            raw<compile_function>("compileFunction"));

}  // namespace

BindingView contextify() { return kTable; }

}  // namespace gyre::bindings
