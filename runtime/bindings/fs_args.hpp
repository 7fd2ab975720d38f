// What crosses between node:fs and C++: paths (strings or bytes), names on the way back, stat
// answers, byte ranges that stay valid while a request is under way. Env's thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/engine/binding.hpp"
#include "runtime/io/fs_calls.hpp"
#include "runtime/io/fs_tree.hpp"

namespace gyre::bindings {

// A path as the kernel takes it. JavaScript gives a string or a Uint8Array.
struct Path {
  std::string text;
};

// Text (as UTF-8) or the bytes of a view, to be written before the call returns.
struct TextOrBytes {
  std::string text;
  ByteView view;
  bool is_text = false;
  ByteView bytes() const { return is_text ? as_bytes(text) : view; }
};

// A view's memory, held even if JavaScript detaches its buffer meanwhile.
struct PinnedBytes {
  std::shared_ptr<v8::BackingStore> store;
  MutableBytes bytes;
};

// A read or write position: numbers and bigints below zero mean "the descriptor's own".
struct PositionArg {
  io::fs::Position value;
};

// A name on its way to JavaScript: a string, or a Buffer when the caller decodes it itself.
enum class NameForm : uint8_t { kString, kBuffer };
struct Name {
  std::string text;
  NameForm form;
};
struct OptionalName {
  std::optional<std::string> text;
};

enum class EntryForm : uint8_t { kNames, kNamesAndTypes };
struct Entries {
  std::vector<io::fs::Entry> entries;
  NameForm form;
  EntryForm types;
};

enum class Numbers : uint8_t { kDouble, kBigInt };
struct StatAnswer {
  io::fs::FileStat stat;
  Numbers numbers;
};
struct StatFsAnswer {
  io::fs::FileSystemStat stat;
  Numbers numbers;
};

// File contents: a Buffer, or a string decoded from UTF-8.
enum class ContentForm : uint8_t { kBuffer, kText };
struct Content {
  Buffer bytes;
  ContentForm form;
};

// A descriptor handed over to JavaScript, which closes it.
struct Descriptor {
  int fd;
};

}  // namespace gyre::bindings

namespace gyre::engine {

template <>
struct Convert<bindings::Path> {
  static bool from(Env& env, v8::Local<v8::Value> value, bindings::Path& out);
};
template <>
struct Convert<bindings::TextOrBytes> {
  static bool from(Env& env, v8::Local<v8::Value> value, bindings::TextOrBytes& out);
};
template <>
struct Convert<bindings::PinnedBytes> {
  static bool from(Env& env, v8::Local<v8::Value> value, bindings::PinnedBytes& out);
};
template <>
struct Convert<bindings::PositionArg> {
  static bool from(Env& env, v8::Local<v8::Value> value, bindings::PositionArg& out);
};
template <>
struct Convert<bindings::Name> {
  static v8::Local<v8::Value> to(Env& env, const bindings::Name& name);
};
template <>
struct Convert<bindings::Entries> {
  static v8::Local<v8::Value> to(Env& env, const bindings::Entries& entries);
};
template <>
struct Convert<bindings::StatAnswer> {
  // The shared array: valid until the next answer, so JavaScript copies it out at once.
  static v8::Local<v8::Value> to(Env& env, const bindings::StatAnswer& answer);
};
template <>
struct Convert<bindings::StatFsAnswer> {
  static v8::Local<v8::Value> to(Env& env, const bindings::StatFsAnswer& answer);
};
template <>
struct Convert<bindings::Content> {
  static v8::Local<v8::Value> to(Env& env, bindings::Content content);
};
template <>
struct Convert<UniqueFd> {
  static v8::Local<v8::Value> to(Env& env, UniqueFd fd) {
    return v8::Integer::New(env.isolate(), fd.release());
  }
};

}  // namespace gyre::engine
