// Installer, the part that is about repositories: their manifests, their files, their preparation.
#include <algorithm>
#include <memory>

#include "pkg/files.hpp"
#include "pkg/git/preparation.hpp"
#include "pkg/installer.hpp"
#include "runtime/base/path.hpp"

namespace gyre::pkg {
namespace {

const std::string* find_spec(const NamedStrings& list, const std::string& name) {
  for (const auto& [key, spec] : list) {
    if (key == name) return &spec;
  }
  return nullptr;
}

// What a package says of itself when it has no name of its own.
void complete(PackageMeta& meta, const Spec& spec) {
  if (meta.name.empty()) meta.name = spec.name;
}

}  // namespace

// Dependencies on repositories whose specifier is not the one that was locked. The lockfile only
// knows the commit, which says nothing about the branch or tag it was chosen by.
std::vector<std::string> Installer::changed_repositories() const {
  std::vector<std::string> names;
  const Node* locked = project_.lockfile.tree.find("");
  if (locked == nullptr) return names;
  const PackageMeta& now = project_.manifest.meta;
  const PackageMeta& then = locked->meta;
  const std::pair<const NamedStrings*, const NamedStrings*> sections[] = {
      {&now.dependencies, &then.dependencies},
      {&now.dev_dependencies, &then.dev_dependencies},
      {&now.optional_dependencies, &then.optional_dependencies}};
  for (const auto& [wanted, had] : sections) {
    for (const auto& [name, text] : *wanted) {
      const std::string* before = find_spec(*had, name);
      if (before == nullptr || *before == text) continue;
      auto spec = parse_spec(name, text);
      if (spec && spec->kind == SpecKind::kGit) names.push_back(name);
    }
  }
  return names;
}

// "user/repo", "./x.tgz" and "https://host/x.tgz" do not say what they are called: what is in them
// does.
Status Installer::name_arguments(std::vector<std::string>& arguments) {
  struct Names {
    std::vector<std::string> found;
    size_t waiting = 0;
  };
  auto names = std::make_shared<Names>();
  names->found.resize(arguments.size());
  for (size_t i = 0; i < arguments.size(); ++i) {
    GYRE_ASSIGN(const Spec spec, parse_argument(arguments[i]));
    if (!spec.name.empty()) continue;
    auto answer = [this, names, i](const auto& outcome) {
      --names->waiting;
      if (!outcome) return fail(outcome.error());
      names->found[i] = outcome.value().entry.package->name;
    };
    if (spec.kind == SpecKind::kGit) {
      ++names->waiting;
      git_->fetch(spec, answer);
    } else if (spec.kind == SpecKind::kRemote || spec.kind == SpecKind::kFile) {
      ++names->waiting;
      const bool is_local = spec.kind == SpecKind::kFile;
      const std::string place =
          is_local ? path::resolve(options_.working_dir, spec.fetch_spec) : spec.fetch_spec;
      fetcher_->fetch({{}, {}, place, {}}, answer);
    }
  }
  GYRE_TRY(pump([&names] { return names->waiting == 0; }));
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!names->found[i].empty()) arguments[i] = names->found[i] + "@" + arguments[i];
  }
  return ok();
}

void Installer::request_repository(const ManifestRequest& want) {
  git_->fetch(*want.git, [this, want](const GitFetcher::Outcome& outcome) {
    ++replies_;
    if (!outcome) return builder_->provide_manifest_error(want.key, outcome.error());
    const GitPackage& package = outcome.value();
    auto manifest = load_manifest(package.entry.folder + "/package.json");
    if (!manifest) return builder_->provide_manifest_error(want.key, std::move(manifest).error());
    complete(manifest->meta, *want.git);
    builder_->provide_manifest(want.key, std::move(manifest->meta), {}, package.resolved);
  });
}

void Installer::fetch_repository(const LinkPlan& plan, size_t index, const Spec& spec) {
  git_->fetch(spec, [this, &plan, index](const GitFetcher::Outcome& outcome) {
    const Node& node = *plan.packages[index].node;
    if (!outcome) return fetch_failed(plan, index, outcome.error(), node.resolved);
    const GitPackage& package = outcome.value();
    if (!package.unprepared.empty() && !options_.ignore_scripts) {
      report_.blocked.push_back(
          {node.meta.name, node.meta.version, node.location, {package.unprepared}});
    }
    stage_entry(plan, index, package.entry);
  });
}

GitPreparation Installer::git_preparation() {
  return git::preparation(project_.manifest.json, options_, request_.executable, interrupts_);
}

}  // namespace gyre::pkg
