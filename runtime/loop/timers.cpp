#include "runtime/loop/timers.hpp"

#include "runtime/loop/loop.hpp"

namespace gyre::loop {

Timer::Timer(Loop& loop, std::function<void()> callback)
    : Liveness(loop), callback_(std::move(callback)) {}

void Timer::start(Milliseconds delay, Milliseconds repeat) {
  Ref<Timer> keep(this);  // the heap's reference is dropped and taken again
  stop();
  auto as_count = [](Milliseconds time) { return time.count() > 0 ? uint64_t(time.count()) : 0; };
  loop().timers_.add(*this, loop().now(), as_count(delay), as_count(repeat));
  set_active(true);
}

void Timer::stop() {
  if (!is_active()) return;
  set_active(false);
  loop().timers_.remove(*this);
}

Timers::~Timers() { clear(); }

bool Timers::is_before(const Timer& a, const Timer& b) {
  return a.deadline_ != b.deadline_ ? a.deadline_ < b.deadline_ : a.sequence_ < b.sequence_;
}

void Timers::put(size_t index, Timer* timer) {
  heap_[index] = timer;
  timer->heap_index_ = index;
}

void Timers::sift_up(size_t index) {
  Timer* timer = heap_[index];
  while (index > 0) {
    size_t parent = (index - 1) / 2;
    if (!is_before(*timer, *heap_[parent])) break;
    put(index, heap_[parent]);
    index = parent;
  }
  put(index, timer);
}

void Timers::sift_down(size_t index) {
  Timer* timer = heap_[index];
  for (;;) {
    size_t child = index * 2 + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && is_before(*heap_[child + 1], *heap_[child])) ++child;
    if (!is_before(*heap_[child], *timer)) break;
    put(index, heap_[child]);
    index = child;
  }
  put(index, timer);
}

void Timers::add(Timer& timer, uint64_t now, uint64_t delay, uint64_t repeat) {
  timer.deadline_ = delay > UINT64_MAX - now ? UINT64_MAX : now + delay;
  timer.sequence_ = next_sequence_++;
  timer.repeat_ = repeat;
  timer.add_ref();
  heap_.push_back(&timer);
  sift_up(heap_.size() - 1);
}

void Timers::remove_from_heap(Timer& timer) {
  size_t index = timer.heap_index_;
  timer.heap_index_ = Timer::kNotInHeap;
  Timer* last = heap_.back();
  heap_.pop_back();
  if (last == &timer) return;
  put(index, last);
  sift_up(index);
  sift_down(last->heap_index_);
}

void Timers::remove(Timer& timer) {
  if (timer.heap_index_ != Timer::kNotInHeap) {
    remove_from_heap(timer);
  } else {
    timer.unlink();
  }
  timer.release_ref();
}

void Timers::run(uint64_t now) {
  while (!heap_.empty() && heap_.front()->deadline_ <= now) {
    Timer& timer = *heap_.front();
    remove_from_heap(timer);
    due_.push_back(timer);
  }
  while (Timer* timer = due_.pop_front()) {
    Ref<Timer> keep(timer);
    timer->set_active(false);
    timer->release_ref();
    if (timer->repeat_ != 0)
      timer->start(Milliseconds(timer->repeat_), Milliseconds(timer->repeat_));
    timer->callback_();
  }
}

void Timers::clear() {
  while (!heap_.empty()) heap_.back()->stop();
  while (!due_.empty()) due_.front().stop();
}

std::optional<uint64_t> Timers::next_deadline() const {
  if (!due_.empty()) return 0;
  if (heap_.empty()) return std::nullopt;
  return heap_.front()->deadline_;
}

}  // namespace gyre::loop
