// messaging — message ports, broadcast channels, structured clone. Any Env thread.
#include "runtime/bindings/messaging.hpp"

#include <algorithm>

#include "runtime/loop/loop.hpp"

namespace gyre::bindings {
namespace {

using namespace engine;
using Info = v8::FunctionCallbackInfo<v8::Value>;

// Messages delivered in one go before the loop gets its turn.
constexpr size_t kLeastBatch = 1000;

bool read_transfer_list(Env& env, v8::Local<v8::Value> value,
                        std::vector<v8::Local<v8::Object>>& out) {
  if (!value->IsArray()) return true;
  auto list = value.As<v8::Array>();
  for (uint32_t i = 0; i < list->Length(); ++i) {
    v8::Local<v8::Value> item;
    if (!list->Get(env.context(), i).ToLocal(&item)) return false;
    if (!item->IsObject()) {
      throw_data_clone_error(env, "Found invalid value in transferList.");
      return false;
    }
    out.push_back(item.As<v8::Object>());
  }
  return true;
}

class PortTransfer final : public Revivable {
 public:
  explicit PortTransfer(std::unique_ptr<workers::Port> port) : port_(std::move(port)) {}
  v8::MaybeLocal<v8::Object> revive(Env& env) override {
    return MessagePort::create(env, std::move(port_));
  }

 private:
  std::unique_ptr<workers::Port> port_;
};

}  // namespace

// Keeps the loop running while referenced, and closes with it.
class MessagePort::PortHandle final : public loop::Handle {
 public:
  PortHandle(loop::Loop& loop, MessagePort* owner) : Handle(loop), owner_(owner) {
    set_active(true);
    unref();
  }
  void forget_owner() { owner_ = nullptr; }

 protected:
  void on_closed() override {
    if (owner_ != nullptr) owner_->on_handle_closed();
  }

