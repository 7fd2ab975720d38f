// OverrideSet: the project's "overrides", npm's nested form, as a tree of rules. A rule replaces
// what packages below it ask for under its name; which rules hold for a package depends on the path
// that leads to it. Built once, read only. One thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pkg/resolve/wants.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg::resolve {

class OverrideSet {
 public:
  // EUSAGE where an entry has no package name or is neither text nor object.
  static Result<std::unique_ptr<OverrideSet>> parse(const std::string& json, WantCache& wants);

  const std::string& name() const { return name_; }
  // The rule's condition on what is asked for; null for the set of the project itself.
  const Want* condition() const { return condition_; }
  // "^2", "$name", or "*": nothing is replaced.
  const std::string& value() const { return value_; }

  // The set that holds behind an edge of this name and specifier.
  const OverrideSet* behind(std::string_view name, const Want& want) const;
  bool is_equal(const OverrideSet* other) const;

  // Two paths lead to one package: the set both agree on. Null when they contradict each other.
  static const OverrideSet* merge(const OverrideSet* first, const OverrideSet* second);
  static bool contradict(const OverrideSet* first, const OverrideSet* second);

 private:
  explicit OverrideSet(WantCache& wants) : wants_(wants) {}
  bool has_equal_children(const OverrideSet& other) const;
  // All rules in force: own children, then those of the sets above, nearest first.
  std::vector<const OverrideSet*> rules() const;

  WantCache& wants_;
  const OverrideSet* parent_ = nullptr;
  std::string key_, name_, value_;
  const Want* condition_ = nullptr;
  std::vector<std::unique_ptr<OverrideSet>> children_;
  friend struct OverrideParser;
};

}  // namespace gyre::pkg::resolve
