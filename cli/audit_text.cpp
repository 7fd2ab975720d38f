#include "cli/audit_text.hpp"

#include <algorithm>

#include "pkg/registry/url.hpp"

namespace gyre::cli {
namespace {

using Lines = std::vector<std::string>;
using pkg::AuditFix;
using pkg::Vulnerability;

constexpr const char* kShown[] = {"low", "moderate", "high", "critical"};

std::string text_at(const pkg::OrderedJson& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string()
             ? pkg::printable_text(found->get<std::string>(), 1000)
             : std::string();
}

std::string severity_text(const Output& out, const std::string& severity) {
  const Style style = severity == "critical" || severity == "high" ? Style::kRed
                      : severity == "moderate"                     ? Style::kYellow
                                                                   : Style::kBold;
  return out.styled_out(style, severity);
}

class Table {
 public:
  Table(const Output& out, const pkg::AuditReport& report) : out_(out), report_(report) {}

  Lines lines() {
    if (report_.vulnerabilities().empty()) return summary();
    Lines lines = {"# npm audit report", ""};
    for (const auto& [name, entry] : report_.vulnerabilities()) {
      const bool is_source = std::any_of(entry.advisories.begin(), entry.advisories.end(),
                                         [](const auto& a) { return !a->is_derived(); });
      if (is_source) append(lines, entry, "");
    }
    const Lines end = summary();
    lines.insert(lines.end(), end.begin(), end.end());
    return lines;
  }

 private:
  void append(Lines& lines, const Vulnerability& entry, const std::string& indent) {
    if (!printed_.insert(entry.name).second) return;
    const bool is_outermost = indent.empty();
    auto add = [&](const std::string& line) { lines.push_back(indent + line); };
    add(out_.styled_out(Style::kBold, entry.name) + "  " + entry.range());
    if (is_outermost && entry.severity != "low") {
      add("Severity: " + severity_text(out_, entry.severity));
    }
    std::set<std::string> told;
    for (const auto& advisory : entry.advisories) {
      std::string line;
      if (advisory->is_derived()) {
        line = "Depends on vulnerable versions of " + advisory->dependency();
      } else if (is_outermost) {
        const pkg::OrderedJson json = advisory->json();
        line = text_at(json, "title") + " - " + text_at(json, "url");
      }
      if (!line.empty() && told.insert(line).second) add(line);
    }
    if (is_outermost) append_fix(lines, entry.fix);
    for (const std::string& location : entry.locations) {
      add(out_.styled_out(Style::kDim, location));
    }
    for (const std::string& effect : entry.effects) {
      const auto found = report_.vulnerabilities().find(effect);
      if (found != report_.vulnerabilities().end()) append(lines, found->second, indent + "  ");
    }
    if (is_outermost) lines.emplace_back();
  }

  void append_fix(Lines& lines, const AuditFix& fix) const {
    if (fix.kind == AuditFix::Kind::kNone) {
      lines.push_back(out_.styled_out(Style::kRed, "No fix available"));
    } else if (fix.kind == AuditFix::Kind::kUpdate) {
      lines.push_back(out_.styled_out(Style::kGreen, "fix available") + " via `gyre audit fix`");
    } else {
      lines.push_back(out_.styled_out(Style::kYellow, "fix available") +
                      " via `gyre audit fix --force`");
      lines.push_back("Will install " + fix.name + "@" + fix.version + ", which is " +
                      (fix.is_major ? "a breaking change" : "outside the stated dependency range"));
    }
  }

  Lines counts() const {
    const size_t total = report_.vulnerabilities().size();
    if (total == 0) return {"found " + out_.styled_out(Style::kGreen, "0") + " vulnerabilities"};
    std::string list;
    size_t kinds = 0;
    for (const char* severity : kShown) {
      const size_t count = report_.count(severity);
      if (count == 0) continue;
      ++kinds;
      list +=
          (list.empty() ? "" : ", ") + std::to_string(count) + " " + severity_text(out_, severity);
    }
    if (kinds == 1) return {list + " severity vulnerabilit" + (total == 1 ? "y" : "ies")};
    return {std::to_string(total) + " vulnerabilities" + (list.empty() ? "" : " (" + list + ")")};
  }

