// internalBinding('module_wrap'): v8::Module for the ES module loader. ModuleWrap holds one source
// or synthetic module; the loader compiles, links the modules it asked for, instantiates,
// evaluates. V8's questions (which module is this import, what is import.meta, import()) are
// answered from a registry in the Env or by functions the loader has put into slots. Env's thread.
#include <unordered_map>

#include "runtime/base/intrusive.hpp"
#include "runtime/bindings/compile.hpp"
#include "runtime/engine/binding.hpp"

namespace gyre::bindings {
namespace {

using engine::BindingView;
using engine::Env;
using engine::Slot;
using engine::to_js_string;
using Info = v8::FunctionCallbackInfo<v8::Value>;

class ModuleWrap;

// Finds the wrap of a v8::Module. Shared by the wraps, so it lives as long as the last of them.
class Registry : public RefCounted {
 public:
  void add(int hash, ModuleWrap* wrap) { wraps_.emplace(hash, wrap); }
  void remove(int hash, ModuleWrap* wrap) {
    auto [begin, end] = wraps_.equal_range(hash);
    for (auto it = begin; it != end; ++it) {
      if (it->second != wrap) continue;
      wraps_.erase(it);
      return;
    }
  }
  ModuleWrap* find(v8::Isolate* isolate, v8::Local<v8::Module> module) const;

 private:
  std::unordered_multimap<int, ModuleWrap*> wraps_;
};

// Keeps the registry reachable from the Env (slot moduleRegistry).
class RegistryHolder final : public engine::Wrap {
 public:
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info&) {
    new RegistryHolder(env, self);
    return ok();
  }
  static RegistryHolder* of(Env& env) {
    v8::Local<v8::Value> held = env.slot(Slot::kModuleRegistry);
    if (auto* holder = unwrap<RegistryHolder>(held)) return holder;
    v8::Local<v8::Object> made;
    if (!engine::construct_instance<RegistryHolder>(env).ToLocal(&made)) return nullptr;
    env.set_slot(Slot::kModuleRegistry, made);
    return unwrap<RegistryHolder>(made);
  }
  const Ref<Registry>& registry() const { return registry_; }

 private:
  RegistryHolder(Env& env, v8::Local<v8::Object> self)
      : Wrap(env, self), registry_(make_ref<Registry>()) {}
  Ref<Registry> registry_;
};

// "specifier\0key\0value..." identifies a request among those of one module.
std::string request_key(v8::Isolate* isolate, v8::Local<v8::String> specifier,
                        v8::Local<v8::Context> context, v8::Local<v8::FixedArray> attributes,
                        int stride) {
  std::string key = engine::to_utf8(isolate, specifier);
  for (int i = 0; i + 1 < attributes->Length(); i += stride) {
    for (int part = 0; part < 2; ++part) {
      key += '\0';
      key += engine::to_utf8(isolate, attributes->Get(context, i + part).As<v8::Value>());
    }
  }
  return key;
}

// {type: 'json'} from V8's flat list; undefined when there is none.
v8::Local<v8::Value> attributes_to_js(Env& env, v8::Local<v8::FixedArray> attributes, int stride) {
  v8::Isolate* isolate = env.isolate();
  if (attributes->Length() == 0) return v8::Undefined(isolate);
  auto out = v8::Object::New(isolate, v8::Null(isolate), nullptr, nullptr, 0);
  for (int i = 0; i + 1 < attributes->Length(); i += stride) {
    auto name = attributes->Get(env.context(), i).As<v8::Name>();
    auto value = attributes->Get(env.context(), i + 1).As<v8::Value>();
    out->CreateDataProperty(env.context(), name, value).Check();
  }
  return out;
}

constexpr int kStaticStride = 3;  // key, value, source offset
constexpr int kDynamicStride = 2;

class ModuleWrap final : public engine::Wrap {
 public:
  // new ModuleWrap(url, source) or new ModuleWrap(url, exportNames, evaluate)
  static Status construct(Env& env, v8::Local<v8::Object> self, const Info& info) {
    v8::Isolate* isolate = env.isolate();
    RegistryHolder* holder = RegistryHolder::of(env);
    if (holder == nullptr || !info[0]->IsString()) {
      return Error(Code::ERR_INVALID_ARG_TYPE, "The \"url\" argument must be of type string");
    }
    auto url = info[0].As<v8::String>();
    v8::Local<v8::Module> module;
    if (info[1]->IsString()) {
      auto compiled = compile_module(env, info[1].As<v8::String>(), url);
      if (!compiled.ToLocal(&module)) return ok();  // V8 has thrown the SyntaxError
    } else if (info[1]->IsArray() && info[2]->IsFunction()) {
      std::vector<v8::Local<v8::String>> names;
      auto list = info[1].As<v8::Array>();
      for (uint32_t i = 0; i < list->Length(); ++i) {
        v8::Local<v8::Value> name;
        if (!list->Get(env.context(), i).ToLocal(&name) || !name->IsString()) continue;
        names.push_back(name.As<v8::String>());
      }
      module = v8::Module::CreateSyntheticModule(isolate, url, names, run_steps);
    } else {
      return Error(Code::ERR_INVALID_ARG_TYPE, "expected a source text or a list of exports");
    }
    new ModuleWrap(env, self, holder->registry(), module, info[2]);
    return ok();
  }
  ~ModuleWrap() override { registry_->remove(hash_, this); }

