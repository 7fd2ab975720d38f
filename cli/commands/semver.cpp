// gyre semver: the `semver` package's command line, or JSON lines on stdin.
#include <algorithm>
#include <iostream>

#include "cli/commands/command.hpp"
#include "pkg/semver/algorithms.hpp"
#include "pkg/semver/json_lines.hpp"

namespace gyre::cli {
namespace {

struct Parameters {
  std::vector<std::string> versions, ranges;
  std::string increment, identifier, base;
  bool has_increment = false, coerce = false, right_to_left = false;
  bool loose = false, prereleases = false, reverse = false;

  semver::RangeOptions options() const {
    return {loose ? semver::Mode::kLoose : semver::Mode::kStrict,
            prereleases ? semver::Prereleases::kInclude : semver::Prereleases::kOnlySameTuple};
  }
};

void answer_lines() {
  std::string line;
  std::ios::sync_with_stdio(false);
  while (std::getline(std::cin, line)) {
    if (!line.empty()) std::cout << semver::answer_json_line(line) << '\n';
  }
  std::cout.flush();
}

std::optional<semver::Version> read(const Parameters& parameters, const std::string& text) {
  if (parameters.coerce) {
    return semver::coerce(text,
                          parameters.right_to_left ? semver::Direction::kRightToLeft
                                                   : semver::Direction::kLeftToRight,
                          parameters.options());
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
  std::vector<semver::Version> passed;
  for (const std::string& text : parameters.versions) {
    const auto version = read(parameters, text);
    if (version && satisfies_all(parameters, *version)) passed.push_back(*version);
  }
  if (passed.empty()) return kFailure;
  if (parameters.has_increment && (passed.size() > 1 || !parameters.ranges.empty())) {
    context.fail(Error(Code::EUSAGE, "--inc can only be used on a single version with no range"));
    return kFailure;
  }
  std::stable_sort(passed.begin(), passed.end(),
                   [](const auto& a, const auto& b) { return semver::compare_build(a, b) < 0; });
  if (parameters.reverse) std::reverse(passed.begin(), passed.end());
  for (semver::Version& version : passed) {
    if (parameters.has_increment) {
      auto next = semver::increment(version, parameters.increment, parameters.identifier,
                                    base_of(parameters), parameters.options().mode);
      if (!next) return kFailure;
      version = std::move(*next);
    }
    context.out.print(version.text());
  }
  return kSuccess;
}

}  // namespace

void add_semver(CLI::App& app, Context& context) {
  auto parameters = std::make_shared<Parameters>();
  app.add_option("versions", parameters->versions, "Versions to test, sort or increment");
  app.add_option("--range,-r", parameters->ranges, "Print versions in this range (may be repeated)")
      ->take_all()
      ->allow_extra_args(false);
  auto* increment = app.add_option("--increment,--inc,-i", parameters->increment,
                                   "Increment by major, minor, patch, pre…, release");
  increment->expected(0, 1)->default_str("patch");
  app.add_option("--preid", parameters->identifier, "Identifier of the prerelease");
  app.add_option("-n", parameters->base, "Base of the prerelease number: 0, 1 or false");
  app.add_flag("--coerce,-c", parameters->coerce, "Read the first thing that looks like a version");
  app.add_flag("--rtl", parameters->right_to_left, "Coerce from the right");
  app.add_flag("--loose,-l", parameters->loose, "Read versions and ranges loosely");
  app.add_flag("--include-prerelease,-p", parameters->prereleases,
               "Prereleases satisfy ranges too");
  app.add_flag("--reverse", parameters->reverse, "Highest first");
  app.footer(
      "Without arguments it answers JSON lines on stdin.\n\n"
      "Examples:\n"
      "  gyre semver 1.2.3 -r ^1\n"
      "  gyre semver -i minor 1.2.3");
  app.callback([parameters, increment, &context] {
    parameters->has_increment = increment->count() > 0;
    if (parameters->has_increment && parameters->increment.empty()) parameters->increment = "patch";
    if (parameters->versions.empty() && !parameters->has_increment && parameters->ranges.empty()) {
      return answer_lines();
    }
    context.exit_code = select(context, *parameters);
  });
}

}  // namespace gyre::cli
