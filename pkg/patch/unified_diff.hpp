// Unified diffs as git writes them: read, and applied to a package's files. Patches are the
// project's own, but paths are checked all the same, and nothing outside the folder is touched.
// Blocking where files are written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.hpp"

namespace gyre::pkg {

struct DiffLine {
  char kind;  // ' ', '-' or '+'
  std::string text;
  bool has_newline = true;
};

struct DiffHunk {
  size_t old_start = 0;  // line the hunk begins at, from 1; 0: an empty file
  std::vector<DiffLine> lines;
};

struct FileDiff {
  std::string path;  // below the package folder
  bool is_new = false, is_deleted = false;
  int new_mode = 0;  // 0: as it was
  std::vector<DiffHunk> hunks;
};

// EPATCH with the line for anything that is no diff of text files.
Result<std::vector<FileDiff>> parse_diff(std::string_view text);

// The new text. EPATCH when a hunk fits nowhere.
Result<std::string> apply_hunks(const FileDiff& diff, std::string_view old_text);

// Every file that changes is written anew and put in place of the old one, so that a hard link to
// the store is cut, never written through.
Status apply_diff(const std::string& folder, const std::vector<FileDiff>& diffs);

}  // namespace gyre::pkg
