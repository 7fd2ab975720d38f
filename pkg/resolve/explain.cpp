#include "pkg/resolve/explain.hpp"

#include <algorithm>
#include <vector>

namespace gyre::pkg::resolve {
namespace {

const GraphNode* real_node(const GraphNode* node) {
  while (node->source) node = node->source;
  return node;
}

const char* section_name(EdgeType type) {
  switch (type) {
    case EdgeType::kProd:
      return "dependency";
    case EdgeType::kDev:
      return "dev dependency";
    case EdgeType::kOptional:
      return "optional dependency";
    case EdgeType::kPeer:
      return "peer dependency";
    case EdgeType::kPeerOptional:
      return "optional peer dependency";
    case EdgeType::kWorkspace:
      return "workspace";
  }
  return "dependency";
}

}  // namespace

std::string label_of(const GraphNode* node) {
  node = real_node(node);
  if (node->is_project_root()) {
    const std::string& name = node->package_name();
    return name.empty() ? "the project" : name;
  }
  std::string version = node->version();
  return version.empty() ? node->name : node->name + "@" + version;
}

std::string chain_of(const GraphNode* node) {
  std::vector<std::string> parts;
  std::vector<const GraphNode*> seen;
  for (node = real_node(node); node;) {
    parts.push_back(label_of(node));
    seen.push_back(node);
    const GraphNode* next = nullptr;
    for (const Edge* edge : node->edges_in()) {
      const GraphNode* from = real_node(edge->from());
      if (std::find(seen.begin(), seen.end(), from) == seen.end()) {
        next = from;
        break;
      }
    }
    node = next;
  }
  std::string out;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (!out.empty()) out += " > ";
    out += *part;
  }
  return out;
}

ConflictSide side_of(const Edge& edge, const GraphNode* found) {
  ConflictSide side;
  side.chain = chain_of(edge.from());
  side.wants = edge.want().text;
  side.section = std::string(section_name(edge.type())) + " " + std::string(edge.name()) + "@" +
                 edge.want().text + " of " + label_of(edge.from());
  side.demander = edge.from()->package_name();
  if (found) {
    side.found = label_of(found);
    side.found_version = found->version();
  }
  return side;
}

Error conflict_error(const Conflict& conflict) {
  auto describe = [](const ConflictSide& side) {
    std::string text = side.section + " (" + side.chain + ")";
    if (!side.found.empty()) text += " finds " + side.found;
    return text;
  };
  std::string message =
      "two demands on " + conflict.name + " cannot both be met: " + describe(conflict.wanted);
  if (!conflict.current.section.empty()) message += "; " + describe(conflict.current);
  std::string hint = conflict.suggestion;
  if (hint.empty())
    hint =
        "Choose a version of one of the two that accepts what the other has, or run again with "
        "--legacy-peer-deps to ignore peer dependencies.";
  return Error(Code::ERESOLVE, std::move(message), std::move(hint));
}

}  // namespace gyre::pkg::resolve
