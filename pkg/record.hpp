// Records: what the cache remembers of installs, as NUL-separated fields. Sealed files carry their
// length and a checksum, because a loss of power may leave anything under a name. Values; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gyre::pkg {

class RecordWriter {
 public:
  // No field may contain a NUL.
  RecordWriter& put(std::string_view field);
  RecordWriter& put(size_t number) { return put(std::string_view(std::to_string(number))); }
  RecordWriter& put(const std::vector<std::string>& list);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// False: there is no such field.
class RecordReader {
 public:
  // Views into `text` are handed out.
  explicit RecordReader(std::string_view text) : rest_(text) {}

  bool take(std::string_view& field);
  bool take(std::string& field);
  bool take_number(size_t& number);
  // A number of items to come, each of one field at least.
  bool take_count(size_t& count) { return take_number(count) && count <= rest_.size(); }
  bool take_list(std::vector<std::string>& list);
  std::string_view rest() const { return rest_; }
  bool is_over() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// Nothing unless the file is whole and of this kind.
std::optional<std::string> read_sealed(const std::string& path, std::string_view magic);
void write_sealed(const std::string& path, std::string_view magic, std::string_view content);

}  // namespace gyre::pkg
