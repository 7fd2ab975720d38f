// builtins — the embedded JavaScript modules: which there are, and compiling them. Any Env thread.
#include "runtime/engine/builtins.hpp"

#include "runtime/bindings/registry.hpp"

namespace gyre::bindings {
namespace {

using namespace engine;

std::vector<std::string> ids(Env&) {
  std::vector<std::string> list;
  for (const BuiltinSource& source : builtin_sources()) list.emplace_back(source.id);
  return list;
}

// compile(id): function (exports, require, module, process, internalBinding, primordials), or only
// the first three for files of npm packages: these may declare the other names themselves.
// compile(id, names): a function with those parameters.
void compile(const v8::FunctionCallbackInfo<v8::Value>& info) {
  static constexpr const char* kParameters[] = {"exports", "require",         "module",
                                                "process", "internalBinding", "primordials"};
  Env& env = Env::from(info.GetIsolate());
  std::string id = to_utf8(env.isolate(), info[0]);
  std::span<const char* const> parameters = kParameters;
  if (id.starts_with("npm:")) parameters = parameters.first(3);
  std::vector<std::string> names;
  std::vector<const char*> pointers;
  if (info[1]->IsArray() && Convert<std::vector<std::string>>::from(env, info[1], names)) {
    for (const std::string& name : names) pointers.push_back(name.c_str());
    parameters = pointers;
  }
  v8::Local<v8::Function> function;
  if (compile_builtin(env, id, parameters).ToLocal(&function)) {
    info.GetReturnValue().Set(function);
  }
}

bool has(Env& env, std::string id) { return find_builtin(id) != nullptr; }

constexpr auto kTable =
    binding("builtins", fn<ids>("ids"), fn<has>("has"), raw<compile>("compile"));

}  // namespace

BindingView builtins() { return kTable; }

}  // namespace gyre::bindings
