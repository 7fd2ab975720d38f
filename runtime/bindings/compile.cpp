#include "runtime/bindings/compile.hpp"

#include <array>

#include "runtime/base/path.hpp"
#include "runtime/engine/process_parts.hpp"
#include "runtime/engine/snapshot.hpp"

namespace gyre::bindings {

using engine::Env;
using engine::Slot;
using Info = v8::FunctionCallbackInfo<v8::Value>;

namespace {

// Small texts compile faster than their entries are read.
constexpr int kSmallestCached = 2048;
constexpr uint64_t kCacheLimit = 256 * 1024 * 1024;

ByteView flat_bytes(v8::Isolate* isolate, v8::Local<v8::String> text, std::string& storage) {
  if (text->IsOneByte()) {
    storage.resize(static_cast<size_t>(text->Length()));
    text->WriteOneByte(isolate, reinterpret_cast<uint8_t*>(storage.data()), 0, text->Length(),
                       v8::String::NO_NULL_TERMINATION);
  } else {
    storage.resize(static_cast<size_t>(text->Length()) * 2);
    text->Write(isolate, reinterpret_cast<uint16_t*>(storage.data()), 0, text->Length(),
                v8::String::NO_NULL_TERMINATION);
  }
  return as_bytes(storage);
}

// One compilation's view of the cache: the entry found, or the key to remember it under.
struct CacheUse {
  CodeCacheHolder* holder = nullptr;
  modules::CacheKey key;
  std::optional<Buffer> entry;

