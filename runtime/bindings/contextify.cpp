// contextify — scripts and functions compiled from text, and the contexts they run in (node:vm).
// Env's thread.
#include <cstring>
#include <optional>

#include "runtime/bindings/registry.hpp"
#include "runtime/bindings/vm_context.hpp"
#include "runtime/bindings/watchdog.hpp"
#include "runtime/engine/exceptions.hpp"
#include "runtime/engine/process_parts.hpp"
#include "runtime/engine/snapshot.hpp"

namespace gyre::bindings {
namespace {

using namespace engine;
using Info = v8::FunctionCallbackInfo<v8::Value>;

int offset(Env& env, v8::Local<v8::Value> value) {
  return value->Int32Value(env.context()).FromMaybe(0);
}

// `id` comes back with import() from the text.
v8::ScriptOrigin origin_of(Env& env, v8::Local<v8::Value> name, v8::Local<v8::Value> line,
                           v8::Local<v8::Value> column, v8::Local<v8::Value> id) {
  v8::Isolate* isolate = env.isolate();
  auto options = v8::PrimitiveArray::New(isolate, 1);
  if (id->IsSymbol()) options->Set(isolate, 0, id.As<v8::Symbol>());
  return make_origin(isolate, name, false, options, {offset(env, line), offset(env, column)});
}

// Cached code is only good for the very heap it was made for; what is stored begins with its mark.
uint64_t cache_mark() {
  const Snapshot* snapshot = process_parts().snapshot;
  return v8::ScriptCompiler::CachedDataVersionTag() ^
         (snapshot == nullptr ? 0 : snapshot->identity());
}

// The Uint8Array's bytes for V8, null when they were made by another build. V8 owns the result.
v8::ScriptCompiler::CachedData* read_cached(v8::Local<v8::Value> value, std::string& bytes) {
  if (!value->IsArrayBufferView()) return nullptr;
  auto view = value.As<v8::ArrayBufferView>();
  bytes.resize(view->ByteLength());
  view->CopyContents(bytes.data(), bytes.size());
  uint64_t mark = 0;
  if (bytes.size() <= sizeof(mark)) return nullptr;
  std::memcpy(&mark, bytes.data(), sizeof(mark));
  if (mark != cache_mark()) return nullptr;
  return new v8::ScriptCompiler::CachedData(
      reinterpret_cast<const uint8_t*>(bytes.data()) + sizeof(mark),
      static_cast<int>(bytes.size() - sizeof(mark)));
}

v8::ScriptCompiler::CompileOptions options_for(const v8::ScriptCompiler::CachedData* cached) {
  return cached == nullptr ? v8::ScriptCompiler::kNoCompileOptions
                           : v8::ScriptCompiler::kConsumeCodeCache;
}

v8::Local<v8::Value> write_cached(Env& env, v8::ScriptCompiler::CachedData* made) {
  std::unique_ptr<v8::ScriptCompiler::CachedData> data(made);
  if (!data || data->length <= 0) return v8::Undefined(env.isolate());
  const uint64_t mark = cache_mark();
  const auto length = static_cast<size_t>(data->length);
  auto buffer = v8::ArrayBuffer::New(env.isolate(), sizeof(mark) + length);
  auto* at = static_cast<char*>(buffer->GetBackingStore()->Data());
  std::memcpy(at, &mark, sizeof(mark));
  std::memcpy(at + sizeof(mark), data->data, length);
  return buffer;
}

void set_property(Env& env, v8::Local<v8::Object> object, const char* name,
                  v8::Local<v8::Value> value) {
  object->CreateDataProperty(env.context(), env.literal(name), value).Check();
}

// An error that leaves a text shows where in it: file, line and marks stand before its stack.
void show_place(Env& env, const v8::TryCatch& catcher) {
  v8::Local<v8::Value> error = catcher.Exception();
  if (!error->IsNativeError()) return;
  const std::string frame = code_frame(env, catcher.Message());
  v8::TryCatch inner(env.isolate());  // getters of the program
  v8::Local<v8::Value> stack;
  auto object = error.As<v8::Object>();
  if (frame.empty() || !object->Get(env.context(), env.literal("stack")).ToLocal(&stack) ||
      !stack->IsString()) {
    return;
  }
  std::string text = to_utf8(env.isolate(), stack);
  if (text.starts_with(frame)) return;
  auto shown = to_js_string(env.isolate(), frame + "\n" + text);
  std::ignore = object->Set(env.context(), env.literal("stack"), shown);
}

// Runs `compile`; a SyntaxError of it goes on with its place shown.
template <typename F>
bool compile_showing_place(Env& env, F compile) {
  v8::TryCatch catcher(env.isolate());
  if (compile()) return true;
  if (catcher.HasCaught()) {
    if (!catcher.HasTerminated()) show_place(env, catcher);
    catcher.ReThrow();
  }
  return false;
}

class ScriptWrap final : public Wrap {
 public:
  // new Script(source, filename, lineOffset, columnOffset, cachedData, importId): throws the
  // SyntaxError itself. Sets sourceMapURL and cachedDataRejected on the instance.
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info& info) {
    if (!info[0]->IsString()) return Error(Code::ERR_INVALID_ARG_TYPE, "source");
    std::string bytes;
    v8::ScriptCompiler::CachedData* cached = read_cached(info[4], bytes);
    v8::ScriptCompiler::Source source(info[0].As<v8::String>(),
                                      origin_of(env, info[1], info[2], info[3], info[5]), cached);
    v8::Local<v8::UnboundScript> script;
    auto compile = [&] {
      return v8::ScriptCompiler::CompileUnboundScript(env.isolate(), &source, options_for(cached))
          .ToLocal(&script);
    };
    if (!compile_showing_place(env, compile)) return ok();
    new ScriptWrap(env, self, script);
    if (!info[4]->IsUndefined()) {
      const bool is_rejected = cached == nullptr || source.GetCachedData()->rejected;
      set_property(env, self, "cachedDataRejected", v8::Boolean::New(env.isolate(), is_rejected));
    }
    set_property(env, self, "sourceURL", script->GetSourceURL());
    set_property(env, self, "sourceMapURL", script->GetSourceMappingURL());
    return ok();
  }

