// gyre pkg get | set | delete | fix: package.json from the command line.
#include "cli/commands/command.hpp"
#include "cli/commands/workspaces.hpp"
#include "pkg/files.hpp"
#include "pkg/manifest/fix.hpp"
#include "pkg/manifest/path_query.hpp"

namespace gyre::cli {
namespace {

using pkg::OrderedJson;

struct Parameters {
  std::vector<std::string> words;
  pkg::WorkspaceChoice workspaces;
  bool force = false, dry_run = false;
};

std::string text_of(const OrderedJson& json) {
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace);
}

Result<OrderedJson> get(const OrderedJson& document, const std::vector<std::string>& paths) {
  if (paths.empty()) return document;
  OrderedJson found = OrderedJson::object();
  for (const std::string& path : paths) {
    GYRE_ASSIGN(auto values, pkg::get_path(document, path));
    for (auto& [at, value] : values) found[at] = std::move(value);
  }
  if (paths.size() == 1 && found.size() == 1 && found.contains(paths[0])) {
    OrderedJson only = found[paths[0]];
    return only;
  }
  return found;
}

Status set(const Parameters& parameters, bool is_json, const std::vector<std::string>& pairs,
           OrderedJson& document) {
  const auto overwrite = parameters.force ? pkg::Overwrite::kForce : pkg::Overwrite::kRefuse;
  for (const std::string& pair : pairs) {
    const size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size()) {
      return Error(Code::EUSAGE, "\"" + pair + "\" is no key=value",
                   "gyre pkg set scripts.test=\"node --test\"");
    }
    OrderedJson value = pair.substr(equals + 1);
    if (is_json) {
      value = OrderedJson::parse(pair.substr(equals + 1), nullptr, false);
      if (value.is_discarded())
        return Error(Code::EJSONPARSE, "the value of \"" + pair.substr(0, equals) +
                                           "\" is not valid JSON: " + pair.substr(equals + 1));
    }
    GYRE_TRY(pkg::set_path(document, pair.substr(0, equals), value, overwrite));
  }
  return ok();
}

class PkgCommand {
 public:
  PkgCommand(Context& context, const Parameters& parameters)
      : context_(context), parameters_(parameters) {}

  Status run() {
    const auto& words = parameters_.words;
    const std::string verb = words.empty() ? std::string() : words[0];
    if (verb != "get" && verb != "set" && verb != "delete" && verb != "fix") {
      return Error(Code::EUSAGE,
                   verb.empty() ? "say what to do with package.json"
                                : "gyre pkg does not know \"" + verb + "\"",
                   "gyre pkg get, set, delete or fix");
    }
    const std::vector<std::string> rest(words.begin() + 1, words.end());
    if (rest.empty() && (verb == "set" || verb == "delete"))
      return Error(Code::EUSAGE, "gyre pkg " + verb + " needs a key");
    GYRE_ASSIGN(const pkg::Options options, context_.options());
    GYRE_ASSIGN(auto packages, packages_meant(options, parameters_.workspaces));
    OrderedJson answers = OrderedJson::object();
    for (pkg::ChosenPackage& package : packages) {
      if (verb == "get") {
        GYRE_ASSIGN(OrderedJson answer, get(package.manifest.json, rest));
        if (!parameters_.workspaces.is_given())
          context_.out.print(text_of(answer));
        else
          answers[package.manifest.meta.name] = std::move(answer);
        continue;
      }
      GYRE_TRY(edit(package.manifest.json, verb, rest));
      GYRE_TRY(save(package));
    }
    if (verb == "get" && parameters_.workspaces.is_given()) context_.out.print(text_of(answers));
    return ok();
  }

 private:
  Status edit(OrderedJson& document, const std::string& verb,
              const std::vector<std::string>& rest) {
    if (verb == "set") return set(parameters_, context_.out.is_json, rest, document);
    if (verb == "fix") {
      for (const std::string& change : pkg::fix_manifest(document))
        context_.out.note("fixed: " + change);
      return ok();
    }
    for (const std::string& key : rest) GYRE_TRY(pkg::delete_path(document, key));
    return ok();
  }

  Status save(const pkg::ChosenPackage& package) {
    const std::string text = pkg::write_manifest(package.manifest);
    if (parameters_.dry_run) {
      context_.out.print(text_of(package.manifest.json));
      return ok();
    }
    return pkg::write_file_atomically(package.folder + "/package.json", text);
  }

  Context& context_;
  const Parameters& parameters_;
};

}  // namespace

void add_pkg(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("words", parameters->words, "get, set, delete or fix, and keys");
  app.add_flag("--force,-f", parameters->force, "Let set replace values that are in the way");
  app.add_flag("--dry-run", parameters->dry_run, "Print what would be written");
  add_workspace_options(app, parameters->workspaces);
  add_common_options(app, context);
  app.footer(
      "Keys are names with dots between them; [0] is an element of a list, [] the next one, and\n"
      "[a.b] a name that has dots itself. get prints JSON; set takes text, or JSON with --json.\n\n"
      "Examples:\n"
      "  gyre pkg get name version\n"
      "  gyre pkg get contributors[0].email\n"
      "  gyre pkg set scripts.test=\"node --test\" keywords[]=fast\n"
      "  gyre pkg set private=true --json\n"
      "  gyre pkg set license=MIT --workspaces\n"
      "  gyre pkg delete scripts.test\n"
      "  gyre pkg fix");
  app.callback([parameters, &context] {
    if (Status status = PkgCommand(context, *parameters).run(); !status)
      context.fail(status.error());
  });
}

}  // namespace gyre::cli
