#include "runtime/engine/exceptions.hpp"

#include <cstdio>
#include <cstdlib>

#include "runtime/engine/convert.hpp"

namespace gyre::engine {
namespace {

constexpr int kExitHandlerThrew = 7;

std::string describe_without_script(Env& env, v8::Local<v8::Value> error) {
  v8::TryCatch try_catch(env.isolate());
  v8::Local<v8::Value> stack;
  if (error->IsObject() &&
      error.As<v8::Object>()->Get(env.context(), env.literal("stack")).ToLocal(&stack) &&
      stack->IsString()) {
    return to_utf8(env.isolate(), stack);
  }
  return to_utf8(env.isolate(), error);
}

// The builtin modules' answer about an error: true when a script took it, else what to report.
// Empty when they threw, or are not loaded yet.
v8::MaybeLocal<v8::Value> ask_script(Env& env, int argc, v8::Local<v8::Value>* argv) {
  v8::Local<v8::Value> handler = env.slot(Slot::kUncaught);
  if (!handler->IsFunction()) return {};
  return handler.As<v8::Function>()->Call(env.context(), env.slot(Slot::kProcess), argc, argv);
}

// [description, exit code, is an error, frame of the stack]
void read_answer(Env& env, v8::Local<v8::Value> answer, FatalReport& report) {
  if (!answer->IsArray()) return;
  auto parts = answer.As<v8::Array>();
  auto part = [&](uint32_t at) { return parts->Get(env.context(), at).ToLocalChecked(); };
  report.description = to_utf8(env.isolate(), part(0));
  report.exit_code = part(1).As<v8::Int32>()->Value();
  report.is_error = part(2)->IsTrue();
  report.frame = to_utf8(env.isolate(), part(3));
}

void on_fatal_error(const char* location, const char* message) {
  std::fflush(nullptr);
  std::fprintf(stderr, "FATAL ERROR: %s %s\n", location ? location : "", message ? message : "");
  std::fflush(stderr);
  std::abort();
}

void on_out_of_memory(const char* location, bool is_heap_oom) {
  on_fatal_error(location, is_heap_oom ? "Allocation failed - JavaScript heap out of memory"
                                       : "Allocation failed - process out of memory");
}

}  // namespace

bool handle_uncaught(Env& env, v8::Local<v8::Value> error, bool from_promise, FatalReport& report) {
  v8::Local<v8::Value> answer;
  {
    v8::TryCatch try_catch(env.isolate());
    v8::Local<v8::Value> argv[] = {error, v8::Boolean::New(env.isolate(), from_promise)};
    if (ask_script(env, 2, argv).ToLocal(&answer)) {
      if (answer->IsTrue()) return true;
      read_answer(env, answer, report);
      if (!report.description.empty()) return false;
    }
    if (try_catch.HasTerminated()) return true;
    if (!try_catch.Exception().IsEmpty()) {
      error = try_catch.Exception();
      report.exit_code = kExitHandlerThrew;
      report.thrown_by_handler = try_catch.Message();
    }
  }
  v8::TryCatch try_catch(env.isolate());
  v8::Local<v8::Value> argv[] = {error, v8::False(env.isolate()), v8::True(env.isolate())};
  if (!report.thrown_by_handler.IsEmpty() && ask_script(env, 3, argv).ToLocal(&answer)) {
    read_answer(env, answer, report);
  }
  report.error = error;
  if (report.description.empty()) report.description = describe_without_script(env, error);
  return false;
}

std::string code_frame(Env& env, v8::Local<v8::Message> message) {
  if (message.IsEmpty()) return {};
  v8::Local<v8::Context> context = env.context();
  v8::Local<v8::String> source_line;
  if (!message->GetSourceLine(context).ToLocal(&source_line)) return {};
  v8::Local<v8::Value> name = message->GetScriptResourceName();
  // The text of an eval() or new Function() has no name.
  bool is_named = !name.IsEmpty() && name->IsString();
  std::string file = is_named ? to_utf8(env.isolate(), name) : "<anonymous_script>";
  std::string source = to_utf8(env.isolate(), source_line);
  if (!is_named && source.empty()) return {};
  if (file.starts_with("gyre:internal/") || file.starts_with("node:")) return {};
  if (source.size() > 4096) source.resize(4096);
  std::string frame = file + ":" + std::to_string(message->GetLineNumber(context).FromMaybe(0)) +
                      "\n" + source + "\n";
  int start = message->GetStartColumn(context).FromMaybe(0);
  int end = std::max(message->GetEndColumn(context).FromMaybe(start + 1), start + 1);
  // A text that begins within a line: columns count from there, the line shown does not.
  if (int shift = message->GetScriptOrigin().ColumnOffset(); shift > 0 && start >= shift) {
    start -= shift;
    end -= shift;
  }
  if (start > static_cast<int>(source.size())) return frame;
  // Tabs stay tabs, so that the marks stand under their text.
  for (int i = 0; i < start && i < static_cast<int>(source.size()); ++i) {
    frame += source[i] == '\t' ? '\t' : ' ';
  }
  frame.append(static_cast<size_t>(std::min(end - start, 200)), '^');
  return frame + "\n";
}

void print_fatal(Env& env, v8::Local<v8::Value> error, v8::Local<v8::Message> message,
                 const FatalReport& report) {
  if (!report.thrown_by_handler.IsEmpty()) message = report.thrown_by_handler;
  if (message.IsEmpty()) message = v8::Exception::CreateMessage(env.isolate(), error);
  std::string text = code_frame(env, message);
  if (text.empty()) text = report.frame;
  if (!report.is_error) {
    text = "\n" + text;
  } else if (!text.empty()) {
    text += "\n";
  }
  text += report.description + "\n\n" GYRE_VERSION_LINE "\n";
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void end_process(int code) {
  std::fflush(nullptr);
  std::_Exit(code);
}

void install_fatal_error_handlers(v8::Isolate* isolate) {
  isolate->SetFatalErrorHandler(on_fatal_error);
  isolate->SetOOMErrorHandler(on_out_of_memory);
}

}  // namespace gyre::engine
