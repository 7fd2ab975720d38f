#include "runtime/engine/builtins.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "runtime/engine/binding.hpp"

namespace gyre::engine {
namespace {

// Static text: never deleted, and its address is stable within one process.
class StaticSource final : public v8::String::ExternalOneByteStringResource {
 public:
  explicit StaticSource(const BuiltinSource& source) : source_(source) {}
  const char* data() const override { return reinterpret_cast<const char*>(source_.data); }
  size_t length() const override { return source_.length; }
  void Dispose() override {}

 private:
  const BuiltinSource& source_;
};

std::vector<std::unique_ptr<StaticSource>>& static_sources() {
  static auto& sources = *[] {
    auto* list = new std::vector<std::unique_ptr<StaticSource>>();
    for (const BuiltinSource& source : builtin_sources()) {
      list->push_back(source.is_one_byte ? std::make_unique<StaticSource>(source) : nullptr);
    }
    return list;
  }();
  return sources;
}

#ifdef GYRE_DEBUG
// Development: read the module from a source tree instead of the library, so that editing a
// builtin needs no build.
std::string read_from_tree(std::string_view id) {
  const char* root = std::getenv("GYRE_LIB_DIR");
  if (root == nullptr || id.starts_with("npm:")) return {};
  for (const char* folder : {"/runtime/lib/", "/workers/lib/"}) {
    std::ifstream file(root + std::string(folder) + std::string(id) + ".js", std::ios::binary);
    if (!file) continue;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  return {};
}
#endif

v8::MaybeLocal<v8::String> source_text(v8::Isolate* isolate, const BuiltinSource& source) {
  if (source.is_one_byte) {
    size_t index = static_cast<size_t>(&source - builtin_sources().data());
    return v8::String::NewExternalOneByte(isolate, static_sources()[index].get());
  }
  return v8::String::NewFromTwoByte(isolate, reinterpret_cast<const uint16_t*>(source.data),
                                    v8::NewStringType::kNormal, static_cast<int>(source.length));
}

v8::MaybeLocal<v8::String> find_text(Env& env, std::string_view id) {
#ifdef GYRE_DEBUG
  std::string text = read_from_tree(id);
  if (!text.empty()) return to_js_string(env.isolate(), text);
#endif
  const BuiltinSource* source = find_builtin(id);
  if (source == nullptr) {
    throw_error(env, Error(Code::ERR_UNKNOWN_BUILTIN_MODULE,
                           "No such built-in module: " + std::string(id)));
    return {};
  }
  return source_text(env.isolate(), *source);
}

}  // namespace

const BuiltinSource* find_builtin(std::string_view id) {
  auto sources = builtin_sources();
  auto found = std::lower_bound(
      sources.begin(), sources.end(), id,
      [](const BuiltinSource& source, std::string_view wanted) { return source.id < wanted; });
  return found != sources.end() && found->id == id ? &*found : nullptr;
}

v8::MaybeLocal<v8::Function> compile_builtin(Env& env, std::string_view id,
                                             std::span<const char* const> parameters) {
  v8::Isolate* isolate = env.isolate();
  v8::Local<v8::String> text;
  if (!find_text(env, id).ToLocal(&text)) return {};
  std::vector<v8::Local<v8::String>> names;
  for (const char* name : parameters) names.push_back(to_js_string(isolate, name));
  // Stack traces show builtins as node:..., which tools filter on.
  auto origin = make_origin(isolate, to_js_string(isolate, "node:" + std::string(id)), false);
  v8::ScriptCompiler::Source source(text, origin);
  return v8::ScriptCompiler::CompileFunctionInContext(env.context(), &source, names.size(),
                                                      names.data(), 0, nullptr);
}

void append_source_references(std::vector<intptr_t>& list) {
  for (const auto& source : static_sources()) {
    if (source) list.push_back(reinterpret_cast<intptr_t>(source.get()));
  }
}

}  // namespace gyre::engine
