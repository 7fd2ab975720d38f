// Liveness: the part of a timer, hook or handle that says whether the loop must go on for it:
// active and referenced. Loop's thread only.
#pragma once

namespace gyre::loop {

class Loop;

class Liveness {
 public:
  explicit Liveness(Loop& loop) : loop_(&loop) {}
  ~Liveness() { set_active(false); }
  Liveness(const Liveness&) = delete;
  Liveness& operator=(const Liveness&) = delete;

  // An unreferenced one works as before but does not keep the loop running.
  void ref() { update(is_active_, true); }
  void unref() { update(is_active_, false); }
  bool has_ref() const { return is_referenced_; }
  bool is_active() const { return is_active_; }
  Loop& loop() const { return *loop_; }

 protected:
  void set_active(bool active) { update(active, is_referenced_); }

 private:
  void update(bool active, bool referenced);
  Loop* loop_;
  bool is_active_ = false;
  bool is_referenced_ = true;
};

}  // namespace gyre::loop
