// Puts one package's files from the store into a folder that nobody uses yet; package.json comes
// last, as the mark of completeness. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "pkg/link/mode.hpp"
#include "pkg/store/store.hpp"
#include "runtime/base/result.hpp"

namespace gyre::pkg {

// Places files that come sorted by path, and makes their folders, each once.
class FileStager {
 public:
  // Both folders are open and stay so; `label` is the second one's path, for errors.
  FileStager(int from, int to, const std::string& label, LinkModes& modes)
      : from_(from), to_(to), label_(label), modes_(modes) {}
  // `path` is NUL-terminated.
  Status place(std::string_view path, bool is_executable);

 private:
  Status enter(std::string_view folder);
  bool is_made(std::string_view folder) const;

  int from_, to_;
  const std::string& label_;
  LinkModes& modes_;
  std::string current_;
};

// `target` is made with its parents; packages nested in it may be there already.
Status stage_package(const StoreEntry& entry, const std::string& target, LinkModes& modes);

// The same from an open entry and the index read from it, below an open folder.
Status stage_entry(const Store::OpenEntry& entry, IndexView& index, int root,
                   const std::string& target, LinkModes& modes);

}  // namespace gyre::pkg
