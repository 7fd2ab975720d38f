#include "runtime/engine/serializer.hpp"

#include "runtime/engine/convert.hpp"
#include "runtime/engine/throw.hpp"

namespace gyre::engine {
namespace {

// Every host object starts with its kind.
enum HostKind : uint32_t { kNative = 0, kScript = 1 };

// What is not a wrap; told apart when read, for there is no RTTI here.
class Carried : public workers::Transferable {
 public:
  enum class Type { kMemory, kWasmModule };
  explicit Carried(Type type) : type_(type) {}
  Type type() const { return type_; }

 private:
  Type type_;
};

// An array buffer's memory, moved (ArrayBuffer) or shared (SharedArrayBuffer).
class Memory final : public Carried {
 public:
  enum class Mode { kMoved, kShared };
  Memory(std::shared_ptr<v8::BackingStore> store, Mode mode)
      : Carried(Type::kMemory), store_(std::move(store)), mode_(mode) {}
  std::unique_ptr<workers::Transferable> share() const override {
    if (mode_ == Mode::kMoved) return nullptr;
    return std::make_unique<Memory>(store_, mode_);
  }
  std::shared_ptr<v8::BackingStore> take() { return std::move(store_); }

 private:
  std::shared_ptr<v8::BackingStore> store_;
  Mode mode_;
};

class WasmModule final : public Carried {
 public:
  explicit WasmModule(v8::CompiledWasmModule module)
      : Carried(Type::kWasmModule), module_(std::move(module)) {}
  std::unique_ptr<workers::Transferable> share() const override {
    return std::make_unique<WasmModule>(module_);
  }
  const v8::CompiledWasmModule& module() const { return module_; }

 private:
  v8::CompiledWasmModule module_;
};

v8::Local<v8::Private> untransferable_mark(Env& env) {
  return v8::Private::ForApi(env.isolate(), env.literal("gyre:untransferable"));
}

v8::Local<v8::Private> uncloneable_mark(Env& env) {
  return v8::Private::ForApi(env.isolate(), env.literal("gyre:uncloneable"));
}

bool has_mark(Env& env, v8::Local<v8::Object> object, v8::Local<v8::Private> mark) {
  return object->HasPrivate(env.context(), mark).FromMaybe(false);
}

// The wrap behind a host object. Only our own templates make objects with two internal fields.
CloneableWrap* cloneable_of(v8::Local<v8::Object> object) {
  if (object->InternalFieldCount() < 2) return nullptr;
  auto* wrap = static_cast<Wrap*>(object->GetAlignedPointerFromInternalField(0));
  return wrap == nullptr ? nullptr : wrap->as_cloneable();
}

constexpr const char* kUnsupported = "Cannot transfer object of unsupported type.";

// The order of a message's transferables: moved buffers, native objects, then shared memory and
// WebAssembly modules as the serializer meets them. The first two counts lead the bytes.
class Writer final : public v8::ValueSerializer::Delegate {
 public:
  Writer(Env& env, const Wrap* sender)
      : env_(env), isolate_(env.isolate()), sender_(sender), serializer_(isolate_, this) {}

  std::unique_ptr<workers::Message> write(v8::Local<v8::Value> value,
                                          std::span<const v8::Local<v8::Object>> transfer) {
    // V8 10.2 does not ask about plain objects inside a value, so the mark counts at the root only.
    bool is_memory = value->IsArrayBuffer() || value->IsArrayBufferView();
    if (value->IsObject() && !is_memory &&
        has_mark(env_, value.As<v8::Object>(), uncloneable_mark(env_))) {
      throw_data_clone_error(env_, "Cannot clone object of unsupported type.");
      return nullptr;
    }
    for (v8::Local<v8::Object> item : transfer) {
      if (!add_transfer(item)) return nullptr;
    }
    serializer_.WriteUint32(static_cast<uint32_t>(buffers_.size()));
    serializer_.WriteUint32(static_cast<uint32_t>(natives_.size()));
    serializer_.WriteHeader();
    for (uint32_t i = 0; i < buffers_.size(); ++i) serializer_.TransferArrayBuffer(i, buffers_[i]);
    bool written = false;
    if (!serializer_.WriteValue(env_.context(), value).To(&written) || !written) return nullptr;
    return finish();
  }

