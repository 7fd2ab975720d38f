// A folder with files for one test, removed at its end.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

class Project {
 public:
  Project() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "gyre-resolution-XXXXXX").string();
    root_ = std::filesystem::canonical(::mkdtemp(pattern.data())).string();
  }
  Project(const Project&) = delete;
  ~Project() { std::filesystem::remove_all(root_); }

  void file(std::string_view name, std::string_view text = "") const {
    std::filesystem::path path = at(name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  void link(std::string_view name, std::string_view target) const {
    std::filesystem::path path = at(name);
    std::filesystem::create_directories(path.parent_path());
    std::filesystem::create_symlink(target, path);
  }
  std::string at(std::string_view name) const { return root_ + "/" + std::string(name); }
  const std::string& root() const { return root_; }

 private:
  std::string root_;
};
