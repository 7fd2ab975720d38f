// gyre unpublish, deprecate, undeprecate, dist-tag, owner: what maintainers do after publishing.
#include "pkg/publish/administer.hpp"
#include "cli/commands/command.hpp"
#include "cli/registry_session.hpp"
#include "cli/workspaces.hpp"
#include "pkg/spec/spec.hpp"

namespace gyre::cli {
namespace {

struct Parameters {
  std::vector<std::string> words;
  WorkspaceChoice workspaces;
};

Result<pkg::Manifest> manifest_in(const std::string& folder) {
  GYRE_ASSIGN(pkg::Manifest manifest, pkg::load_manifest(folder + "/package.json"));
  if (manifest.meta.name.empty()) {
    return Error(Code::EPKGJSON, folder + "/package.json has no name");
  }
  return manifest;
}

// The names a command is about when none is given: this package's, or the chosen workspaces'.
Result<std::vector<std::string>> local_names(const pkg::Options& options,
                                             const WorkspaceChoice& choice) {
  GYRE_ASSIGN(const auto folders, chosen_folders(options, choice));
  std::vector<std::string> names;
  for (const std::string& folder : folders) {
    GYRE_ASSIGN(const pkg::Manifest manifest, manifest_in(folder));
    names.push_back(manifest.meta.name);
  }
  return names;
}

pkg::Effect effect_of(const pkg::Options& options) {
  return options.dry_run ? pkg::Effect::kDryRun : pkg::Effect::kApply;
}

Error usage(const char* what) { return Error(Code::EUSAGE, what); }

// ---- unpublish

Result<pkg::UnpublishRequest> parse_unpublish(const std::string& word) {
  GYRE_ASSIGN(const pkg::Spec spec, pkg::parse_argument(word));
  pkg::UnpublishRequest request;
  request.name = spec.name;
  const bool is_whole =
      spec.kind == pkg::SpecKind::kRange && (spec.fetch_spec.empty() || spec.fetch_spec == "*");
  if (spec.kind == pkg::SpecKind::kVersion)
    request.version = spec.fetch_spec;
  else if (!is_whole) {
    return Error(
        Code::EUSAGE,
        "only a single version or the entire project can be unpublished, no tags or ranges");
  }
  return request;
}

Result<std::vector<pkg::UnpublishRequest>> unpublish_requests(const Parameters& parameters,
                                                              const pkg::Options& options) {
  std::vector<pkg::UnpublishRequest> requests;
  if (parameters.words.size() > 1) return usage("unpublish takes one package");
  if (!parameters.words.empty()) {
    GYRE_ASSIGN(auto request, parse_unpublish(parameters.words[0]));
    requests.push_back(std::move(request));
    return requests;
  }
  GYRE_ASSIGN(const auto folders, chosen_folders(options, parameters.workspaces));
  for (const std::string& folder : folders) {
    GYRE_ASSIGN(const pkg::Manifest manifest, manifest_in(folder));
    requests.push_back({manifest.meta.name, manifest.meta.version, false, pkg::Effect::kApply});
  }
  return requests;
}

void unpublish(Context& context, const Parameters& parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  RegistrySession session(context, std::move(*options), "unpublish");
  auto requests = unpublish_requests(parameters, session.options());
  if (!requests) return context.fail(requests.error());
  pkg::OrderedJson removed = pkg::OrderedJson::array();
  for (pkg::UnpublishRequest& request : *requests) {
    request.force = session.options().force;
    request.effect = effect_of(session.options());
    if (request.version.empty() && !request.force) {
      return context.fail(Error(Code::EUSAGE,
                                "refusing to delete the entire project " + request.name,
                                "--force does it all the same"));
    }
    auto label = pkg::unpublish(session.api(), request);
    if (!label) return context.fail(label.error());
    removed.push_back(*label);
    if (!context.out.is_json && !context.out.is_silent) context.out.print("- " + *label);
  }
  if (context.out.is_json) print_json(context.out, removed);
}

// ---- deprecate

void deprecate(Context& context, const std::string& word, const std::string& message) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  RegistrySession session(context, std::move(*options), "deprecate");
  auto spec = pkg::parse_argument(word);
  if (!spec) return context.fail(spec.error());
  const std::string range = spec->fetch_spec.empty() ? "*" : spec->fetch_spec;
  auto changed =
      pkg::deprecate(session.api(), spec->name, range, message, effect_of(session.options()));
  if (!changed) return context.fail(changed.error());
  if (changed->empty()) {
    context.out.warning({"", "no version of " + spec->name + " is within " + range});
  }
  for (const std::string& version : *changed) {
    context.out.note(message.empty() ? "undeprecating " + spec->name + "@" + version
                                     : "deprecating " + spec->name + "@" + version +
                                           " with message \"" + message + "\"");
  }
  if (context.out.is_json) print_json(context.out, pkg::OrderedJson(*changed));
}

// ---- dist-tag

bool is_one_of(const std::string& word, std::initializer_list<std::string_view> known) {
  return std::find(known.begin(), known.end(), word) != known.end();
}

void list_tags(Context& context, RegistrySession& session, const std::string& name) {
  auto tags = pkg::dist_tags(session.api(), name);
  if (!tags) return context.fail(tags.error());
  pkg::OrderedJson json = pkg::OrderedJson::object();
  for (const auto& [tag, version] : *tags) {
    json[tag] = version;
    if (!context.out.is_json) context.out.print(tag + ": " + version);
  }
  if (context.out.is_json) print_json(context.out, json);
}

void add_tag(Context& context, RegistrySession& session, const std::vector<std::string>& words) {
  if (words.size() < 2) {
    return context.fail(usage("a name with a version is needed: dist-tag add name@1.0.0 [tag]"));
  }
  auto spec = pkg::parse_argument(words[1]);
  if (!spec) return context.fail(spec.error());
  if (spec->name.empty() || spec->kind != pkg::SpecKind::kVersion) {
    return context.fail(usage("a name with a version is needed: dist-tag add name@1.0.0 [tag]"));
  }
  const std::string tag = words.size() > 2 ? words[2] : session.options().default_tag;
  auto is_new = pkg::set_dist_tag(session.api(), spec->name, spec->fetch_spec, tag);
  if (!is_new) return context.fail(is_new.error());
  const std::string target = spec->name + "@" + spec->fetch_spec;
  if (!*is_new) return context.out.warning({"", tag + " is already set to version " + target});
  context.out.print("+" + tag + ": " + target);
}

void remove_tag(Context& context, RegistrySession& session, const std::vector<std::string>& words) {
  if (words.size() < 3)
    return context.fail(usage("a name and a tag are needed: dist-tag rm name tag"));
  auto spec = pkg::parse_argument(words[1]);
  if (!spec) return context.fail(spec.error());
  auto version = pkg::remove_dist_tag(session.api(), spec->name, words[2]);
  if (!version) return context.fail(version.error());
  context.out.print("-" + words[2] + ": " + spec->name + "@" + *version);
}

void list_local_tags(Context& context, RegistrySession& session, const WorkspaceChoice& choice) {
  auto names = local_names(session.options(), choice);
  if (!names) return context.fail(names.error());
  for (const std::string& name : *names) {
    if (choice.is_given() && !context.out.is_json) context.out.print(name + ":");
    list_tags(context, session, name);
  }
}

void dist_tag(Context& context, const Parameters& parameters) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  RegistrySession session(context, std::move(*options), "dist-tag");
  const auto& words = parameters.words;
  const std::string verb = words.empty() ? "ls" : words[0];
  if (is_one_of(verb, {"add", "a", "set", "s"})) return add_tag(context, session, words);
  if (is_one_of(verb, {"rm", "r", "del", "d", "remove"})) {
    return remove_tag(context, session, words);
  }
  const bool is_list = is_one_of(verb, {"ls", "l", "sl", "list"});
  if (!is_list && words.size() > 1) {
    return context.fail(usage("dist-tag knows add, rm and ls"));
  }
  const std::string word = is_list ? (words.size() > 1 ? words[1] : "") : verb;
  if (word.empty() || word == ".") {
    return list_local_tags(context, session, parameters.workspaces);
  }
  auto spec = pkg::parse_argument(word);
  if (!spec) return context.fail(spec.error());
  list_tags(context, session, spec->name);
}

