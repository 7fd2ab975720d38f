// Which packages may run code when they are installed: none but those the project trusts. A
// permission names a package, where it comes from and which versions: a package of the same name
// from elsewhere does not have it. Pure.
#pragma once

#include <string>
#include <vector>

#include "pkg/manifest/manifest.hpp"
#include "pkg/options.hpp"
#include "pkg/store/index.hpp"
#include "pkg/tree/node.hpp"

namespace gyre::pkg {

using Scripts = std::vector<std::pair<std::string, std::string>>;  // event and command, in order

// What npm would run for a package. One with a binding.gyp and no install script of its own gets
// node-gyp.
Scripts install_scripts_of(const StoredPackage& package);
// The same for a package.json beside which there is (or is not) a binding.gyp.
enum class BindingGyp : uint8_t { kAbsent, kPresent };
Scripts install_scripts_of(const Manifest& manifest, BindingGyp binding);

// Where the contents of a package come from.
struct PackageOrigin {
  enum class Kind : uint8_t { kRegistry, kGit, kUrl, kFile } kind = Kind::kRegistry;
  std::string place;   // git: "host/path"; url: the URL; file: the path; registry: empty
  std::string commit;  // git
  bool operator==(const PackageOrigin&) const = default;
};
PackageOrigin origin_of(const Node& node, const Options& options);

// One entry of trustedDependencies.
struct TrustRule {
  std::string name;
  std::string range;  // registry packages: versions; empty for all
  PackageOrigin origin;
  std::string text;  // as written, for people
};

class ScriptPolicy {
 public:
  // `manifest`: the document of package.json. Its trustedDependencies is a list of
  // "name", "name@range", "name@git+https://…", "name@https://….tgz", "name@file:…" and
  // {"name", "version"?, "source"?}, or an object of name: range or source.
  ScriptPolicy(const OrderedJson& manifest, const Options& options);

  bool allows(const Node& node) const;
  const std::vector<TrustRule>& rules() const { return rules_; }
  // Entries that mean nothing, and so allow nothing.
  const std::vector<std::string>& unreadable() const { return unreadable_; }

 private:
  void add(const std::string& text);
  void add(const OrderedJson& entry);

  const Options& options_;
  std::vector<TrustRule> rules_;
  std::vector<std::string> unreadable_;
};

// The entry that allows just this package from just there: "esbuild@^0.25.1".
std::string trust_entry(const Node& node, const Options& options);
// Adds the entry, or takes away every entry for `name`. False when nothing changed.
bool add_trust(Manifest& manifest, const std::string& entry);
bool remove_trust(Manifest& manifest, const std::string& name);

}  // namespace gyre::pkg
