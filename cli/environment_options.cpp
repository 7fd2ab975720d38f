#include "cli/environment_options.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "cli/node_options.hpp"

namespace gyre::cli {
namespace {

// What says which program runs, or that none does, belongs to one command line.
constexpr std::string_view kRefused[] = {
    "-e",      "--eval",
    "-p",      "--print",
    "-pe",     "-c",
    "--check", "-i",
    "-v",      "-h",
    "--help",  "--run",
    "--test",  "--interactive",
    "--",      "--version",
    "--prof",  "--v8-options",
    "-",       "--expose-internals",
};

// Words are separated by spaces; double quotes join them, and within quotes a backslash takes the
// next character as it is.
Result<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words;
  bool is_quoted = false;
  bool is_new_word = true;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\' && is_quoted) {
      if (++i == text.size()) {
        return Error(Code::EUSAGE, "invalid value for NODE_OPTIONS (invalid escape)");
      }
      c = text[i];
    } else if (c == ' ' && !is_quoted) {
      is_new_word = true;
      continue;
    } else if (c == '"') {
      is_quoted = !is_quoted;
      continue;
    }
    if (is_new_word) words.emplace_back();
    is_new_word = false;
    words.back() += c;
  }
  if (is_quoted) return Error(Code::EUSAGE, "invalid value for NODE_OPTIONS (unterminated string)");
  return words;
}

void put_before(std::vector<std::string>& list, const std::vector<std::string>& first) {
  list.insert(list.begin(), first.begin(), first.end());
}

Error refusal(const std::string& word) {
  return Error(Code::EUSAGE, word + " is not allowed in NODE_OPTIONS");
}

}  // namespace

Status apply_node_options(std::string_view text, RuntimeRequest& request) {
  GYRE_ASSIGN(std::vector<std::string> words, split_words(text));
  for (const std::string& word : words) {
    const std::string_view name = std::string_view(word).substr(0, word.find('='));
    if (std::find(std::begin(kRefused), std::end(kRefused), name) != std::end(kRefused)) {
      return refusal(word);
    }
  }
  // Reading stops at a word that is no option, as Node's does.
  GYRE_ASSIGN(NodeCommand command, parse_node_command(words, false));
  RuntimeRequest& read = command.request;
  put_before(request.require_modules, read.require_modules);
  put_before(request.import_modules, read.import_modules);
  put_before(request.conditions, read.conditions);
  if (request.input_type.empty()) request.input_type = read.input_type;
  request.env_args = std::move(read.exec_args);
  return ok();
}

}  // namespace gyre::cli
