// Port: one end of a message channel, or one member of a broadcast group; the core of MessagePort.
// Owned by one thread at a time: attached to that thread's mailbox it says when messages wait;
// detached it can be moved to another thread, and what arrives meanwhile is kept.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "workers/channel/mailbox.hpp"
#include "workers/isolate/message.hpp"

namespace gyre::workers {

class Port;

// The ports that hear each other. Any thread.
class PortGroup {
 public:
  enum class Kind { kPair, kBroadcast };
  explicit PortGroup(Kind kind) : kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  friend class Port;
  const Kind kind_;
  std::mutex mutex_;
  std::vector<Port*> members_;
};

class Port {
 public:
  // Two ends of a new channel.
  static std::pair<std::unique_ptr<Port>, std::unique_ptr<Port>> create_pair();
  // A member of the process-wide group of that name.
  static std::unique_ptr<Port> join_broadcast(const std::string& name);

  // Closing: the other end of a pair gets a kClose message.
  ~Port();
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  enum class SendResult { kDelivered, kNoReceiver, kNotShareable };
  // Owner's thread.
  SendResult send(std::unique_ptr<Message> message);
  // Whether `other` is the opposite end of this pair.
  bool is_peer_of(const Port& other) const;

  // Owner's thread. `on_arrival` runs there when something waits: once, until take() has found the
  // port empty. Messages already waiting count as an arrival.
  void attach(std::shared_ptr<Mailbox> mailbox, std::function<void()> on_arrival);
  void detach();
  bool is_attached() const { return bell_ != nullptr; }
  // Asks for on_arrival again if something waits; for a receiver that stops half-way.
  void ring_if_waiting();

  // The next message, or null.
  std::unique_ptr<Message> take();
  // The next message if it is of that kind, else null.
  std::unique_ptr<Message> take_if(Message::Kind kind);
  // Messages waiting now.
  size_t waiting() const;

 private:
  // Outlives the port in rings that are under way; the port pointer is the owner thread's.
  struct Bell {
    Port* port = nullptr;
    std::shared_ptr<Mailbox> mailbox;
  };
  class Ring;
  explicit Port(std::shared_ptr<PortGroup> group);
  SendResult broadcast(std::unique_ptr<Message> message);
  // What must be rung once no lock is held, or null. A woken thread answers at once: it must not
  // find the locks of the thread that woke it.
  [[nodiscard]] std::shared_ptr<Bell> receive(std::unique_ptr<Message> message);
  [[nodiscard]] std::shared_ptr<Bell> take_bell_locked();
  static void ring(const std::shared_ptr<Bell>& bell);

  std::shared_ptr<PortGroup> group_;
  mutable std::mutex mutex_;  // guards queue_, bell_ and is_rung_; taken after the group's
  std::deque<std::unique_ptr<Message>> queue_;
  std::shared_ptr<Bell> bell_;
  bool is_rung_ = false;
  std::function<void()> on_arrival_;  // owner's thread only
};

}  // namespace gyre::workers
