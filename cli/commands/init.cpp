// gyre init: a package.json, asked for or with defaults; gyre init <initializer>: create-<…> run
// from a package.
#include "cli/commands/command.hpp"
#include "cli/exec.hpp"
#include "cli/git.hpp"
#include "pkg/config/npmrc.hpp"
#include "pkg/files.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/semver/version.hpp"
#include "pkg/spec/spec.hpp"
#include "pkg/workspace/pnpm_workspace.hpp"
#include "pkg/workspace/workspace.hpp"
#include "runtime/base/path.hpp"

#include <algorithm>
#include <iostream>

namespace gyre::cli {
namespace {

using pkg::OrderedJson;

struct Parameters {
  std::vector<std::string> words;  // initializer and its arguments
  std::vector<std::string> workspaces;
  std::string scope, version, license, author_name, author_email, author_url, type;
  bool yes = false, is_private = false, is_module = false, includes_root = false;
};

std::string name_from(const std::string& folder, const std::string& scope) {
  std::string name;
  for (const char c : path::basename(folder)) {
    if (c >= 'A' && c <= 'Z')
      name += static_cast<char>(c - 'A' + 'a');
    else
      name += c == ' ' ? '-' : c;
  }
  if (!scope.empty()) name = (scope.starts_with('@') ? scope : "@" + scope) + "/" + name;
  return pkg::is_valid_package_name(name) ? name : "app";
}

// index.js where there is one or none; else what looks like the entry.
std::string main_file(const std::string& folder) {
  auto names = pkg::list_directory(folder);
  if (!names) return "index.js";
  std::vector<std::string> scripts;
  for (const std::string& name : *names) {
    if (name.ends_with(".js") && !name.ends_with(".config.js")) scripts.push_back(name);
  }
  auto has = [&scripts](const std::string& name) {
    return std::find(scripts.begin(), scripts.end(), name) != scripts.end();
  };
  for (const char* name : {"index.js", "main.js", "app.js", "server.js"}) {
    if (has(name)) return name;
  }
  return scripts.empty() ? "index.js" : scripts.front();
}

void set_default(OrderedJson& document, const char* key, OrderedJson value) {
  if (!document.contains(key)) document[key] = std::move(value);
}

std::string text_of(const OrderedJson& document, const char* key) {
  const auto found = document.find(key);
  return found != document.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string author_of(const Parameters& parameters) {
  std::string author = parameters.author_name;
  if (!parameters.author_email.empty()) author += " <" + parameters.author_email + ">";
  if (!parameters.author_url.empty()) author += " (" + parameters.author_url + ")";
  return author;
}

// Fields that are there stay as they are.
void fill_in(OrderedJson& document, const std::string& folder, const Parameters& parameters) {
  set_default(document, "name", name_from(folder, parameters.scope));
  set_default(document, "version", parameters.version.empty() ? "1.0.0" : parameters.version);
  set_default(document, "description", "");
  set_default(document, "main", main_file(folder));
  if (!document.contains("scripts")) {
    document["scripts"] = OrderedJson{{"test", "echo \"Error: no test specified\" && exit 1"}};
  }
  if (!document.contains("repository") && pkg::path_exists(folder + "/.git")) {
    if (auto url = run_git(folder, {"config", "--get", "remote.origin.url"});
        url && !url->empty()) {
      const std::string full =
          url->starts_with("git+") || url->find("://") == std::string::npos ? *url : "git+" + *url;
      document["repository"] = OrderedJson{{"type", "git"}, {"url", full}};
    }
  }
  set_default(document, "keywords", OrderedJson::array());
  set_default(document, "author", author_of(parameters));
  set_default(document, "license", parameters.license.empty() ? "ISC" : parameters.license);
  const std::string type = parameters.is_module ? "module" : parameters.type;
  set_default(document, "type", type.empty() ? "commonjs" : type);
  if (parameters.is_private) document["private"] = true;
}

// One question; the answer, or the default for an empty one. False at the end of input.
bool ask(const std::string& question, std::string& value) {
  std::cerr << question << (value.empty() ? " " : " (" + value + ") ") << std::flush;
  std::string answer;
  if (!std::getline(std::cin, answer)) return false;
  if (!answer.empty()) value = answer;
  return true;
}

bool ask_all(OrderedJson& document) {
  const char* const keys[] = {
      "name",           "version",  "description", "main",    "test command",
      "git repository", "keywords", "author",      "license", "type"};
  for (const std::string key : keys) {
    std::string value = text_of(document, key.c_str());
    if (key == "test command" || key == "git repository" || key == "keywords") value.clear();
    while (true) {
      if (!ask(key + ":", value)) return false;
      const bool is_good = key == "name"      ? pkg::is_valid_package_name(value)
                           : key == "version" ? semver::parse(value).has_value()
                           : key == "type"    ? value == "commonjs" || value == "module"
                                              : true;
      if (is_good) break;
      std::cerr << "\"" << value << "\" cannot be the " << key << "\n";
      value = text_of(document, key.c_str());
    }
    if (key == "test command") {
      if (!value.empty()) document["scripts"]["test"] = value;
    } else if (key == "git repository") {
      if (!value.empty()) document["repository"] = OrderedJson{{"type", "git"}, {"url", value}};
    } else if (key == "keywords") {
      std::string word;
      for (const char c : value + ' ') {
        if (c != ' ' && c != ',') {
          word += c;
        } else if (!word.empty()) {
          document["keywords"].push_back(std::exchange(word, {}));
        }
      }
    } else {
      document[key] = value;
    }
  }
  return true;
}

Status write_template(Context& context, const std::string& folder, const Parameters& parameters) {
  const std::string path = folder + "/package.json";
  pkg::Manifest manifest;
  if (pkg::path_exists(path)) {
    GYRE_ASSIGN(manifest, pkg::load_manifest(path));
  } else {
    GYRE_ASSIGN(manifest, pkg::parse_manifest("{}\n", path));
  }
  fill_in(manifest.json, folder, parameters);
  const bool asks = !parameters.yes && context.out.stdin_is_terminal() &&
                    context.out.stderr_is_terminal() && !context.out.is_json;
  if (asks) {
    context.out.note("This makes a package.json. Return takes what is in brackets; Ctrl-C leaves.");
    if (!ask_all(manifest.json)) return Error::with_code_name("ECANCELED", "canceled");
    std::string answer = "yes";
    context.out.note("About to write to " + path + ":\n\n" + pkg::write_manifest(manifest));
    if (!ask("Is this OK?", answer) || (answer[0] != 'y' && answer[0] != 'Y'))
      return Error::with_code_name("ECANCELED", "canceled");
  }
  const std::string text = pkg::write_manifest(manifest);
  GYRE_TRY(pkg::make_directories(folder));
  GYRE_TRY(pkg::write_file_atomically(path, text));
  if (context.out.is_json)
    context.out.print(manifest.json.dump(2));
  else
    context.out.print("wrote " + path);
  return ok();
}

// "foo@1" -> "create-foo@1", "@scope" -> "@scope/create", "@scope/foo" -> "@scope/create-foo".
Result<std::string> initializer_package(const std::string& word) {
  if (word.starts_with('@') && word.find('/') == std::string::npos) {
    const size_t at = word.find('@', 1);
    const std::string version = at == std::string::npos ? "" : word.substr(at);
    return word.substr(0, at) + "/create" + version;
  }
  GYRE_ASSIGN(const pkg::Spec spec, pkg::parse_argument(word));
  if (spec.kind == pkg::SpecKind::kGit && spec.hosted) {
    const size_t slash = word.find('/', word.find(':') == std::string::npos ? 0 : word.find(':'));
    if (slash != std::string::npos)
      return word.substr(0, slash + 1) + "create-" + word.substr(slash + 1);
  }
  if (!spec.is_registry() || spec.name.empty()) {
    return Error(Code::EUSAGE, "\"" + word + "\" names no initializer",
                 "gyre x runs a package's command as it is");
  }
  const size_t slash = spec.name.find('/');
  const std::string scope = slash == std::string::npos ? "" : spec.name.substr(0, slash + 1);
  const std::string plain = slash == std::string::npos ? spec.name : spec.name.substr(slash + 1);
  return scope + "create-" + plain + word.substr(spec.name.size());
}

class Init {
 public:
  Init(Context& context, const pkg::Options& options, const Parameters& parameters)
      : context_(context), options_(options), parameters_(parameters) {}

  Status run() {
    // The folder itself, not the project it lies in: that is what is being made.
    if (parameters_.workspaces.empty()) return run_in(options_.working_dir);
    for (const std::string& workspace : parameters_.workspaces) GYRE_TRY(check_place(workspace));
    if (parameters_.includes_root) GYRE_TRY(run_in(options_.project_dir));
    for (const std::string& workspace : parameters_.workspaces) {
      const std::string folder = path::resolve(options_.project_dir, workspace);
      GYRE_ASSIGN(pkg::Manifest root, pkg::load_root_manifest(options_.project_dir));
      GYRE_TRY(pkg::make_directories(folder));
      GYRE_TRY(run_in(folder));
      if (context_.exit_code != kSuccess) return ok();
      GYRE_TRY(list_workspace(root, path::relative(options_.project_dir, folder)));
    }
    return ok();
  }

 private:
  // Before anything is written: below the project, and where pnpm-workspace.yaml rules, listed
  // there.
  Status check_place(const std::string& workspace) const {
    const std::string folder = path::resolve(options_.project_dir, workspace);
    if (!path::is_inside(options_.project_dir, folder) || folder == options_.project_dir)
      return Error(Code::EUSAGE, workspace + " is not below " + options_.project_dir);
    if (!pkg::path_exists(options_.project_dir + "/package.json")) return ok();
    GYRE_ASSIGN(const pkg::Manifest root, pkg::load_root_manifest(options_.project_dir));
    const std::string location = path::relative(options_.project_dir, folder);
    if (root.workspaces.empty() || root.json.find("workspaces") != root.json.end() ||
        pkg::is_workspace_location(root.workspaces, location)) {
      return ok();
    }
    return Error(Code::EUSAGE, location + " is none of the workspaces of pnpm-workspace.yaml",
                 "list it there under \"packages\" first; nothing was written");
  }

  Status run_in(const std::string& folder) {
    if (parameters_.words.empty()) return write_template(context_, folder, parameters_);
    ExecRequest request;
    GYRE_ASSIGN(const std::string package, initializer_package(parameters_.words[0]));
    request.words = parameters_.words;
    request.words[0] = package;
    if (parameters_.yes) request.consent = ExecRequest::Consent::kYes;
    request.folders.push_back(folder);
    // Several workspaces: each must come back here.
    request.stays = !parameters_.workspaces.empty();
    run_exec(context_, options_, std::move(request));
    return ok();
  }

  Status list_workspace(pkg::Manifest& root, const std::string& location) {
    if (!root.workspaces.empty()) {
      auto known = pkg::load_workspaces(options_.project_dir, root.workspaces);
      if (known && std::any_of(known->begin(), known->end(), [&location](const auto& workspace) {
            return workspace.location == location;
          })) {
        return ok();
      }
      // check_place() has seen to it that pnpm-workspace.yaml lists the folder.
      if (root.json.find("workspaces") == root.json.end()) return ok();
    }
    OrderedJson& list = root.json["workspaces"];
    OrderedJson& names = list.is_object() ? list["packages"] : list;
    if (!names.is_array()) names = OrderedJson::array();
    names.push_back(location);
    return pkg::write_file_atomically(options_.project_dir + "/package.json",
                                      pkg::write_manifest(root));
  }

  Context& context_;
  const pkg::Options& options_;
  const Parameters& parameters_;
};

}  // namespace

void add_init(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_flag("--yes,-y", parameters->yes, "Ask nothing, take the defaults");
  app.add_flag("--module,--esm", parameters->is_module, "Make an ES module package");
  app.add_flag("--init-private,--private", parameters->is_private, "Mark it private");
  app.add_option("--scope", parameters->scope, "Scope of the package's name");
  app.add_option("--init-version", parameters->version, "First version, 1.0.0 if not set");
  app.add_option("--init-license", parameters->license, "License, ISC if not set");
  app.add_option("--init-author-name", parameters->author_name, "Author's name");
  app.add_option("--init-author-email", parameters->author_email, "Author's address");
  app.add_option("--init-author-url", parameters->author_url, "Author's page");
  app.add_option("--init-type", parameters->type, "commonjs or module")
      ->check(CLI::IsMember({"commonjs", "module"}));
  app.add_option("--workspace,-w", parameters->workspaces, "Make this workspace, and list it")
      ->take_all()
      ->allow_extra_args(false);
  app.add_flag("--include-workspace-root", parameters->includes_root, "The project itself too");
  add_common_options(app, context);
  app.prefix_command();
  app.footer(
      "Without an initializer: a package.json, asked for on a terminal, else with defaults.\n"
      "What is there already stays. With one, its package is run: foo means create-foo, @scope\n"
      "means @scope/create, @scope/foo means @scope/create-foo.\n\n"
      "Examples:\n"
      "  gyre init -y\n"
      "  gyre init -y --module\n"
      "  gyre init -w packages/api -y\n"
      "  gyre init vite@latest my-app -- --template vue\n"
      "  gyre create @eslint/config");
  app.callback([parameters, &app, &context] {
    parameters->words = app.remaining();
    auto& words = parameters->words;
    // Options of ours may follow the initializer's name up to --.
    const auto dashes = std::find(words.begin(), words.end(), "--");
    if (dashes != words.end()) words.erase(dashes);
    auto options = context.options();
    if (!options) return context.fail(options.error());
    if (Status status = Init(context, *options, *parameters).run(); !status)
      context.fail(status.error());
  });
}

}  // namespace gyre::cli
