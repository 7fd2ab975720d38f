#include "runtime/engine/binding.hpp"

namespace gyre::engine {
namespace {

v8::Local<v8::String> internalized(Env& env, const char* name) {
  return v8::String::NewFromUtf8(env.isolate(), name, v8::NewStringType::kInternalized)
      .ToLocalChecked();
}

void add_member(Env& env, v8::Local<v8::FunctionTemplate> owner, const Entry& entry) {
  v8::Isolate* isolate = env.isolate();
  auto signature = v8::Signature::New(isolate, owner);
  auto function = v8::FunctionTemplate::New(isolate, entry.callback, {}, signature, 0,
                                            v8::ConstructorBehavior::kThrow);
  auto name = internalized(env, entry.name);
  if (entry.kind == Entry::Kind::kGetter) {
    owner->PrototypeTemplate()->SetAccessorProperty(name, function, {}, v8::DontDelete);
  } else {
    function->SetClassName(name);
    owner->PrototypeTemplate()->Set(name, function);
  }
}

// Builds the class whose entries begin at `at`; returns the index of its last entry.
size_t add_class(Env& env, v8::Local<v8::Object> target, std::span<const Entry> entries,
                 size_t at) {
  const Entry& head = entries[at];
  auto owner = v8::FunctionTemplate::New(env.isolate(), head.callback);
  owner->SetClassName(internalized(env, head.name));
  owner->InstanceTemplate()->SetInternalFieldCount(2);
  for (++at; entries[at].kind != Entry::Kind::kClassEnd; ++at) {
    if (entries[at].kind == Entry::Kind::kConstant) {
      owner->PrototypeTemplate()->Set(internalized(env, entries[at].name),
                                      v8::Number::New(env.isolate(), entries[at].number));
    } else {
      add_member(env, owner, entries[at]);
    }
  }
  auto constructor = owner->GetFunction(env.context()).ToLocalChecked();
  env.set_class(*head.class_id, constructor);
  (void)target->Set(env.context(), internalized(env, head.name), constructor);
  return at;
}

}  // namespace

v8::MaybeLocal<v8::Object> instantiate(Env& env, const BindingView& view) {
  v8::Isolate* isolate = env.isolate();
  v8::Local<v8::Context> context = env.context();
  auto target = v8::Object::New(isolate);
  for (size_t i = 0; i < view.entries.size(); ++i) {
    const Entry& entry = view.entries[i];
    auto name = internalized(env, entry.name);
    if (entry.kind == Entry::Kind::kConstant) {
      (void)target->Set(context, name, v8::Number::New(isolate, entry.number));
    } else if (entry.kind == Entry::Kind::kClass) {
      i = add_class(env, target, view.entries, i);
    } else {
      auto function = v8::FunctionTemplate::New(isolate, entry.callback, {}, {}, 0,
                                                v8::ConstructorBehavior::kThrow)
                          ->GetFunction(context)
                          .ToLocalChecked();
      function->SetName(name);
      (void)target->Set(context, name, function);
    }
  }
  return target;
}

void assign_class_ids(std::span<const BindingView> views) {
  uint32_t next = 0;
  for (const BindingView& view : views) {
    for (const Entry& entry : view.entries) {
      if (entry.kind == Entry::Kind::kClass) *entry.class_id = next++;
    }
  }
}

namespace detail {

void throw_bad_argument(Env& env, int index) {
  throw_error(env, Error(Code::ERR_INVALID_ARG_TYPE,
                         "Argument " + std::to_string(index + 1) + " has the wrong type"));
}

}  // namespace detail
}  // namespace gyre::engine