  void ThrowDataCloneError(v8::Local<v8::String> message) override {
    throw_data_clone_error(env_, message);
  }

  v8::Maybe<uint32_t> GetSharedArrayBufferId(v8::Isolate*,
                                             v8::Local<v8::SharedArrayBuffer> buffer) override {
    // The handle belongs to the serializer's scope: the memory is what lasts.
    std::shared_ptr<v8::BackingStore> store = buffer->GetBackingStore();
    for (uint32_t i = 0; i < shared_.size(); ++i) {
      if (shared_[i]->Data() == store->Data() && store->Data() != nullptr) return v8::Just(i);
    }
    shared_.push_back(std::move(store));
    return v8::Just(static_cast<uint32_t>(shared_.size() - 1));
  }

  v8::Maybe<uint32_t> GetWasmModuleTransferId(v8::Isolate*,
                                              v8::Local<v8::WasmModuleObject> module) override {
    modules_.push_back(module->GetCompiledModule());
    return v8::Just(static_cast<uint32_t>(modules_.size() - 1));
  }

  v8::Maybe<bool> WriteHostObject(v8::Isolate*, v8::Local<v8::Object> object) override {
    CloneableWrap* wrap = cloneable_of(object);
    if (wrap == nullptr) {
      throw_data_clone_error(env_, "Cannot clone object of unsupported type.");
      return v8::Nothing<bool>();
    }
    if (wrap->is_script_object()) return write_script_object(object);
    for (uint32_t i = 0; i < natives_.size(); ++i) {
      if (natives_[i] != wrap) continue;
      serializer_.WriteUint32(kNative);
      serializer_.WriteUint32(i);
      return v8::Just(true);
    }
    throw_data_clone_error(env_,
                           "Object that needs transfer was found in message but not listed in "
                           "transferList");
    return v8::Nothing<bool>();
  }

 private:
  bool refuse(const char* why) {
    throw_data_clone_error(env_, why);
    return false;
  }

  bool add_transfer(v8::Local<v8::Object> item) {
    if (is_marked_as_untransferable(env_, item)) return refuse(kUnsupported);
    if (item->IsArrayBuffer()) {
      auto buffer = item.As<v8::ArrayBuffer>();
      if (!buffer->IsDetachable()) return refuse("An ArrayBuffer cannot be transferred");
      if (buffer->WasDetached())
        return refuse("An ArrayBuffer is detached and could not be cloned.");
      for (v8::Local<v8::ArrayBuffer> other : buffers_) {
        if (other == buffer) return refuse("Transfer list contains duplicate ArrayBuffer");
      }
      buffers_.push_back(buffer);
      return true;
    }
    CloneableWrap* wrap = cloneable_of(item);
    if (wrap == nullptr) {
      return refuse("Found invalid value in transferList.");
    }
    if (wrap == sender_) return refuse("Transfer list contains source port");
    if (!wrap->is_transferable()) return refuse(wrap->refusal());
    for (CloneableWrap* other : natives_) {
      if (other == wrap) return refuse("Transfer list contains duplicate MessagePort");
    }
    for (v8::Local<v8::Object> other : scripts_) {
      if (other == item) return refuse("Transfer list contains duplicate object");
    }
    if (wrap->is_script_object()) {
      scripts_.push_back(item);
    } else {
      natives_.push_back(wrap);
    }
    return true;
  }

  // JavaScript says what stands for the object: [name of the reviver, data].
  v8::Maybe<bool> write_script_object(v8::Local<v8::Object> object) {
    v8::Local<v8::Value> handler = env_.slot(Slot::kCloneHost);
    bool moves = false;
    for (v8::Local<v8::Object> item : scripts_) moves = moves || item == object;
    v8::Local<v8::Value> argv[] = {env_.literal(moves ? "transfer" : "clone"), object};
    v8::Local<v8::Value> answer;
    if (!handler->IsFunction()) {
      throw_data_clone_error(env_, "Cannot clone object of unsupported type.");
      return v8::Nothing<bool>();
    }
    if (!handler.As<v8::Function>()
             ->Call(env_.context(), v8::Undefined(isolate_), 2, argv)
             .ToLocal(&answer)) {
      return v8::Nothing<bool>();
    }
    serializer_.WriteUint32(kScript);
    return serializer_.WriteValue(env_.context(), answer);
  }

