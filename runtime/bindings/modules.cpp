// internalBinding('modules'): module resolution and the reading of module sources for the loaders
// in lib/internal/modules. The resolver itself is runtime/modules/resolution. Env's thread.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <unordered_set>

#include "runtime/base/fd.hpp"
#include "runtime/engine/binding.hpp"
#include "runtime/modules/resolution/lookup.hpp"
#include "runtime/modules/resolution/specifier.hpp"

namespace gyre::bindings {
namespace {

using engine::BindingView;
using engine::Env;
using namespace gyre::resolution;

using Info = v8::FunctionCallbackInfo<v8::Value>;

v8::Local<v8::String> to_source(v8::Isolate* isolate, std::string_view text) {
  bool is_ascii = std::all_of(text.begin(), text.end(),
                              [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return is_ascii ? engine::latin1_to_js(isolate, text) : engine::to_js_string(isolate, text);
}

// [kind, path, package, suffix]: see Found.
v8::Local<v8::Value> found_to_js(Env& env, const Found& found) {
  v8::Isolate* isolate = env.isolate();
  v8::Local<v8::Value> parts[] = {v8::Integer::New(isolate, static_cast<int>(found.kind)),
                                  engine::to_js_string(isolate, found.path),
                                  engine::to_js_string(isolate, found.package),
                                  engine::to_js_string(isolate, found.suffix)};
  return v8::Array::New(isolate, parts, std::size(parts));
}

v8::Local<v8::Value> json_to_js(Env& env, const std::optional<json::Value>& value) {
  v8::Isolate* isolate = env.isolate();
  if (!value) return v8::Undefined(isolate);
  v8::Local<v8::Value> out;
  auto text = engine::to_js_string(isolate, json::write(*value));
  if (!v8::JSON::Parse(env.context(), text).ToLocal(&out)) return v8::Undefined(isolate);
  return out;
}

// The resolver of one environment, with its caches.
class ModuleResolver final : public engine::Wrap {
 public:
  // new ModuleResolver(builtinNames, requireConditions, importConditions, preserveSymlinks)
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info& info) {
    std::vector<std::string> lists[3];
    for (int i = 0; i < 3; ++i) {
      if (!engine::Convert<std::vector<std::string>>::from(env, info[i], lists[i])) {
        return Error(Code::ERR_INVALID_ARG_TYPE, "expected arrays of strings");
      }
    }
    new ModuleResolver(env, self, lists, PreserveSymlinks(info[3]->IsTrue()));
    return ok();
  }

  // find(request, directories, extensions[, preserveSymlinks, conditions])
  Result<v8::Local<v8::Value>> find(std::string request, std::vector<std::string> directories,
                                    std::vector<std::string> extensions,
                                    std::optional<bool> preserve,
                                    std::optional<std::vector<std::string>> conditions) {
    PreserveSymlinks links = preserve ? PreserveSymlinks(*preserve) : preserve_;
    std::optional<Conditions> own;
    if (conditions) own.emplace(std::move(*conditions));
    FindOptions options{extensions, own ? *own : require_, links};
    GYRE_ASSIGN(Found found, resolver_.find(request, directories, options));
    return answer(found);
  }
  Result<v8::Local<v8::Value>> find_self(std::string request, std::string parent) {
    GYRE_ASSIGN(Found found, resolver_.find_self(request, parent, {{}, require_, preserve_}));
    return answer(found);
  }
  Result<v8::Local<v8::Value>> find_import(std::string request, std::string parent) {
    GYRE_ASSIGN(Found found, resolver_.find_import(request, parent, {{}, require_, preserve_}));
    return answer(found);
  }
  Result<v8::Local<v8::Value>> import_bare(std::string specifier, std::string parent,
                                           std::optional<std::vector<std::string>> conditions) {
    std::optional<Conditions> own;
    if (conditions) own.emplace(std::move(*conditions));
    GYRE_ASSIGN(Found found, resolver_.import_bare(specifier, parent, own ? *own : import_));
    return found_to_js(env(), found);
  }
  Result<std::string> finish_import(std::string path, std::string parent, bool preserve) {
    return resolver_.finish_import(path, parent, PreserveSymlinks(preserve));
  }

  // 0 none, 1 commonjs, 2 module; -1 outside of any package
  Result<int32_t> scope_type(std::string path) {
    GYRE_ASSIGN(const PackageConfig* package, resolver_.packages().scope_of(path));
    return package == nullptr ? -1 : static_cast<int32_t>(package->type);
  }
  // {file, name, main, type, exports, imports} of the nearest package.json, or undefined.
  Result<v8::Local<v8::Value>> scope(std::string path) {
    GYRE_ASSIGN(const PackageConfig* package, resolver_.packages().scope_of(path));
    return describe(package);
  }
  Result<v8::Local<v8::Value>> package(std::string directory) {
    GYRE_ASSIGN(const PackageConfig* package, resolver_.packages().read(directory));
    return describe(package);
  }

  // 0 file, 1 directory, -1 neither
  int32_t kind(std::string path) {
    FileKind kind = resolver_.files().kind(path);
    return kind == FileKind::kMissing ? -1 : kind == FileKind::kDirectory ? 1 : 0;
  }
  std::optional<std::string> real_path(std::string path) {
    return resolver_.files().real_path(path);
  }
  void forget() { resolver_.forget(); }

 private:
  ModuleResolver(Env& env, v8::Local<v8::Object> self, std::vector<std::string> (&lists)[3],
                 PreserveSymlinks preserve)
      : Wrap(env, self),
        builtins_(lists[0].begin(), lists[0].end()),
        require_(std::move(lists[1])),
        import_(std::move(lists[2])),
        preserve_(preserve),
        resolver_(
            [this](std::string_view name) { return builtins_.count(std::string(name)) != 0; }) {}

  // A path, undefined when there is none, or an array for everything else.
  v8::Local<v8::Value> answer(const Found& found) {
    v8::Isolate* isolate = env().isolate();
    if (found.kind == Found::Kind::kNotFound) return v8::Undefined(isolate);
    if (found.kind == Found::Kind::kFile && found.package.empty()) {
      return engine::to_js_string(isolate, found.path);
    }
    return found_to_js(env(), found);
  }

  v8::Local<v8::Value> describe(const PackageConfig* package) {
    v8::Isolate* isolate = env().isolate();
    if (package == nullptr) return v8::Undefined(isolate);
    static constexpr const char* kTypes[] = {"none", "commonjs", "module"};
    auto text = [&](const std::optional<std::string>& value) -> v8::Local<v8::Value> {
      if (!value) return v8::Undefined(isolate);
      return engine::to_js_string(isolate, *value);
    };
    auto object = v8::Object::New(isolate);
    auto set = [&](const char* name, v8::Local<v8::Value> value) {
      object->CreateDataProperty(env().context(), env().literal(name), value).Check();
    };
    set("file", engine::to_js_string(isolate, package->file));
    set("name", text(package->name));
    set("main", text(package->main));
    set("type", engine::to_js_string(isolate, kTypes[static_cast<int>(package->type)]));
    set("exports", json_to_js(env(), package->exports));
    set("imports", json_to_js(env(), package->imports));
    return object;
  }

  std::unordered_set<std::string> builtins_;
  Conditions require_;
  Conditions import_;
  PreserveSymlinks preserve_;
  Resolver resolver_;
};

std::vector<std::string> node_modules_paths(Env&, std::string directory) {
  return Resolver::node_modules_paths(directory);
}

// The text of a source file, without byte order mark.
Result<v8::Local<v8::String>> read_source(Env& env, std::string path) {
  auto text = Files::read(path);
  if (!text) {
    struct stat info;
    if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
      return Error::from_errno_number(EISDIR, "read");
    }
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (fd) return Error::from_errno_number(EIO, "read", path);
    return Error::from_errno("open", path);
  }
  std::string_view source = *text;
  if (source.starts_with("\xEF\xBB\xBF")) source.remove_prefix(3);
  if (source.size() > static_cast<size_t>(v8::String::kMaxLength)) {
    return Error(Code::ERR_FS_FILE_TOO_LARGE, "File size is greater than the longest string");
  }
  return to_source(env.isolate(), source);
}

std::string encode_path(Env&, std::string path) { return percent_encode_path(path); }

using engine::binding;
using engine::cls;
using engine::fn;
using engine::method;

constexpr auto kTable = binding(
    "modules", fn<node_modules_paths>("nodeModulesPaths"), fn<read_source>("readSource"),
    fn<encode_path>("encodePath"),
    cls<ModuleResolver>(
        "ModuleResolver", method<&ModuleResolver::find>("find"),
        method<&ModuleResolver::find_self>("findSelf"),
        method<&ModuleResolver::find_import>("findImport"),
        method<&ModuleResolver::import_bare>("importBare"),
        method<&ModuleResolver::finish_import>("finishImport"),
        method<&ModuleResolver::scope_type>("scopeType"), method<&ModuleResolver::scope>("scope"),
        method<&ModuleResolver::package>("package"), method<&ModuleResolver::kind>("kind"),
        method<&ModuleResolver::real_path>("realPath"), method<&ModuleResolver::forget>("forget")));

}  // namespace

BindingView modules() { return kTable; }

}  // namespace gyre::bindings
