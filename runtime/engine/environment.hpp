// Env: everything one JavaScript thread has: isolate, context, loop, pool, the values C++ shares
// with the builtin modules (slots), and its exit state. Owned by the thread that runs it (main
// thread or an isolate worker); used on that thread only, except where said.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/base/bytes.hpp"
#include "runtime/base/intrusive.hpp"
#include "runtime/base/result.hpp"
#include "runtime/engine/v8_compat.hpp"

namespace gyre::loop {
class Loop;
}
namespace gyre::workers {
class ThreadPool;
}

namespace gyre::engine {

enum class Slot : uint32_t {
#define GYRE_SLOT(enumerator, name) enumerator,
#include "runtime/engine/slots.def"
#undef GYRE_SLOT
  kCount,
};

class Wrap;

// Flags that JavaScript and C++ share without calls.
struct TickInfo {
  uint8_t has_ticks;       // the nextTick queue is not empty
  uint8_t has_rejections;  // unhandled rejections wait to be reported
};
struct ImmediateInfo {
  uint32_t count;      // immediates queued
  uint32_t ref_count;  // those that keep the loop alive
};

// What the embedding thread decides about an Env.
struct EnvOptions {
  std::vector<std::string> argv;       // process.argv
  std::vector<std::string> exec_argv;  // process.execArgv
  std::vector<std::string> env_argv;   // the options of NODE_OPTIONS
  std::string executable;              // process.execPath
  bool is_main_thread = true;
  uint64_t thread_id = 0;
  // Opaque to the engine; handed to bindings (worker data, run request).
  void* host = nullptr;
};

class Env {
 public:
  // The isolate is entered by the caller and outlives the Env. `loop` is null while a snapshot is
  // being made.
  Env(v8::Isolate* isolate, loop::Loop* loop, workers::ThreadPool* pool, EnvOptions options);
  ~Env();
  Env(const Env&) = delete;
  Env& operator=(const Env&) = delete;

  static Env& from(v8::Isolate* isolate) { return *static_cast<Env*>(isolate->GetData(0)); }

  // Takes a fresh context over (slots are created) or one out of the snapshot (slots are read).
  void adopt_context(v8::Local<v8::Context> context);
  // Takes what adopt_context() left in a context out of it again: it is no Env's any more.
  static void forget(v8::Local<v8::Context> context);
  // Drops every handle into the heap; the isolate may then be disposed or put into a snapshot.
  void release_context();

  v8::Isolate* isolate() const { return isolate_; }
  v8::Local<v8::Context> context() const { return context_.Get(isolate_); }
  bool has_loop() const { return loop_ != nullptr; }
  loop::Loop& loop() const { return *loop_; }
  workers::ThreadPool& pool() const { return *pool_; }
  EnvOptions& options() { return options_; }

  v8::Local<v8::Value> slot(Slot slot) const;
  v8::Local<v8::Function> slot_function(Slot name) const { return slot(name).As<v8::Function>(); }
  void set_slot(Slot slot, v8::Local<v8::Value> value);
  // False for an unknown name.
  bool set_slot(std::string_view name, v8::Local<v8::Value> value);
  TickInfo& tick_info() { return *tick_info_; }
  ImmediateInfo& immediate_info() { return *immediate_info_; }

  // An internalised string, cached per Env by the address of its (static) literal.
  v8::Local<v8::String> literal(const char* text);

  // Native classes: the constructor is registered under its class when the binding is instantiated.
  void set_class(uint32_t class_id, v8::Local<v8::Function> constructor);
  v8::MaybeLocal<v8::Object> construct_class(uint32_t class_id, int argc = 0,
                                             v8::Local<v8::Value>* argv = nullptr);

  // False once the process or worker is going down: no JavaScript may run any more.
  bool can_run_js() const { return can_run_js_.load(std::memory_order_relaxed); }
  // Any thread: a worker's parent stops it so.
  void stop_js() { can_run_js_.store(false, std::memory_order_relaxed); }

  // process.exit(): the main thread ends the process at once; a worker stops JavaScript.
  void request_exit(int code);
  bool exit_requested() const { return exit_requested_; }
  int exit_code() const { return exit_code_; }

  // Ends JavaScript's turn: runs the nextTick queue and microtasks until both are empty.
  void drain_ticks();
  // Reports an exception no one caught; ends the process (or worker) unless JavaScript handles it.
  void report_uncaught(v8::Local<v8::Value> error, v8::Local<v8::Message> message,
                       bool from_promise = false);
  // Workers take a fatal error over instead of printing it and ending the process.
  using FatalHandler = void (*)(Env&, v8::Local<v8::Value> error, int exit_code);
  void set_fatal_handler(FatalHandler handler) { fatal_handler_ = handler; }

  // Native state of a binding (T is made from Env& on first use), destroyed with the context.
  template <typename T>
  T& state() {
    static char key;
    for (State& state : states_) {
      if (state.key == &key) return *static_cast<T*>(state.value.get());
    }
    auto value = std::make_shared<T>(*this);
    states_.push_back({&key, value});
    return *value;
  }

  // Live native wraps, for teardown.
  List<Wrap>& wraps() { return wraps_; }

  int callback_depth = 0;

 private:
  void create_slots(v8::Local<v8::Context> context);
  void read_slots(v8::Local<v8::Array> slots);
  void bind_shared_arrays();
  bool run_tick_callback();

  struct State {
    const void* key;
    std::shared_ptr<void> value;
  };

  v8::Isolate* isolate_;
  loop::Loop* loop_;
  workers::ThreadPool* pool_;
  EnvOptions options_;
  v8::Global<v8::Context> context_;
  v8::Global<v8::Array> slots_;
  v8::Global<v8::Value> slot_cache_[static_cast<size_t>(Slot::kCount)];
  std::unordered_map<const char*, v8::Global<v8::String>> literals_;
  std::vector<v8::Global<v8::Function>> classes_;
  TickInfo* tick_info_ = nullptr;
  ImmediateInfo* immediate_info_ = nullptr;
  std::shared_ptr<v8::BackingStore> tick_store_;
  std::shared_ptr<v8::BackingStore> immediate_store_;
  FatalHandler fatal_handler_ = nullptr;
  List<Wrap> wraps_;
  std::vector<State> states_;
  std::atomic<bool> can_run_js_{true};
  bool exit_requested_ = false;
  bool draining_ = false;
  int exit_code_ = 0;
};

}  // namespace gyre::engine
