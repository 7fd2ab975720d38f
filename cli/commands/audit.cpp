// gyre audit [fix | signatures]
#include "cli/audit_text.hpp"
#include "cli/commands/command.hpp"
#include "cli/commands/install_run.hpp"
#include "cli/registry_session.hpp"
#include "cli/workspaces.hpp"
#include "pkg/audit/report.hpp"
#include "pkg/audit/signatures.hpp"
#include "pkg/project.hpp"
#include "pkg/tree/installed.hpp"
#include "runtime/base/clock.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {
namespace {

struct Parameters {
  std::string verb;
  std::string level;
  std::string trusted_root;
  bool shows_attestations = false;
  WorkspaceChoice workspaces;
};

// Locations the audit is limited to; empty: everything.
Result<std::set<std::string>> limits(const pkg::Options& options, const WorkspaceChoice& choice,
                                     const pkg::Tree& tree) {
  if (!choice.is_given()) return std::set<std::string>();
  GYRE_ASSIGN(const auto folders, chosen_folders(options, choice));
  std::vector<std::string> tops;
  for (const std::string& folder : folders) {
    const bool is_root = folder == options.project_dir;
    tops.push_back(is_root ? std::string() : folder.substr(options.project_dir.size() + 1));
  }
  return pkg::dependency_closure(tree, tops);
}

Result<pkg::Tree> locked_tree(const pkg::Options& options) {
  GYRE_ASSIGN(pkg::Project project, pkg::load_project(options, pkg::ManifestNeed::kOptional));
  if (!project.lockfile.exists) {
    return Error::with_code_name(
               "ENOLOCK", "an audit needs a lockfile, and " + options.project_dir + " has none")
        .with_hint("gyre install --package-lock-only makes one");
  }
  return std::move(project.lockfile.tree);
}

Result<pkg::AuditReport> make_report(RegistrySession& session, const WorkspaceChoice& choice) {
  GYRE_ASSIGN(const pkg::Tree tree, locked_tree(session.options()));
  GYRE_ASSIGN(const auto only, limits(session.options(), choice, tree));
  return pkg::AuditReport::make(session.api(), tree, only);
}

std::string level_of(const Parameters& parameters, const RegistrySession& session) {
  return parameters.level.empty() ? session.settings().get("audit-level") : parameters.level;
}

void print_report(Context& context, const pkg::AuditReport& report, const std::string& level) {
  if (context.out.is_json) {
    print_json(context.out, report.json());
  } else {
    for (const std::string& line : audit_lines(context.out, report)) context.out.print(line);
  }
  if (report.reaches(level)) context.exit_code = kFailure;
}

void audit(Context& context, const Parameters& parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  RegistrySession session(context, std::move(*options), "audit");
  const std::string level = level_of(parameters, session);
  auto report = make_report(session, parameters.workspaces);
  if (!report) return context.fail(report.error());
  print_report(context, *report, level);
}

// What an install has to do so that the findings go.
pkg::InstallRequest fixing_request(const pkg::AuditReport& report, bool force) {
  pkg::InstallRequest request;
  request.npm_command = "audit";
  request.runs_root_scripts = false;
  std::set<std::string> asked;
  for (const auto& [name, entry] : report.vulnerabilities()) {
    request.update.push_back(name);
    const bool is_forced = force && entry.fix.kind == pkg::AuditFix::Kind::kForce;
    if (is_forced && asked.insert(entry.fix.name).second) {
      request.add.push_back(entry.fix.name + "@" + entry.fix.version);
    }
  }
  return request;
}

void fix(Context& context, const Parameters& parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  if (!options->package_lock) {
    return context.fail(Error(Code::EUSAGE, "audit fix cannot be used without a package-lock"));
  }
  const pkg::Options settings = *options;
  RegistrySession session(context, std::move(*options), "audit");
  const std::string level = level_of(parameters, session);
  auto report = make_report(session, parameters.workspaces);
  if (!report) return context.fail(report.error());
  if (!report->vulnerabilities().empty()) {
    // Under --json the report is the one document.
    pkg::Options avoiding = settings;
    for (const auto& [name, entry] : report->vulnerabilities())
      avoiding.avoid[name] = entry.range();
    run_install(context, fixing_request(*report, settings.force), avoiding,
                context.out.is_json ? Summary::kOnlyProblems : Summary::kPrint);
    if (context.exit_code != kSuccess) return;
    if (!settings.dry_run) {
      report = make_report(session, parameters.workspaces);
      if (!report) return context.fail(report.error());
    }
  }
  print_report(context, *report, level);
}

pkg::OrderedJson problem_json(const pkg::SignatureProblem& problem, bool is_invalid) {
  static constexpr const char* kKinds[] = {"dependencies", "devDependencies",
                                           "optionalDependencies", "peerDependencies"};
  pkg::OrderedJson json;
  if (is_invalid) {
    json["code"] = problem.code;
    json["message"] = problem.message;
  }
  json["integrity"] = problem.integrity;
  if (is_invalid && !problem.key_id.empty()) json["keyid"] = problem.key_id;
  json["location"] = problem.location;
  json["name"] = problem.name;
  json["registry"] = problem.registry;
  json["resolved"] = problem.resolved;
  if (is_invalid) {
    if (!problem.signature.empty()) json["signature"] = problem.signature;
    if (!problem.predicate_type.empty()) json["predicateType"] = problem.predicate_type;
    json["type"] = kKinds[static_cast<size_t>(problem.kind)];
  }
  json["version"] = problem.version;
  return json;
}

// What was not looked at, so that nothing passes silently.
pkg::OrderedJson not_checked(const pkg::TrustRoot& root) {
  pkg::OrderedJson list = pkg::OrderedJson::array();
  if (!root.is_certificates_only()) return list;
  list.push_back("the transparency log");
  list.push_back("the log of certificates");
  list.push_back("timestamps");
  return list;
}

void print_signatures_json(const Output& out, const pkg::SignatureReport& report,
                           bool shows_attestations, const pkg::TrustRoot& root) {
  pkg::OrderedJson json;
  json["invalid"] = pkg::OrderedJson::array();
  json["missing"] = pkg::OrderedJson::array();
  for (const auto& problem : report.invalid) json["invalid"].push_back(problem_json(problem, true));
  for (const auto& problem : report.missing)
    json["missing"].push_back(problem_json(problem, false));
  if (shows_attestations) json["verified"] = report.attestations;
  if (report.attested > 0 && !not_checked(root).empty()) json["notChecked"] = not_checked(root);
  print_json(out, json);
}

Result<pkg::TrustRoot> trust_root(const Parameters& parameters, const pkg::Options& options) {
  if (parameters.trusted_root.empty()) return pkg::TrustRoot::built_in();
  return pkg::TrustRoot::read(path::resolve(options.working_dir, parameters.trusted_root));
}

void signatures(Context& context, const Parameters& parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  RegistrySession session(context, std::move(*options), "audit");
  const uint64_t started = Clock::system().monotonic_ms();
  auto tree = pkg::load_installed(session.options().project_dir);
  if (!tree) return context.fail(tree.error());
  auto only = limits(session.options(), parameters.workspaces, *tree);
  if (!only) return context.fail(only.error());
  auto root = trust_root(parameters, session.options());
  if (!root) return context.fail(root.error());
  auto report = pkg::audit_signatures(session.api(), *tree, *only, *root);
  if (!report) return context.fail(report.error());
  if (!report->invalid.empty() || !report->missing.empty()) context.exit_code = kFailure;
  const bool shows_attestations =
      parameters.shows_attestations || session.settings().get("include-attestations") == "true";
  if (context.out.is_json)
    return print_signatures_json(context.out, *report, shows_attestations, *root);
  const uint64_t seconds = (Clock::system().monotonic_ms() - started) / 1000;
  for (const std::string& line :
       signature_lines(context.out, *report, {*root, shows_attestations, seconds})) {
    context.out.print(line);
  }
}

void execute(Context& context, const Parameters& parameters) {
  if (!parameters.level.empty() && pkg::severity_rank(parameters.level) < 0) {
    return context.fail(Error(
        Code::EUSAGE, "--audit-level takes info, low, moderate, high, critical or none, not \"" +
                          parameters.level + "\""));
  }
  if (parameters.verb.empty()) return audit(context, parameters);
  if (parameters.verb == "fix") return fix(context, parameters);
  if (parameters.verb == "signatures") return signatures(context, parameters);
  context.fail(
      Error(Code::EUSAGE, "audit knows fix and signatures, not \"" + parameters.verb + "\""));
}

}  // namespace