  v8::Local<v8::Module> module() const { return module_.Get(env().isolate()); }

  // [specifier, attributes | undefined, line, column]... flat, in source order.
  v8::Local<v8::Value> requests() {
    v8::Isolate* isolate = env().isolate();
    auto context = env().context();
    std::vector<v8::Local<v8::Value>> out;
    v8::Local<v8::FixedArray> list = module()->GetModuleRequests();
    for (int i = 0; i < list->Length(); ++i) {
      auto request = list->Get(context, i).As<v8::ModuleRequest>();
      v8::Location at = module()->SourceOffsetToLocation(request->GetSourceOffset());
      out.push_back(request->GetSpecifier());
      out.push_back(attributes_to_js(env(), request->GetImportAssertions(), kStaticStride));
      out.push_back(v8::Integer::New(isolate, at.GetLineNumber()));
      out.push_back(v8::Integer::New(isolate, at.GetColumnNumber()));
    }
    return v8::Array::New(isolate, out.data(), out.size());
  }

  // The modules of requests(), in the same order.
  Status link(v8::Local<v8::Array> modules) {
    v8::Isolate* isolate = env().isolate();
    auto context = env().context();
    v8::Local<v8::FixedArray> list = module()->GetModuleRequests();
    links_.clear();
    for (int i = 0; i < list->Length(); ++i) {
      v8::Local<v8::Value> item;
      if (!modules->Get(context, static_cast<uint32_t>(i)).ToLocal(&item)) return ok();
      ModuleWrap* wrap = unwrap<ModuleWrap>(item);
      if (wrap == nullptr) return Error(Code::ERR_INTERNAL_ASSERTION, "linked to no module");
      auto request = list->Get(context, i).As<v8::ModuleRequest>();
      links_[request_key(isolate, request->GetSpecifier(), context, request->GetImportAssertions(),
                         kStaticStride)]
          .Reset(isolate, wrap->module());
    }
    return ok();
  }

  static void instantiate(const Info& info) {
    ModuleWrap* self = unwrap<ModuleWrap>(info.This());
    if (self == nullptr) return;
    if (self->module()->GetStatus() >= v8::Module::kInstantiating) return;
    auto context = self->env().context();
    // What it throws goes to the caller as it is, with the message V8 made.
    std::ignore = self->module()->InstantiateModule(context, resolve);
  }
  static void evaluate(const Info& info) {
    ModuleWrap* self = unwrap<ModuleWrap>(info.This());
    if (self == nullptr) return;
    // V8 ends the process when asked to evaluate a module that is not ready, or already at it.
    v8::Module::Status status = self->module()->GetStatus();
    if (status < v8::Module::kInstantiated || status == v8::Module::kEvaluating) {
      return engine::throw_error(
          self->env(), Error(Code::ERR_INTERNAL_ASSERTION, "module cannot be evaluated now"));
    }
    v8::Local<v8::Value> promise;
    if (self->module()->Evaluate(self->env().context()).ToLocal(&promise)) {
      info.GetReturnValue().Set(promise);
    }
  }
  static void set_export(const Info& info) {
    ModuleWrap* self = unwrap<ModuleWrap>(info.This());
    if (self == nullptr || !info[0]->IsString()) return;
    std::ignore = self->module()->SetSyntheticModuleExport(info.GetIsolate(),
                                                           info[0].As<v8::String>(), info[1]);
  }

