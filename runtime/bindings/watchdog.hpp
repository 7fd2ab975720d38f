// Ends running JavaScript from another thread: after a time limit, or on SIGINT (node:vm's timeout
// and breakOnSigint). Lives on the stack around the run; the isolate's thread makes and drops it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "runtime/engine/environment.hpp"

namespace gyre::bindings {

class TimeLimit {
 public:
  TimeLimit(v8::Isolate* isolate, std::chrono::milliseconds limit);
  ~TimeLimit() { stop(); }
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;
  // Joins the thread; true when the limit passed first. Idempotent.
  bool stop();

 private:
  void watch(v8::Isolate* isolate, std::chrono::milliseconds limit);
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool is_stopped_ = false;
  bool is_past_ = false;
  std::thread thread_;
};

// While one exists, SIGINT goes to the innermost instead of the program's listeners.
class InterruptGuard {
 public:
  explicit InterruptGuard(v8::Isolate* isolate);
  ~InterruptGuard() { stop(); }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  // True when SIGINT came. Idempotent.
  bool stop();

 private:
  void watch();
  v8::Isolate* isolate_;
  std::thread thread_;
  bool was_hit_ = false;
};

}  // namespace gyre::bindings