  // run(sandbox | null, timeout | 0, breakOnSigint, displayErrors)
  static void run(const Info& info) {
    auto* self = Wrap::unwrap<ScriptWrap>(info.This());
    if (self == nullptr) return;
    Env& env = self->env();
    v8::Local<v8::Context> context = env.context();
    if (info[0]->IsObject() && !context_of_sandbox(env, info[0]).ToLocal(&context)) {
      return throw_error(env, Error(Code::ERR_INVALID_ARG_TYPE, "sandbox"));
    }
    const int64_t timeout = info[1]->IntegerValue(env.context()).FromMaybe(0);
    switch (self->run_limited(info, context, timeout)) {
      case End::kLate:
        return throw_error(
            env, Error(Code::ERR_SCRIPT_EXECUTION_TIMEOUT,
                       "Script execution timed out after " + std::to_string(timeout) + "ms"));
      case End::kInterrupted:
        return throw_error(env, Error(Code::ERR_SCRIPT_EXECUTION_INTERRUPTED));
      case End::kItself:
        return;
    }
  }

  v8::Local<v8::Value> create_cached_data() {
    return write_cached(env(), v8::ScriptCompiler::CreateCodeCache(script_.Get(env().isolate())));
  }

 private:
  ScriptWrap(Env& env, v8::Local<v8::Object> self, v8::Local<v8::UnboundScript> script)
      : Wrap(env, self), script_(env.isolate(), script) {
    make_weak();
  }

  v8::MaybeLocal<v8::Value> run_in(v8::Local<v8::Context> context) {
    v8::Isolate* isolate = env().isolate();
    v8::Context::Scope scope(context);
    v8::Local<v8::Script> script = script_.Get(isolate)->BindToCurrentContext();
    v8::MaybeLocal<v8::Value> result = script->Run(context);
    v8::MicrotaskQueue* microtasks = own_microtasks(context);
    if (microtasks != nullptr && !result.IsEmpty()) microtasks->PerformCheckpoint(isolate);
    return result;
  }

  enum class End : uint8_t { kItself, kLate, kInterrupted };