  Lines summary() const {
    Lines lines = counts();
    bool by_update = false, by_force = false, is_major = false, never = false;
    for (const auto& [name, entry] : report_.vulnerabilities()) {
      by_update = by_update || entry.fix.kind == AuditFix::Kind::kUpdate;
      by_force = by_force || entry.fix.kind == AuditFix::Kind::kForce;
      is_major = is_major || entry.fix.is_major;
      never = never || entry.fix.kind == AuditFix::Kind::kNone;
    }
    if (by_update) {
      lines.insert(lines.end(), {"",
                                 std::string("To address ") +
                                     (by_force || never ? "issues that do not require attention"
                                                        : "all issues") +
                                     ", run:",
                                 "  gyre audit fix"});
    }
    if (by_force) {
      lines.insert(lines.end(), {"",
                                 std::string("To address all issues") + (never ? " possible" : "") +
                                     (is_major ? " (including breaking changes)" : "") + ", run:",
                                 "  gyre audit fix --force"});
    }
    if (never) {
      lines.insert(lines.end(), {"", "Some issues need review, and may require choosing",
                                 "a different dependency."});
    }
    return lines;
  }

  const Output& out_;
  const pkg::AuditReport& report_;
  std::set<std::string> printed_;
};

std::string plural(size_t count, const std::string& one, const std::string& many) {
  return count == 1 ? "1 " + one : std::to_string(count) + " " + many;
}

void append_problems(Lines& lines, const std::vector<pkg::SignatureProblem>& problems) {
  lines.emplace_back();
  for (const pkg::SignatureProblem& problem : problems) {
    lines.push_back(problem.name + "@" + problem.version + " (" +
                    pkg::printable_url(problem.registry) + ")");
    if (!problem.message.empty()) lines.push_back("  " + problem.code + ": " + problem.message);
  }
  lines.emplace_back();
}

bool is_about_attestation(const pkg::SignatureProblem& problem) {
  return problem.code.starts_with("EATTESTATION") || !problem.predicate_type.empty();
}

void append_invalid(const Output& out, Lines& lines, const pkg::SignatureReport& report) {
  if (report.invalid.empty()) return;
  const std::string invalid = out.styled_out(Style::kRed, "invalid");
  for (const bool is_attestation : {false, true}) {
    std::vector<pkg::SignatureProblem> some;
    std::copy_if(report.invalid.begin(), report.invalid.end(), std::back_inserter(some),
                 [&](const auto& one) { return is_about_attestation(one) == is_attestation; });
    if (some.empty()) continue;
    const std::string what = is_attestation ? " attestation" : " registry signature";
    lines.push_back(plural(some.size(), "package has an ", "packages have ") + invalid + what +
                    (some.size() == 1 ? ":" : "s:"));
    append_problems(lines, some);
  }
  lines.push_back(std::string("Someone might have tampered with ") +
                  (report.invalid.size() == 1 ? "this package since it was "
                                              : "these packages since they were ") +
                  "published on the registry!");
  lines.emplace_back();
}

}  // namespace

Lines audit_lines(const Output& out, const pkg::AuditReport& report) {
  return Table(out, report).lines();
}

Lines signature_lines(const Output& out, const pkg::SignatureReport& report,
                      const SignatureContext& context) {
  Lines lines = {"audited " + count_text(report.audited, "package") + " in " +
                     std::to_string(context.seconds) + "s",
                 ""};
  const std::string verified = out.styled_out(Style::kBold, "verified");
  if (report.verified > 0) {
    lines.push_back(plural(report.verified, "package has a ", "packages have ") + verified +
                    (report.verified == 1 ? " registry signature" : " registry signatures"));
    lines.emplace_back();
  }
  if (report.attested > 0) {
    lines.push_back(plural(report.attested, "package has a ", "packages have ") + verified +
                    (report.attested == 1 ? " attestation" : " attestations"));
    if (context.root.is_certificates_only())
      lines.emplace_back("(certificates alone: no logs, no timestamps)");
    if (!context.shows_attestations)
      lines.emplace_back("(use --json --include-attestations to view attestation details)");
    lines.emplace_back();
  }
  if (!report.missing.empty()) {
    const std::string missing = out.styled_out(Style::kRed, "missing");
    lines.push_back(plural(report.missing.size(), "package has a ", "packages have ") + missing +
                    (report.missing.size() == 1 ? " registry signature" : " registry signatures") +
                    " but the registry is providing signing keys:");
    append_problems(lines, report.missing);
  }
  append_invalid(out, lines, report);
  return lines;
}

}  // namespace gyre::cli