  std::unique_ptr<workers::Message> finish() {
    auto message = std::make_unique<workers::Message>();
    auto& items = message->transferables();
    for (v8::Local<v8::ArrayBuffer> buffer : buffers_) {
      items.push_back(std::make_unique<Memory>(buffer->GetBackingStore(), Memory::Mode::kMoved));
      buffer->Detach();
    }
    for (CloneableWrap* wrap : natives_) items.push_back(wrap->transfer());
    for (std::shared_ptr<v8::BackingStore>& store : shared_) {
      items.push_back(std::make_unique<Memory>(std::move(store), Memory::Mode::kShared));
    }
    for (v8::CompiledWasmModule& module : modules_) {
      items.push_back(std::make_unique<WasmModule>(std::move(module)));
    }
    auto [data, size] = serializer_.Release();
    message->adopt(data, size);
    return message;
  }

  Env& env_;
  v8::Isolate* isolate_;
  const Wrap* sender_;
  v8::ValueSerializer serializer_;
  std::vector<v8::Local<v8::ArrayBuffer>> buffers_;
  std::vector<CloneableWrap*> natives_;
  std::vector<v8::Local<v8::Object>> scripts_;
  std::vector<std::shared_ptr<v8::BackingStore>> shared_;
  std::vector<v8::CompiledWasmModule> modules_;
};

class Reader final : public v8::ValueDeserializer::Delegate {
 public:
  Reader(Env& env, workers::Message& message)
      : env_(env),
        isolate_(env.isolate()),
        message_(message),
        deserializer_(isolate_, message.bytes().data(), message.bytes().size(), this) {}

  v8::MaybeLocal<v8::Value> read(std::vector<v8::Local<v8::Object>>* revived) {
    uint32_t buffers = 0;
    uint32_t natives = 0;
    bool has_header = false;
    if (!deserializer_.ReadUint32(&buffers) || !deserializer_.ReadUint32(&natives) ||
        !deserializer_.ReadHeader(env_.context()).To(&has_header) || !has_header) {
      return {};
    }
    if (!revive_all(buffers, natives)) return {};
    v8::Local<v8::Value> value;
    if (!deserializer_.ReadValue(env_.context()).ToLocal(&value)) return {};
    if (revived != nullptr) *revived = natives_;
    return value;
  }

  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate*) override {
    uint32_t kind = 0;
    if (!deserializer_.ReadUint32(&kind)) return {};
    if (kind == kNative) {
      uint32_t index = 0;
      if (!deserializer_.ReadUint32(&index) || index >= natives_.size()) return {};
      return natives_[index];
    }
    v8::Local<v8::Value> description;
    if (!deserializer_.ReadValue(env_.context()).ToLocal(&description)) return {};
    v8::Local<v8::Value> handler = env_.slot(Slot::kCloneHost);
    v8::Local<v8::Value> argv[] = {env_.literal("revive"), description};
    // V8 forbids JavaScript in here by default, for half-read objects; the revivers are ours and
    // see their own data only.
    v8::Isolate::AllowJavascriptExecutionScope allowed(isolate_);
    v8::Local<v8::Value> object;
    if (!handler->IsFunction() ||
        !handler.As<v8::Function>()
             ->Call(env_.context(), v8::Undefined(isolate_), 2, argv)
             .ToLocal(&object) ||
        !object->IsObject()) {
      return {};
    }
    return object.As<v8::Object>();
  }

  v8::MaybeLocal<v8::SharedArrayBuffer> GetSharedArrayBufferFromId(v8::Isolate*,
                                                                   uint32_t id) override {
    if (id >= shared_.size()) return {};
    return shared_[id];
  }

  v8::MaybeLocal<v8::WasmModuleObject> GetWasmModuleFromId(v8::Isolate* isolate,
                                                           uint32_t id) override {
    if (id >= modules_.size()) return {};
    return v8::WasmModuleObject::FromCompiledModule(isolate, modules_[id]->module());
  }

