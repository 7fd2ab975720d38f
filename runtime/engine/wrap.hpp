// Wrap: joins a native object and its JavaScript object. The wrap owns itself: strong while active
// (it keeps the JavaScript object alive), weak when idle (collecting the object deletes the wrap).
// At teardown every wrap left is told to release its resources and deleted. Env's thread only.
#pragma once

#include <array>

#include "runtime/engine/callback_scope.hpp"
#include "runtime/engine/convert.hpp"

namespace gyre::engine {

// Ordinal of a native class, given out by assign_class_ids() before the first isolate.
template <typename T>
struct ClassId {
  static inline uint32_t value = 0;
};

class CloneableWrap;

class Wrap : public ListNode {
 public:
  // Those that structured clone may copy or move: see serializer.hpp.
  virtual CloneableWrap* as_cloneable() { return nullptr; }
  Env& env() const { return env_; }
  v8::Local<v8::Object> object() const { return object_.Get(env_.isolate()); }
  void make_strong() { object_.ClearWeak(); }
  void make_weak();

  // The T behind an object, or null when the value is not one. For methods of T the receiver is
  // checked by V8 (signature), see binding.hpp.
  template <typename T>
  static T* unwrap(v8::Local<v8::Value> value) {
    if (!value->IsObject()) return nullptr;
    auto object = value.As<v8::Object>();
    if (object->InternalFieldCount() < 2) return nullptr;
    if (object->GetAlignedPointerFromInternalField(1) != &ClassId<T>::value) return nullptr;
    return static_cast<T*>(static_cast<Wrap*>(object->GetAlignedPointerFromInternalField(0)));
  }

  // Calls the function with this object as receiver, in the async context captured at creation.
  v8::MaybeLocal<v8::Value> call(CallbackScope& scope, v8::Local<v8::Function> function, int argc,
                                 v8::Local<v8::Value>* argv);
  // Opens a scope and calls object[property](...values); a missing or non-function property is
  // skipped. `property` is a literal.
  template <typename... T>
  void make_callback(const char* property, T&&... values) {
    if (!env_.can_run_js()) return;
    CallbackScope scope(env_);
    std::array<v8::Local<v8::Value>, sizeof...(T)> argv{
        Convert<std::decay_t<T>>::to(env_, std::forward<T>(values))...};
    call_property(scope, property, static_cast<int>(argv.size()), argv.data());
  }

  // Called once when the Env goes down, before deletion: close handles, forget callbacks.
  virtual void on_teardown() {}
  // Deletes the wrap now and cuts the tie to its object.
  void destroy();

 protected:
  Wrap(Env& env, v8::Local<v8::Object> self);
  virtual ~Wrap();

 private:
  void call_property(CallbackScope& scope, const char* property, int argc,
                     v8::Local<v8::Value>* argv);
  Env& env_;
  v8::Global<v8::Object> object_;
  AsyncContext context_;
};

}  // namespace gyre::engine
