// Intrusive building blocks: a doubly linked list whose nodes unlink themselves, and Ref<T>, a
// counted pointer for objects that carry their own single-threaded count (RefCounted).
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "runtime/base/assert.hpp"

namespace gyre {

// Base of list members. Destroying a linked node unlinks it.
class ListNode {
 public:
  ListNode() = default;
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;
  ~ListNode() { unlink(); }
  bool is_linked() const { return next_ != nullptr; }
  void unlink() {
    if (next_ == nullptr) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = nullptr;
  }

 private:
  template <typename T>
  friend class List;
  ListNode* previous_ = nullptr;
  ListNode* next_ = nullptr;
};

// Does not own its members. T derives from ListNode.
template <typename T>
class List {
 public:
  List() { head_.previous_ = head_.next_ = &head_; }
  ~List() {
    while (!empty()) head_.next_->unlink();
    head_.previous_ = head_.next_ = nullptr;
  }
  bool empty() const { return head_.next_ == &head_; }
  void push_back(T& item) {
    ListNode& node = item;
    GYRE_DCHECK(!node.is_linked());
    node.previous_ = head_.previous_;
    node.next_ = &head_;
    head_.previous_->next_ = &node;
    head_.previous_ = &node;
  }
  T& front() { return static_cast<T&>(*head_.next_); }
  T* pop_front() {
    if (empty()) return nullptr;
    T& item = front();
    static_cast<ListNode&>(item).unlink();
    return &item;
  }
  // Moves every member of `other` to the end of this list.
  void splice_back(List& other) {
    while (T* item = other.pop_front()) push_back(*item);
  }
  // `visit` may unlink the visited member, no other.
  template <typename F>
  void for_each(F&& visit) {
    for (ListNode* node = head_.next_; node != &head_;) {
      ListNode* next = node->next_;
      visit(static_cast<T&>(*node));
      node = next;
    }
  }

 private:
  ListNode head_;
};

// Single-threaded reference count; starts at 0, taken by the first Ref.
class RefCounted {
 public:
  RefCounted() = default;
  RefCounted(const RefCounted&) = delete;
  RefCounted& operator=(const RefCounted&) = delete;
  void add_ref() const { ++count_; }
  void release_ref() const {
    GYRE_DCHECK(count_ > 0);
    if (--count_ == 0) delete this;
  }

 protected:
  virtual ~RefCounted() = default;

 private:
  mutable uint32_t count_ = 0;
};

template <typename T>
class Ref {
 public:
  Ref() = default;
  Ref(std::nullptr_t) {}
  explicit Ref(T* pointer) : pointer_(pointer) {
    if (pointer_) pointer_->add_ref();
  }
  Ref(const Ref& other) : Ref(other.pointer_) {}
  template <typename U>
  Ref(const Ref<U>& other) : Ref(other.get()) {}
  Ref(Ref&& other) noexcept : pointer_(std::exchange(other.pointer_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(pointer_, other.pointer_);
    return *this;
  }
  ~Ref() {
    if (pointer_) pointer_->release_ref();
  }
  T* get() const { return pointer_; }
  T& operator*() const { return *pointer_; }
  T* operator->() const { return pointer_; }
  explicit operator bool() const { return pointer_ != nullptr; }
  bool operator==(const Ref& other) const { return pointer_ == other.pointer_; }
  void reset() { *this = Ref(); }

 private:
  T* pointer_ = nullptr;
};

template <typename T, typename... Args>
Ref<T> make_ref(Args&&... args) {
  return Ref<T>(new T(std::forward<Args>(args)...));
}

}  // namespace gyre
