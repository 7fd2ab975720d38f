#include "workers/isolate/port.hpp"

#include <algorithm>

#include "workers/isolate/directory.hpp"

namespace gyre::workers {

// Travels to the owner's thread and says there that messages wait.
class Port::Ring final : public Task {
 public:
  explicit Ring(std::shared_ptr<Bell> bell) : bell_(std::move(bell)) {}
  void run() override {
    Port* port = bell_->port;
    if (port == nullptr) return;  // detached since
    {
      std::lock_guard lock(port->mutex_);
      port->is_rung_ = false;
    }
    // A copy: the callback may detach or destroy the port.
    std::function<void()> on_arrival = port->on_arrival_;
    if (on_arrival) on_arrival();
  }

 private:
  std::shared_ptr<Bell> bell_;
};

Port::Port(std::shared_ptr<PortGroup> group) : group_(std::move(group)) {
  std::lock_guard lock(group_->mutex_);
  group_->members_.push_back(this);
}

std::pair<std::unique_ptr<Port>, std::unique_ptr<Port>> Port::create_pair() {
  auto group = std::make_shared<PortGroup>(PortGroup::Kind::kPair);
  return {std::unique_ptr<Port>(new Port(group)), std::unique_ptr<Port>(new Port(group))};
}

std::unique_ptr<Port> Port::join_broadcast(const std::string& name) {
  return std::unique_ptr<Port>(new Port(Directory::process().broadcast_group(name)));
}

Port::~Port() {
  detach();
  std::shared_ptr<Bell> bell;
  {
    std::lock_guard lock(group_->mutex_);
    std::erase(group_->members_, this);
    if (group_->kind_ != PortGroup::Kind::kPair) return;
    for (Port* other : group_->members_) {
      bell = other->receive(std::make_unique<Message>(Message::Kind::kClose));
    }
  }
  ring(bell);
}

Port::SendResult Port::send(std::unique_ptr<Message> message) {
  if (group_->kind_ == PortGroup::Kind::kBroadcast) return broadcast(std::move(message));
  std::shared_ptr<Bell> bell;
  {
    std::lock_guard lock(group_->mutex_);
    if (group_->members_.size() < 2) return SendResult::kNoReceiver;
    Port* other = group_->members_[group_->members_[0] == this ? 1 : 0];
    bell = other->receive(std::move(message));
  }
  ring(bell);
  return SendResult::kDelivered;
}

Port::SendResult Port::broadcast(std::unique_ptr<Message> message) {
  std::vector<std::shared_ptr<Bell>> bells;
  {
    std::lock_guard lock(group_->mutex_);
    size_t receivers = group_->members_.size() - 1;
    if (receivers == 0) return SendResult::kNoReceiver;
    for (Port* other : group_->members_) {
      if (other == this) continue;
      auto copy = --receivers == 0 ? std::move(message) : message->copy();
      if (!copy) return SendResult::kNotShareable;
      bells.push_back(other->receive(std::move(copy)));
    }
  }
  for (const std::shared_ptr<Bell>& bell : bells) ring(bell);
  return SendResult::kDelivered;
}

bool Port::is_peer_of(const Port& other) const {
  return this != &other && group_ == other.group_ && group_->kind_ == PortGroup::Kind::kPair;
}

std::shared_ptr<Port::Bell> Port::receive(std::unique_ptr<Message> message) {
  std::lock_guard lock(mutex_);
  queue_.push_back(std::move(message));
  return take_bell_locked();
}

std::shared_ptr<Port::Bell> Port::take_bell_locked() {
  if (is_rung_ || bell_ == nullptr) return nullptr;
  is_rung_ = true;
  return bell_;
}

void Port::ring(const std::shared_ptr<Bell>& bell) {
  if (bell != nullptr) bell->mailbox->post(std::make_unique<Ring>(bell));
}

void Port::attach(std::shared_ptr<Mailbox> mailbox, std::function<void()> on_arrival) {
  GYRE_CHECK(bell_ == nullptr);
  on_arrival_ = std::move(on_arrival);
  std::shared_ptr<Bell> bell;
  {
    std::lock_guard lock(mutex_);
    bell_ = std::make_shared<Bell>(Bell{this, std::move(mailbox)});
    is_rung_ = false;
    if (!queue_.empty()) bell = take_bell_locked();
  }
  ring(bell);
}

void Port::detach() {
  std::lock_guard lock(mutex_);
  if (bell_ != nullptr) bell_->port = nullptr;
  bell_.reset();
  on_arrival_ = nullptr;
}

void Port::ring_if_waiting() {
  std::shared_ptr<Bell> bell;
  {
    std::lock_guard lock(mutex_);
    if (!queue_.empty()) bell = take_bell_locked();
  }
  ring(bell);
}

std::unique_ptr<Message> Port::take() {
  std::lock_guard lock(mutex_);
  if (queue_.empty()) return nullptr;
  std::unique_ptr<Message> message = std::move(queue_.front());
  queue_.pop_front();
  return message;
}

std::unique_ptr<Message> Port::take_if(Message::Kind kind) {
  std::lock_guard lock(mutex_);
  if (queue_.empty() || queue_.front()->kind() != kind) return nullptr;
  std::unique_ptr<Message> message = std::move(queue_.front());
  queue_.pop_front();
  return message;
}

size_t Port::waiting() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

}  // namespace gyre::workers
