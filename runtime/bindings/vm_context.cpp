#include "runtime/bindings/vm_context.hpp"

namespace gyre::bindings {
namespace {

using engine::Env;
using engine::intercept;
using engine::intercept_list;
using engine::intercept_store;
using engine::StoreInfo;

// Embedder data of a context made here. 0 is V8's, 1 the Env's (main contexts only).
constexpr int kSandboxField = 2;
constexpr int kMicrotasksField = 3;
constexpr int kNoWasmField = 4;
constexpr uint32_t kFields = 5;

v8::Local<v8::Private> global_key(Env& env) {
  return v8::Private::ForApi(env.isolate(), env.literal("gyre:vm.global"));
}

// One interception: the context asked, its sandbox, its real global object.
struct Target {
  v8::Local<v8::Context> context;
  v8::Local<v8::Object> sandbox;
  v8::Local<v8::Object> global;

  // False while the context is being made and for objects that only inherit from the global.
  bool find(v8::Local<v8::Object> holder) {
    if (!holder->GetCreationContext().ToLocal(&context)) return false;
    if (context->GetNumberOfEmbedderDataFields() < kFields) return false;
    v8::Local<v8::Value> value = context->GetEmbedderData(kSandboxField);
    if (!value->IsObject()) return false;
    sandbox = value.As<v8::Object>();
    global = context->Global();
    return true;
  }
};

bool get(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Value>& info) {
  Target at;
  if (!at.find(info.Holder())) return false;
  v8::Local<v8::Value> value;
  if (!at.sandbox->GetRealNamedProperty(at.context, name).ToLocal(&value) &&
      !at.global->GetRealNamedProperty(at.context, name).ToLocal(&value)) {
    return false;
  }
  // A sandbox that names itself means the global object.
  info.GetReturnValue().Set(value == at.sandbox ? at.global.As<v8::Value>() : value);
  return true;
}

bool has_accessor(const Target& at, v8::Local<v8::Name> name) {
  v8::Local<v8::Value> descriptor;
  if (!at.sandbox->GetOwnPropertyDescriptor(at.context, name).ToLocal(&descriptor) ||
      !descriptor->IsObject()) {
    return false;
  }
  v8::Isolate* isolate = at.context->GetIsolate();
  for (const char* part : {"get", "set"}) {
    auto key = Env::from(isolate).literal(part);
    if (descriptor.As<v8::Object>()->HasOwnProperty(at.context, key).FromMaybe(false)) return true;
  }
  return false;
}

// True keeps V8 from storing it on the real global object as well.
bool set(v8::Local<v8::Name> name, v8::Local<v8::Value> value, const StoreInfo& info) {
  Target at;
  if (!at.find(info.Holder())) return false;
  v8::PropertyAttribute on_sandbox = v8::None;
  v8::PropertyAttribute on_global = v8::None;
  const bool in_sandbox =
      at.sandbox->GetRealNamedPropertyAttributes(at.context, name).To(&on_sandbox);
  const bool in_global = at.global->GetRealNamedPropertyAttributes(at.context, name).To(&on_global);
  if (((on_sandbox | on_global) & v8::ReadOnly) != 0) return false;
  if (!in_sandbox && !in_global) {
    // `x = 1` without a declaration fails in strict code; this.x = 1 and declarations do not.
    const bool is_plain_name = info.This() != at.global;
    if (info.ShouldThrowOnError() && is_plain_name && !value->IsFunction()) return false;
    if (name->IsSymbol()) return false;
  }
  if (at.sandbox->Set(at.context, name, value).IsNothing()) return true;
  return in_sandbox && has_accessor(at, name);
}

bool query(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Integer>& info) {
  Target at;
  if (!at.find(info.Holder())) return false;
  for (v8::Local<v8::Object> object : {at.sandbox, at.global}) {
    v8::PropertyAttribute attributes = v8::None;
    if (!object->HasRealNamedProperty(at.context, name).FromMaybe(false)) continue;
    if (!object->GetRealNamedPropertyAttributes(at.context, name).To(&attributes)) return false;
    info.GetReturnValue().Set(static_cast<int32_t>(attributes));
    return true;
  }
  return false;
}

bool remove(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Boolean>& info) {
  Target at;
  if (!at.find(info.Holder())) return false;
  if (at.sandbox->Delete(at.context, name).FromMaybe(false)) return false;
  info.GetReturnValue().Set(false);
  return true;
}

bool describe(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Value>& info) {
  Target at;
  v8::Local<v8::Value> descriptor;
  if (!at.find(info.Holder()) || !at.sandbox->HasOwnProperty(at.context, name).FromMaybe(false) ||
      !at.sandbox->GetOwnPropertyDescriptor(at.context, name).ToLocal(&descriptor)) {
    return false;
  }
  info.GetReturnValue().Set(descriptor);
  return true;
}

void define_on_sandbox(const Target& at, v8::Local<v8::Name> name,
                       const v8::PropertyDescriptor& wanted, v8::PropertyDescriptor& copy) {
  if (wanted.has_enumerable()) copy.set_enumerable(wanted.enumerable());
  if (wanted.has_configurable()) copy.set_configurable(wanted.configurable());
  std::ignore = at.sandbox->DefineProperty(at.context, name, copy);
}

bool define(v8::Local<v8::Name> name, const v8::PropertyDescriptor& wanted, const StoreInfo& info) {
  Target at;
  if (!at.find(info.Holder())) return false;
  v8::PropertyAttribute attributes = v8::None;
  constexpr int kFixed = v8::ReadOnly | v8::DontDelete;
  if (at.global->GetRealNamedPropertyAttributes(at.context, name).To(&attributes) &&
      (attributes & kFixed) == kFixed) {
    return false;
  }
  v8::Local<v8::Value> none = v8::Undefined(at.context->GetIsolate());
  if (wanted.has_get() || wanted.has_set()) {
    v8::PropertyDescriptor copy(wanted.has_get() ? wanted.get() : none,
                                wanted.has_set() ? wanted.set() : none);
    define_on_sandbox(at, name, wanted, copy);
  } else if (v8::Local<v8::Value> value = wanted.has_value() ? wanted.value() : none;
             wanted.has_writable()) {
    v8::PropertyDescriptor copy(value, wanted.writable());
    define_on_sandbox(at, name, wanted, copy);
  } else {
    v8::PropertyDescriptor copy(value);
    define_on_sandbox(at, name, wanted, copy);
  }
  return false;
}

bool list_keys(const v8::PropertyCallbackInfo<v8::Array>& info, v8::PropertyFilter filter,
               bool indices) {
  Target at;
  v8::Local<v8::Array> keys;
  if (!at.find(info.Holder()) ||
      !at.sandbox
           ->GetPropertyNames(
               at.context, v8::KeyCollectionMode::kOwnOnly, filter,
               indices ? v8::IndexFilter::kIncludeIndices : v8::IndexFilter::kSkipIndices)
           .ToLocal(&keys)) {
    return false;
  }
  if (indices) {
    std::vector<v8::Local<v8::Value>> numbers;
    for (uint32_t i = 0; i < keys->Length(); ++i) {
      v8::Local<v8::Value> key;
      if (keys->Get(at.context, i).ToLocal(&key) && key->IsUint32()) numbers.push_back(key);
    }
    keys = v8::Array::New(at.context->GetIsolate(), numbers.data(), numbers.size());
  }
  info.GetReturnValue().Set(keys);
  return true;
}

bool list_names(const v8::PropertyCallbackInfo<v8::Array>& info) {
  return list_keys(info, v8::ALL_PROPERTIES, false);
}
bool list_indices(const v8::PropertyCallbackInfo<v8::Array>& info) {
  return list_keys(info, v8::SKIP_SYMBOLS, true);
}

// The same for a[0]: the number as a name.
template <auto F, typename T>
bool by_index(uint32_t index, const v8::PropertyCallbackInfo<T>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  return F(engine::to_js_string(isolate, std::to_string(index)).template As<v8::Name>(), info);
}
template <auto F, typename Value>
bool store_by_index(uint32_t index, Value value, const StoreInfo& info) {
  v8::Isolate* isolate = info.GetIsolate();
  return F(engine::to_js_string(isolate, std::to_string(index)).template As<v8::Name>(), value,
           info);
}

using LocalValue = v8::Local<v8::Value>;
using Descriptor = const v8::PropertyDescriptor&;
using Name = v8::Local<v8::Name>;

v8::Local<v8::ObjectTemplate> make_global_template(v8::Isolate* isolate) {
  auto object = v8::ObjectTemplate::New(isolate);
  object->SetHandler(v8::NamedPropertyHandlerConfiguration(
      intercept<get, Name>, intercept_store<set, Name, LocalValue>, intercept<query, Name>,
      intercept<remove, Name>, intercept_list<list_names>,
      intercept_store<define, Name, Descriptor>, intercept<describe, Name>));
  object->SetHandler(v8::IndexedPropertyHandlerConfiguration(
      intercept<by_index<get, v8::Value>, uint32_t>,
      intercept_store<store_by_index<set, LocalValue>, uint32_t, LocalValue>,
      intercept<by_index<query, v8::Integer>, uint32_t>,
      intercept<by_index<remove, v8::Boolean>, uint32_t>, intercept_list<list_indices>,
      intercept_store<store_by_index<define, Descriptor>, uint32_t, Descriptor>,
      intercept<by_index<describe, v8::Value>, uint32_t>));
  return object;
}

// Made once per Env.
struct GlobalTemplate {
  explicit GlobalTemplate(Env& env) : value(env.isolate(), make_global_template(env.isolate())) {}
  v8::Global<v8::ObjectTemplate> value;
};

bool allows_wasm(v8::Local<v8::Context> context, v8::Local<v8::String>) {
  return context->GetNumberOfEmbedderDataFields() < kFields ||
         !context->GetEmbedderData(kNoWasmField)->IsTrue();
}

}  // namespace

Status MicrotaskQueueWrap::construct(Env& env, v8::Local<v8::Object> self,
                                     const v8::FunctionCallbackInfo<v8::Value>&) {
  new MicrotaskQueueWrap(env, self);
  return ok();
}

MicrotaskQueueWrap::MicrotaskQueueWrap(Env& env, v8::Local<v8::Object> self)
    : Wrap(env, self),
      queue_(v8::MicrotaskQueue::New(env.isolate(), v8::MicrotasksPolicy::kExplicit)) {
  make_weak();
}

v8::MaybeLocal<v8::Context> context_of_sandbox(Env& env, v8::Local<v8::Value> object) {
  v8::Local<v8::Value> global;
  if (!object->IsObject() ||
      !object.As<v8::Object>()->GetPrivate(env.context(), global_key(env)).ToLocal(&global) ||
      !global->IsObject()) {
    return {};
  }
  return global.As<v8::Object>()->GetCreationContext();
}

v8::MicrotaskQueue* own_microtasks(v8::Local<v8::Context> context) {
  if (context->GetNumberOfEmbedderDataFields() < kFields) return nullptr;
  auto* wrap = engine::Wrap::unwrap<MicrotaskQueueWrap>(context->GetEmbedderData(kMicrotasksField));
  return wrap == nullptr ? nullptr : wrap->queue();
}

void make_vm_context(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  Env& env = Env::from(isolate);
  v8::Local<v8::Value> microtasks = v8::Undefined(isolate);
  v8::MicrotaskQueue* queue = nullptr;
  if (info[3]->IsTrue()) {
    v8::Local<v8::Object> made;
    if (!engine::construct_instance<MicrotaskQueueWrap>(env).ToLocal(&made)) return;
    queue = engine::Wrap::unwrap<MicrotaskQueueWrap>(made)->queue();
    microtasks = made;
  }
  const bool has_sandbox = info[0]->IsObject();
  v8::MaybeLocal<v8::ObjectTemplate> shape;
  if (has_sandbox) shape = env.state<GlobalTemplate>().value.Get(isolate);
  v8::Local<v8::Context> context = v8::Context::New(isolate, nullptr, shape, {}, {}, queue);
  if (context.IsEmpty()) return;
  context->SetSecurityToken(env.context()->GetSecurityToken());
  context->AllowCodeGenerationFromStrings(!info[1]->IsFalse());
  context->SetEmbedderData(kNoWasmField, v8::Boolean::New(isolate, info[2]->IsFalse()));
  context->SetEmbedderData(kMicrotasksField, microtasks);
  v8::Local<v8::Object> global = context->Global();
  v8::Local<v8::Object> sandbox = has_sandbox ? info[0].As<v8::Object>() : global;
  if (info[2]->IsFalse()) isolate->SetAllowWasmCodeGenerationCallback(allows_wasm);
  if (sandbox->SetPrivate(env.context(), global_key(env), global).IsNothing()) return;
  // Last: from here on the global object reads through.
  v8::Local<v8::Value> target = v8::Undefined(isolate);
  if (has_sandbox) target = sandbox;
  context->SetEmbedderData(kSandboxField, target);
  info.GetReturnValue().Set(sandbox);
}

}  // namespace gyre::bindings
