#include "cli/commands/install_run.hpp"

#include <malloc.h>

#include "cli/progress.hpp"
#include "runtime/base/json.hpp"

namespace gyre::cli {
namespace {

constexpr size_t kMostNamed = 8;

std::string summary_line(const pkg::InstallReport& report) {
  std::string line;
  auto add = [&line](const char* verb, size_t count) {
    if (count == 0) return;
    line += (line.empty() ? "" : ", ") + std::string(verb) + " " + count_text(count, "package");
  };
  add(report.is_dry_run ? "would add" : "added", report.added);
  add(report.is_dry_run ? "would change" : "changed", report.changed);
  add(report.is_dry_run ? "would remove" : "removed", report.removed);
  if (line.empty()) line = "up to date, " + count_text(report.packages, "package");
  line += " in " + duration_text(report.elapsed);
  if (report.downloaded > 0) {
    line += " (" + count_text(report.downloaded, "download") + ", " +
            size_text(report.downloaded_bytes) + ")";
  }
  return line;
}

void print_blocked(const Output& out, const pkg::InstallReport& report) {
  if (report.blocked.empty()) return;
  const size_t count = report.blocked.size();
  std::string line = count_text(count, "package") + (count == 1 ? " has" : " have") +
                     " scripts that were not run: ";
  for (size_t i = 0; i < count && i < kMostNamed; ++i) {
    line += (i == 0 ? "" : ", ") + report.blocked[i].name + "@" + report.blocked[i].version;
  }
  if (count > kMostNamed) line += ", …";
  out.note(out.styled(Style::kYellow, line));
  out.note(count == 1 ? "gyre approve " + report.blocked[0].name + " allows and runs them"
                      : std::string("gyre approve shows them; gyre approve <name> allows and "
                                    "runs one package's"));
}

void print_held_back(const Output& out, const pkg::InstallReport& report) {
  if (report.held_back.empty()) return;
  const size_t count = report.held_back.size();
  std::string line = count_text(count, "newer release") + (count == 1 ? " is" : " are") +
                     " too new to be installed: ";
  for (size_t i = 0; i < count && i < kMostNamed; ++i) {
    const pkg::HeldBack& held = report.held_back[i];
    line += (i == 0 ? "" : ", ") + held.name + "@" + held.newer + " (" + held.age + " old; " +
            held.version + " instead)";
  }
  if (count > kMostNamed) line += ", …";
  out.note(line);
}

void print_changes(const Output& out, const pkg::InstallReport& report) {
  for (const pkg::PlannedChange& change : report.changes) {
    const char* mark = change.kind == pkg::PlannedChange::Kind::kAdd      ? "add"
                       : change.kind == pkg::PlannedChange::Kind::kRemove ? "remove"
                                                                          : "change";
    std::string line = std::string(mark) + " " + change.name + " " + change.version;
    if (!change.old_version.empty()) line += " (was " + change.old_version + ")";
    out.print(line + "  " + change.location);
  }
}

void print_import(const Output& out, const pkg::InstallReport& report) {
  for (const std::string& what : report.not_kept) out.note(out.styled(Style::kYellow, what));
  if (out.is_silent) return;
  out.print(std::string(report.is_dry_run ? "would write" : "wrote") + " the lockfile from " +
            report.imported_from + ": " + count_text(report.packages, "package") +
            (report.not_kept.empty()
                 ? ", every version kept"
                 : ", " + count_text(report.not_kept.size(), "difference") + " listed above"));
}

json::Value change_json(const pkg::PlannedChange& change) {
  json::Object object;
  object.set("location", change.location);
  object.set("name", change.name);
  object.set("version", change.version);
  if (!change.old_version.empty()) object.set("from", change.old_version);
  return object;
}

void print_json(const Output& out, const pkg::InstallReport& report) {
  json::Array lists[3], blocked, held_back, warnings;
  for (const pkg::PlannedChange& change : report.changes) {
    lists[static_cast<size_t>(change.kind)].push_back(change_json(change));
  }
  for (const pkg::BlockedScripts& entry : report.blocked) {
    json::Object object;
    object.set("name", entry.name);
    object.set("version", entry.version);
    json::Array events;
    for (const std::string& event : entry.events) events.emplace_back(event);
    object.set("scripts", std::move(events));
    blocked.push_back(std::move(object));
  }
  for (const pkg::HeldBack& entry : report.held_back) {
    json::Object object;
    object.set("name", entry.name);
    object.set("version", entry.version);
    object.set("newer", entry.newer);
    object.set("age", entry.age);
    held_back.push_back(std::move(object));
  }
  for (const pkg::Warning& warning : report.warnings) {
    json::Object object;
    object.set("code", warning.code);
    object.set("message", warning.message);
    warnings.push_back(std::move(object));
  }
  json::Object object;
  object.set("add", std::move(lists[0]));
  object.set("change", std::move(lists[1]));
  object.set("remove", std::move(lists[2]));
  object.set("added", json::Value(static_cast<double>(report.added)));
  object.set("changed", json::Value(static_cast<double>(report.changed)));
  object.set("removed", json::Value(static_cast<double>(report.removed)));
  object.set("packages", json::Value(static_cast<double>(report.packages)));
  if (!report.imported_from.empty()) {
    json::Array not_kept;
    for (const std::string& what : report.not_kept) not_kept.emplace_back(what);
    object.set("importedFrom", report.imported_from);
    object.set("notKept", std::move(not_kept));
  }
  object.set("blockedScripts", std::move(blocked));
  object.set("heldBack", std::move(held_back));
  object.set("warnings", std::move(warnings));
  object.set("milliseconds", json::Value(static_cast<double>(report.elapsed.count())));
  out.print(json::write(std::move(object), 2));
}

}  // namespace

void add_workspace_choice(CLI::App& app, pkg::InstallRequest& request) {
  app.add_option("--workspace,-w", request.workspaces, "Only this workspace, by name or folder")
      ->take_all()
      ->allow_extra_args(false);
  app.add_flag("--workspaces,--ws", request.all_workspaces, "Every workspace");
  app.add_flag("--include-workspace-root", request.includes_root,
               "With chosen workspaces: the project's own package too");
}

pkg::InstallOutcome perform_install(Context& context, pkg::InstallRequest request,
                                    const pkg::Options& options) {
  request.executable = context.executable;
  // What one thread has done with serves the others. Memory comes in larger steps and is kept for
  // what follows: every page that is given back and taken again costs a fault.
  ::mallopt(M_ARENA_MAX, 4);
  ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 64 << 20);
  ::mallopt(M_TOP_PAD, 1 << 20);
  request.keeps_stdout = context.out.is_json;
  pkg::Interrupts interrupts;
  ProgressDisplay display(context.out);
  return pkg::install(request, options, display, &interrupts);
}

