// Compiling of user code: CommonJS function bodies, ES modules, scripts (eval), with the on-disk
// code cache; and telling ES module syntax from CommonJS. Used by the module_wrap binding. Env's
// thread.
#pragma once

#include <memory>
#include <vector>

#include "runtime/engine/binding.hpp"
#include "runtime/modules/compile_cache.hpp"

namespace gyre::bindings {

// The Env's code cache: looks entries up, remembers what was compiled afresh until flush().
class CodeCacheHolder final : public engine::Wrap {
 public:
  static Status construct(engine::Env& env, v8::Local<v8::Object> self,
                          const v8::FunctionCallbackInfo<v8::Value>& info);
  // Null if caching is off.
  static CodeCacheHolder* of(engine::Env& env);

  struct Pending {
    modules::CacheKey key;
    v8::Global<v8::Function> function;
    v8::Global<v8::UnboundModuleScript> module;
  };

  modules::CompileCache* cache() { return cache_ ? cache_.get() : nullptr; }
  void remember(Pending pending) { pending_.push_back(std::move(pending)); }
  void set_folder(const std::string& folder);
  // Makes and writes the entries of what was compiled since the last flush.
  void flush();
  void on_teardown() override { pending_.clear(); }

 private:
  CodeCacheHolder(engine::Env& env, v8::Local<v8::Object> self);
  std::shared_ptr<modules::CompileCache> cache_;
  std::vector<Pending> pending_;
};

v8::MaybeLocal<v8::Module> compile_module(engine::Env& env, v8::Local<v8::String> source,
                                          v8::Local<v8::String> url);

// compileCommonJs(source, filename, detect): the function (exports, require, module, __filename,
// __dirname); undefined if `detect` and the text is an ES module.
void compile_common_js(const v8::FunctionCallbackInfo<v8::Value>& info);
// runScript(source, filename[, hostId]): the completion value of a classic script.
void compile_script(const v8::FunctionCallbackInfo<v8::Value>& info);
bool contains_module_syntax(engine::Env& env, v8::Local<v8::String> source, std::string filename);
void flush_compile_cache(engine::Env& env);
std::optional<std::string> compile_cache_folder(engine::Env& env);
void enable_compile_cache(engine::Env& env, std::string folder);

}  // namespace gyre::bindings
