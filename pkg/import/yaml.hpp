// YAML as lockfiles use it: mappings, sequences and plain scalars become a tree that knows its
// lines. Anchors, aliases and tags are refused, depth and size are bounded: no file can grow in
// memory. Pure but for loading libyaml. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct YamlNode {
  enum class Kind : uint8_t { kScalar, kSequence, kMapping };
  // Not inline: a pair of this type is complete only after it.
  YamlNode();
  YamlNode(const YamlNode&);
  YamlNode(YamlNode&&) noexcept;
  YamlNode& operator=(const YamlNode&);
  YamlNode& operator=(YamlNode&&) noexcept;
  ~YamlNode();

  Kind kind = Kind::kScalar;
  size_t line = 1;
  std::string text;                                       // kScalar
  std::vector<YamlNode> items;                            // kSequence
  std::vector<std::pair<std::string, YamlNode>> members;  // kMapping

  bool is_mapping() const { return kind == Kind::kMapping; }
  // Null unless this is a mapping that has the key.
  const YamlNode* find(std::string_view key) const;
  // The text of a scalar member; empty if there is none.
  std::string text_of(std::string_view key) const;
};

// The documents of a file. ELOCKPARSE with a line; `path` names the file.
Result<std::vector<YamlNode>> parse_yaml(std::string_view text, const std::string& path);

}  // namespace gyre::pkg
