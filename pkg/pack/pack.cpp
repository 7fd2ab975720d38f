#include "pkg/pack/pack.hpp"

#include <algorithm>
#include <cstdio>

#include "pkg/extract/tarball.hpp"
#include "pkg/lockfile/collate.hpp"
#include "pkg/pack/tarball_writer.hpp"
#include "pkg/semver/version.hpp"
#include "pkg/spec/spec.hpp"

namespace gyre::pkg {
namespace {

// Digits compare by value: "a10" follows "a9".
std::string with_padded_numbers(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (end == i) {
      out += text[i++];
      continue;
    }
    if (end - i < 20) out.append(20 - (end - i), '0');
    out.append(text.substr(i, end - i));
    i = end;
  }
  return out;
}

bool starts_upper(const std::string& path) {
  return !path.empty() && !(path[0] >= 'a' && path[0] <= 'z');
}

bool shows_before(const PackedFile& a, const PackedFile& b) {
  if (starts_upper(a.path) != starts_upper(b.path)) return starts_upper(a.path);
  return compare_locale(with_padded_numbers(a.path), with_padded_numbers(b.path)) < 0;
}

// "@s/name" of "node_modules/@s/name/…"; empty for the package's own files.
std::string bundled_name(const std::string& path) {
  constexpr std::string_view kPrefix = "node_modules/";
  if (!path.starts_with(kPrefix)) return {};
  const std::string rest = path.substr(kPrefix.size());
  size_t end = rest.find('/');
  if (rest.starts_with('@') && end != std::string::npos) end = rest.find('/', end + 1);
  return rest.substr(0, end);
}

void complete(PackedPackage& package) {
  for (const PackedFile& file : package.files) {
    package.unpacked_size += file.size;
    const std::string name = bundled_name(file.path);
    if (name.empty()) continue;
    const auto known = std::find(package.bundled.begin(), package.bundled.end(), name);
    if (known == package.bundled.end()) package.bundled.push_back(name);
  }
  std::stable_sort(package.files.begin(), package.files.end(), shows_before);
  package.sha1 = hash_of(HashAlgorithm::kSha1, as_bytes(package.bytes));
  package.sha512 = hash_of(HashAlgorithm::kSha512, as_bytes(package.bytes));
}

Status take_identity(const Manifest& manifest, const std::string& source, PackedPackage& package) {
  if (manifest.meta.name.empty() || manifest.meta.version.empty()) {
    return Error(Code::EPKGJSON, source + " needs a name and a version to be packed",
                 "add \"name\" and \"version\" to package.json");
  }
  if (Status valid = check_package_name(manifest.meta.name); !valid) {
    return std::move(valid).error();
  }
  const auto version = semver::parse(manifest.meta.version, semver::Mode::kLoose);
  if (!version) {
    return Error::with_code_name("EBADSEMVER", "invalid semver: " + manifest.meta.version);
  }
  package.name = manifest.meta.name;
  package.version = version->text();
  return ok();
}

// npm compares bins with paths less their first folder, so that only those at the top (or one of
// the same name a folder deeper) are made executable. Modes are to be the same.
bool is_made_executable(const Manifest& manifest, const std::string& path) {
  const std::string rest = path.substr(path.find('/') + 1);
  return std::any_of(manifest.meta.bins.begin(), manifest.meta.bins.end(),
                     [&rest](const Bin& bin) { return bin.path == rest; });
}

// Collects sizes, modes and the manifest of an existing archive.
class Contents : public TarballVisitor {
 public:
  Status begin_file(const std::string& path, bool is_executable) override {
    files.push_back({path, 0, is_executable ? 0755u : 0644u});
    return ok();
  }
  Status write(ByteView bytes) override {
    files.back().size += bytes.size();
    if (files.back().path == "package.json" && manifest.size() < (size_t{16} << 20)) {
      manifest.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    return ok();
  }
  Status end_file() override { return ok(); }

  std::vector<PackedFile> files;
  std::string manifest;
};

}  // namespace

std::string PackedPackage::filename() const {
  std::string text = name + "-" + version + ".tgz";
  if (text.starts_with('@')) text.erase(0, 1);
  std::replace(text.begin(), text.end(), '/', '-');
  return text;
}

Result<PackedPackage> pack_folder(const PacklistRequest& request, const Manifest& manifest) {
  PackedPackage package;
  GYRE_TRY(take_identity(manifest, request.folder + "/package.json", package));
  GYRE_ASSIGN(Packlist list, files_to_pack(request, manifest));
  package.used_gitignore = list.used_gitignore;
  GYRE_ASSIGN(TarballWriter writer, TarballWriter::create());
  for (const std::string& path : list.files) {
    const bool is_bin = is_made_executable(manifest, path);
    GYRE_ASSIGN(const auto added, writer.add_file(request.folder + "/" + path, path, is_bin));
    package.files.push_back({path, added.size, added.mode});
  }
  GYRE_ASSIGN(package.bytes, writer.finish());
  complete(package);
  return package;
}

Result<ReadPackage> read_packed(std::string bytes, const std::string& source) {
  ReadPackage read;
  Contents contents;
  GYRE_TRY(read_tarball(as_bytes(bytes), {}, contents));
  if (contents.manifest.empty()) {
    return Error(Code::EPKGJSON, source + " holds no package.json");
  }
  GYRE_ASSIGN(read.manifest, parse_manifest(contents.manifest, source + "/package.json"));
  GYRE_TRY(take_identity(read.manifest, source, read.package));
  read.package.bytes = std::move(bytes);
  read.package.files = std::move(contents.files);
  complete(read.package);
  return read;
}

OrderedJson packed_json(const PackedPackage& package) {
  OrderedJson json;
  json["id"] = package.id();
  json["name"] = package.name;
  json["version"] = package.version;
  json["size"] = package.bytes.size();
  json["unpackedSize"] = package.unpacked_size;
  json["shasum"] = package.sha1.to_hex();
  json["integrity"] = package.sha512.to_sri();
  json["filename"] = package.filename();
  json["files"] = OrderedJson::array();
  for (const PackedFile& file : package.files) {
    OrderedJson entry;
    entry["path"] = file.path;
    entry["size"] = file.size;
    entry["mode"] = file.mode;
    json["files"].push_back(std::move(entry));
  }
  json["entryCount"] = package.files.size();
  json["bundled"] = package.bundled;
  return json;
}

std::string packed_size_text(uint64_t bytes, std::string_view gap) {
  char text[48];
  const double size = static_cast<double>(bytes);
  const int width = static_cast<int>(gap.size());
  if (bytes < 1000) {
    std::snprintf(text, sizeof text, "%llu%.*sB", static_cast<unsigned long long>(bytes), width,
                  gap.data());
  } else if (bytes < 999'950) {
    std::snprintf(text, sizeof text, "%.1f%.*skB", size / 1e3, width, gap.data());
  } else if (bytes < 999'950'000) {
    std::snprintf(text, sizeof text, "%.1f%.*sMB", size / 1e6, width, gap.data());
  } else {
    std::snprintf(text, sizeof text, "%.1f%.*sGB", size / 1e9, width, gap.data());
  }
  return text;
}

std::vector<std::string> packed_lines(const PackedPackage& package) {
  std::vector<std::string> lines = {"", "📦  " + package.id(), "Tarball Contents"};
  size_t own = 0;
  for (const PackedFile& file : package.files) {
    if (file.path.starts_with("node_modules/")) continue;
    ++own;
    lines.push_back(packed_size_text(file.size, "") + " " + file.path);
  }
  if (!package.bundled.empty()) lines.emplace_back("Bundled Dependencies");
  lines.insert(lines.end(), package.bundled.begin(), package.bundled.end());
  const std::string integrity = package.sha512.to_sri();
  lines.emplace_back("Tarball Details");
  lines.push_back("name: " + package.name);
  lines.push_back("version: " + package.version);
  lines.push_back("filename: " + package.filename());
  lines.push_back("package size: " + packed_size_text(package.bytes.size()));
  lines.push_back("unpacked size: " + packed_size_text(package.unpacked_size));
  lines.push_back("shasum: " + package.sha1.to_hex());
  lines.push_back("integrity: " + integrity.substr(0, 20) + "[...]" + integrity.substr(80));
  if (!package.bundled.empty()) {
    const size_t total = package.files.size();
    lines.push_back("bundled deps: " + std::to_string(package.bundled.size()));
    lines.push_back("bundled files: " + std::to_string(total - own));
    lines.push_back("own files: " + std::to_string(total));
  }
  lines.push_back("total files: " + std::to_string(package.files.size()));
  lines.emplace_back("");
  return lines;
}

}  // namespace gyre::pkg