 private:
  bool revive_all(uint32_t buffers, uint32_t natives) {
    auto& items = message_.transferables();
    if (uint64_t{buffers} + natives > items.size()) return false;
    for (uint32_t i = 0; i < items.size(); ++i) {
      if (i < buffers) {
        auto& memory = static_cast<Memory&>(*items[i]);
        deserializer_.TransferArrayBuffer(i, v8::ArrayBuffer::New(isolate_, memory.take()));
      } else if (i < buffers + natives) {
        v8::Local<v8::Object> object;
        if (!static_cast<Revivable&>(*items[i]).revive(env_).ToLocal(&object)) return false;
        natives_.push_back(object);
      } else if (static_cast<Carried&>(*items[i]).type() == Carried::Type::kMemory) {
        auto& memory = static_cast<Memory&>(*items[i]);
        shared_.push_back(v8::SharedArrayBuffer::New(isolate_, memory.take()));
      } else {
        modules_.push_back(static_cast<WasmModule*>(items[i].get()));
      }
    }
    return true;
  }
  Env& env_;
  v8::Isolate* isolate_;
  workers::Message& message_;
  v8::ValueDeserializer deserializer_;
  std::vector<v8::Local<v8::Object>> natives_;
  std::vector<v8::Local<v8::SharedArrayBuffer>> shared_;
  std::vector<WasmModule*> modules_;
};

}  // namespace

Status CloneHost::construct(Env& env, v8::Local<v8::Object> self,
                            const v8::FunctionCallbackInfo<v8::Value>&) {
  (new CloneHost(env, self))->make_weak();
  return ok();
}

std::unique_ptr<workers::Message> serialize(Env& env, v8::Local<v8::Value> value,
                                            std::span<const v8::Local<v8::Object>> transfer,
                                            const Wrap* sender) {
  return Writer(env, sender).write(value, transfer);
}

v8::MaybeLocal<v8::Value> deserialize(Env& env, workers::Message& message,
                                      std::vector<v8::Local<v8::Object>>* revived) {
  v8::Local<v8::Array> packed;
  {
    v8::EscapableHandleScope handles(env.isolate());
    std::vector<v8::Local<v8::Object>> natives;
    v8::Local<v8::Value> value;
    if (!Reader(env, message).read(&natives).ToLocal(&value)) return {};
    if (revived == nullptr || natives.empty()) return handles.Escape(value);
    // The natives must outlive this scope as well: they travel in one array, which is unpacked
    // outside, where its members' handles last.
    std::vector<v8::Local<v8::Value>> both{value};
    both.insert(both.end(), natives.begin(), natives.end());
    packed = handles.Escape(v8::Array::New(env.isolate(), both.data(), both.size()));
  }
  for (uint32_t i = 1; i < packed->Length(); ++i) {
    revived->push_back(packed->Get(env.context(), i).ToLocalChecked().As<v8::Object>());
  }
  return packed->Get(env.context(), 0);
}

void mark_as_uncloneable(Env& env, v8::Local<v8::Object> object) {
  static_cast<void>(
      object->SetPrivate(env.context(), uncloneable_mark(env), v8::True(env.isolate())));
}

void mark_as_untransferable(Env& env, v8::Local<v8::Object> object) {
  (void)object->SetPrivate(env.context(), untransferable_mark(env), v8::True(env.isolate()));
}

bool is_marked_as_untransferable(Env& env, v8::Local<v8::Object> object) {
  return object->HasPrivate(env.context(), untransferable_mark(env)).FromMaybe(false);
}

void throw_data_clone_error(Env& env, v8::Local<v8::String> message) {
  v8::Isolate* isolate = env.isolate();
  v8::Local<v8::Value> exception_class = env.slot(Slot::kDomException);
  v8::Local<v8::Value> argv[] = {message, env.literal("DataCloneError")};
  v8::Local<v8::Object> exception;
  if (!exception_class->IsFunction()) {
    isolate->ThrowException(v8::Exception::Error(message));
  } else if (exception_class.As<v8::Function>()
                 ->NewInstance(env.context(), 2, argv)
                 .ToLocal(&exception)) {
    isolate->ThrowException(exception);
  }
}

void throw_data_clone_error(Env& env, const char* message) {
  throw_data_clone_error(env, to_js_string(env.isolate(), message));
}

}  // namespace gyre::engine
