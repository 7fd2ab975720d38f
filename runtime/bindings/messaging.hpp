// MessagePort: the JavaScript end of a workers::Port. Strong until closed. What arrives is
// delivered by slot kMessageEvent once the port has been started. Env's thread.
#pragma once

#include <memory>

#include "runtime/bindings/registry.hpp"
#include "runtime/engine/serializer.hpp"
#include "runtime/loop/handle.hpp"
#include "workers/isolate/port.hpp"

namespace gyre::bindings {

class MessagePort final : public engine::CloneableWrap {
 public:
  // Scripts cannot construct one.
  static Status construct(engine::Env& env, v8::Local<v8::Object> self,
                          const v8::FunctionCallbackInfo<v8::Value>& info);
  static v8::MaybeLocal<v8::Object> create(engine::Env& env, std::unique_ptr<workers::Port> port);

  static void post_message(const v8::FunctionCallbackInfo<v8::Value>& info);
  // Delivers everything that waits, now; before an owner's 'exit' event.
  void drain();
  void start();
  void stop();
  void close();
  void ref();
  void unref();
  bool has_ref();
  // The next data message, consumed; null when there is none.
  std::unique_ptr<workers::Message> take();

  bool is_transferable() const override;
  const char* refusal() const override {
    return "MessagePort in transfer list is already detached";
  }
  std::unique_ptr<engine::Revivable> transfer() override;
  void on_teardown() override;

 private:
  class PortHandle;
  MessagePort(engine::Env& env, v8::Local<v8::Object> self, std::unique_ptr<workers::Port> port);
  ~MessagePort() override;
  void attach();
  void on_arrival();
  // False: the port has gone, or there was nothing.
  bool deliver_next();
  void emit(const char* type, v8::Local<v8::Value> data, v8::Local<v8::Value> ports);
  void on_handle_closed();
  void begin_close();

  std::unique_ptr<workers::Port> port_;
  Ref<PortHandle> handle_;
  bool is_started_ = false;
};

}  // namespace gyre::bindings