  End run_limited(const Info& info, v8::Local<v8::Context> context, int64_t timeout) {
    v8::Isolate* isolate = env().isolate();
    v8::TryCatch catcher(isolate);
    v8::Local<v8::Value> result;
    End end = End::kItself;
    {
      std::optional<TimeLimit> limit;
      std::optional<InterruptGuard> guard;
      if (timeout > 0) limit.emplace(isolate, std::chrono::milliseconds(timeout));
      if (info[2]->IsTrue()) guard.emplace(isolate);
      if (run_in(context).ToLocal(&result)) info.GetReturnValue().Set(result);
      if (guard && guard->stop()) end = End::kInterrupted;
      if (limit && limit->stop()) end = End::kLate;
    }
    // A thread that is itself being ended stays so.
    if (end != End::kItself && env().can_run_js()) {
      isolate->CancelTerminateExecution();
      return end;
    }
    if (catcher.HasCaught()) {
      if (info[3]->IsTrue() && !catcher.HasTerminated()) show_place(env(), catcher);
      catcher.ReThrow();
    }
    return End::kItself;
  }

  v8::Global<v8::UnboundScript> script_;
};

bool read_objects(Env& env, v8::Local<v8::Value> list, std::vector<v8::Local<v8::Object>>& out) {
  if (!list->IsArray()) return true;
  auto array = list.As<v8::Array>();
  for (uint32_t i = 0; i < array->Length(); ++i) {
    v8::Local<v8::Value> item;
    if (!array->Get(env.context(), i).ToLocal(&item)) return false;
    if (item->IsObject()) out.push_back(item.As<v8::Object>());
  }
  return true;
}

// compileFunction(source, parameters, filename, lineOffset, columnOffset, cachedData,
// produceCachedData, sandbox | undefined, extensions, importId)
//   -> { function, cachedDataRejected?, cachedData? }
void compile_function(const Info& info) {
  Env& env = Env::from(info.GetIsolate());
  v8::Isolate* isolate = env.isolate();
  std::vector<std::string> names;
  if (!info[0]->IsString() || !Convert<std::vector<std::string>>::from(env, info[1], names)) {
    return throw_error(env, Error(Code::ERR_INVALID_ARG_TYPE, "source, parameters"));
  }
  v8::Local<v8::Context> context = env.context();
  if (info[7]->IsObject() && !context_of_sandbox(env, info[7]).ToLocal(&context)) return;
  std::vector<v8::Local<v8::Object>> extensions;
  if (!read_objects(env, info[8], extensions)) return;
  std::vector<v8::Local<v8::String>> parameters;
  for (const std::string& name : names) parameters.push_back(to_js_string(isolate, name));
  std::string bytes;
  v8::ScriptCompiler::CachedData* cached = read_cached(info[5], bytes);
  v8::ScriptCompiler::Source source(info[0].As<v8::String>(),
                                    origin_of(env, info[2], info[3], info[4], info[9]), cached);
  v8::Local<v8::Function> function;
  {
    v8::Context::Scope scope(context);
    auto compile = [&] {
      return v8::ScriptCompiler::CompileFunctionInContext(context, &source, parameters.size(),
                                                          parameters.data(), extensions.size(),
                                                          extensions.data(), options_for(cached))
          .ToLocal(&function);
    };
    if (!compile_showing_place(env, compile)) return;
  }
  auto answer = v8::Object::New(isolate);
  set_property(env, answer, "function", function);
  if (!info[5]->IsUndefined()) {
    const bool is_rejected = cached == nullptr || source.GetCachedData()->rejected;
    set_property(env, answer, "cachedDataRejected", v8::Boolean::New(isolate, is_rejected));
  }
  if (info[6]->IsTrue()) {
    set_property(env, answer, "cachedData",
                 write_cached(env, v8::ScriptCompiler::CreateCodeCacheForFunction(function)));
  }
  info.GetReturnValue().Set(answer);
}

bool is_context(Env& env, v8::Local<v8::Value> object) {
  return !context_of_sandbox(env, object).IsEmpty();
}

constexpr auto kTable =
    binding("contextify", fn<is_context>("isContext"), raw<make_vm_context>("makeContext"),
            raw<compile_function>("compileFunction"), cls<MicrotaskQueueWrap>("MicrotaskQueue"),
            cls<ScriptWrap>("Script", raw_method<ScriptWrap::run>("run"),
                            method<&ScriptWrap::create_cached_data>("createCachedData")));

}  // namespace

BindingView contextify() { return kTable; }

}  // namespace gyre::bindings