  v8::Local<v8::Value> get_namespace() {
    if (module()->GetStatus() < v8::Module::kInstantiated) {
      return v8::Undefined(env().isolate());
    }
    return module()->GetModuleNamespace();
  }
  int32_t status() { return module()->GetStatus(); }
  v8::Local<v8::Value> error() {
    if (module()->GetStatus() != v8::Module::kErrored) return v8::Undefined(env().isolate());
    return module()->GetException();
  }
  bool is_graph_async() {
    return module()->GetStatus() >= v8::Module::kInstantiated &&
           module()->GetStatus() != v8::Module::kErrored && module()->IsGraphAsync();
  }
  bool is_synthetic() { return module()->IsSyntheticModule(); }

 private:
  ModuleWrap(Env& env, v8::Local<v8::Object> self, Ref<Registry> registry,
             v8::Local<v8::Module> module, v8::Local<v8::Value> steps)
      : Wrap(env, self),
        registry_(std::move(registry)),
        module_(env.isolate(), module),
        hash_(module->GetIdentityHash()) {
    if (steps->IsFunction()) steps_.Reset(env.isolate(), steps.As<v8::Function>());
    registry_->add(hash_, this);
    // V8 refers to modules that JavaScript has let go of; the wrap must be found then.
    make_strong();
  }

  static v8::MaybeLocal<v8::Module> resolve(v8::Local<v8::Context> context,
                                            v8::Local<v8::String> specifier,
                                            v8::Local<v8::FixedArray> attributes,
                                            v8::Local<v8::Module> referrer);
  static v8::MaybeLocal<v8::Value> run_steps(v8::Local<v8::Context> context,
                                             v8::Local<v8::Module> module);

