// gyre semver: the `semver` package's command line, or JSON lines on stdin.
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <iostream>
#include <iterator>
#include <set>

#include "cli/commands/command.hpp"
#include "pkg/semver/algorithms.hpp"
#include "pkg/semver/json_lines.hpp"

namespace gyre::cli {
namespace {

// The package reads its arguments itself: "-rv" is one option, "-i" takes a level only if one
// follows, and "--range=^1" is "--range ^1".
struct Parameters {
  std::vector<std::string> versions, ranges;
  std::string increment, increment_option, errant_increment, identifier, base;
  bool coerce = false, right_to_left = false;
  bool loose = false, prereleases = false, reverse = false, wants_help = false;

  semver::RangeOptions options() const {
    return {loose ? semver::Mode::kLoose : semver::Mode::kStrict,
            prereleases ? semver::Prereleases::kInclude : semver::Prereleases::kOnlySameTuple};
  }
};

class ArgumentReader {
 public:
  explicit ArgumentReader(std::vector<std::string> arguments)
      : arguments_(arguments.begin(), arguments.end()) {}

  Parameters read() {
    while (!arguments_.empty()) {
      std::string word = take();
      if (const size_t equals = word.find('='); equals != std::string::npos) {
        arguments_.push_front(word.substr(equals + 1));
        word.resize(equals);
      }
      if (!read_flag(word)) read_valued(word);
    }
    return std::move(parameters_);
  }

 private:
  std::string take() {
    if (arguments_.empty()) return {};
    std::string word = std::move(arguments_.front());
    arguments_.pop_front();
    return word;
  }

  bool read_flag(const std::string& word) {
    const auto is_any = [&word](std::initializer_list<const char*> names) {
      return std::find(names.begin(), names.end(), word) != names.end();
    };
    Parameters& to = parameters_;
    if (is_any({"-rv", "-rev", "--rev", "--reverse"}))
      to.reverse = true;
    else if (is_any({"-l", "--loose"}))
      to.loose = true;
    else if (is_any({"-p", "--include-prerelease"}))
      to.prereleases = true;
    else if (is_any({"-c", "--coerce"}))
      to.coerce = true;
    else if (is_any({"--rtl", "--ltr"}))
      to.right_to_left = word == "--rtl";
    else if (is_any({"-h", "-?", "--help"}))
      to.wants_help = true;
    else
      return false;
    return true;
  }

  void read_valued(const std::string& word) {
    if (word == "-v" || word == "--version")
      parameters_.versions.push_back(take());
    else if (word == "--preid")
      parameters_.identifier = take();
    else if (word == "-r" || word == "--range")
      parameters_.ranges.push_back(take());
    else if (word == "-n")
      parameters_.base = take();
    else if (word == "-i" || word == "--inc" || word == "--increment")
      read_increment(word);
    else
      parameters_.versions.push_back(word);
  }

  void read_increment(const std::string& word) {
    static const std::set<std::string, std::less<>> kLevels = {
        "major", "premajor", "minor", "preminor", "patch", "prepatch", "prerelease", "release"};
    parameters_.increment_option = word;
    const bool has_level = !arguments_.empty() && kLevels.contains(arguments_.front());
    parameters_.errant_increment = has_level || arguments_.empty() ? "" : arguments_.front();
    parameters_.increment = has_level ? take() : "patch";
  }

