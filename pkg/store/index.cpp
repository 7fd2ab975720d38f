#include "pkg/store/index.hpp"

#include <simdjson.h>

#include "pkg/extract/guard.hpp"

namespace gyre::pkg {
namespace {

constexpr std::string_view kMagic = "gyre-index 2";
constexpr size_t kFactLimit = 16 << 10;
constexpr std::string_view kInstallScripts[] = {"preinstall", "install", "postinstall"};

std::string_view without_mark(std::string_view json) {
  if (json.starts_with("\xef\xbb\xbf")) json.remove_prefix(3);
  return json;
}

std::string text_or_empty(simdjson::dom::element object, const char* key) {
  std::string_view value;
  return object[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

// One member as JSON without spaces; nobody has a licence text that long in there for good reason.
std::string fact_of(simdjson::dom::element object, const char* key) {
  simdjson::dom::element value;
  if (object[key].get(value) != simdjson::SUCCESS) return {};
  std::string json = simdjson::minify(value);
  return json.size() <= kFactLimit ? json : std::string();
}

void add_bin_path(std::string_view path, std::vector<std::string>& paths) {
  // The same normalisation entries of the archive get; a bad one is the manifest reader's concern.
  if (auto checked = checked_entry_path("package/" + std::string(path))) {
    paths.push_back(std::move(*checked));
  }
}

}  // namespace

std::string StoredPackage::serialize() const {
  RecordWriter record;
  record.put(kMagic).put(name).put(version);
  record.put(license_json).put(funding_json).put(workspaces_json);
  record.put(has_binding_gyp ? "1" : "0").put(install_scripts.size());
  for (const auto& [event, command] : install_scripts) record.put(event).put(command);
  record.put(files.size());
  for (const StoredFile& file : files) {
    record.put(file.is_executable ? "x" : "-").put(file.size).put(file.crc).put(file.path);
  }
  return record.text();
}

std::optional<IndexView> IndexView::open(std::string_view text) {
  IndexView view(text);
  if (!view.read_head(text.size())) return std::nullopt;
  return view;
}

bool IndexView::read_head(size_t size) {
  std::string_view magic, mark;
  size_t scripts = 0;
  if (!reader_.take(magic) || magic != kMagic || !reader_.take(name_) || !reader_.take(version_) ||
      !reader_.take(license_) || !reader_.take(funding_) || !reader_.take(workspaces_) ||
      !reader_.take(mark) || !reader_.take_count(scripts)) {
    return false;
  }
  has_binding_gyp_ = mark == "1";
  scripts_.resize(scripts);
  for (auto& [event, command] : scripts_) {
    if (!reader_.take(event) || !reader_.take(command)) return false;
  }
  return reader_.take_number(left_) && left_ <= size;
}

bool IndexView::next(File& file) {
  std::string_view mark;
  size_t size = 0, crc = 0;
  if (left_ == 0 || !reader_.take(mark) || !reader_.take_number(size) ||
      !reader_.take_number(crc) || crc > UINT32_MAX || !reader_.take(file.path) ||
      !is_entry_path(file.path)) {
    return false;
  }
  file.size = size;
  file.crc = static_cast<uint32_t>(crc);
  file.is_executable = mark == "x";
  --left_;
  return true;
}

bool IndexView::next_path(File& file) {
  std::string_view mark, skipped;
  if (left_ == 0 || !reader_.take(mark) || !reader_.take(skipped) || !reader_.take(skipped) ||
      !reader_.take(file.path) || !is_entry_path(file.path)) {
    return false;
  }
  file.is_executable = mark == "x";
  --left_;
  return true;
}

Result<StoredPackage> StoredPackage::parse(std::string_view text) {
  const Error broken(Code::ESTORE, "a package index in the store is damaged");
  auto view = IndexView::open(text);
  if (!view) return broken;
  StoredPackage package;
  package.name = view->name_;
  package.version = view->version_;
  package.license_json = view->license_;
  package.funding_json = view->funding_;
  package.workspaces_json = view->workspaces_;
  package.has_binding_gyp = view->has_binding_gyp_;
  for (const auto& [event, command] : view->scripts_) {
    package.install_scripts.emplace_back(event, command);
  }
  package.files.reserve(view->left_);
  for (IndexView::File file; view->next(file);) {
    package.unpacked_size += file.size;
    package.files.push_back({std::string(file.path), file.size, file.crc, file.is_executable});
  }
  if (!view->is_whole()) return broken;
  return package;
}

Status read_package_facts(std::string_view json, StoredPackage& package,
                          std::vector<std::string>& bin_paths) {
  const simdjson::padded_string padded(without_mark(json));
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (const auto error = parser.parse(padded).get(document)) {
    return Error(Code::EPKGJSON, std::string("the package's package.json is not valid JSON: ") +
                                     simdjson::error_message(error));
  }
  if (!document.is_object()) {
    return Error(Code::EPKGJSON, "the package's package.json is not a JSON object");
  }
  package.name = text_or_empty(document, "name");
  package.version = text_or_empty(document, "version");
  package.license_json = fact_of(document, "license");
  package.funding_json = fact_of(document, "funding");
  package.workspaces_json = fact_of(document, "workspaces");
  simdjson::dom::element scripts;
  if (document["scripts"].get(scripts) == simdjson::SUCCESS && scripts.is_object()) {
    for (const std::string_view event : kInstallScripts) {
      std::string_view command;
      if (scripts[event].get(command) == simdjson::SUCCESS && !command.empty() &&
          command.find('\0') == std::string_view::npos) {
        package.install_scripts.emplace_back(event, command);
      }
    }
  }
  bool may_imply_gyp = true;
  if (document["gypfile"].get(may_imply_gyp) == simdjson::SUCCESS && !may_imply_gyp) {
    package.has_binding_gyp = false;
  }
  simdjson::dom::element bin;
  if (document["bin"].get(bin) != simdjson::SUCCESS) return ok();
  std::string_view path;
  if (bin.get(path) == simdjson::SUCCESS) add_bin_path(path, bin_paths);
  simdjson::dom::object bins;
  if (bin.get(bins) == simdjson::SUCCESS) {
    for (const auto [key, value] : bins) {
      if (value.get(path) == simdjson::SUCCESS) add_bin_path(path, bin_paths);
    }
  }
  return ok();
}

}  // namespace gyre::pkg
