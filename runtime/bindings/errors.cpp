// errors — the list of codes from errors.def, and errno names. Any Env thread.
#include "runtime/base/error.hpp"

#include "runtime/bindings/registry.hpp"

namespace gyre::bindings {
namespace {

using namespace engine;

const char* class_name(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::kTypeError:
      return "TypeError";
    case ErrorClass::kRangeError:
      return "RangeError";
    case ErrorClass::kSyntaxError:
      return "SyntaxError";
    case ErrorClass::kError:
      break;
  }
  return "Error";
}

// [[code, className, message]...]
std::vector<std::vector<std::string>> codes(Env&) {
  std::vector<std::vector<std::string>> list;
  for (size_t i = 0; i < code_count(); ++i) {
    const CodeInfo& info = code_info(static_cast<Code>(i));
    list.push_back({info.name, class_name(info.error_class), info.message});
  }
  return list;
}

// [[-errno, name, text]...]
v8::Local<v8::Value> errnos(Env& env) {
  struct Row {
    int number;
    const char* name;
    const char* text;
  };
  static constexpr Row kRows[] = {
#define GYRE_ERRNO(name, text) {name, #name, text},
#include "runtime/base/errnos.def"
#undef GYRE_ERRNO
  };
  std::vector<v8::Local<v8::Value>> rows;
  for (const Row& row : kRows) {
    v8::Local<v8::Value> cells[] = {v8::Integer::New(env.isolate(), -row.number),
                                    to_js_string(env.isolate(), row.name),
                                    to_js_string(env.isolate(), row.text)};
    rows.push_back(v8::Array::New(env.isolate(), cells, 3));
  }
  return v8::Array::New(env.isolate(), rows.data(), rows.size());
}

constexpr auto kTable = binding("errors", fn<codes>("codes"), fn<errnos>("errnos"));

}  // namespace

BindingView errors() { return kTable; }

}  // namespace gyre::bindings
