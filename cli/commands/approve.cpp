// gyre approve [names…]: which packages may run scripts when they are installed.
#include <algorithm>

#include "cli/commands/command.hpp"
#include "cli/progress.hpp"
#include "pkg/files.hpp"
#include "pkg/rebuild.hpp"
#include "pkg/registry/url.hpp"
#include "runtime/base/json.hpp"

namespace gyre::cli {
namespace {

struct Parameters {
  std::vector<std::string> names;
  bool all = false, revoke = false, dry_run = false, no_run = false;
};

std::string label_of(const pkg::InstalledScripts& package) {
  return package.node.meta.name + "@" + package.node.meta.version;
}

json::Value json_of(const pkg::InstalledScripts& package, const pkg::Options& options) {
  json::Object scripts;
  for (const auto& [event, command] : package.scripts) scripts.set(event, command);
  json::Object object;
  object.set("name", package.node.meta.name);
  object.set("version", package.node.meta.version);
  object.set("location", package.node.location);
  object.set("entry", pkg::trust_entry(package.owner, options));
  object.set("scripts", std::move(scripts));
  return object;
}

json::Value text_list(const std::vector<std::string>& texts) {
  json::Array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

class Approval {
 public:
  Approval(Context& context, const pkg::Options& options, const Parameters& parameters)
      : context_(context), out_(context.out), options_(options), parameters_(parameters) {}

  Status run() {
    GYRE_ASSIGN(manifest_, pkg::load_manifest(options_.project_dir + "/package.json"));
    if (parameters_.revoke) return revoke();
    GYRE_ASSIGN(const auto packages, pkg::find_installed_scripts(manifest_.json, options_));
    for (const pkg::InstalledScripts& package : packages) {
      if (!package.is_allowed) pending_.push_back(package);
    }
    if (parameters_.names.empty() && !parameters_.all) {
      list();
      return ok();
    }
    GYRE_TRY(choose(packages));
    return approve();
  }

 private:
  void list() const {
    if (out_.is_json) {
      json::Array pending;
      for (const auto& package : pending_) pending.push_back(json_of(package, options_));
      json::Array approved;
      const pkg::ScriptPolicy policy(manifest_.json, options_);
      for (const pkg::TrustRule& rule : policy.rules()) approved.emplace_back(rule.text);
      json::Object object;
      object.set("pending", std::move(pending));
      object.set("approved", std::move(approved));
      return out_.print(json::write(std::move(object), 2));
    }
    if (pending_.empty()) return out_.print("no package waits for permission to run scripts");
    for (const auto& package : pending_) {
      out_.print(out_.styled_out(Style::kBold, label_of(package)) + "  " +
                 out_.styled_out(Style::kDim, package.node.location));
      for (const auto& [event, command] : package.scripts)
        out_.print("  " + event + ": " + pkg::printable_text(command, 300));
    }
    out_.note("gyre approve <name> allows a package's scripts and runs them; --all does for all");
  }

  Status choose(const std::vector<pkg::InstalledScripts>& packages) {
    if (parameters_.all) chosen_ = pending_;
    for (const std::string& name : parameters_.names) {
      auto is_meant = [&name](const pkg::InstalledScripts& package) {
        return pkg::names_package(name, package.node.meta.name, package.node.meta.version);
      };
      const size_t before = chosen_.size();
      std::copy_if(pending_.begin(), pending_.end(), std::back_inserter(chosen_), is_meant);
      if (chosen_.size() > before) continue;
      if (std::any_of(packages.begin(), packages.end(), is_meant)) {
        out_.note(name + " is allowed already; gyre rebuild " + name + " runs its scripts again");
        continue;
      }
      if (name.find('@', 1) == std::string::npos) {
        return Error(Code::EUSAGE, "no installed package named \"" + name + "\" has scripts",
                     "gyre approve lists those that do; name@range allows one in advance");
      }
      advance_.push_back(name);
    }
    return ok();
  }

  Status approve() {
    std::vector<std::string> entries, names;
    for (const auto& package : chosen_) {
      const std::string entry = pkg::trust_entry(package.owner, options_);
      if (pkg::add_trust(manifest_, entry)) entries.push_back(entry);
      names.push_back(label_of(package));
    }
    for (const std::string& entry : advance_) {
      if (pkg::add_trust(manifest_, entry)) entries.push_back(entry);
    }
    if (!pkg::ScriptPolicy(manifest_.json, options_).unreadable().empty()) {
      const auto bad = pkg::ScriptPolicy(manifest_.json, options_).unreadable();
      if (std::find(bad.begin(), bad.end(), advance_.empty() ? "" : advance_.back()) != bad.end())
        return Error(Code::EUSAGE, "\"" + advance_.back() + "\" names no package and source");
    }
    std::vector<std::string> ran;
    if (!parameters_.dry_run) {
      GYRE_TRY(run_scripts(names, ran));
      if (context_.exit_code != kSuccess) return ok();
      GYRE_TRY(save());
    }
    print_result("approved", entries, ran);
    return ok();
  }

  Status run_scripts(const std::vector<std::string>& names, std::vector<std::string>& ran) {
    if (names.empty() || parameters_.no_run) return ok();
    pkg::RebuildRequest request{names,
                                manifest_.json,
                                context_.executable,
                                "rebuild",
                                /*links_bins=*/false,
                                out_.is_json};
    pkg::Interrupts interrupts;
    ProgressDisplay display(out_);
    pkg::RebuildOutcome outcome = pkg::rebuild(request, options_, display, &interrupts);
    if (outcome.signal != 0) context_.exit_code = kSignalBase + outcome.signal;
    if (outcome.failure) {
      out_.error(*outcome.failure);
      context_.exit_code = kFailure;
    }
    ran = std::move(outcome.rebuilt);
    return ok();
  }

  Status revoke() {
    std::vector<std::string> removed;
    std::vector<std::string> names = parameters_.names;
    if (parameters_.all) {
      const pkg::ScriptPolicy policy(manifest_.json, options_);
      for (const pkg::TrustRule& rule : policy.rules()) names.push_back(rule.name);
    } else if (names.empty()) {
      return Error(Code::EUSAGE, "say whose permission to revoke",
                   "gyre approve --revoke <name>, or --revoke --all");
    }
    for (const std::string& name : names) {
      if (pkg::remove_trust(manifest_, name.substr(0, name.find('@', 1))))
        removed.push_back(name);
      else if (!parameters_.all)
        return Error(Code::EUSAGE, "\"" + name + "\" has no permission to revoke");
    }
    if (!parameters_.dry_run) GYRE_TRY(save());
    print_result("revoked", removed, {});
    return ok();
  }

  Status save() const {
    const std::string path = options_.project_dir + "/package.json";
    return pkg::write_file_atomically(path, pkg::write_manifest(manifest_));
  }

  void print_result(const std::string& verb, const std::vector<std::string>& entries,
                    const std::vector<std::string>& ran) const {
    if (out_.is_json) {
      json::Object object;
      object.set(verb, text_list(entries));
      object.set("ran", text_list(ran));
      object.set("dryRun", json::Value(parameters_.dry_run));
      return out_.print(json::write(std::move(object), 2));
    }
    for (const std::string& entry : entries)
      out_.print((parameters_.dry_run ? "would be " : "") + verb + ": " + entry);
    for (const std::string& name : ran) out_.print("ran the scripts of " + name);
  }

  Context& context_;
  const Output& out_;
  const pkg::Options& options_;
  const Parameters& parameters_;
  pkg::Manifest manifest_;
  std::vector<pkg::InstalledScripts> pending_, chosen_;
  std::vector<std::string> advance_;
};

}  // namespace

void add_approve(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("packages", parameters->names, "Names, or name@range; none lists what waits");
  app.add_flag("--all,-a", parameters->all, "All packages that wait");
  app.add_flag("--revoke", parameters->revoke, "Take permissions back");
  app.add_flag("--no-run", parameters->no_run, "Only write the permission down");
  app.add_flag("--dry-run", parameters->dry_run, "Say what would be done");
  add_setting_flag(app, context, "--foreground-scripts", "foreground-scripts", "true",
                   "Show what the scripts print");
  add_common_options(app, context);
  app.footer(
      "Packages run no scripts when they are installed unless \"trustedDependencies\" in\n"
      "package.json allows it. An entry is bound to name, source and versions: a package of the\n"
      "same name from another place, or a version outside the range, is not covered.\n\n"
      "Examples:\n"
      "  gyre approve                   what waits, and what it would run\n"
      "  gyre approve esbuild           allow esbuild@^<installed>, and run its scripts now\n"
      "  gyre approve --all --dry-run\n"
      "  gyre approve --revoke esbuild");
  app.callback([parameters, &context] {
    auto options = context.options();
    if (!options) return context.fail(options.error());
    Status status = Approval(context, *options, *parameters).run();
    if (!status) context.fail(status.error());
  });
}

}  // namespace gyre::cli
