// Structured clone: JavaScript values ↔ workers::Message. Array buffers and native objects in the
// transfer list move without a copy; shared memory and WebAssembly modules are shared. Env's
// thread, inside a handle scope and its context.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "runtime/engine/wrap.hpp"
#include "workers/isolate/message.hpp"

namespace gyre::engine {

// The native part of an object under way; revived on the receiving thread.
class Revivable : public workers::Transferable {
 public:
  virtual v8::MaybeLocal<v8::Object> revive(Env& env) = 0;
};

// A wrap that can cross. Without a native part (CloneHost) JavaScript does it: slot kCloneHost.
class CloneableWrap : public Wrap {
 public:
  CloneableWrap* as_cloneable() final { return this; }
  // Null where it cannot be transferred (closed, never transferable).
  virtual bool is_transferable() const { return false; }
  // Why not, for the DataCloneError.
  virtual const char* refusal() const { return "Object cannot be transferred"; }
  // Moves the native part out; the object stays behind, useless.
  virtual std::unique_ptr<Revivable> transfer() { return nullptr; }
  virtual bool is_script_object() const { return false; }

 protected:
  using Wrap::Wrap;
};

// Base class for objects that JavaScript clones: subclasses answer to slot kCloneHost.
class CloneHost final : public CloneableWrap {
 public:
  static Status construct(Env& env, v8::Local<v8::Object> self,
                          const v8::FunctionCallbackInfo<v8::Value>&);
  bool is_script_object() const override { return true; }
  bool is_transferable() const override { return true; }

 private:
  using CloneableWrap::CloneableWrap;
};

// Null: a JavaScript exception is pending (a DataCloneError, or whatever a getter threw), and
// nothing was transferred. `sender` must not be in the transfer list.
std::unique_ptr<workers::Message> serialize(Env& env, v8::Local<v8::Value> value,
                                            std::span<const v8::Local<v8::Object>> transfer,
                                            const Wrap* sender = nullptr);

// Consumes the message. Empty: an exception is pending. `revived` receives the native objects that
// were transferred, in the order of the transfer list.
v8::MaybeLocal<v8::Value> deserialize(Env& env, workers::Message& message,
                                      std::vector<v8::Local<v8::Object>>* revived = nullptr);

// Objects marked so are refused in transfer lists.
void mark_as_untransferable(Env& env, v8::Local<v8::Object> object);
bool is_marked_as_untransferable(Env& env, v8::Local<v8::Object> object);

// Objects marked so are refused as the root of a message.
void mark_as_uncloneable(Env& env, v8::Local<v8::Object> object);

// A DOMException named DataCloneError.
void throw_data_clone_error(Env& env, v8::Local<v8::String> message);
void throw_data_clone_error(Env& env, const char* message);

}  // namespace gyre::engine