// ---- owner

void list_owners(Context& context, RegistrySession& session, const std::string& name) {
  auto people = pkg::owners(session.api(), name);
  if (!people) return context.fail(people.error());
  if (context.out.is_json) {
    pkg::OrderedJson list = pkg::OrderedJson::array();
    for (const pkg::Person& person : *people) {
      pkg::OrderedJson entry;
      entry["name"] = person.name;
      entry["email"] = person.email;
      list.push_back(std::move(entry));
    }
    return print_json(context.out, list);
  }
  if (people->empty()) context.out.print("no admin found");
  for (const pkg::Person& person : *people) {
    context.out.print(person.name + " <" + person.email + ">");
  }
}

void change_owner(Context& context, RegistrySession& session, const std::string& user,
                  const std::string& name, pkg::OwnerChange change) {
  auto changed = pkg::change_owners(session.api(), name, user, change);
  if (!changed) return context.fail(changed.error());
  const bool is_added = change == pkg::OwnerChange::kAdd;
  if (*changed) return context.out.print((is_added ? "+ " : "- ") + user + " (" + name + ")");
  context.out.note((is_added ? "already an owner: " : "not an owner: ") + user + " (" + name + ")");
}

void owner(Context& context, const Parameters& parameters) {
  const auto& words = parameters.words;
  const std::string verb = words.empty() ? "" : words[0];
  const bool is_list = is_one_of(verb, {"ls", "list"});
  const bool is_add = verb == "add";
  const bool is_remove = is_one_of(verb, {"rm", "remove"});
  const size_t before_name = is_list ? 1 : 2;
  if ((!is_list && !is_add && !is_remove) || words.size() < before_name) {
    return context.fail(usage("owner add <user> [name], owner rm <user> [name], owner ls [name]"));
  }
  auto options = context.options();
  if (!options) return context.fail(options.error());
  RegistrySession session(context, std::move(*options), "owner");
  std::vector<std::string> names(words.begin() + static_cast<ptrdiff_t>(before_name), words.end());
  if (names.empty()) {
    auto local = local_names(session.options(), parameters.workspaces);
    if (!local) return context.fail(local.error());
    names = std::move(*local);
  }
  for (const std::string& word : names) {
    auto spec = pkg::parse_argument(word);
    if (!spec) return context.fail(spec.error());
    if (is_list) {
      list_owners(context, session, spec->name);
    } else {
      change_owner(context, session, words[1], spec->name,
                   is_add ? pkg::OwnerChange::kAdd : pkg::OwnerChange::kRemove);
    }
  }
}