 private:
  MessagePort* owner_;
};

// Scripts cannot make an External: the argument tells a construction by create() from one of
// theirs.
Status MessagePort::construct(Env& env, v8::Local<v8::Object> self, const Info& info) {
  if (!info[0]->IsExternal()) {
    return Error(Code::ERR_CONSTRUCT_CALL_INVALID, "Constructor cannot be called");
  }
  auto* port = static_cast<std::unique_ptr<workers::Port>*>(info[0].As<v8::External>()->Value());
  new MessagePort(env, self, std::move(*port));
  return ok();
}

v8::MaybeLocal<v8::Object> MessagePort::create(Env& env, std::unique_ptr<workers::Port> port) {
  v8::Local<v8::Value> argv[] = {v8::External::New(env.isolate(), &port)};
  v8::Local<v8::Object> object;
  if (!construct_instance<MessagePort>(env, 1, argv).ToLocal(&object)) return {};
  // JavaScript gives it what an event target needs.
  v8::Local<v8::Value> handler = env.slot(Slot::kMessageEvent);
  v8::Local<v8::Value> arguments[] = {object, env.literal("init")};
  if (handler->IsFunction() && handler.As<v8::Function>()
                                   ->Call(env.context(), v8::Undefined(env.isolate()), 2, arguments)
                                   .IsEmpty()) {
    return {};
  }
  return object;
}

MessagePort::MessagePort(Env& env, v8::Local<v8::Object> self, std::unique_ptr<workers::Port> port)
    : CloneableWrap(env, self),
      port_(std::move(port)),
      handle_(make_ref<PortHandle>(env.loop(), this)) {
  attach();
}

MessagePort::~MessagePort() {
  if (handle_) {
    handle_->forget_owner();
    handle_->close();
  }
}

void MessagePort::attach() {
  port_->attach(env().loop().mailbox(), [this] { on_arrival(); });
}

void MessagePort::post_message(const Info& info) {
  Env& env = Env::from(info.GetIsolate());
  auto* self = unwrap<MessagePort>(info.This());
  if (self == nullptr) return throw_error(env, Error(Code::ERR_INVALID_THIS));
  std::vector<v8::Local<v8::Object>> transfer;
  if (!read_transfer_list(env, info[1], transfer)) return;
  // Sending the other end through its own channel would lose both: the channel closes instead.
  bool sends_peer = false;
  for (v8::Local<v8::Object> item : transfer) {
    auto* other = unwrap<MessagePort>(item);
    if (other == nullptr || other->port_ == nullptr || self->port_ == nullptr) continue;
    sends_peer = sends_peer || self->port_->is_peer_of(*other->port_);
  }
  std::unique_ptr<workers::Message> message = serialize(env, info[0], transfer, self);
  if (message == nullptr || self->port_ == nullptr || self->handle_->is_closing()) return;
  if (sends_peer) {
    v8::Local<v8::Value> argv[] = {env.literal(
        "The target port was posted to itself, and the communication channel was lost")};
    auto warn = env.slot(Slot::kEmitWarning);
    if (warn->IsFunction()) {
      (void)warn.As<v8::Function>()->Call(env.context(), v8::Undefined(env.isolate()), 1, argv);
    }
    self->begin_close();
    return;
  }
  if (self->port_->send(std::move(message)) == workers::Port::SendResult::kNotShareable) {
    throw_data_clone_error(env, "A message with transferred objects cannot be broadcast");
  }
}

void MessagePort::start() {
  if (is_started_ || port_ == nullptr) return;
  is_started_ = true;
  port_->ring_if_waiting();
}

void MessagePort::stop() { is_started_ = false; }
void MessagePort::ref() {
  if (handle_) handle_->ref();
}
void MessagePort::unref() {
  if (handle_) handle_->unref();
}
bool MessagePort::has_ref() { return handle_ && handle_->has_ref() && handle_->is_active(); }
void MessagePort::close() { begin_close(); }
bool MessagePort::is_transferable() const { return port_ != nullptr && !handle_->is_closing(); }

void MessagePort::begin_close() {
  if (!handle_ || handle_->is_closing()) return;
  if (port_) port_->detach();
  handle_->close();
}

void MessagePort::on_handle_closed() {
  port_.reset();  // the other end hears of it
  handle_.reset();
  emit("close", v8::Local<v8::Value>(), v8::Local<v8::Value>());
  if (env().can_run_js()) {
    v8::HandleScope handles(env().isolate());
    make_weak();
  }
}

void MessagePort::on_teardown() {
  if (port_) port_->detach();
  port_.reset();
}

std::unique_ptr<Revivable> MessagePort::transfer() {
  port_->detach();
  auto moved = std::make_unique<PortTransfer>(std::move(port_));
  handle_->forget_owner();
  handle_->close();
  handle_.reset();
  make_weak();
  return moved;
}

void MessagePort::on_arrival() {
  if (!env().can_run_js()) return;
  // A listener may transfer or forget the port: its object must outlast this call.
  v8::HandleScope handles(env().isolate());
  v8::Local<v8::Object> keep = object();
  (void)keep;
  size_t batch = std::max(port_->waiting(), kLeastBatch);
  while (batch-- > 0 && env().can_run_js() && deliver_next()) {
  }
  if (port_ && is_started_ && port_->is_attached()) port_->ring_if_waiting();
}

void MessagePort::drain() {
  v8::Local<v8::Object> keep = object();
  (void)keep;
  while (env().can_run_js() && deliver_next()) {
  }
}

// A port closed by its own listener still delivers what waits in the batch under way.
bool MessagePort::deliver_next() {
  if (port_ == nullptr || (!port_->is_attached() && !handle_->is_closing())) return false;
  std::unique_ptr<workers::Message> message =
      is_started_ ? port_->take() : port_->take_if(workers::Message::Kind::kClose);
  if (message == nullptr) return false;
  if (message->kind() == workers::Message::Kind::kClose) {
    begin_close();
    return false;
  }
  CallbackScope scope(env());
  v8::Isolate* isolate = env().isolate();
  v8::Local<v8::Value> data;
  std::vector<v8::Local<v8::Object>> revived;
  v8::Local<v8::Value> error;
  {
    v8::TryCatch try_catch(isolate);
    if (!deserialize(env(), *message, &revived).ToLocal(&data)) {
      if (try_catch.HasTerminated()) return false;
      error = try_catch.HasCaught()
                  ? try_catch.Exception()
                  : v8::Exception::Error(to_js_string(isolate, "Unable to deserialize message"));
    }
  }
  if (!error.IsEmpty()) {
    emit("messageerror", error, v8::Local<v8::Value>());
    return true;
  }
  v8::Local<v8::Value> ports = v8::Undefined(isolate);
  if (!revived.empty()) {
    std::vector<v8::Local<v8::Value>> list(revived.begin(), revived.end());
    ports = v8::Array::New(isolate, list.data(), list.size());
  }
  emit("message", data, ports);
  return true;
}

void MessagePort::emit(const char* type, v8::Local<v8::Value> data, v8::Local<v8::Value> ports) {
  if (!env().can_run_js()) return;
  CallbackScope scope(env());
  v8::Local<v8::Value> undefined = v8::Undefined(env().isolate());
  v8::Local<v8::Value> handler = env().slot(Slot::kMessageEvent);
  if (!handler->IsFunction()) return;
  v8::Local<v8::Value> argv[] = {object(), env().literal(type), data.IsEmpty() ? undefined : data,
                                 ports.IsEmpty() ? undefined : ports};
  (void)call(scope, handler.As<v8::Function>(), 4, argv);
}

std::unique_ptr<workers::Message> MessagePort::take() {
  if (port_ == nullptr) return nullptr;
  return port_->take_if(workers::Message::Kind::kData);
}

namespace {

v8::MaybeLocal<v8::Value> pair_of(Env& env, v8::Local<v8::Object> a, v8::Local<v8::Object> b) {
  v8::Local<v8::Value> both[] = {a, b};
  return v8::Array::New(env.isolate(), both, 2);
}

// channel(): [port1, port2]
void channel(const Info& info) {
  Env& env = Env::from(info.GetIsolate());
  auto [first, second] = workers::Port::create_pair();
  v8::Local<v8::Object> port1;
  v8::Local<v8::Object> port2;
  v8::Local<v8::Value> both;
  if (MessagePort::create(env, std::move(first)).ToLocal(&port1) &&
      MessagePort::create(env, std::move(second)).ToLocal(&port2) &&
      pair_of(env, port1, port2).ToLocal(&both)) {
    info.GetReturnValue().Set(both);
  }
}

// broadcast(name): a port that hears every other of the name
void broadcast(const Info& info) {
  Env& env = Env::from(info.GetIsolate());
  v8::Local<v8::Object> port;
  if (MessagePort::create(env, workers::Port::join_broadcast(to_utf8(env.isolate(), info[0])))
          .ToLocal(&port)) {
    info.GetReturnValue().Set(port);
  }
}

// receive(port): [message], or undefined when none waits. Throws for what is not a port.
void receive(const Info& info) {
  Env& env = Env::from(info.GetIsolate());
  auto* port = Wrap::unwrap<MessagePort>(info[0]);
  if (port == nullptr) {
    return throw_error(env, Error(Code::ERR_INVALID_ARG_TYPE,
                                  "The \"port\" argument must be a MessagePort instance"));
  }
  std::unique_ptr<workers::Message> message = port->take();
  if (message == nullptr) return;
  v8::Local<v8::Value> value;
  if (!deserialize(env, *message).ToLocal(&value)) return;
  info.GetReturnValue().Set(v8::Array::New(env.isolate(), &value, 1));
}

// structuredClone(value, transfer list)
void structured_clone(const Info& info) {
  Env& env = Env::from(info.GetIsolate());
  std::vector<v8::Local<v8::Object>> transfer;
  if (!read_transfer_list(env, info[1], transfer)) return;
  std::unique_ptr<workers::Message> message = serialize(env, info[0], transfer);
  v8::Local<v8::Value> value;
  if (message != nullptr && deserialize(env, *message).ToLocal(&value)) {
    info.GetReturnValue().Set(value);
  }
}

void mark_untransferable(Env& env, v8::Local<v8::Value> value) {
  if (value->IsObject()) mark_as_untransferable(env, value.As<v8::Object>());
}
void mark_uncloneable(Env& env, v8::Local<v8::Value> value) {
  if (value->IsObject()) mark_as_uncloneable(env, value.As<v8::Object>());
}
bool is_untransferable(Env& env, v8::Local<v8::Value> value) {
  return value->IsObject() && is_marked_as_untransferable(env, value.As<v8::Object>());
}
bool is_port(Env&, v8::Local<v8::Value> value) {
  return Wrap::unwrap<MessagePort>(value) != nullptr;
}

constexpr auto kTable = binding(
    "messaging", raw<channel>("channel"), raw<broadcast>("broadcast"), raw<receive>("receive"),
    raw<structured_clone>("structuredClone"), fn<mark_untransferable>("markAsUntransferable"),
    fn<mark_uncloneable>("markAsUncloneable"), fn<is_untransferable>("isMarkedAsUntransferable"),
    fn<is_port>("isPort"),
    cls<MessagePort>("MessagePort", raw_method<MessagePort::post_message>("postMessage"),
                     method<&MessagePort::start>("start"), method<&MessagePort::stop>("stop"),
                     method<&MessagePort::close>("close"), method<&MessagePort::ref>("ref"),
                     method<&MessagePort::unref>("unref"), method<&MessagePort::has_ref>("hasRef"),
                     method<&MessagePort::drain>("drain")),
    cls<CloneHost>("CloneHost"));

}  // namespace

BindingView messaging() { return kTable; }

}  // namespace gyre::bindings
