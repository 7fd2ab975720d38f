#include "cli/manual.hpp"

#include "cli/version.hpp"
#include "pkg/files.hpp"

namespace gyre::cli {
namespace {

constexpr std::string_view kExamples = "Examples:\n";

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string without_indent(const std::string& line) {
  const size_t begin = line.find_first_not_of(' ');
  return begin == std::string::npos ? std::string() : line.substr(begin);
}

OptionDoc document(const CLI::Option& option) {
  OptionDoc doc;
  for (const std::string& name : option.get_snames()) doc.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) doc.names.push_back("--" + name);
  doc.text = option.get_description();
  if (option.get_items_expected_max() > 0) doc.value = option.get_type_name();
  return doc;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

std::string synopsis(const CommandDoc& doc) {
  std::string line = "gyre " + doc.name;
  if (!doc.options.empty()) line += " [options]";
  for (const OptionDoc& argument : doc.arguments) line += " [" + argument.value + "]";
  return line;
}

std::string escaped_for_table(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '>') out += '\\';
    out += c;
  }
  return out;
}

std::string command_markdown(const CommandDoc& doc) {
  std::string out = "\n## gyre " + doc.name + "\n\n" + doc.summary + ".";
  if (!doc.aliases.empty()) out += " Also: `" + joined(doc.aliases, "`, `") + "`.";
  out += "\n\n```\n" + synopsis(doc) + "\n```\n";
  if (!doc.description.empty()) out += "\n" + doc.description + "\n";
  std::string rows;
  for (const OptionDoc& argument : doc.arguments)
    rows += "| `" + argument.value + "` | " + escaped_for_table(argument.text) + " |\n";
  for (const OptionDoc& option : doc.options) {
    rows += "| `" + joined(option.names, "`, `") + "`" +
            (option.value.empty() ? "" : " " + option.value) + " | " +
            escaped_for_table(option.text) + " |\n";
  }
  if (!rows.empty()) out += "\n| option | what it does |\n|---|---|\n" + rows;
  if (!doc.examples.empty()) out += "\n```sh\n" + joined(doc.examples, "\n") + "\n```\n";
  return out;
}

// Text for roff: nothing in it is a command or a hyphen to break at.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
      out += "\\&";
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string man_header(const std::string& name, const std::string& summary) {
  std::string upper;
  for (const char c : name) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return ".TH \"" + roff(upper) + "\" \"1\" \"\" \"gyre " + kVersion + "\" \"gyre\"\n.SH NAME\n" +
         roff(name) + " \\- " + roff(summary) + "\n";
}

std::string man_options(const std::vector<OptionDoc>& options) {
  std::string out;
  for (const OptionDoc& option : options) {
    out += ".TP\n";
    std::string names;
    for (const std::string& name : option.names)
      names += (names.empty() ? "\\fB" : ", \\fB") + roff(name) + "\\fR";
    out += names.empty() ? "\\fI" + roff(option.value) + "\\fR" : names;
    if (!names.empty() && !option.value.empty()) out += " \\fI" + roff(option.value) + "\\fR";
    out += "\n" + roff(option.text) + "\n";
  }
  return out;
}

}  // namespace

CommandDoc document(const Command& command) {
  Context context;
  CLI::App app{std::string(command.summary), "gyre " + std::string(command.name)};
  command.add(app, context);
  CommandDoc doc{std::string(command.name), std::string(command.summary), {}, {}, {}, {}, {}};
  for (const std::string_view alias : command.aliases) doc.aliases.emplace_back(alias);
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    OptionDoc one = document(*option);
    if (!option->get_positional()) {
      doc.options.push_back(std::move(one));
      continue;
    }
    one.value = option->get_name();
    doc.arguments.push_back(std::move(one));
  }
  const std::string footer = app.get_footer();
  const size_t at = footer.find(kExamples);
  doc.description = footer.substr(0, at);
  while (doc.description.ends_with('\n')) doc.description.pop_back();
  if (at == std::string::npos) return doc;
  for (const std::string& line : lines_of(std::string_view(footer).substr(at + kExamples.size())))
    doc.examples.push_back(without_indent(line));
  return doc;
}

std::string reference_markdown() {
  std::string out =
      "# Command line reference\n\n"
      "Made by `gyre help --markdown` from the tables behind `--help`; a test compares. The man\n"
      "pages (`gyre-install.1`, …) come from the same tables.\n\n"
      "Exit codes: 0 success, 1 the operation failed, 2 wrong usage, 128 + n ended by signal n;\n"
      "`run`, `x` and `exec` pass on what they ran. Errors are one line `error CODE: sentence` "
      "and\n"
      "at most one `hint:`, under `--json` one object `{\"error\": …}` on stdout.\n\n"
      "| command | |\n|---|---|\n";
  for (const Command& command : commands()) {
    const std::string name(command.name);
    out += "| [" + name + "](#gyre-" + name + ") | " + std::string(command.summary) + " |\n";
  }
  for (const Command& command : commands()) out += command_markdown(document(command));
  return out;
}

std::string man_page(const CommandDoc& doc) {
  std::string out = man_header("gyre-" + doc.name, doc.summary);
  out += ".SH SYNOPSIS\n" + roff(synopsis(doc)) + "\n";
  if (!doc.aliases.empty()) out += ".PP\nAlso: " + roff(joined(doc.aliases, ", ")) + "\n";
  if (!doc.description.empty()) out += ".SH DESCRIPTION\n" + roff(doc.description) + "\n";
  out += ".SH OPTIONS\n" + man_options(doc.arguments) + man_options(doc.options);
  if (!doc.examples.empty())
    out += ".SH EXAMPLES\n.nf\n" + roff(joined(doc.examples, "\n")) + "\n.fi\n";
  out += ".SH SEE ALSO\n\\fBgyre\\fR(1)\n";
  return out;
}

std::string overview_man_page() {
  std::string out = man_header("gyre", "JavaScript runtime and package manager");
  out +=
      ".SH SYNOPSIS\ngyre \\fIcommand\\fR [options]\n.br\ngyre \\fIfile.js\\fR [arguments]\n.br\n"
      "gyre \\-e \\fIcode\\fR | \\-p \\fIcode\\fR\n.SH COMMANDS\n";
  for (const Command& command : commands()) {
    out += ".TP\n\\fBgyre\\-" + roff(std::string(command.name)) + "\\fR(1)\n" +
           roff(std::string(command.summary)) + "\n";
  }
  out +=
      ".SH EXIT STATUS\n0: success. 1: the operation failed. 2: wrong usage. 128 + n: ended by "
      "signal n.\nrun, x and exec pass on what they ran.\n";
  return out;
}

Status write_man_pages(const std::string& folder) {
  GYRE_TRY(pkg::make_directories(folder));
  constexpr auto kNoSync = pkg::Durability::kNone;
  GYRE_TRY(pkg::write_file_atomically(folder + "/gyre.1", overview_man_page(), kNoSync));
  for (const Command& command : commands()) {
    const std::string path = folder + "/gyre-" + std::string(command.name) + ".1";
    GYRE_TRY(pkg::write_file_atomically(path, man_page(document(command)), kNoSync));
  }
  return ok();
}

}  // namespace gyre::cli
