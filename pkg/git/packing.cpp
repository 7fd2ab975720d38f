#include "pkg/git/packing.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "pkg/extract/guard.hpp"
#include "pkg/extract/tarball.hpp"
#include "pkg/files.hpp"
#include "pkg/manifest/manifest.hpp"
#include "pkg/pack/packlist.hpp"
#include "pkg/pack/tarball_writer.hpp"

namespace gyre::pkg::git {
namespace {

// Events that npm runs in a repository's folder before it is packed.
constexpr const char* kPrepareEvents[] = {"preinstall", "install", "postinstall", "prepublish",
                                          "preprepare", "prepare", "postprepare"};

// The first of them, as text; empty: nothing to prepare.
std::string prepare_script(const Manifest& manifest) {
  for (const char* event : kPrepareEvents) {
    for (const auto& [name, command] : manifest.scripts) {
      if (name == event && !command.empty()) return std::string(event) + ": " + command;
    }
  }
  return {};
}

// A repository may depend on one that depends on it: each is prepared once on the way down.
bool is_being_prepared(const std::string& resolved) {
  const char* list = std::getenv("GYRE_PREPARING");
  if (list == nullptr) return false;
  return ("\n" + std::string(list) + "\n").find("\n" + resolved + "\n") != std::string::npos;
}

std::string note_path(const std::string& notes, const std::string& resolved) {
  return notes + "/" + hash_of(HashAlgorithm::kSha256, as_bytes(resolved)).to_hex() + ".json";
}

// Losing a note costs a download, no more.
void write_note(const PackRequest& request, const GitPackage& package, const Digest& digest,
                bool is_prepared) {
  OrderedJson note;
  note["resolved"] = request.resolved;
  note["integrity"] = digest.to_sri();
  note["name"] = package.entry.package->name;
  note["prepared"] = is_prepared;
  note["unprepared"] = package.unprepared;
  const std::string text = note.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  (void)write_file_atomically(note_path(request.notes, request.resolved), text, Durability::kNone);
}

std::string text_of(const OrderedJson& note, const char* key) {
  auto found = note.find(key);
  return found != note.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Where the package is: the repository, or the folder "#path:" names. Links on the way are refused.
Result<std::string> package_folder(const PackRequest& request) {
  if (request.spec.git_subdir.empty()) return request.folder;
  const std::string wanted = request.folder + "/" + request.spec.git_subdir;
  std::error_code error;
  const std::string real = std::filesystem::canonical(wanted, error).string();
  if (error) return Error::from_errno_number(error.value(), "realpath", wanted);
  const std::string root = std::filesystem::canonical(request.folder, error).string();
  if (error) return Error::from_errno_number(error.value(), "realpath", request.folder);
  if (real != root && !real.starts_with(root + "/")) {
    return Error(Code::EUNSUPPORTEDSPEC,
                 "\"path:" + request.spec.git_subdir + "\" leads out of the repository");
  }
  return real;
}

Result<std::string> archive_of(const std::string& folder, const Manifest& manifest) {
  GYRE_ASSIGN(const Packlist list, files_to_pack({folder, {}, {}}, manifest));
  GYRE_ASSIGN(TarballWriter writer, TarballWriter::create());
  for (const std::string& path : list.files) {
    const bool is_bin = std::any_of(manifest.meta.bins.begin(), manifest.meta.bins.end(),
                                    [&path](const Bin& bin) { return bin.path == path; });
    GYRE_TRY(writer.add_file(folder + "/" + path, path, is_bin));
  }
  return writer.finish();
}

class FolderWriter final : public TarballVisitor {
 public:
  explicit FolderWriter(GuardedFolder& folder) : folder_(folder) {}
  Status begin_file(const std::string& path, bool is_executable) override {
    path_ = path;
    GYRE_ASSIGN(fd_, folder_.create_file(path, is_executable ? 0755 : 0644));
    return ok();
  }
  Status write(ByteView bytes) override { return write_all(fd_.get(), bytes, path_); }
  Status end_file() override {
    fd_.reset();
    return ok();
  }

 private:
  GuardedFolder& folder_;
  std::string path_;
  UniqueFd fd_;
};

}  // namespace

Result<PreparedFolder> prepare(const PackRequest& request, const GitPreparation& preparation,
                               const std::atomic<bool>& stop) {
  PreparedFolder prepared;
  GYRE_ASSIGN(prepared.folder, package_folder(request));
  const std::string manifest_path = prepared.folder + "/package.json";
  GYRE_ASSIGN(prepared.manifest, load_manifest(manifest_path));
  const std::string script = prepare_script(prepared.manifest);
  if (script.empty() || is_being_prepared(request.resolved)) return prepared;
  const std::string& own_name = prepared.manifest.meta.name;
  if (!preparation.is_allowed(own_name.empty() ? request.spec.name : own_name, request.resolved)) {
    prepared.unprepared = script;
    return prepared;
  }
  GYRE_TRY(preparation.run(prepared.folder, request.resolved, stop));
  GYRE_ASSIGN(prepared.manifest, load_manifest(manifest_path));
  prepared.is_prepared = true;
  return prepared;
}

Result<GitPackage> pack(const PackRequest& request, Store& store, const GitPreparation& preparation,
                        const std::atomic<bool>& stop) {
  GYRE_ASSIGN(const PreparedFolder prepared, prepare(request, preparation, stop));
  GitPackage package;
  package.resolved = request.resolved;
  package.unprepared = prepared.unprepared;
  GYRE_ASSIGN(const std::string archive, archive_of(prepared.folder, prepared.manifest));
  const Digest digest = hash_of(HashAlgorithm::kSha512, as_bytes(archive));
  auto known = store.find(digest);
  if (known) {
    package.entry = std::move(*known);
  } else {
    GYRE_ASSIGN(package.entry, store.add(digest, as_bytes(archive), {}));
  }
  write_note(request, package, digest, prepared.is_prepared);
  return package;
}

Result<std::optional<GitPackage>> find_packed(const std::string& notes, const std::string& resolved,
                                              Store& store, const GitPreparation& preparation) {
  auto text = read_file(note_path(notes, resolved));
  if (!text) return std::optional<GitPackage>();
  const OrderedJson note = OrderedJson::parse(*text, nullptr, false);
  if (!note.is_object() || text_of(note, "resolved") != resolved)
    return std::optional<GitPackage>();
  GitPackage package;
  package.resolved = resolved;
  package.unprepared = text_of(note, "unprepared");
  const auto prepared = note.find("prepared");
  const bool was_prepared = prepared != note.end() && *prepared == true;
  if (was_prepared || !package.unprepared.empty()) {
    const bool is_allowed = preparation.is_allowed(text_of(note, "name"), resolved);
    if (is_allowed != was_prepared) return std::optional<GitPackage>();
  }
  const auto integrity = Integrity::parse(text_of(note, "integrity"));
  if (!integrity) return std::optional<GitPackage>();
  auto entry = store.find(integrity->key());
  if (!entry) return std::optional<GitPackage>();
  package.entry = std::move(*entry);
  return std::optional(std::move(package));
}

Status unpack_archive(ByteView archive, const std::string& folder) {
  GYRE_ASSIGN(GuardedFolder guarded, GuardedFolder::open(folder));
  FolderWriter writer(guarded);
  return read_tarball(archive, {}, writer);
}

}  // namespace gyre::pkg::git