std::shared_ptr<Parameters> add_words(CLI::App& app, Context& context, const char* help) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("words", parameters->words, help);
  add_otp_option(app, context);
  add_common_options(app, context);
  return parameters;
}

}  // namespace

void add_unpublish(CLI::App& app, Context& context) {
  auto parameters = add_words(app, context, "name@version, or the name with --force");
  add_setting_flag(app, context, "--force,-f", "force", "true",
                   "Also an entire project or its last version");
  add_setting_flag(app, context, "--dry-run", "dry-run", "true", "Say what would go");
  add_workspace_options(app, parameters->workspaces);
  app.footer(
      "Examples:\n"
      "  gyre unpublish left-pad@1.0.0\n"
      "  gyre unpublish left-pad --force   everything there is of it\n"
      "  gyre unpublish --dry-run          this folder's version");
  app.callback([parameters, &context] { unpublish(context, *parameters); });
}

void add_deprecate(CLI::App& app, Context& context) {
  auto parameters = add_words(app, context, "name[@range] and the message");
  add_setting_flag(app, context, "--dry-run", "dry-run", "true", "Say what would be deprecated");
  app.footer(
      "Examples:\n"
      "  gyre deprecate left-pad@\"<1.2\" \"has a bug, use 1.2\"\n"
      "  gyre deprecate left-pad \"\"      take it back");
  app.callback([parameters, &context] {
    if (parameters->words.size() != 2) {
      return context.fail(usage("deprecate takes a package and a message"));
    }
    deprecate(context, parameters->words[0], parameters->words[1]);
  });
}

void add_undeprecate(CLI::App& app, Context& context) {
  auto parameters = add_words(app, context, "name[@range]");
  add_setting_flag(app, context, "--dry-run", "dry-run", "true", "Say what would be changed");
  app.footer("Examples:\n  gyre undeprecate left-pad@1.0.0");
  app.callback([parameters, &context] {
    if (parameters->words.size() != 1) return context.fail(usage("undeprecate takes one package"));
    deprecate(context, parameters->words[0], "");
  });
}

void add_dist_tag(CLI::App& app, Context& context) {
  auto parameters = add_words(app, context, "add name@version [tag], rm name tag, ls [name]");
  add_setting_option(app, context, "--tag", "tag", "Tag to set where none is named (latest)");
  add_workspace_options(app, parameters->workspaces);
  app.footer(
      "Examples:\n"
      "  gyre dist-tag add left-pad@1.3.0 next\n"
      "  gyre dist-tag rm left-pad next\n"
      "  gyre dist-tag ls left-pad");
  app.callback([parameters, &context] { dist_tag(context, *parameters); });
}

void add_owner(CLI::App& app, Context& context) {
  auto parameters = add_words(app, context, "add user [name], rm user [name], ls [name]");
  add_workspace_options(app, parameters->workspaces);
  app.footer(
      "Examples:\n"
      "  gyre owner ls left-pad\n"
      "  gyre owner add somebody left-pad\n"
      "  gyre owner rm somebody             of this folder's package");
  app.callback([parameters, &context] { owner(context, *parameters); });
}

}  // namespace gyre::cli
