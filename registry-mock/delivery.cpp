#include "registry-mock/delivery.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "runtime/loop/loop.hpp"

namespace gyre::registry_mock {
namespace {

using io::http::Responder;
using io::http::Response;

enum class Ending : uint8_t { kKeep, kClose, kStall, kReset };

// Bytes on their way, piece by piece. Held by the timer that sends the next one.
struct Sending : std::enable_shared_from_this<Sending> {
  Sending(Responder to, const Fault& fault) : responder(std::move(to)), rule(fault) {}

  void begin() {
    if (rule.silent) return;  // the responder goes unanswered, the connection stays
    if (rule.trickle_bytes == 0) return send_rest();
    responder.send_piece(bytes.substr(0, head_size));
    sent = head_size;
    next();
  }
  void next() {
    if (!responder.is_open()) return;
    const size_t piece = std::min<size_t>(rule.trickle_bytes, bytes.size() - sent);
    if (sent + piece == bytes.size()) return send_rest();
    responder.send_piece(bytes.substr(sent, piece));
    sent += piece;
    later(rule.trickle_every, [self = shared_from_this()] { self->next(); });
  }
  void send_rest() {
    std::string rest = bytes.substr(std::exchange(sent, bytes.size()));
    if (ending == Ending::kKeep || ending == Ending::kClose) {
      responder.send_raw(std::move(rest), ending == Ending::kClose);
      return;
    }
    responder.send_piece(std::move(rest));
    // A reset overtakes what the peer has not read yet.
    constexpr uint64_t kReadingTime = 30;
    if (ending == Ending::kReset) {
      later(kReadingTime, [self = shared_from_this()] { self->responder.reset(); });
    }
  }
  void later(uint64_t milliseconds, std::function<void()> then) const {
    responder.loop().start_timer(Milliseconds(int64_t(milliseconds)), std::move(then));
  }

  Responder responder;
  Fault rule;
  std::string bytes;
  size_t head_size = 0, sent = 0;
  Ending ending = Ending::kKeep;
};

std::string head_of(const Response& response, uint64_t length) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " +
                     std::string(io::http::reason_phrase(response.status)) + "\r\n";
  for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
  return head + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

void shape(Sending& sending, const Response& response, BodySent body_sent) {
  const Fault& fault = sending.rule;
  if (fault.raw) {
    sending.bytes = *fault.raw;
    sending.ending = Ending::kClose;
    return;
  }
  sending.bytes = head_of(response, fault.claimed_length.value_or(response.body.size()));
  sending.head_size = sending.bytes.size();
  if (body_sent == BodySent::kNo) return;
  size_t kept = response.body.size();
  if (fault.claimed_length) sending.ending = Ending::kClose;
  const auto limit = [&](const std::optional<uint64_t>& offset, Ending ending) {
    if (!offset) return;
    kept = std::min<size_t>(kept, *offset);
    sending.ending = ending;
  };
  limit(fault.cut_after, Ending::kClose);
  limit(fault.stall_after, Ending::kStall);
  limit(fault.reset_after, Ending::kReset);
  sending.bytes += response.body.substr(0, kept);
}

}  // namespace

void deliver(const Responder& responder, Response response, const Fault* fault,
             BodySent body_sent) {
  if (fault == nullptr) return responder.send(response);
  response = apply(*fault, std::move(response));
  std::function<void()> send;
  if (fault->shapes_wire()) {
    auto sending = std::make_shared<Sending>(responder, *fault);
    shape(*sending, response, body_sent);
    send = [sending] { sending->begin(); };
  } else {
    send = [responder, response = std::move(response)] { responder.send(response); };
  }
  if (fault->delay == 0) return send();
  responder.loop().start_timer(Milliseconds(int64_t(fault->delay)), std::move(send));
}

}  // namespace gyre::registry_mock
