// Store::verify and Store::prune.
#include <fcntl.h>
#include <libdeflate.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pkg/files.hpp"
#include "pkg/store/store.hpp"

namespace gyre::pkg {
namespace {

template <typename Visit>
Status for_each_package(const std::string& root, Visit visit) {
  for (const char* algorithm : {"sha1", "sha256", "sha384", "sha512"}) {
    const std::string top = root + "/v1/" + algorithm;
    GYRE_ASSIGN(const auto prefixes, list_directory(top));
    for (const std::string& prefix : prefixes) {
      GYRE_ASSIGN(const auto names, list_directory(top + "/" + prefix));
      for (const std::string& name : names) GYRE_TRY(visit(top + "/" + prefix + "/" + name));
    }
  }
  return ok();
}

bool is_intact(const std::string& folder, const StoredPackage& package) {
  for (const StoredFile& file : package.files) {
    auto content = read_file(folder + "/package/" + file.path);
    if (!content || content->size() != file.size ||
        libdeflate_crc32(0, content->data(), content->size()) != file.crc) {
      return false;
    }
  }
  return true;
}

Result<StoredPackage> read_index(const std::string& folder) {
  GYRE_ASSIGN(const std::string text, read_file(folder + "/index"));
  return StoredPackage::parse(text);
}

// Hardlinks count the projects; where files were copied nothing can be known, and all is kept.
bool is_linked(const std::string& folder, const StoredPackage& package) {
  for (const StoredFile& file : package.files) {
    struct stat info {};
    if (::lstat((folder + "/package/" + file.path).c_str(), &info) == 0 && info.st_nlink > 1) {
      return true;
    }
  }
  return false;
}

}  // namespace

Result<std::vector<Store::Listed>> Store::list() const {
  std::vector<Listed> found;
  GYRE_TRY(for_each_package(root_, [&found](const std::string& folder) -> Status {
    auto package = read_index(folder);
    if (package) found.push_back({package->name, package->version, folder});
    return ok();
  }));
  return found;
}

Result<Store::VerifyReport> Store::verify() const {
  VerifyReport report;
  GYRE_TRY(for_each_package(root_, [&report](const std::string& folder) -> Status {
    auto package = read_index(folder);
    if (!package || !is_intact(folder, *package)) {
      report.damaged.push_back(folder);
      return remove_tree(folder);
    }
    ++report.packages;
    report.files += package->files.size();
    report.bytes += package->unpacked_size;
    return ok();
  }));
  return report;
}

Result<Store::PruneReport> Store::prune() const {
  PruneReport report;
  GYRE_TRY(for_each_package(root_, [&report](const std::string& folder) -> Status {
    auto package = read_index(folder);
    if (package && is_linked(folder, *package)) return ok();
    ++report.packages;
    if (package) report.bytes += package->unpacked_size;
    return remove_tree(folder);
  }));
  remove_abandoned();
  return report;
}

}  // namespace gyre::pkg
