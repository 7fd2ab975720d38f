// gyre patch: change a dependency's files, and keep the change with the project.
#include <unistd.h>
#include <filesystem>

#include "cli/commands/command.hpp"
#include "cli/commands/install_run.hpp"
#include "cli/git.hpp"
#include "pkg/files.hpp"
#include "pkg/link/stage.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/patch/patch_set.hpp"
#include "pkg/rebuild.hpp"
#include "pkg/store/integrity.hpp"
#include "pkg/store/store.hpp"
#include "runtime/base/json.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {
namespace {

namespace fs = std::filesystem;

struct Parameters {
  std::string what;  // package or, with commit, folder
  std::string edit_dir;
  bool commit = false, remove = false;
};

std::string node_name(const pkg::Node& node) {
  return node.meta.name.empty() ? node.name : node.meta.name;
}

class PatchCommand {
 public:
  PatchCommand(Context& context, const pkg::Options& options, const Parameters& parameters)
      : context_(context), options_(options), parameters_(parameters) {}

  Status run() {
    GYRE_ASSIGN(manifest_, pkg::load_manifest(options_.project_dir + "/package.json"));
    if (parameters_.what.empty()) return list();
    if (parameters_.commit) return commit();
    if (parameters_.remove) return remove();
    return start();
  }

 private:
  Status list() {
    const auto found = manifest_.json.find("patchedDependencies");
    const bool has_some = found != manifest_.json.end() && found->is_object() && !found->empty();
    if (context_.out.is_json) {
      context_.out.print(has_some ? found->dump(2) : "{}");
    } else if (!has_some) {
      context_.out.print("no dependency is patched; gyre patch <package> begins");
    } else {
      for (const auto& [key, file] : found->items())
        context_.out.print(key + "  " + (file.is_string() ? file.get<std::string>() : file.dump()));
    }
    return ok();
  }

  // The installed package that "name" or "name@version" means.
  Result<pkg::Node> find_package(const std::string& written) const {
    GYRE_ASSIGN(const pkg::Tree tree, pkg::load_with_origins(options_.project_dir));
    std::vector<const pkg::Node*> found;
    std::string versions;
    for (const auto& [location, node] : tree.nodes) {
      if (location.empty() || node.is_link ||
          !pkg::names_package(written, node_name(node), node.meta.version))
        continue;
      bool is_new = true;
      for (const pkg::Node* other : found)
        is_new = is_new && other->meta.version != node.meta.version;
      if (!is_new) continue;
      found.push_back(&node);
      versions += (versions.empty() ? "" : ", ") + node.meta.version;
    }
    if (found.empty())
      return Error(Code::EUSAGE, written + " is not installed here", "gyre ls --all shows what is");
    if (found.size() > 1) {
      return Error(Code::EUSAGE, written + " is installed in several versions: " + versions,
                   "name one: gyre patch " + node_name(*found[0]) + "@" + found[0]->meta.version);
    }
    return *found.front();
  }

  // The package as it was published, out of the store.
  Status extract(const pkg::Node& node, const std::string& folder) const {
    if (node.integrity.empty())
      return Error(Code::EUSAGE, node_name(node) + " did not come from an archive");
    GYRE_ASSIGN(const pkg::Integrity integrity, pkg::Integrity::parse(node.integrity));
    const pkg::Store store(options_.store_dir);
    const auto entry = store.find(integrity.key());
    if (!entry) {
      return Error(Code::ESTORE,
                   "the store no longer has " + node_name(node) + "@" + node.meta.version,
                   "gyre ci brings it back");
    }
    pkg::LinkModes modes(pkg::LinkMode::kCopy);
    return pkg::stage_package(*entry, folder, modes);
  }

  std::string default_folder(const pkg::Node& node) const {
    return options_.project_dir + "/node_modules/.patch/" + node_name(node) + "@" +
           node.meta.version;
  }

  Status start() {
    GYRE_ASSIGN(const pkg::Node node, find_package(parameters_.what));
    const std::string folder = parameters_.edit_dir.empty()
                                   ? default_folder(node)
                                   : path::resolve(options_.working_dir, parameters_.edit_dir);
    if (pkg::path_exists(folder)) {
      return Error(Code::EUSAGE, folder + " is there already",
                   "gyre patch --commit " + folder + ", or remove it first");
    }
    GYRE_TRY(extract(node, folder));
    // What was patched before stays patched.
    GYRE_ASSIGN(const pkg::PatchSet patches,
                pkg::PatchSet::load(options_.project_dir, manifest_.json));
    if (const auto patch = patches.find(node_name(node), node.meta.version))
      GYRE_TRY(pkg::apply_patch(*patch, folder));
    if (context_.out.is_json) {
      json::Object object;
      object.set("name", node_name(node));
      object.set("version", node.meta.version);
      object.set("folder", folder);
      context_.out.print(json::write(std::move(object), 2));
      return ok();
    }
    context_.out.print(folder);
    context_.out.note("edit the files there, then: gyre patch --commit " + folder);
    return ok();
  }