  CacheUse(Env& env, modules::CodeKind kind, v8::Local<v8::String> source,
           v8::Local<v8::String> name) {
    if (source->Length() < kSmallestCached) return;
    holder = CodeCacheHolder::of(env);
    if (holder == nullptr || holder->cache() == nullptr) {
      holder = nullptr;
      return;
    }
    std::string storage;
    ByteView bytes = flat_bytes(env.isolate(), source, storage);
    key = modules::cache_key(kind, engine::to_utf8(env.isolate(), name), bytes);
    entry = holder->cache()->read(key);
  }
  // Owned by the Source it is given to; the bytes stay here.
  v8::ScriptCompiler::CachedData* data() const {
    if (!entry) return nullptr;
    return new v8::ScriptCompiler::CachedData(entry->data(), static_cast<int>(entry->size()));
  }
  v8::ScriptCompiler::CompileOptions options() const {
    return entry ? v8::ScriptCompiler::kConsumeCodeCache : v8::ScriptCompiler::kNoCompileOptions;
  }
  bool is_missed(const v8::ScriptCompiler::Source& source) const {
    return holder != nullptr && (!entry || source.GetCachedData()->rejected);
  }
};

v8::MaybeLocal<v8::Function> compile_function(Env& env, v8::Local<v8::String> source,
                                              v8::Local<v8::String> filename) {
  std::array<v8::Local<v8::String>, 5> names = {env.literal("exports"), env.literal("require"),
                                                env.literal("module"), env.literal("__filename"),
                                                env.literal("__dirname")};
  CacheUse use(env, modules::CodeKind::kFunction, source, filename);
  v8::ScriptCompiler::Source unit(source, engine::make_origin(env.isolate(), filename, false),
                                  use.data());
  v8::Local<v8::Function> function;
  if (!v8::ScriptCompiler::CompileFunctionInContext(env.context(), &unit, names.size(),
                                                    names.data(), 0, nullptr, use.options())
           .ToLocal(&function)) {
    return {};
  }
  if (use.is_missed(unit)) {
    use.holder->remember({use.key, v8::Global<v8::Function>(env.isolate(), function), {}});
  }
  return function;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> list) {
  for (std::string_view item : list) {
    if (text.find(item) != std::string_view::npos) return true;
  }
  return false;
}

bool parses_as_module(Env& env, v8::Local<v8::String> source, v8::Local<v8::String> filename) {
  v8::TryCatch catcher(env.isolate());
  v8::ScriptCompiler::Source unit(source, engine::make_origin(env.isolate(), filename, true));
  return !v8::ScriptCompiler::CompileModule(env.isolate(), &unit).IsEmpty();
}

// Whether the SyntaxError `message` of a CommonJS compilation comes from ES module syntax.
bool tells_module(Env& env, std::string_view message, v8::Local<v8::String> source,
                  v8::Local<v8::String> filename) {
  if (is_one_of(message,
                {"Cannot use import statement outside a module", "Unexpected token 'export'",
                 "Cannot use 'import.meta' outside a module"})) {
    return true;
  }
  bool may_be = is_one_of(
      message,
      {"Identifier '__filename' has already been declared",
       "Identifier '__dirname' has already been declared",
       "Identifier 'exports' has already been declared",
       "Identifier 'module' has already been declared",
       "Identifier 'require' has already been declared",
       "await is only valid in async functions and the top level bodies of modules",
       "Unexpected reserved word", "missing ) after argument list", "Unexpected identifier"});
  return may_be && parses_as_module(env, source, filename);
}

std::string message_of(Env& env, const v8::TryCatch& catcher) {
  return catcher.Message().IsEmpty() ? std::string()
                                     : engine::to_utf8(env.isolate(), catcher.Message()->Get());
}

}  // namespace

CodeCacheHolder::CodeCacheHolder(Env& env, v8::Local<v8::Object> self) : Wrap(env, self) {
  if (auto folder = modules::CompileCache::folder_from_environment()) set_folder(*folder);
}

Status CodeCacheHolder::construct(Env& env, v8::Local<v8::Object> self, const Info&) {
  new CodeCacheHolder(env, self);
  return ok();
}

CodeCacheHolder* CodeCacheHolder::of(Env& env) {
  if (auto* holder = unwrap<CodeCacheHolder>(env.slot(Slot::kCodeCache))) return holder;
  v8::Local<v8::Object> made;
  if (!env.has_loop() || !engine::construct_instance<CodeCacheHolder>(env).ToLocal(&made)) {
    return nullptr;
  }
  env.set_slot(Slot::kCodeCache, made);
  return unwrap<CodeCacheHolder>(made);
}

void CodeCacheHolder::set_folder(const std::string& folder) {
  const engine::Snapshot* snapshot = engine::process_parts().snapshot;
  // Cached code names objects by their place in the snapshot; without one there is nothing to tell
  // which heap it was made for.
  if (snapshot == nullptr || !snapshot->is_loaded()) return;
  uint64_t tag = v8::ScriptCompiler::CachedDataVersionTag() ^ snapshot->identity();
  cache_ = std::make_shared<modules::CompileCache>(folder, tag);
}

void CodeCacheHolder::flush() {
  if (!cache_ || pending_.empty()) return;
  v8::HandleScope scope(env().isolate());
  std::vector<Pending> pending = std::move(pending_);
  pending_.clear();
  bool wrote = false;
  for (Pending& item : pending) {
    std::unique_ptr<v8::ScriptCompiler::CachedData> data;
    if (!item.function.IsEmpty()) {
      data.reset(
          v8::ScriptCompiler::CreateCodeCacheForFunction(item.function.Get(env().isolate())));
    } else {
      data.reset(v8::ScriptCompiler::CreateCodeCache(item.module.Get(env().isolate())));
    }
    if (!data || data->length <= 0) continue;
    ByteView bytes(data->data, static_cast<size_t>(data->length));
    // A full disk or a folder that may not be written is no reason to bother the program.
    if (!cache_->write(item.key, bytes)) break;
    wrote = true;
  }
  if (wrote && pending.front().key.low % 16 == 0) cache_->trim(kCacheLimit);
}

v8::MaybeLocal<v8::Module> compile_module(Env& env, v8::Local<v8::String> source,
                                          v8::Local<v8::String> url) {
  CacheUse use(env, modules::CodeKind::kModule, source, url);
  v8::ScriptCompiler::Source unit(source, engine::make_origin(env.isolate(), url, true),
                                  use.data());
  v8::Local<v8::Module> module;
  if (!v8::ScriptCompiler::CompileModule(env.isolate(), &unit, use.options()).ToLocal(&module)) {
    return {};
  }
  if (use.is_missed(unit)) {
    use.holder->remember(
        {use.key,
         {},
         v8::Global<v8::UnboundModuleScript>(env.isolate(), module->GetUnboundModuleScript())});
  }
  return module;
}

void compile_common_js(const Info& info) {
  Env& env = Env::from(info.GetIsolate());
  if (!info[0]->IsString() || !info[1]->IsString()) {
    return engine::throw_error(env, Error(Code::ERR_INVALID_ARG_TYPE, "expected two strings"));
  }
  auto source = info[0].As<v8::String>();
  auto filename = info[1].As<v8::String>();
  v8::TryCatch catcher(env.isolate());
  v8::Local<v8::Function> function;
  if (compile_function(env, source, filename).ToLocal(&function)) {
    return info.GetReturnValue().Set(function);
  }
  if (catcher.HasTerminated()) {
    catcher.ReThrow();
    return;
  }
  if (info[2]->IsTrue() && tells_module(env, message_of(env, catcher), source, filename)) return;
  catcher.ReThrow();
}

void compile_script(const Info& info) {
  Env& env = Env::from(info.GetIsolate());
  if (!info[0]->IsString() || !info[1]->IsString()) {
    return engine::throw_error(env, Error(Code::ERR_INVALID_ARG_TYPE, "expected two strings"));
  }
  v8::ScriptCompiler::Source unit(info[0].As<v8::String>(),
                                  engine::make_origin(env.isolate(), info[1], false));
  v8::Local<v8::Script> script;
  v8::Local<v8::Value> result;
  if (v8::ScriptCompiler::Compile(env.context(), &unit).ToLocal(&script) &&
      script->Run(env.context()).ToLocal(&result)) {
    info.GetReturnValue().Set(result);
  }
}

bool contains_module_syntax(Env& env, v8::Local<v8::String> source, std::string filename) {
  v8::TryCatch catcher(env.isolate());
  auto name = engine::to_js_string(env.isolate(), filename);
  if (!compile_function(env, source, name).IsEmpty()) return false;
  return tells_module(env, message_of(env, catcher), source, name);
}

void flush_compile_cache(Env& env) {
  auto* holder = engine::Wrap::unwrap<CodeCacheHolder>(env.slot(Slot::kCodeCache));
  if (holder != nullptr) holder->flush();
}

std::optional<std::string> compile_cache_folder(Env& env) {
  CodeCacheHolder* holder = CodeCacheHolder::of(env);
  if (holder == nullptr || holder->cache() == nullptr) return std::nullopt;
  return holder->cache()->folder();
}

void enable_compile_cache(Env& env, std::string folder) {
  if (CodeCacheHolder* holder = CodeCacheHolder::of(env)) holder->set_folder(folder);
}

}  // namespace gyre::bindings
