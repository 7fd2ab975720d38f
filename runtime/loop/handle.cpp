#include "runtime/loop/handle.hpp"

#include "runtime/loop/loop.hpp"

namespace gyre::loop {

Handle::Handle(Loop& loop) : Liveness(loop) { loop.handles_.push_back(*this); }

void Handle::close(std::function<void()> after) {
  if (after && after_) {
    after_ = [first = std::move(after_), second = std::move(after)] {
      first();
      second();
    };
  } else if (after) {
    after_ = std::move(after);
  }
  if (state_ == State::kClosed && after_) {
    loop().defer(std::exchange(after_, nullptr));
  }
  if (state_ != State::kOpen) return;
  state_ = State::kClosing;
  add_ref();  // the loop's, until closed
  unlink();
  loop().closing_handles_.push_back(*this);
  ++loop().closing_count_;
  if (begin_close() == CloseStep::kDone) finish_close();
}

void Handle::finish_close() {
  GYRE_CHECK(state_ == State::kClosing);
  if (is_ready_) return;
  is_ready_ = true;
  set_active(false);
  unlink();
  loop().closed_handles_.push_back(*this);
}

void Handle::deliver_closed() {
  state_ = State::kClosed;
  --loop().closing_count_;
  on_closed();
  if (after_) std::exchange(after_, nullptr)();
  release_ref();
}

}  // namespace gyre::loop