void report_problems(Context& context, const pkg::InstallOutcome& outcome) {
  if (outcome.signal != 0) {
    context.out.note("interrupted; nothing was changed");
    context.exit_code = kSignalBase + outcome.signal;
  } else if (outcome.failure) {
    context.out.error(*outcome.failure);
    context.exit_code = outcome.failure->error.is(Code::EUSAGE) ? kUsage : kFailure;
  }
}

void run_install(Context& context, pkg::InstallRequest request, const pkg::Options& options,
                 Summary summary) {
  const pkg::InstallOutcome outcome = perform_install(context, std::move(request), options);
  report_problems(context, outcome);
  if (outcome.signal != 0 || outcome.failure) return;
  const Output& out = context.out;
  if (summary == Summary::kOnlyProblems) return;
  if (out.is_json) return print_json(out, outcome.report);
  if (!outcome.report.imported_from.empty()) return print_import(out, outcome.report);
  if (outcome.report.is_dry_run) print_changes(out, outcome.report);
  if (!out.is_silent) {
    for (const std::string& saved : outcome.report.saved) {
      out.print(out.styled_out(Style::kGreen, "+ ") + saved);
    }
    out.print(summary_line(outcome.report));
  }
  print_held_back(out, outcome.report);
  print_blocked(out, outcome.report);
}

}  // namespace gyre::cli
