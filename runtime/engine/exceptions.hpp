// What happens to an exception no one caught: JavaScript's handlers first, then the report on
// stderr in Node's form (source line, code frame, stack) and the exit code. Env's thread.
#pragma once

#include <string>

#include "runtime/engine/environment.hpp"

namespace gyre::engine {

struct FatalReport {
  // What the builtin modules made of the error (inspected, with cause and extra properties).
  std::string description;
  int exit_code = 1;
  // Errors stand apart from the source line above them, other values follow it at once.
  bool is_error = true;
  // The program's own line that the stack leads to; shown where the throw itself has none to show.
  std::string frame;
  // Where a handler threw; empty: where the error itself was thrown.
  v8::Local<v8::Message> thrown_by_handler;
  // What ends the thread: the error itself, or what a handler threw in its place.
  v8::Local<v8::Value> error;
};

// True when a script's 'uncaughtException' handler took the error. Otherwise fills the report.
bool handle_uncaught(Env& env, v8::Local<v8::Value> error, bool from_promise, FatalReport& report);
void print_fatal(Env& env, v8::Local<v8::Value> error, v8::Local<v8::Message> message,
                 const FatalReport& report);
// "file:line\nsource line\n   ^^^\n" of a message, or "" when it has no usable position.
std::string code_frame(Env& env, v8::Local<v8::Message> message);
// Flushes stdio and ends the process without unwinding.
[[noreturn]] void end_process(int code);
// Heap exhaustion and V8 API misuse: says so and aborts with the same text on all threads.
void install_fatal_error_handlers(v8::Isolate* isolate);

}  // namespace gyre::engine
