#include "pkg/store/index.hpp"

#include <simdjson.h>

#include <charconv>

#include "pkg/extract/guard.hpp"

namespace gyre::pkg {
namespace {

constexpr std::string_view kMagic = "gyre-index 1";
constexpr std::string_view kInstallScripts[] = {"preinstall", "install", "postinstall"};

// NUL-separated fields: no name or script contains one.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}
  bool next(std::string_view& field) {
    const size_t end = rest_.find('\0');
    if (end == std::string_view::npos) return false;
    field = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return true;
  }
  bool next(std::string& field) {
    std::string_view view;
    if (!next(view)) return false;
    field = view;
    return true;
  }
  template <typename Number>
  requires std::is_arithmetic_v<Number>
  bool next(Number& number) {
    std::string_view view;
    if (!next(view)) return false;
    const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), number);
    return error == std::errc() && end == view.data() + view.size();
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

void put(std::string& text, std::string_view field) { text.append(field).push_back('\0'); }

std::string_view without_mark(std::string_view json) {
  if (json.starts_with("\xef\xbb\xbf")) json.remove_prefix(3);
  return json;
}

std::string text_or_empty(simdjson::dom::element object, const char* key) {
  std::string_view value;
  return object[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

void add_bin_path(std::string_view path, std::vector<std::string>& paths) {
  // The same normalisation entries of the archive get; a bad one is the manifest reader's concern.
  if (auto checked = checked_entry_path("package/" + std::string(path))) {
    paths.push_back(std::move(*checked));
  }
}

}  // namespace

std::string StoredPackage::serialize() const {
  std::string text;
  put(text, kMagic);
  put(text, name);
  put(text, version);
  put(text, has_binding_gyp ? "1" : "0");
  put(text, std::to_string(install_scripts.size()));
  for (const auto& [event, command] : install_scripts) {
    put(text, event);
    put(text, command);
  }
  put(text, std::to_string(files.size()));
  for (const StoredFile& file : files) {
    put(text, file.is_executable ? "x" : "-");
    put(text, std::to_string(file.size));
    put(text, std::to_string(file.crc));
    put(text, file.path);
  }
  return text;
}

Result<StoredPackage> StoredPackage::parse(std::string_view text) {
  const Error broken(Code::ESTORE, "a package index in the store is damaged");
  FieldReader reader(text);
  StoredPackage package;
  std::string_view magic, mark;
  size_t scripts = 0, count = 0;
  if (!reader.next(magic) || magic != kMagic || !reader.next(package.name) ||
      !reader.next(package.version) || !reader.next(mark) || !reader.next(scripts)) {
    return broken;
  }
  package.has_binding_gyp = mark == "1";
  for (size_t i = 0; i < scripts; ++i) {
    std::pair<std::string, std::string> script;
    if (!reader.next(script.first) || !reader.next(script.second)) return broken;
    package.install_scripts.push_back(std::move(script));
  }
  if (!reader.next(count) || count > text.size()) return broken;
  package.files.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    StoredFile file;
    if (!reader.next(mark) || !reader.next(file.size) || !reader.next(file.crc) ||
        !reader.next(file.path) || !is_entry_path(file.path)) {
      return broken;
    }
    file.is_executable = mark == "x";
    package.unpacked_size += file.size;
    package.files.push_back(std::move(file));
  }
  if (!reader.at_end()) return broken;
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
