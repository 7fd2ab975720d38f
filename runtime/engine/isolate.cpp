#include "runtime/engine/isolate.hpp"

#include <unistd.h>

#include "runtime/engine/callback_scope.hpp"
#include "runtime/engine/exceptions.hpp"
#include "runtime/engine/external_refs.hpp"

namespace gyre::engine {
namespace {

uint64_t physical_memory() {
  return static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

void on_promise_reject(v8::PromiseRejectMessage message) {
  v8::Isolate* isolate = message.GetPromise()->GetIsolate();
  if (isolate->GetData(0) == nullptr) return;
  Env& env = Env::from(isolate);
  v8::Local<v8::Value> handler = env.slot(Slot::kPromiseReject);
  if (!handler->IsFunction() || !env.can_run_js()) return;
  v8::Local<v8::Value> value = message.GetValue();
  if (value.IsEmpty()) value = v8::Undefined(isolate);
  v8::Local<v8::Value> argv[] = {v8::Integer::New(isolate, message.GetEvent()),
                                 message.GetPromise(), value};
  v8::TryCatch try_catch(isolate);
  (void)handler.As<v8::Function>()->Call(env.context(), v8::Undefined(isolate), 3, argv);
}

}  // namespace

void configure_isolate(v8::Isolate* isolate) {
  isolate->SetMicrotasksPolicy(v8::MicrotasksPolicy::kExplicit);
  isolate->SetPromiseRejectCallback(on_promise_reject);
  isolate->SetCaptureStackTraceForUncaughtExceptions(false);
  install_fatal_error_handlers(isolate);
}

IsolateOwner::IsolateOwner(Platform& platform, const Snapshot& snapshot, IsolateLimits limits)
    : platform_(platform),
      allocator_(v8::ArrayBuffer::Allocator::NewDefaultAllocator()),
      isolate_(v8::Isolate::Allocate()),
      tasks_(platform.register_isolate(isolate_)) {
  v8::Isolate::CreateParams params;
  // Shared: buffers transferred to another isolate keep it alive.
  params.array_buffer_allocator_shared = allocator_;
  params.external_references = external_references();
  if (snapshot.is_loaded()) params.snapshot_blob = snapshot.blob();
  params.constraints.ConfigureDefaults(physical_memory(), 0);
  if (limits.max_old_generation_mb > 0) {
    params.constraints.set_max_old_generation_size_in_bytes(limits.max_old_generation_mb << 20);
  }
  if (limits.max_young_generation_mb > 0) {
    params.constraints.set_max_young_generation_size_in_bytes(limits.max_young_generation_mb << 20);
  }
  v8::Isolate::Initialize(isolate_, params);
  isolate_->Enter();
  if (limits.stack_limit != 0) isolate_->SetStackLimit(limits.stack_limit);
  configure_isolate(isolate_);
}

IsolateOwner::~IsolateOwner() {
  tasks_->attach(nullptr);
  isolate_->Exit();
  isolate_->Dispose();
  platform_.unregister_isolate(isolate_);
}

}  // namespace gyre::engine
