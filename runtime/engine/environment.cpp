#include "runtime/engine/environment.hpp"

#include "runtime/engine/callback_scope.hpp"
#include "runtime/engine/convert.hpp"
#include "runtime/engine/exceptions.hpp"
#include "runtime/engine/wrap.hpp"
#include "runtime/loop/loop.hpp"

namespace gyre::engine {
namespace {

constexpr const char* kSlotNames[] = {
#define GYRE_SLOT(enumerator, name) name,
#include "runtime/engine/slots.def"
#undef GYRE_SLOT
};
constexpr uint32_t kSlotCount = static_cast<uint32_t>(Slot::kCount);
// Index 0 is V8's own (debugger).
constexpr int kSlotsField = 1;

}  // namespace

Env::Env(v8::Isolate* isolate, loop::Loop* loop, workers::ThreadPool* pool, EnvOptions options)
    : isolate_(isolate), loop_(loop), pool_(pool), options_(std::move(options)) {
  isolate->SetData(0, this);
}

Env::~Env() {
  release_context();
  isolate_->SetData(0, nullptr);
}

void Env::adopt_context(v8::Local<v8::Context> context) {
  context_.Reset(isolate_, context);
  v8::Context::Scope scope(context);
  v8::Local<v8::Value> slots;
  if (context->GetNumberOfEmbedderDataFields() > static_cast<uint32_t>(kSlotsField)) {
    slots = context->GetEmbedderData(kSlotsField);
  }
  if (!slots.IsEmpty() && slots->IsArray()) {
    read_slots(slots.As<v8::Array>());
  } else {
    create_slots(context);
  }
  bind_shared_arrays();
  set_continuation_data(isolate_, context, v8::Undefined(isolate_));
}

void Env::forget(v8::Local<v8::Context> context) {
  context->SetEmbedderData(kSlotsField, v8::Undefined(context->GetIsolate()));
}

void Env::create_slots(v8::Local<v8::Context> context) {
  auto slots = v8::Array::New(isolate_, static_cast<int>(kSlotCount));
  context->SetEmbedderData(kSlotsField, slots);
  slots_.Reset(isolate_, slots);
  for (uint32_t i = 0; i < kSlotCount; ++i) {
    set_slot(static_cast<Slot>(i), v8::Undefined(isolate_));
  }
  set_slot(Slot::kTickInfo, v8::Uint8Array::New(v8::ArrayBuffer::New(isolate_, sizeof(TickInfo)), 0,
                                                sizeof(TickInfo)));
  set_slot(Slot::kImmediateInfo,
           v8::Uint32Array::New(v8::ArrayBuffer::New(isolate_, sizeof(ImmediateInfo)), 0, 2));
  set_slot(Slot::kClasses, v8::Array::New(isolate_));
}

void Env::read_slots(v8::Local<v8::Array> slots) {
  slots_.Reset(isolate_, slots);
  for (uint32_t i = 0; i < kSlotCount; ++i) {
    slot_cache_[i].Reset(isolate_, slots->Get(context(), i).ToLocalChecked());
  }
  auto classes = slot(Slot::kClasses).As<v8::Array>();
  classes_.resize(classes->Length());
  for (uint32_t i = 0; i < classes->Length(); ++i) {
    auto value = classes->Get(context(), i).ToLocalChecked();
    if (value->IsFunction()) classes_[i].Reset(isolate_, value.As<v8::Function>());
  }
}

void Env::bind_shared_arrays() {
  tick_store_ = slot(Slot::kTickInfo).As<v8::Uint8Array>()->Buffer()->GetBackingStore();
  tick_info_ = static_cast<TickInfo*>(tick_store_->Data());
  immediate_store_ = slot(Slot::kImmediateInfo).As<v8::Uint32Array>()->Buffer()->GetBackingStore();
  immediate_info_ = static_cast<ImmediateInfo*>(immediate_store_->Data());
}

void Env::release_context() {
  can_run_js_ = false;
  while (Wrap* wrap = wraps_.empty() ? nullptr : &wraps_.front()) {
    wrap->on_teardown();
    wrap->destroy();
  }
  while (!states_.empty()) states_.pop_back();
  for (auto& value : slot_cache_) value.Reset();
  classes_.clear();
  literals_.clear();
  slots_.Reset();
  context_.Reset();
  tick_store_.reset();
  immediate_store_.reset();
}

v8::Local<v8::Value> Env::slot(Slot slot) const {
  return slot_cache_[static_cast<size_t>(slot)].Get(isolate_);
}

void Env::set_slot(Slot slot, v8::Local<v8::Value> value) {
  slot_cache_[static_cast<size_t>(slot)].Reset(isolate_, value);
  (void)slots_.Get(isolate_)->Set(context(), static_cast<uint32_t>(slot), value);
}

bool Env::set_slot(std::string_view name, v8::Local<v8::Value> value) {
  for (uint32_t i = 0; i < kSlotCount; ++i) {
    if (name == kSlotNames[i]) {
      set_slot(static_cast<Slot>(i), value);
      return true;
    }
  }
  return false;
}

v8::Local<v8::String> Env::literal(const char* text) {
  v8::Global<v8::String>& cached = literals_[text];
  if (cached.IsEmpty()) {
    cached.Reset(
        isolate_,
        v8::String::NewFromUtf8(isolate_, text, v8::NewStringType::kInternalized).ToLocalChecked());
  }
  return cached.Get(isolate_);
}

void Env::set_class(uint32_t class_id, v8::Local<v8::Function> constructor) {
  if (classes_.size() <= class_id) classes_.resize(class_id + 1);
  classes_[class_id].Reset(isolate_, constructor);
  (void)slot(Slot::kClasses).As<v8::Array>()->Set(context(), class_id, constructor);
}

v8::MaybeLocal<v8::Object> Env::construct_class(uint32_t class_id, int argc,
                                                v8::Local<v8::Value>* argv) {
  GYRE_CHECK(class_id < classes_.size() && !classes_[class_id].IsEmpty());
  return classes_[class_id].Get(isolate_)->NewInstance(context(), argc, argv);
}

bool Env::run_tick_callback() {
  v8::Local<v8::Value> callback = slot(Slot::kProcessTicks);
  if (!callback->IsFunction()) return false;
  v8::TryCatch try_catch(isolate_);
  (void)callback.As<v8::Function>()->Call(context(), slot(Slot::kProcess), 0, nullptr);
  if (try_catch.HasTerminated()) return false;
  if (try_catch.HasCaught()) report_uncaught(try_catch.Exception(), try_catch.Message());
  return true;
}

void Env::drain_ticks() {
  if (draining_) return;
  draining_ = true;
  v8::HandleScope handles(isolate_);
  v8::Context::Scope scope(context());
  while (can_run_js_) {
    if (!tick_info_->has_ticks && !tick_info_->has_rejections) {
      isolate_->PerformMicrotaskCheckpoint();
    }
    if (!tick_info_->has_ticks && !tick_info_->has_rejections) break;
    if (!run_tick_callback()) break;
  }
  draining_ = false;
}

void Env::report_uncaught(v8::Local<v8::Value> error, v8::Local<v8::Message> message,
                          bool from_promise) {
  if (!can_run_js_) return;
  v8::HandleScope handles(isolate_);
  FatalReport report;
  if (handle_uncaught(*this, error, from_promise, report)) return;
  if (!can_run_js_) return;  // process.exit() inside a handler
  if (fatal_handler_ != nullptr) {
    return fatal_handler_(*this, report.error.IsEmpty() ? error : report.error, report.exit_code);
  }
  print_fatal(*this, error, message, report);
  request_exit(report.exit_code);
}

void Env::request_exit(int code) {
  exit_requested_ = true;
  exit_code_ = code;
  can_run_js_ = false;
  if (options_.is_main_thread) end_process(code);
  loop_->stop();
  isolate_->TerminateExecution();
}

}  // namespace gyre::engine
