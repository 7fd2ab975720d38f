#include "runtime/bindings/fs_args.hpp"

#include "runtime/engine/environment.hpp"

namespace gyre::engine {

using bindings::NameForm;
using bindings::Numbers;

namespace {

v8::Local<v8::Value> name_to_js(Env& env, const std::string& text, NameForm form) {
  if (form == NameForm::kBuffer) return to_js(env, Buffer::copy_of(text));
  return to_js_string(env.isolate(), text);
}

// Where the shared stat numbers live: the slot's typed array, made by internal/fs/stats.js.
template <typename T>
T* shared_numbers(v8::Local<v8::Value> array) {
  auto view = array.As<v8::TypedArray>();
  return static_cast<T*>(view->Buffer()->GetBackingStore()->Data());
}

bool has_only_ascii(ByteView bytes) {
  size_t index = 0;
  for (; index + 8 <= bytes.size(); index += 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + index, 8);
    if ((word & 0x8080808080808080ULL) != 0) return false;
  }
  for (; index < bytes.size(); ++index) {
    if ((bytes[index] & 0x80) != 0) return false;
  }
  return true;
}

}  // namespace

bool Convert<bindings::Path>::from(Env& env, v8::Local<v8::Value> value, bindings::Path& out) {
  if (value->IsString()) {
    auto string = value.As<v8::String>();
    int length = string->Length();
    if (string->IsOneByte() && length < 4096) {
      char characters[4096];
      int written = string->WriteOneByte(env.isolate(), reinterpret_cast<uint8_t*>(characters), 0,
                                         length, v8::String::NO_NULL_TERMINATION);
      ByteView bytes{reinterpret_cast<uint8_t*>(characters), static_cast<size_t>(written)};
      if (has_only_ascii(bytes)) {
        out.text.assign(characters, bytes.size());
        return true;
      }
    }
    out.text = to_utf8(env.isolate(), value);
    return true;
  }
  MutableBytes bytes;
  if (!bytes_of(value, bytes)) return false;
  out.text.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return true;
}

bool Convert<bindings::TextOrBytes>::from(Env& env, v8::Local<v8::Value> value,
                                          bindings::TextOrBytes& out) {
  out.is_text = value->IsString();
  if (out.is_text) {
    out.text = to_utf8(env.isolate(), value);
    return true;
  }
  MutableBytes bytes;
  if (!bytes_of(value, bytes)) return false;
  out.view = bytes;
  return true;
}

bool Convert<bindings::PinnedBytes>::from(Env&, v8::Local<v8::Value> value,
                                          bindings::PinnedBytes& out) {
  if (!value->IsArrayBufferView()) return false;
  auto view = value.As<v8::ArrayBufferView>();
  out.store = view->Buffer()->GetBackingStore();
  out.bytes = {static_cast<uint8_t*>(out.store->Data()) + view->ByteOffset(), view->ByteLength()};
  return true;
}

bool Convert<bindings::PositionArg>::from(Env& env, v8::Local<v8::Value> value,
                                          bindings::PositionArg& out) {
  out.value.reset();
  if (value->IsNullOrUndefined()) return true;
  int64_t position = -1;
  if (!Convert<int64_t>::from(env, value, position)) return false;
  if (position >= 0) out.value = position;
  return true;
}

v8::Local<v8::Value> Convert<bindings::Name>::to(Env& env, const bindings::Name& name) {
  return name_to_js(env, name.text, name.form);
}

v8::Local<v8::Value> Convert<bindings::Entries>::to(Env& env, const bindings::Entries& entries) {
  std::vector<v8::Local<v8::Value>> items;
  bool with_types = entries.types == bindings::EntryForm::kNamesAndTypes;
  items.reserve(entries.entries.size() * (with_types ? 2 : 1));
  for (const io::fs::Entry& entry : entries.entries) {
    items.push_back(name_to_js(env, entry.name, entries.form));
    if (with_types) {
      items.push_back(v8::Integer::New(env.isolate(), static_cast<int32_t>(entry.type)));
    }
  }
  return v8::Array::New(env.isolate(), items.data(), items.size());
}

v8::Local<v8::Value> Convert<bindings::StatAnswer>::to(Env& env,
                                                       const bindings::StatAnswer& answer) {
  const auto& fields = answer.stat.fields;
  if (answer.numbers == Numbers::kBigInt) {
    auto array = env.slot(Slot::kStatBigInts);
    std::copy(fields.begin(), fields.end(), shared_numbers<int64_t>(array));
    return array;
  }
  auto array = env.slot(Slot::kStatNumbers);
  auto* numbers = shared_numbers<double>(array);
  for (size_t i = 0; i < fields.size(); ++i) numbers[i] = static_cast<double>(fields[i]);
  return array;
}

v8::Local<v8::Value> Convert<bindings::StatFsAnswer>::to(Env& env,
                                                         const bindings::StatFsAnswer& answer) {
  std::vector<v8::Local<v8::Value>> items;
  for (uint64_t number : answer.stat) {
    if (answer.numbers == Numbers::kBigInt) {
      items.push_back(v8::BigInt::NewFromUnsigned(env.isolate(), number));
    } else {
      items.push_back(v8::Number::New(env.isolate(), static_cast<double>(number)));
    }
  }
  return v8::Array::New(env.isolate(), items.data(), items.size());
}

v8::Local<v8::Value> Convert<bindings::Content>::to(Env& env, bindings::Content content) {
  if (content.form == bindings::ContentForm::kBuffer) return to_js(env, std::move(content.bytes));
  std::string_view text = content.bytes.text();
  if (has_only_ascii(content.bytes.view())) return latin1_to_js(env.isolate(), text);
  return to_js_string(env.isolate(), text);
}

}  // namespace gyre::engine
