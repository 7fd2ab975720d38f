#include "cli/script_runner.hpp"

#include "pkg/scripts/env.hpp"
#include "pkg/scripts/lifecycle.hpp"

namespace gyre::cli {

const std::string* find_script(const pkg::Manifest& manifest, const std::string& name) {
  for (const auto& [key, text] : manifest.scripts) {
    if (key == name) return &text;
  }
  return nullptr;
}

Result<pkg::ScriptEnd> ScriptRunner::run_text(const std::string& folder, const std::string& event,
                                              const std::string& text,
                                              const std::vector<std::string>& arguments) {
  const std::string command = pkg::with_arguments(text, arguments);
  const Output& out = context_.out;
  if (!out.is_silent) out.note(out.styled(Style::kDim, "$ " + command));
  const pkg::ScriptContext script{event, text,    folder,   npm_command_, context_.executable,
                                  {},    nullptr, variables};
  return pkg::run_script({{options_.script_shell, "-c", command},
                          folder,
                          pkg::script_environment(script, options_),
                          pkg::ScriptOutput::kInherit,
                          out.is_json},
                         &interrupts_);
}

Result<pkg::ScriptEnd> ScriptRunner::run(const std::string& folder, const pkg::Manifest& manifest,
                                         const std::string& name, const std::string& text,
                                         const std::vector<std::string>& arguments) {
  const std::string* before =
      options_.ignore_scripts ? nullptr : find_script(manifest, "pre" + name);
  const std::string* after =
      options_.ignore_scripts ? nullptr : find_script(manifest, "post" + name);
  pkg::ScriptEnd end;
  if (before != nullptr) {
    GYRE_ASSIGN(end, run_text(folder, "pre" + name, *before));
  }
  if (end.status() == 0) {
    GYRE_ASSIGN(end, run_text(folder, name, text, arguments));
  }
  if (end.status() == 0 && after != nullptr) {
    GYRE_ASSIGN(end, run_text(folder, "post" + name, *after));
  }
  return end;
}

Status ScriptRunner::run_if_there(const std::string& folder, const pkg::Manifest& manifest,
                                  const std::string& event) {
  const std::string* text = find_script(manifest, event);
  if (text == nullptr || options_.ignore_scripts) return ok();
  GYRE_ASSIGN(const pkg::ScriptEnd end, run_text(folder, event, *text));
  if (end.status() == 0) return ok();
  const std::string how = end.signal != 0 ? "was ended by " + pkg::signal_name(end.signal)
                                          : "exited with status " + std::to_string(end.exit_code);
  return Error(Code::ELIFECYCLE, "the " + event + " script " + how + " (" + *text + ")");
}

}  // namespace gyre::cli
