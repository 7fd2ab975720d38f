#include "pkg/tree/node.hpp"

namespace gyre::pkg {
namespace {

constexpr std::string_view kFolder = "node_modules/";

// Position of the last "node_modules/" that begins a path part; npos when there is none.
size_t last_folder(std::string_view location) {
  for (size_t at = location.rfind(kFolder); at != std::string_view::npos;) {
    if (at == 0 || location[at - 1] == '/') return at;
    at = location.rfind(kFolder, at - 1);
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view name_of_location(std::string_view location) {
  size_t at = last_folder(location);
  return at == std::string_view::npos ? std::string_view{} : location.substr(at + kFolder.size());
}

const Node* find_dependency(const Tree& tree, std::string from, const std::string& name) {
  while (true) {
    const std::string location =
        from.empty() ? "node_modules/" + name : from + "/node_modules/" + name;
    if (const Node* node = tree.find(location)) return node;
    if (from.empty()) return nullptr;
    from = name_of_location(from).empty() ? std::string() : std::string(parent_location(from));
  }
}

std::string_view parent_location(std::string_view location) {
  size_t at = last_folder(location);
  return at == std::string_view::npos || at == 0 ? std::string_view{} : location.substr(0, at - 1);
}

}  // namespace gyre::pkg
