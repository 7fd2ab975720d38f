#include "pkg/manifest/fix.hpp"

#include <algorithm>

#include "pkg/semver/algorithms.hpp"

namespace gyre::pkg {
namespace {

std::string trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

class Fixer {
 public:
  explicit Fixer(OrderedJson& document) : document_(document) {}

  std::vector<std::string> run() {
    fix_name_and_version();
    fix_bin();
    fix_bundle();
    fix_repository();
    fix_sections();
    return std::move(changes_);
  }

 private:
  void say(std::string change) { changes_.push_back(std::move(change)); }

  void fix_name_and_version() {
    if (auto name = document_.find("name"); name != document_.end() && name->is_string()) {
      const std::string text = trimmed(name->get<std::string>());
      if (text != name->get<std::string>()) {
        *name = text;
        say("\"name\" had blanks around it");
      }
    }
    auto version = document_.find("version");
    if (version == document_.end() || !version->is_string()) return;
    const auto clean = semver::clean(version->get<std::string>(), semver::Mode::kLoose);
    if (!clean || clean->text() == version->get<std::string>()) return;
    *version = clean->text();
    say("\"version\" was not written as a version: " + clean->text());
  }

  void fix_bin() {
    auto bin = document_.find("bin");
    if (bin == document_.end()) return;
    if (bin->is_string()) {
      const auto name = document_.find("name");
      if (name == document_.end() || !name->is_string()) return;
      const std::string full = name->get<std::string>();
      const OrderedJson target = *bin;
      *bin = OrderedJson::object();
      (*bin)[full.substr(full.starts_with('@') ? full.find('/') + 1 : 0)] = target;
      say("\"bin\" names its command");
    }
    if (!bin->is_object()) return;
    OrderedJson fixed = OrderedJson::object();
    for (const auto& [key, value] : bin->items()) {
      std::string target = value.is_string() ? value.get<std::string>() : std::string();
      while (target.starts_with("./")) target.erase(0, 2);
      while (target.starts_with('/')) target.erase(0, 1);
      const std::string name = key.substr(key.rfind('/') + 1);
      if (target.empty() || target.find("..") != std::string::npos || name.empty()) {
        say("\"bin\" entry \"" + key + "\" led nowhere and was removed");
        continue;
      }
      if (OrderedJson(target) != value || name != key)
        say("\"bin\" entry \"" + name + "\" is relative to the package");
      fixed[name] = target;
    }
    *bin = std::move(fixed);
  }

  void fix_bundle() {
    if (auto old = document_.find("bundledDependencies"); old != document_.end()) {
      const OrderedJson value = *old;
      document_.erase("bundledDependencies");
      if (!document_.contains("bundleDependencies")) document_["bundleDependencies"] = value;
      say("\"bundledDependencies\" is now \"bundleDependencies\"");
    }
    auto bundle = document_.find("bundleDependencies");
    if (bundle == document_.end() || bundle->is_array() || *bundle == true) return;
    if (bundle->is_object()) {
      OrderedJson names = OrderedJson::array();
      for (const auto& [name, value] : bundle->items()) names.push_back(name);
      *bundle = std::move(names);
      say("\"bundleDependencies\" is a list of names");
    } else {
      document_.erase("bundleDependencies");
      say("\"bundleDependencies\" was neither a list nor true and was removed");
    }
  }

  void fix_repository() {
    auto repository = document_.find("repository");
    if (repository == document_.end() || !repository->is_string()) return;
    std::string url = repository->get<std::string>();
    const bool is_shortcut =
        std::count(url.begin(), url.end(), '/') == 1 && url.find(':') == std::string::npos;
    if (is_shortcut) url = "git+https://github.com/" + url + ".git";
    *repository = OrderedJson{{"type", "git"}, {"url", url}};
    say("\"repository\" has a type and a URL");
  }

  void fix_sections() {
    for (const char* key : {"scripts", "dependencies", "devDependencies", "optionalDependencies"}) {
      auto section = document_.find(key);
      if (section == document_.end()) continue;
      if (!section->is_object()) {
        document_.erase(key);
        say("\"" + std::string(key) + "\" was no object and was removed");
        continue;
      }
      std::vector<std::string> bad;
      for (const auto& [name, value] : section->items()) {
        if (!value.is_string()) bad.push_back(name);
      }
      for (const std::string& name : bad) {
        section->erase(name);
        say("\"" + std::string(key) + "." + name + "\" was no text and was removed");
      }
    }
    auto optional = document_.find("optionalDependencies");
    auto plain = document_.find("dependencies");
    if (optional == document_.end() || plain == document_.end()) return;
    for (const auto& [name, range] : optional->items()) {
      if (plain->erase(name) > 0) say("\"" + name + "\" is an optional dependency only");
    }
  }

  OrderedJson& document_;
  std::vector<std::string> changes_;
};

}  // namespace

std::vector<std::string> fix_manifest(OrderedJson& document) { return Fixer(document).run(); }

}  // namespace gyre::pkg
