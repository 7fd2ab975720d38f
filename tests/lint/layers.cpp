// layers <root>: fails on an #include that points up or sideways in the table of targets, on a
// "../" include, and on a third-party header outside the targets that may use it.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Layer {
  std::string name;
  std::string folder;             // longest prefix wins
  std::set<std::string> may_use;  // our own targets
  std::set<std::string> third_party;
};

const std::set<std::string> kUpToIo = {"base", "workers", "loop", "io"};

// The table of the design document; `entry` is the header between cli and the runtime's library.
const std::vector<Layer> kLayers = {
    {"base", "runtime/base/", {"base"}, {}},
    {"workers", "workers/", {"base", "workers"}, {"uring"}},
    {"loop", "runtime/loop/", {"base", "workers", "loop"}, {"uring"}},
    {"io", "runtime/io/", kUpToIo, {"uring", "openssl", "llhttp", "cares", "icu"}},
    {"resolution", "runtime/modules/resolution/", {"base", "resolution"}, {}},
    {"engine", "runtime/engine/", {"base", "workers", "loop", "engine"}, {"v8"}},
    {"bindings",
     "runtime/bindings/",
     {"base", "workers", "loop", "io", "resolution", "engine", "bindings", "modules", "entry"},
     {"v8", "zlib", "brotli", "zstd", "icu"}},
    {"modules",
     "runtime/modules/",
     {"base", "workers", "loop", "io", "resolution", "engine", "modules"},
     {"v8"}},
    {"tools", "runtime/tools/", {"base", "resolution"}, {}},
    {"entry", "runtime/entry.hpp", {}, {}},
    {"runtime",
     "runtime/",
     {"base", "workers", "loop", "io", "resolution", "engine", "bindings", "modules", "entry",
      "runtime"},
     {"v8"}},
    {"pkg",
     "pkg/",
     {"base", "workers", "pkg"},
     {"curl", "archive", "deflate", "openssl", "simdjson", "nlohmann", "yaml", "zlib"}},
    {"registry_mock",
     "registry-mock/",
     {"base", "workers", "loop", "io", "registry_mock"},
     {"archive", "curl", "zlib", "openssl", "cli11"}},
    {"cli", "cli/", {"base", "workers", "pkg", "entry", "cli"}, {"cli11", "nlohmann"}},
};

const std::vector<std::pair<std::regex, std::string>> kThirdParty = {
    {std::regex("^(v8[-.a-z]*\\.h|libplatform/.*)$"), "v8"},
    {std::regex("^(liburing(/.*)?\\.h|liburing/.*|linux/io_uring\\.h)$"), "uring"},
    {std::regex("^openssl/.*"), "openssl"},
    {std::regex("^llhttp\\.h$"), "llhttp"},
    {std::regex("^ares[_a-z]*\\.h$"), "cares"},
    {std::regex("^unicode/.*"), "icu"},
    {std::regex("^zlib\\.h$"), "zlib"},
    {std::regex("^brotli/.*"), "brotli"},
    {std::regex("^zstd[_a-z]*\\.h$"), "zstd"},
    {std::regex("^curl/.*"), "curl"},
    {std::regex("^archive[_a-z]*\\.h$"), "archive"},
    {std::regex("^libdeflate\\.h$"), "deflate"},
    {std::regex("^simdjson\\.h$"), "simdjson"},
    {std::regex("^yaml\\.h$"), "yaml"},
    {std::regex("^nlohmann/.*"), "nlohmann"},
    {std::regex("^CLI/.*"), "cli11"},
};

const Layer* layer_of(const std::string& path) {
  const Layer* best = nullptr;
  for (const Layer& layer : kLayers) {
    if (path.starts_with(layer.folder) &&
        (best == nullptr || layer.folder.size() > best->folder.size())) {
      best = &layer;
    }
  }
  return best;
}

std::string third_party_of(const std::string& header) {
  for (const auto& [pattern, name] : kThirdParty) {
    if (std::regex_match(header, pattern)) return name;
  }
  return {};
}

int check_include(const std::string& file, const Layer& layer, const std::string& header,
                  const std::string& where) {
  auto complain = [&](const std::string& text) {
    std::cerr << where << ": " << layer.name << " " << text << " \"" << header << "\"\n";
    return 1;
  };
  if (header.starts_with("../")) return complain("uses a relative include");
  if (std::string library = third_party_of(header); !library.empty()) {
    return layer.third_party.contains(library) ? 0 : complain("may not include " + library + ":");
  }
  const Layer* other = layer_of(header);
  if (other == nullptr || file == header) return 0;
  return layer.may_use.contains(other->name) ? 0 : complain("may not include " + other->name + ":");
}

int check_file(const fs::path& root, const fs::path& path) {
  std::string file = fs::relative(path, root).string();
  const Layer* layer = layer_of(file);
  if (layer == nullptr) return 0;
  static const std::regex include("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"].*");
  std::ifstream text(path);
  std::string line;
  int faults = 0;
  for (int number = 1; std::getline(text, line); ++number) {
    std::smatch match;
    if (!std::regex_match(line, match, include)) continue;
    faults += check_include(file, *layer, match[1], file + ":" + std::to_string(number));
  }
  return faults;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: layers <root>\n";
    return 2;
  }
  fs::path root = argv[1];
  int faults = 0;
  int files = 0;
  for (const char* folder : {"runtime", "workers", "pkg", "cli", "registry-mock"}) {
    for (auto it = fs::recursive_directory_iterator(root / folder); it != fs::end(it); ++it) {
      if (it->path().filename() == "node_modules") it.disable_recursion_pending();
      auto extension = it->path().extension();
      if (extension != ".cpp" && extension != ".hpp") continue;
      ++files;
      faults += check_file(root, it->path());
    }
  }
  std::cout << files << " files, " << faults << " faults\n";
  return faults == 0 && files > 0 ? 0 : 1;
}
