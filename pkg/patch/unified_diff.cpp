#include "pkg/patch/unified_diff.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "pkg/extract/guard.hpp"
#include "pkg/files.hpp"

namespace gyre::pkg {
namespace {

Error bad_patch(const std::string& message) { return Error::with_code_name("EPATCH", message); }

bool take_number(std::string_view& text, size_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  Result<std::vector<FileDiff>> run() {
    while (next_line()) {
      Status parsed = ok();
      if (starts("diff --git "))
        begin_file();
      else if (starts("new file mode "))
        parsed = take_mode(/*is_new=*/true);
      else if (starts("new mode "))
        parsed = take_mode(false);
      else if (starts("deleted file mode "))
        diff().is_deleted = true;
      else if (starts("rename ") || starts("copy "))
        parsed = fail("renames and copies are not supported: write the diff with --no-renames");
      else if (starts("GIT binary patch") || starts("Binary files "))
        parsed = fail("binary files cannot be patched");
      else if (starts("--- "))
        parsed = take_paths();
      else if (starts("@@ "))
        parsed = take_hunk();
      if (!parsed) return std::move(parsed).error();
    }
    for (const FileDiff& diff : diffs_) {
      if (diff.path.empty()) return bad_patch("a file of the patch has no name");
    }
    if (diffs_.empty()) return bad_patch("the patch changes nothing");
    return std::move(diffs_);
  }

 private:
  bool next_line() {
    if (rest_.empty()) return false;
    const size_t end = rest_.find('\n');
    has_newline_ = end != std::string_view::npos;
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(has_newline_ ? end + 1 : rest_.size());
    ++number_;
    return true;
  }
  bool starts(std::string_view prefix) const { return line_.starts_with(prefix); }
  Error fail(const std::string& what) const {
    return bad_patch("line " + std::to_string(number_) + " of the patch: " + what);
  }
  FileDiff& diff() {
    if (diffs_.empty()) diffs_.emplace_back();
    return diffs_.back();
  }

  // The name is in the headers below, but for empty files only here: "diff --git a/x b/x".
  void begin_file() {
    diffs_.emplace_back();
    const std::string_view names = line_.substr(11);
    const size_t middle = names.size() / 2;
    if (names.size() % 2 == 1 && names[middle] == ' ' &&
        (names.starts_with("a/") || names.starts_with("b/")) &&
        names.substr(2, middle - 2) == names.substr(middle + 3)) {
      (void)set_path(names.substr(0, middle));
    }
  }

  Status take_mode(bool is_new) {
    const std::string_view mode = line_.substr(line_.rfind(' ') + 1);
    if (mode == "120000") return fail("symbolic links cannot be patched in");
    diff().new_mode = mode == "100755" ? 0755 : 0644;
    diff().is_new = diff().is_new || is_new;
    return ok();
  }

  Status set_path(std::string_view written) {
    if (const size_t tab = written.find('\t'); tab != std::string_view::npos)
      written = written.substr(0, tab);
    if (written.ends_with('\r')) written.remove_suffix(1);
    if (written.starts_with('"'))
      return fail("file names with special characters are not supported");
    const size_t slash = written.find('/');
    if (slash == std::string_view::npos) return fail("the file name has no a/ or b/ before it");
    auto checked = checked_entry_path("package" + std::string(written.substr(slash)));
    if (!checked) return fail("the name " + std::string(written) + " leaves the package");
    diff().path = *checked;
    return ok();
  }

  Status take_paths() {
    // Plain diffs have no "diff --git" line.
    if (diffs_.empty() || !diff().hunks.empty()) diffs_.emplace_back();
    const std::string_view old_name = line_.substr(4);
    if (!next_line() || !starts("+++ ")) return fail("\"+++\" must follow \"---\"");
    const std::string_view new_name = line_.substr(4);
    if (old_name == "/dev/null") diff().is_new = true;
    if (new_name == "/dev/null") {
      diff().is_deleted = true;
      return set_path(old_name);
    }
    return set_path(new_name);
  }

  // "@@ -1,3 +1,4 @@ …" and its lines.
  Status take_hunk() {
    std::string_view text = line_.substr(3);
    size_t old_start = 0, old_count = 1, new_start = 0, new_count = 1;
    auto take_range = [&text](char sign, size_t& start, size_t& count) {
      if (text.empty() || text[0] != sign) return false;
      text.remove_prefix(1);
      if (!take_number(text, start)) return false;
      if (!text.starts_with(',')) return true;
      text.remove_prefix(1);
      return take_number(text, count);
    };
    bool is_good = take_range('-', old_start, old_count) && text.starts_with(' ');
    if (is_good) text.remove_prefix(1);
    is_good = is_good && take_range('+', new_start, new_count);
    if (!is_good || diff().path.empty()) return fail("the hunk's header cannot be read");
    DiffHunk hunk{old_start, {}};
    while (old_count > 0 || new_count > 0) {
      if (!next_line()) return fail("the patch is cut off");
      const char kind = line_.empty() ? ' ' : line_[0];
      if (kind == '\\') {
        if (!hunk.lines.empty()) hunk.lines.back().has_newline = false;
        continue;
      }
      const bool is_old = kind == ' ' || kind == '-', is_new = kind == ' ' || kind == '+';
      if ((!is_old && !is_new) || (is_old && old_count == 0) || (is_new && new_count == 0))
        return fail("the hunk does not hold what its header says");
      old_count -= is_old;
      new_count -= is_new;
      hunk.lines.push_back({kind, std::string(line_.substr(line_.empty() ? 0 : 1)), true});
    }
    if (rest_.starts_with("\\")) {
      next_line();
      if (!hunk.lines.empty()) hunk.lines.back().has_newline = false;
    }
    diff().hunks.push_back(std::move(hunk));
    return ok();
  }

  std::string_view rest_, line_;
  bool has_newline_ = true;
  size_t number_ = 0;
  std::vector<FileDiff> diffs_;
};

// Lines with their line ends.
std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const size_t size = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

std::string with_end(const DiffLine& line) {
  return line.has_newline ? line.text + '\n' : line.text;
}

bool fits(const DiffHunk& hunk, const std::vector<std::string_view>& lines, size_t at) {
  for (const DiffLine& line : hunk.lines) {
    if (line.kind == '+') continue;
    if (at >= lines.size() || lines[at] != with_end(line)) return false;
    ++at;
  }
  return true;
}

// Where the hunk fits, nearest to where it says; npos if nowhere at or after `from`.
size_t find_place(const DiffHunk& hunk, const std::vector<std::string_view>& lines, size_t from) {
  const size_t said = hunk.old_start > 0 ? hunk.old_start - 1 : 0;
  const size_t wanted = std::min(said, lines.size());
  for (size_t distance = 0; distance <= lines.size(); ++distance) {
    if (wanted + distance <= lines.size() && wanted + distance >= from &&
        fits(hunk, lines, wanted + distance))
      return wanted + distance;
    if (distance <= wanted && wanted - distance >= from && fits(hunk, lines, wanted - distance))
      return wanted - distance;
  }
  return std::string_view::npos;
}

Status write_anew(const std::string& path, const std::string& text, mode_t mode) {
  const std::string temporary = path + ".gyre-patch";
  GYRE_TRY(write_file_atomically(temporary, text, Durability::kNone));
  if (::chmod(temporary.c_str(), mode) == 0 && ::rename(temporary.c_str(), path.c_str()) == 0)
    return ok();
  const Error error = Error::from_errno("rename", path);
  (void)::unlink(temporary.c_str());
  return error;
}

Status apply_one(const std::string& folder, const FileDiff& diff) {
  const std::string path = folder + "/" + diff.path;
  struct stat info {};
  const bool exists = ::lstat(path.c_str(), &info) == 0;
  if (exists && !S_ISREG(info.st_mode)) return bad_patch(diff.path + " is not a plain file");
  if (diff.is_new && exists) return bad_patch(diff.path + " is there already");
  if (!diff.is_new && !exists) return bad_patch("there is no " + diff.path + " to change");
  std::string old_text;
  if (exists) {
    GYRE_ASSIGN(old_text, read_file(path));
  }
  GYRE_ASSIGN(const std::string text, apply_hunks(diff, old_text));
  if (diff.is_deleted) {
    if (!text.empty()) return bad_patch(diff.path + " holds more than the patch deletes");
    return ::unlink(path.c_str()) == 0 ? ok() : Status(Error::from_errno("unlink", path));
  }
  if (diff.is_new) GYRE_TRY(make_directories(path.substr(0, path.rfind('/'))));
  const mode_t kept = exists ? info.st_mode & 0777 : 0644;
  return write_anew(path, text, diff.new_mode != 0 ? static_cast<mode_t>(diff.new_mode) : kept);
}

}  // namespace

Result<std::vector<FileDiff>> parse_diff(std::string_view text) { return Parser(text).run(); }

Result<std::string> apply_hunks(const FileDiff& diff, std::string_view old_text) {
  const std::vector<std::string_view> lines = split_lines(old_text);
  std::string text;
  size_t at = 0;
  for (const DiffHunk& hunk : diff.hunks) {
    const size_t place = find_place(hunk, lines, at);
    if (place == std::string_view::npos) {
      return bad_patch(diff.path + ": the change at line " + std::to_string(hunk.old_start) +
                       " does not fit; the file is not the one the patch was made for");
    }
    for (; at < place; ++at) text += lines[at];
    for (const DiffLine& line : hunk.lines) {
      if (line.kind != '+') ++at;
      if (line.kind != '-') text += with_end(line);
    }
  }
  for (; at < lines.size(); ++at) text += lines[at];
  return text;
}

Status apply_diff(const std::string& folder, const std::vector<FileDiff>& diffs) {
  for (const FileDiff& diff : diffs) GYRE_TRY(apply_one(folder, diff));
  return ok();
}

}  // namespace gyre::pkg