  std::deque<std::string> arguments_;
  Parameters parameters_;
};

void answer_lines() {
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    // Whoever asks may wait for the answer before asking again.
    std::cout << semver::answer_json_line(line) << std::endl;
  }
}

std::optional<semver::Version> read(const Parameters& parameters, const std::string& text) {
  if (parameters.coerce) {
    const auto direction = parameters.right_to_left ? semver::Direction::kRightToLeft
                                                    : semver::Direction::kLeftToRight;
    if (auto found = semver::coerce(text, direction, parameters.options())) return found;
  }
  return semver::parse(text, parameters.options().mode);
}

bool satisfies_all(const Parameters& parameters, const semver::Version& version) {
  return std::all_of(parameters.ranges.begin(), parameters.ranges.end(), [&](const auto& text) {
    const auto range = semver::Range::parse(text, parameters.options());
    return range && range->test(version);
  });
}

semver::IdentifierBase base_of(const Parameters& parameters) {
  if (parameters.base == "false") return semver::IdentifierBase::kNone;
  return parameters.base == "1" ? semver::IdentifierBase::kOne : semver::IdentifierBase::kZero;
}

// The package's rule: print the versions that pass, sorted; fail if none does.
int select(Context& context, const Parameters& parameters) {
  const std::string& errant = parameters.errant_increment;
  const auto& texts = parameters.versions;
  if (!errant.empty() && std::find(texts.begin(), texts.end(), errant) != texts.end() &&
      !semver::parse(errant, parameters.options().mode)) {
    context.out.note("Invalid value for " + parameters.increment_option +
                     "; defaulting to 'patch'. This may become a failure in future major "
                     "versions.");
  }
  std::vector<semver::Version> valid, passed;
  for (const std::string& text : texts) {
    if (auto version = read(parameters, text)) valid.push_back(std::move(*version));
  }
  if (valid.empty()) return kFailure;
  const bool increments = !parameters.increment.empty();
  if (increments && (valid.size() > 1 || !parameters.ranges.empty())) {
    context.out.note("--inc can only be used on a single version with no range");
    return kFailure;
  }
  std::copy_if(valid.begin(), valid.end(), std::back_inserter(passed),
               [&](const auto& version) { return satisfies_all(parameters, version); });
  if (passed.empty()) return kFailure;
  const int sign = parameters.reverse ? -1 : 1;
  std::stable_sort(passed.begin(), passed.end(), [sign](const auto& a, const auto& b) {
    return sign * semver::compare(a, b) < 0;
  });
  for (const semver::Version& version : passed) {
    if (!increments) {
      context.out.print(version.text());
      continue;
    }
    const auto next = semver::increment(version, parameters.increment, parameters.identifier,
                                        base_of(parameters), parameters.options().mode);
    context.out.print(next ? next->text() : "null");
  }
  return kSuccess;
}

constexpr const char* kHelp =
    "With arguments it is the command line of the semver package:\n"
    "  -r, --range <range>        print the versions in this range; may be repeated\n"
    "  -i, --increment [<level>]  increment one version: major, minor, patch (the default),\n"
    "                             premajor, preminor, prepatch, prerelease or release\n"
    "      --preid <identifier>   identifier of the prerelease\n"
    "  -n <base>                  base of its number: 0, 1 or false\n"
    "  -l, --loose                read versions and ranges loosely\n"
    "  -p, --include-prerelease   prereleases satisfy ranges too\n"
    "  -c, --coerce               read the first thing that looks like a version\n"
    "      --rtl, --ltr           coerce from the right, from the left (the default)\n"
    "  -v, --version <version>    a version, as without the option\n"
    "      -rv, --reverse         highest first\n"
    "It exits with 1 if no version passes.\n\n"
    "Without arguments it answers JSON lines on stdin, one line each:\n"
    "  {\"op\":\"satisfies\",\"args\":[\"1.2.3\",\"^1\"],\"opts\":{\"loose\":true}}\n\n"
    "Examples:\n"
    "  gyre semver 1.2.3 -r ^1\n"
    "  gyre semver -i minor 1.2.3";

}  // namespace

void add_semver(CLI::App& app, Context& context) {
  app.prefix_command();
  app.footer(kHelp);
  app.callback([&app, &context] {
    std::vector<std::string> arguments = app.remaining();
    if (arguments.empty() && ::isatty(STDIN_FILENO) == 0) return answer_lines();
    const Parameters parameters = ArgumentReader(std::move(arguments)).read();
    if (parameters.wants_help || (parameters.versions.empty() && parameters.ranges.empty() &&
                                  parameters.increment.empty())) {
      context.out.print(app.help());
      return;
    }
    context.exit_code = select(context, parameters);
  });
}

}  // namespace gyre::cli
