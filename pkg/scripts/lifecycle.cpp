#include "pkg/scripts/lifecycle.hpp"

#include <cstring>

#include "pkg/registry/url.hpp"

namespace gyre::pkg {
namespace {

Scripts pick(const Manifest& manifest, BindingGyp binding,
             std::initializer_list<const char*> events) {
  Scripts scripts = install_scripts_of(manifest, binding);
  Scripts picked;
  for (const std::string event : events) {
    bool has = false;
    for (const auto& script : scripts) {
      if (script.first != event) continue;
      picked.push_back(script);
      has = true;
    }
    for (const auto& script : manifest.scripts) {
      if (!has && script.first == event && !script.second.empty()) picked.push_back(script);
    }
  }
  return picked;
}

}  // namespace

std::string signal_name(int number) {
  const char* name = ::sigabbrev_np(number);
  return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(number);
}

Scripts project_scripts(const Manifest& manifest, BindingGyp binding) {
  return pick(manifest, binding,
              {"preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare",
               "postprepare"});
}

Scripts workspace_scripts(const Manifest& manifest, BindingGyp binding) {
  return pick(manifest, binding,
              {"preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"});
}

Status run_lifecycle(const LifecycleScript& script, const LifecycleSetup& setup,
                     const Options& options, Interrupts* interrupts) {
  ScriptContext context{script.event,     script.command,
                        script.folder,    setup.npm_command,
                        setup.executable, {},
                        script.node,      {}};
  ScriptRun run{{options.script_shell, "-c", script.command},
                script.folder,
                script_environment(context, options),
                script.output,
                setup.keeps_stdout,
                /*ends_when_interrupted=*/true};
  GYRE_ASSIGN(const ScriptEnd end, run_script(run, interrupts));
  if (end.status() == 0) return ok();
  std::string message = script.label + ": the " + script.event + " script ";
  message += end.signal != 0 ? "was ended by " + signal_name(end.signal)
                             : "exited with status " + std::to_string(end.exit_code);
  message += " (" + printable_text(script.command, 200) + ")";
  if (!end.tail.empty()) message += "\n" + end.tail;
  return Error(Code::ELIFECYCLE, message);
}

}  // namespace gyre::pkg