  Ref<Registry> registry_;
  v8::Global<v8::Module> module_;
  v8::Global<v8::Function> steps_;
  int hash_;
  std::unordered_map<std::string, v8::Global<v8::Module>> links_;
};

ModuleWrap* Registry::find(v8::Isolate* isolate, v8::Local<v8::Module> module) const {
  auto [begin, end] = wraps_.equal_range(module->GetIdentityHash());
  for (auto it = begin; it != end; ++it) {
    if (it->second->module() == module) return it->second;
  }
  return nullptr;
}

ModuleWrap* wrap_of(Env& env, v8::Local<v8::Module> module) {
  RegistryHolder* holder = RegistryHolder::of(env);
  return holder == nullptr ? nullptr : holder->registry()->find(env.isolate(), module);
}

v8::MaybeLocal<v8::Module> ModuleWrap::resolve(v8::Local<v8::Context> context,
                                               v8::Local<v8::String> specifier,
                                               v8::Local<v8::FixedArray> attributes,
                                               v8::Local<v8::Module> referrer) {
  Env& env = Env::from(context->GetIsolate());
  if (ModuleWrap* wrap = wrap_of(env, referrer)) {
    auto found = wrap->links_.find(
        request_key(env.isolate(), specifier, context, attributes, kStaticStride));
    if (found != wrap->links_.end()) return found->second.Get(env.isolate());
  }
  engine::throw_error(
      env, Error(Code::ERR_INTERNAL_ASSERTION,
                 "request for '" + engine::to_utf8(env.isolate(), specifier) + "' is not linked"));
  return {};
}

v8::MaybeLocal<v8::Value> ModuleWrap::run_steps(v8::Local<v8::Context> context,
                                                v8::Local<v8::Module> module) {
  Env& env = Env::from(context->GetIsolate());
  ModuleWrap* wrap = wrap_of(env, module);
  if (wrap == nullptr) return {};
  v8::Local<v8::Value> ignored;
  auto self = wrap->object();
  if (!wrap->steps_.Get(env.isolate())->Call(context, self, 0, nullptr).ToLocal(&ignored)) {
    return {};
  }
  v8::Local<v8::Promise::Resolver> resolver;
  if (!v8::Promise::Resolver::New(context).ToLocal(&resolver)) return {};
  resolver->Resolve(context, v8::Undefined(env.isolate())).Check();
  return resolver->GetPromise();
}

// import(): the loader's function answers with a promise.
v8::MaybeLocal<v8::Promise> import_dynamically(v8::Local<v8::Context> context,
                                               v8::Local<v8::Data> host_options,
                                               v8::Local<v8::Value> resource_name,
                                               v8::Local<v8::String> specifier,
                                               v8::Local<v8::FixedArray> attributes) {
  v8::Isolate* isolate = context->GetIsolate();
  v8::EscapableHandleScope scope(isolate);
  Env& env = Env::from(isolate);
  v8::Local<v8::Value> handler = env.slot(Slot::kImportDynamic);
  v8::Local<v8::Promise::Resolver> resolver;
  if (!v8::Promise::Resolver::New(context).ToLocal(&resolver)) return {};
  if (!handler->IsFunction()) {
    auto error = engine::to_exception(env, Error(Code::ERR_NOT_IMPLEMENTED, "import() here"));
    resolver->Reject(context, error).Check();
    return scope.Escape(resolver->GetPromise());
  }
  v8::Local<v8::Value> id = v8::Undefined(isolate);
  if (auto options = host_options.As<v8::FixedArray>(); options->Length() > 0) {
    id = options->Get(context, 0).As<v8::Value>();
  }
  v8::Local<v8::Value> argv[] = {resource_name, specifier,
                                 attributes_to_js(env, attributes, kDynamicStride), id};
  v8::Local<v8::Value> promise;
  v8::TryCatch catcher(isolate);
  auto called = handler.As<v8::Function>()->Call(context, v8::Undefined(isolate),
                                                 static_cast<int>(std::size(argv)), argv);
  if (called.ToLocal(&promise) && promise->IsPromise()) {
    return scope.Escape(promise.As<v8::Promise>());
  }
  if (catcher.HasTerminated()) {
    catcher.ReThrow();
    return {};
  }
  resolver->Reject(context, catcher.Exception()).Check();
  return scope.Escape(resolver->GetPromise());
}

void initialize_import_meta(v8::Local<v8::Context> context, v8::Local<v8::Module> module,
                            v8::Local<v8::Object> meta) {
  Env& env = Env::from(context->GetIsolate());
  v8::Local<v8::Value> handler = env.slot(Slot::kImportMeta);
  ModuleWrap* wrap = wrap_of(env, module);
  if (!handler->IsFunction() || wrap == nullptr) return;
  v8::Local<v8::Value> argv[] = {meta, wrap->object()};
  v8::TryCatch catcher(env.isolate());
  v8::Local<v8::Value> ignored;
  if (!handler.As<v8::Function>()
           ->Call(context, v8::Undefined(env.isolate()), 2, argv)
           .ToLocal(&ignored)) {
    catcher.ReThrow();
  }
}

// Once per isolate, by the loader's start.
void install_callbacks(Env& env) {
  env.isolate()->SetHostImportModuleDynamicallyCallback(import_dynamically);
  env.isolate()->SetHostInitializeImportMetaObjectCallback(initialize_import_meta);
}

using engine::binding;
using engine::cls;
using engine::constant;
using engine::fn;
using engine::method;
using engine::raw;
using engine::raw_method;

constexpr auto kTable = binding(
    "module_wrap", fn<install_callbacks>("installCallbacks"),
    raw<compile_common_js>("compileCommonJs"), raw<compile_script>("runScript"),
    fn<contains_module_syntax>("containsModuleSyntax"), fn<flush_compile_cache>("flushCache"),
    fn<compile_cache_folder>("cacheFolder"), fn<enable_compile_cache>("enableCache"),
    constant("kInstantiated", v8::Module::kInstantiated),
    constant("kEvaluating", v8::Module::kEvaluating),
    constant("kEvaluated", v8::Module::kEvaluated), constant("kErrored", v8::Module::kErrored),
    cls<RegistryHolder>("ModuleRegistry"), cls<CodeCacheHolder>("CodeCacheHolder"),
    cls<ModuleWrap>(
        "ModuleWrap", method<&ModuleWrap::requests>("requests"), method<&ModuleWrap::link>("link"),
        raw_method<ModuleWrap::instantiate>("instantiate"),
        raw_method<ModuleWrap::evaluate>("evaluate"),
        raw_method<ModuleWrap::set_export>("setExport"),
        method<&ModuleWrap::get_namespace>("getNamespace"), method<&ModuleWrap::status>("status"),
        method<&ModuleWrap::error>("error"), method<&ModuleWrap::is_graph_async>("isGraphAsync"),
        method<&ModuleWrap::is_synthetic>("isSynthetic")));

}  // namespace

BindingView module_wrap() { return kTable; }

}  // namespace gyre::bindings
