// gyre cache add | ls | clean | verify
#include "cli/commands/command.hpp"
#include "cli/registry_session.hpp"
#include "pkg/files.hpp"
#include "pkg/registry/metadata_cache.hpp"
#include "pkg/registry/single_package.hpp"
#include "pkg/registry/url.hpp"
#include "pkg/spec/spec.hpp"
#include "pkg/store/store.hpp"

namespace gyre::cli {
namespace {

using pkg::OrderedJson;
using Words = std::vector<std::string>;

void add(Context& context, pkg::Options options, const Words& specs) {
  if (specs.empty()) return context.fail(Error(Code::EUSAGE, "cache add takes packages"));
  RegistrySession session(context, std::move(options), "cache");
  OrderedJson added = OrderedJson::array();
  for (const std::string& word : specs) {
    auto spec = pkg::parse_argument(word);
    if (!spec) return context.fail(spec.error());
    if (!spec->is_registry()) {
      return context.fail(Error(Code::EUSAGE,
                                "cache add takes packages of a registry, not \"" + word + "\"",
                                "gyre install keeps archives and folders by itself"));
    }
    auto id = pkg::add_to_caches(session.api(), *spec);
    if (!id) return context.fail(id.error());
    added.push_back(*id);
    if (!context.out.is_json) context.out.print("added " + *id);
  }
  if (context.out.is_json) print_json(context.out, added);
}

// Whether an entry is meant by "name" or "name@version".
bool is_meant(const std::string& name, const std::string& version, const Words& specs) {
  if (specs.empty()) return true;
  return std::any_of(specs.begin(), specs.end(), [&](const std::string& spec) {
    return spec == name || spec == name + "@" + version;
  });
}

bool is_metadata_of(const std::string& url, const Words& specs) {
  if (specs.empty()) return true;
  return std::any_of(specs.begin(), specs.end(), [&url](const std::string& spec) {
    const std::string name = spec.substr(0, spec.find('@', 1));
    return url == spec || url.ends_with("/" + pkg::escape_package_name(name));
  });
}

void list(Context& context, const pkg::Options& options, const Words& specs) {
  auto metadata = pkg::list_cached_metadata(options.cache_dir);
  if (!metadata) return context.fail(metadata.error());
  auto packages = pkg::Store(options.store_dir).list();
  if (!packages) return context.fail(packages.error());
  OrderedJson json;
  json["metadata"] = OrderedJson::array();
  json["packages"] = OrderedJson::array();
  for (const auto& entry : *metadata) {
    if (entry.url.empty() || !is_metadata_of(entry.url, specs)) continue;
    json["metadata"].push_back(pkg::printable_url(entry.url));
  }
  std::set<std::string> names;
  for (const auto& entry : *packages) {
    if (is_meant(entry.name, entry.version, specs)) names.insert(entry.name + "@" + entry.version);
  }
  for (const std::string& name : names) json["packages"].push_back(name);
  if (context.out.is_json) return print_json(context.out, json);
  for (const char* part : {"metadata", "packages"}) {
    for (const OrderedJson& entry : json[part]) context.out.print(entry.get<std::string>());
  }
}

void clean_everything(Context& context, const pkg::Options& options) {
  if (!options.force) {
    return context.fail(Error(
        Code::EUSAGE,
        "the cache heals itself: what does not match its hash is fetched again; deleting it can "
        "only make the next install slower",
        "gyre cache verify checks it; --force deletes it all the same"));
  }
  for (const std::string& folder :
       {options.cache_dir + "/metadata", options.cache_dir + "/x", options.store_dir}) {
    const Status removed = pkg::remove_tree(folder);
    if (!removed) return context.fail(removed.error());
  }
  if (!context.out.is_json) context.out.print("removed the caches in " + options.cache_dir);
}

void clean(Context& context, const pkg::Options& options, const Words& keys) {
  if (keys.empty()) return clean_everything(context, options);
  auto metadata = pkg::list_cached_metadata(options.cache_dir);
  if (!metadata) return context.fail(metadata.error());
  auto packages = pkg::Store(options.store_dir).list();
  if (!packages) return context.fail(packages.error());
  for (const std::string& key : keys) {
    bool is_known = false;
    auto remove = [&](const std::string& path, const std::string& shown) {
      is_known = true;
      const Status removed = pkg::remove_tree(path);
      if (!removed)
        context.fail(removed.error());
      else if (!context.out.is_json)
        context.out.print("Deleted: " + shown);
    };
    for (const auto& entry : *metadata) {
      if (!entry.url.empty() && is_metadata_of(entry.url, {key})) {
        remove(entry.file, pkg::printable_url(entry.url));
      }
    }
    for (const auto& entry : *packages) {
      if (is_meant(entry.name, entry.version, {key})) {
        remove(entry.folder, entry.name + "@" + entry.version);
      }
    }
    if (!is_known) context.out.warning({"", "not found: " + key});
  }
}

void verify(Context& context, const pkg::Options& options) {
  auto metadata = pkg::list_cached_metadata(options.cache_dir);
  if (!metadata) return context.fail(metadata.error());
  size_t damaged = 0;
  uint64_t bytes = 0;
  for (const auto& entry : *metadata) {
    bytes += entry.bytes;
    if (!entry.url.empty()) continue;
    ++damaged;
    const Status removed = pkg::remove_tree(entry.file);
    if (!removed) return context.fail(removed.error());
  }
  auto store = pkg::Store(options.store_dir).verify();
  if (!store) return context.fail(store.error());
  const size_t entries = metadata->size() - damaged;
  if (context.out.is_json) {
    OrderedJson json;
    json["metadata"] = {{"entries", entries}, {"bytes", bytes}, {"removed", damaged}};
    json["packages"] = {{"verified", store->packages},
                        {"files", store->files},
                        {"bytes", store->bytes},
                        {"removed", store->damaged.size()}};
    return print_json(context.out, json);
  }
  context.out.print("Cache verified (" + options.cache_dir + ")");
  context.out.print("Content verified: " + count_text(store->packages, "package") + " (" +
                    size_text(store->bytes) + ")");
  const size_t removed = store->damaged.size() + damaged;
  if (removed > 0) context.out.print("Corrupted content removed: " + std::to_string(removed));
  context.out.print("Index entries: " + std::to_string(entries));
}

void execute(Context& context, const Words& words) {
  auto options = context.options();
  if (!options) return context.fail(options.error());
  const std::string verb = words.empty() ? "" : words[0];
  const Words rest(words.begin() + (words.empty() ? 0 : 1), words.end());
  if (verb == "add") return add(context, std::move(*options), rest);
  if (verb == "ls" || verb == "list") return list(context, *options, rest);
  if (verb == "verify" || verb == "check") return verify(context, *options);
  if (verb == "clean" || verb == "clear" || verb == "rm") return clean(context, *options, rest);
  context.fail(Error(Code::EUSAGE, "cache knows add, ls, clean and verify"));
}

}  // namespace

void add_cache(CLI::App& app, Context& context) {
  auto words = std::make_shared<Words>();
  app.add_option("words", *words, "add <package>…, ls [<package>…], clean [<package>…], verify");
  add_setting_flag(app, context, "--force,-f", "force", "true", "Let clean delete everything");
  add_common_options(app, context);
  app.footer(
      "The caches are metadata, the store of unpacked packages and what gyre x installed.\n\n"
      "Examples:\n"
      "  gyre cache add left-pad@1.3.0     for a later gyre install --offline\n"
      "  gyre cache ls left-pad\n"
      "  gyre cache verify                 read everything, remove what is damaged\n"
      "  gyre cache clean --force");
  app.callback([words, &context] { execute(context, *words); });
}

}  // namespace gyre::cli