void add_audit(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("verb", parameters->verb, "fix, or signatures");
  app.add_option("--audit-level", parameters->level,
                 "Fail from this severity on: info, low, moderate, high, critical, none (low)");
  app.add_flag("--include-attestations", parameters->shows_attestations,
               "With signatures --json: list the verified attestations and who signed them");
  app.add_option("--trusted-root", parameters->trusted_root,
                 "With signatures: whom attestations rest on, if not Sigstore's public instance: "
                 "a trusted_root.json, or PEM certificates");
  add_workspace_options(app, parameters->workspaces);
  add_install_options(app, context);
  add_setting_flag(app, context, "--package-lock-only", "package-lock-only", "true",
                   "Fix the lockfile, leave node_modules alone");
  add_setting_flag(app, context, "--no-package-lock", "package-lock", "false",
                   "Ignore the lockfile (not with fix)");
  app.footer(
      "Exit status 1 when something as severe as --audit-level is found.\n\n"
      "Examples:\n"
      "  gyre audit                         known vulnerabilities of what is locked\n"
      "  gyre audit --omit dev --audit-level high\n"
      "  gyre audit fix --dry-run           what would be changed\n"
      "  gyre audit fix --force             also beyond the ranges of package.json\n"
      "  gyre audit signatures              who signed what is installed\n"
      "  gyre audit signatures --json --include-attestations\n"
      "  gyre audit signatures --trusted-root trusted_root.json");
  app.callback([parameters, &context] { execute(context, *parameters); });
}

}  // namespace gyre::cli
