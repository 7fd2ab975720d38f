// yarn.lock as yarn 1 writes it: blocks of two-space indented lines under lists of descriptors.
#include "pkg/import/foreign_builder.hpp"
#include "pkg/spec/spec.hpp"

namespace gyre::pkg {
namespace {

constexpr size_t kLongestLine = 1u << 20;

// The package behind a descriptor: "b@npm:real@^1" is of real.
struct Asked {
  std::string name, real_name;
  std::string request;  // as package.json has it: "b@npm:real@^1"
  bool is_registry = false;
  bool is_repository = false;
  bool is_fixed = false;  // a folder or an archive: the request says it all
};

Asked read_descriptor(const std::string& descriptor) {
  Asked asked;
  asked.request = descriptor;
  auto [name, spec] = split_descriptor(descriptor);
  asked.name = name;
  auto parsed = parse_spec(name, spec);
  asked.is_registry = parsed.is_ok() && parsed->is_registry();
  if (parsed) {
    asked.is_repository = parsed->kind == SpecKind::kGit;
    asked.is_fixed = is_fixed_kind(parsed->kind);
  }
  asked.real_name = asked.is_registry ? parsed->target_name : name;
  return asked;
}

class ClassicParser {
 public:
  ClassicParser(std::string_view text, const std::string& path)
      : text_(text), path_(path), builder_(ForeignFormat::kYarnClassic) {}

  Result<ForeignLock> parse() {
    GYRE_TRY(check_foreign_text(text_, path_));
    while (!text_.empty()) {
      ++line_;
      const size_t end = text_.find('\n');
      std::string_view line = text_.substr(0, end);
      text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      GYRE_TRY(take(line));
    }
    GYRE_TRY(close());
    if (!has_blocks_ && !has_header_) return foreign_error(path_, "it is no yarn lockfile", 1);
    return builder_.finish();
  }

 private:
  Status take(std::string_view line) {
    const size_t indent = line.find_first_not_of(' ');
    if (indent == std::string_view::npos) return ok();
    if (line[indent] == '#') {
      has_header_ |= line.find("yarn lockfile v1") != std::string_view::npos;
      return ok();
    }
    if (line.size() > kLongestLine) return foreign_error(path_, "the line is too long", line_);
    if (line[indent] == '\t') return foreign_error(path_, "a tab indents", line_);
    if (indent == 0) {
      GYRE_TRY(close());
      return open(line);
    }
    if (descriptors_.empty()) return foreign_error(path_, "a line belongs to no package", line_);
    if (indent > 2) return ok();  // dependencies of the package: the registry tells them too
    return field(line.substr(indent));
  }

  // "a@^1", or a bare word up to one of `stops`.
  Result<std::string> word(std::string_view& rest, std::string_view stops) const {
    if (!rest.starts_with('"')) {
      const std::string_view bare = rest.substr(0, rest.find_first_of(stops));
      rest.remove_prefix(bare.size());
      if (bare.empty()) return foreign_error(path_, "a word is missing", line_);
      return std::string(bare);
    }
    std::string out;
    for (size_t i = 1; i < rest.size(); ++i) {
      if (rest[i] == '"') {
        rest.remove_prefix(i + 1);
        return out;
      }
      if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
      out += rest[i];
    }
    return foreign_error(path_, "a quoted text does not end", line_);
  }

  Status open(std::string_view rest) {
    has_blocks_ = true;
    block_line_ = line_;
    while (true) {
      GYRE_ASSIGN(std::string descriptor, header_word(rest));
      descriptors_.push_back(std::move(descriptor));
      if (rest == ":") return ok();
      if (!rest.starts_with(','))
        return foreign_error(path_, "a \":\" is missing after the descriptors", line_);
      rest.remove_prefix(1);
      rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    }
  }

  // A bare descriptor may hold colons ("a@npm:b@1"): it ends at a comma or at the last colon.
  Result<std::string> header_word(std::string_view& rest) const {
    if (rest.starts_with('"')) return word(rest, "");
    size_t end = rest.find(',');
    if (end == std::string_view::npos && rest.ends_with(':')) end = rest.size() - 1;
    if (end == std::string_view::npos || end == 0)
      return foreign_error(path_, "a descriptor is cut off", line_);
    std::string out(rest.substr(0, end));
    rest.remove_prefix(end);
    return out;
  }

  Status field(std::string_view rest) {
    GYRE_ASSIGN(const std::string key, word(rest, " :"));
    if (rest == ":") return ok();  // opens a list of dependencies
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    if (rest.empty()) return foreign_error(path_, "\"" + key + "\" has no value", line_);
    GYRE_ASSIGN(std::string value, word(rest, " "));
    if (key == "version")
      version_ = std::move(value);
    else if (key == "resolved")
      resolved_ = std::move(value);
    else if (key == "integrity")
      integrity_ = std::move(value);
    return ok();
  }

  Status close() {
    if (descriptors_.empty()) return ok();
    if (version_.empty()) return foreign_error(path_, "a package has no version", block_line_);
    for (const std::string& descriptor : descriptors_) {
      const Asked asked = read_descriptor(descriptor);
      if (!asked.is_registry) {
        const std::string pin = commit_pin(resolved_);
        if (asked.is_repository && !pin.empty())
          builder_.resolve(asked.request, pin);
        else if (!asked.is_fixed)
          builder_.unsupported(descriptor + " was " +
                               (resolved_.empty() ? "version " + version_ : resolved_));
        continue;
      }
      builder_.add(asked.real_name, version_, integrity_);
      builder_.resolve(asked.request, version_);
    }
    descriptors_.clear();
    version_.clear();
    resolved_.clear();
    integrity_.clear();
    return ok();
  }

  std::string_view text_;
  const std::string& path_;
  ForeignBuilder builder_;
  std::vector<std::string> descriptors_;
  std::string version_, resolved_, integrity_;
  size_t line_ = 0, block_line_ = 0;
  bool has_header_ = false, has_blocks_ = false;
};

}  // namespace

Result<ForeignLock> parse_yarn_classic(std::string_view text, const std::string& path) {
  return ClassicParser(text, path).parse();
}

}  // namespace gyre::pkg
