// Pins: what another tool had locked for each dependency, as requests the resolver can check.
// Only an import has any. Owned by the Builder, read by its Graph. One thread.
#pragma once

#include <string>
#include <string_view>

#include "pkg/resolve/ideal.hpp"
#include "pkg/resolve/wants.hpp"

namespace gyre::pkg::resolve {

class GraphNode;

class Pins {
 public:
  Pins(const PreferredVersions& preferred, WantCache& wants)
      : preferred_(preferred), wants_(wants) {}

  // The exact request behind `want`, asked by `from`. Null: nothing was locked there, or what was
  // is outside of what is asked for now.
  const Want* find(const GraphNode& from, std::string_view name, const Want& raw,
                   const Want& want) const;

 private:
  const std::string* locked(const GraphNode& from, std::string_view name, const Want& raw,
                            const Want& want) const;

  const PreferredVersions& preferred_;
  WantCache& wants_;
};

}  // namespace gyre::pkg::resolve
