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
  std::lock_guard lock(group_->mutex_);
  std::erase(group_->members_, this);
  if (group_->kind_ != PortGroup::Kind::kPair) return;
  for (Port* other : group_->members_) {
    other->receive(std::make_unique<Message>(Message::Kind::kClose));
  }
}

Port::SendResult Port::send(std::unique_ptr<Message> message) {
  std::lock_guard lock(group_->mutex_);
  std::vector<Port*>& members = group_->members_;
  size_t receivers = members.size() - 1;
  if (receivers == 0) return SendResult::kNoReceiver;
  for (Port* other : members) {
    if (other == this) continue;
    if (--receivers == 0) {
      other->receive(std::move(message));
      break;
    }
    auto copy = message->copy();
    if (!copy) return SendResult::kNotShareable;
    other->receive(std::move(copy));
  }
  return SendResult::kDelivered;
}

bool Port::is_peer_of(const Port& other) const {
  return this != &other && group_ == other.group_ && group_->kind_ == PortGroup::Kind::kPair;
}

void Port::receive(std::unique_ptr<Message> message) {
  std::lock_guard lock(mutex_);
  queue_.push_back(std::move(message));
  ring_locked();
}

void Port::ring_locked() {
  if (is_rung_ || bell_ == nullptr) return;
  is_rung_ = bell_->mailbox->post(std::make_unique<Ring>(bell_));
}

void Port::attach(std::shared_ptr<Mailbox> mailbox, std::function<void()> on_arrival) {
  GYRE_CHECK(bell_ == nullptr);
  on_arrival_ = std::move(on_arrival);
  std::lock_guard lock(mutex_);
  bell_ = std::make_shared<Bell>(Bell{this, std::move(mailbox)});
  is_rung_ = false;
  if (!queue_.empty()) ring_locked();
}

void Port::detach() {
  std::lock_guard lock(mutex_);
  if (bell_ != nullptr) bell_->port = nullptr;
  bell_.reset();
  on_arrival_ = nullptr;
}

void Port::ring_if_waiting() {
  std::lock_guard lock(mutex_);
  if (!queue_.empty()) ring_locked();
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
