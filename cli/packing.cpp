#include "cli/packing.hpp"

#include <sys/stat.h>

#include "cli/process.hpp"
#include "pkg/files.hpp"
#include "pkg/git/checkout.hpp"
#include "pkg/git/preparation.hpp"
#include "pkg/registry/single_package.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/spec/spec.hpp"
#include "runtime/base/path.hpp"

namespace gyre::cli {
namespace {

bool is_folder(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

const std::string* find_script(const pkg::Manifest& manifest, const std::string& event) {
  for (const auto& [name, text] : manifest.scripts) {
    if (name == event) return &text;
  }
  return nullptr;
}

}  // namespace

Result<std::string> Packer::folder_of(const std::string& argument) const {
  GYRE_ASSIGN(const pkg::Spec spec, pkg::parse_argument(argument));
  const bool is_local = spec.kind == pkg::SpecKind::kFolder || argument == "." || argument == "..";
  if (!is_local) return std::string();
  const std::string text = spec.fetch_spec.empty() ? argument : spec.fetch_spec;
  std::string path = path::resolve(session_.options().working_dir, text);
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (!is_folder(path)) return Error::from_errno_number(ENOENT, "open", path);
  return path;
}

Status Packer::run_script(const std::string& folder, const std::string& event) {
  if (session_.options().ignore_scripts) return ok();
  GYRE_ASSIGN(const pkg::Manifest manifest, pkg::load_manifest(folder + "/package.json"));
  const std::string* text = find_script(manifest, event);
  if (text == nullptr) return ok();
  context_.out.note("\n> " + manifest.meta.name + "@" + manifest.meta.version + " " + event +
                    "\n> " + *text + "\n");
  pkg::ScriptContext script;
  script.event = event;
  script.command = *text;
  script.package_folder = folder;
  script.npm_command = npm_command_;
  script.executable = context_.executable;
  const pkg::ScriptRun run{{"sh", "-c", "exec 1>&2\n" + *text},
                           folder,
                           pkg::script_environment(script, session_.options()),
                           pkg::ScriptOutput::kInherit};
  pkg::Interrupts interrupts;
  GYRE_ASSIGN(const pkg::ScriptEnd end, pkg::run_script(run, &interrupts));
  if (end.status() == 0) return ok();
  exit_code_ = end.status();
  return Error(Code::ELIFECYCLE,
               "the script \"" + event + "\" of " + manifest.meta.name + "@" +
                   manifest.meta.version +
                   (end.signal != 0 ? " was ended by signal " + std::to_string(end.signal)
                                    : " failed with status " + std::to_string(end.exit_code)),
               "--ignore-scripts leaves scripts out");
}

Result<Packing> Packer::pack_folder(const std::string& folder) {
  GYRE_TRY(run_script(folder, "prepack"));
  GYRE_TRY(run_script(folder, "prepare"));
  Packing packing;
  packing.folder = folder;
  GYRE_ASSIGN(packing.manifest, pkg::load_manifest(folder + "/package.json"));
  pkg::PacklistRequest request;
  request.folder = folder;
  request.workspace_root = session_.options().project_dir;
  request.workspace_folders = workspaces_;
  GYRE_ASSIGN(packing.package, pkg::pack_folder(request, packing.manifest));
  if (packing.package.used_gitignore) {
    context_.out.warning(
        {"", packing.package.id() + " has no .npmignore: .gitignore decides what is packed"});
  }
  GYRE_TRY(run_script(folder, "postpack"));
  return packing;
}

Result<Packing> Packer::read_archive(const std::string& path) {
  GYRE_ASSIGN(std::string bytes, pkg::read_file(path));
  GYRE_ASSIGN(pkg::ReadPackage read, pkg::read_packed(std::move(bytes), path));
  return Packing{std::move(read.package), std::move(read.manifest), {}};
}

Result<Packing> Packer::pack_from_registry(const std::string& argument) {
  GYRE_ASSIGN(const pkg::Spec spec, pkg::parse_argument(argument));
  GYRE_ASSIGN(const pkg::FoundVersion found, pkg::find_version(session_.api(), spec));
  GYRE_ASSIGN(std::string bytes,
              pkg::download_archive(session_.api(), found.tarball, found.integrity,
                                    "the archive of " + found.name + "@" + found.version));
  GYRE_ASSIGN(pkg::ReadPackage read, pkg::read_packed(std::move(bytes), argument));
  return Packing{std::move(read.package), std::move(read.manifest), {}};
}

// What the repository wants to run first runs only if this project trusts it, as when it installs
// it.
Result<Packing> Packer::pack_from_repository(const pkg::Spec& spec) {
  pkg::Interrupts interrupts;
  auto project = pkg::load_manifest(session_.options().project_dir + "/package.json");
  const pkg::OrderedJson trust = project ? project->json : pkg::OrderedJson::object();
  const pkg::GitPreparation preparation =
      pkg::git::preparation(trust, session_.options(), context_.executable, &interrupts);
  auto checkout = pkg::git::check_out_package(spec, session_.options(), preparation, &interrupts);
  if (interrupts.signal() != 0) {
    exit_code_ = kSignalBase + interrupts.signal();
    return Error::with_code_name("ECANCELED", "interrupted");
  }
  if (!checkout) return std::move(checkout).error();
  const pkg::git::PreparedFolder& prepared = checkout->prepared;
  if (!prepared.unprepared.empty()) {
    context_.out.warning({"", prepared.manifest.meta.name + " is packed without its script (" +
                                  pkg::printable_text(prepared.unprepared, 200) +
                                  "), because this project does not trust it"});
  }
  Packing packing;
  packing.manifest = prepared.manifest;
  GYRE_ASSIGN(packing.package, pkg::pack_folder({prepared.folder, {}, {}}, packing.manifest));
  return packing;
}

Result<Packing> Packer::pack(const std::string& argument) {
  GYRE_ASSIGN(const std::string folder, folder_of(argument));
  if (!folder.empty()) return pack_folder(folder);
  GYRE_ASSIGN(const pkg::Spec spec, pkg::parse_argument(argument));
  switch (spec.kind) {
    case pkg::SpecKind::kFile:
      return read_archive(path::resolve(session_.options().working_dir, spec.fetch_spec));
    case pkg::SpecKind::kRemote: {
      GYRE_ASSIGN(std::string bytes,
                  pkg::download_archive(session_.api(), spec.fetch_spec, {}, "the archive"));
      GYRE_ASSIGN(pkg::ReadPackage read,
                  pkg::read_packed(std::move(bytes), pkg::printable_url(spec.fetch_spec)));
      return Packing{std::move(read.package), std::move(read.manifest), {}};
    }
    default:
      break;
  }
  if (spec.kind == pkg::SpecKind::kGit) return pack_from_repository(spec);
  if (spec.is_registry()) return pack_from_registry(argument);
  return Error(Code::EUNSUPPORTEDSPEC,
               "\"" + argument + "\" means something only in a package.json",
               "name a folder, an archive, a repository or a package of the registry");
}

}  // namespace gyre::cli