  Status commit() {
    const std::string edited = path::resolve(options_.working_dir, parameters_.what);
    GYRE_ASSIGN(const pkg::Manifest own, pkg::load_manifest(edited + "/package.json"));
    const std::string key = own.meta.name + "@" + own.meta.version;
    GYRE_ASSIGN(const pkg::Node node, find_package(key));
    GYRE_ASSIGN(const std::string text, difference(node, edited));
    if (text.empty()) {
      return Error(Code::EUSAGE, "nothing was changed in " + edited,
                   "edit the files first; gyre patch --remove takes a patch away");
    }
    // What was written must be what can be applied.
    if (auto parsed = pkg::parse_diff(text); !parsed) return parsed.error();
    const std::string file = pkg::patch_file_name(own.meta.name, own.meta.version);
    if (options_.dry_run) {
      context_.out.print(text);
      return ok();
    }
    GYRE_TRY(pkg::make_directories(options_.project_dir + "/patches"));
    GYRE_TRY(pkg::write_file_atomically(options_.project_dir + "/" + file, text));
    manifest_.json["patchedDependencies"][key] = file;
    GYRE_TRY(save());
    if (edited == default_folder(node)) GYRE_TRY(pkg::remove_tree(edited));
    if (!context_.out.is_json) context_.out.print("wrote " + file);
    return apply();
  }

  Result<std::string> difference(const pkg::Node& node, const std::string& edited) const {
    const std::string scratch =
        options_.project_dir + "/node_modules/.gyre-patch-" + std::to_string(::getpid());
    auto compare = [&]() -> Result<std::string> {
      GYRE_TRY(extract(node, scratch + "/a"));
      std::error_code failed;
      fs::copy(edited, scratch + "/b",
               fs::copy_options::recursive | fs::copy_options::copy_symlinks, failed);
      if (failed) return Error::from_errno_number(failed.value(), "copy", edited);
      for (const char* name : {"/b/node_modules", "/b/.git"})
        GYRE_TRY(pkg::remove_tree(scratch + name));
      return git_diff(scratch, "a", "b");
    };
    auto text = compare();
    (void)pkg::remove_tree(scratch);
    return text;
  }

  std::vector<std::string> patched_keys() const {
    std::vector<std::string> keys;
    const auto found = manifest_.json.find("patchedDependencies");
    if (found == manifest_.json.end() || !found->is_object()) return keys;
    for (const auto& [key, file] : found->items()) keys.push_back(key);
    return keys;
  }

  Status remove() {
    auto found = manifest_.json.find("patchedDependencies");
    std::vector<std::string> keys;
    for (const std::string& key : patched_keys()) {
      const size_t at = key.find('@', 1);
      if (key == parameters_.what || key.substr(0, at) == parameters_.what) keys.push_back(key);
    }
    if (keys.empty()) return Error(Code::EUSAGE, parameters_.what + " is not patched");
    for (const std::string& key : keys) {
      const auto file = (*found)[key];
      const std::string path =
          file.is_string() ? path::resolve(options_.project_dir, file.get<std::string>()) : "";
      found->erase(key);
      if (!options_.dry_run && path::is_inside(options_.project_dir + "/patches", path))
        (void)::unlink(path.c_str());
      if (!context_.out.is_json)
        context_.out.print((options_.dry_run ? "would remove " : "removed ") + key);
    }
    if (options_.dry_run) return ok();
    if (found->empty()) manifest_.json.erase("patchedDependencies");
    GYRE_TRY(save());
    return apply();
  }

  Status save() const {
    return pkg::write_file_atomically(options_.project_dir + "/package.json",
                                      pkg::write_manifest(manifest_));
  }

  Status apply() {
    pkg::InstallRequest request;
    request.runs_root_scripts = false;
    run_install(context_, std::move(request), options_);
    return ok();
  }

  Context& context_;
  const pkg::Options& options_;
  const Parameters& parameters_;
  pkg::Manifest manifest_;
};

}  // namespace

void add_patch(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("package", parameters->what,
                 "name or name@version; with --commit the edited folder; none: list the patches");
  app.add_flag("--commit", parameters->commit, "Write the changes of an edited folder down");
  app.add_flag("--remove", parameters->remove, "Take a patch away");
  app.add_option("--edit-dir", parameters->edit_dir, "Where to put the copy to edit");
  add_setting_flag(app, context, "--dry-run", "dry-run", "true", "Say what would be done");
  add_common_options(app, context);
  app.footer(
      "gyre patch copies a dependency to a folder where you change it. --commit compares the\n"
      "folder with the published package (this needs git), writes patches/<name>@<version>.patch\n"
      "and lists it under \"patchedDependencies\" in package.json. Every install applies it to\n"
      "the project's copy; the shared store is never changed. A patch that does not fit is an\n"
      "error.\n\n"
      "Examples:\n"
      "  gyre patch left-pad\n"
      "  gyre patch --commit node_modules/.patch/left-pad@1.3.0\n"
      "  gyre patch --remove left-pad");
  app.callback([parameters, &context] {
    auto options = context.options();
    if (!options) return context.fail(options.error());
    if (Status status = PatchCommand(context, *options, *parameters).run(); !status)
      context.fail(status.error());
  });
}

}  // namespace gyre::cli
