#include "pkg/record.hpp"

#include <libdeflate.h>

#include <charconv>

#include "pkg/files.hpp"

namespace gyre::pkg {
namespace {

size_t checksum_of(std::string_view text) { return libdeflate_crc32(0, text.data(), text.size()); }

}  // namespace

RecordWriter& RecordWriter::put(std::string_view field) {
  text_.append(field).push_back('\0');
  return *this;
}

RecordWriter& RecordWriter::put(const std::vector<std::string>& list) {
  put(list.size());
  for (const std::string& item : list) put(item);
  return *this;
}

bool RecordReader::take(std::string_view& field) {
  const size_t end = rest_.find('\0');
  if (end == std::string_view::npos) return false;
  field = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  return true;
}

bool RecordReader::take(std::string& field) {
  std::string_view view;
  if (!take(view)) return false;
  field = view;
  return true;
}

bool RecordReader::take_number(size_t& number) {
  std::string_view field;
  if (!take(field)) return false;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
  return error == std::errc() && end == field.data() + field.size();
}

bool RecordReader::take_list(std::vector<std::string>& list) {
  size_t count = 0;
  if (!take_count(count)) return false;
  list.resize(count);
  for (std::string& item : list) {
    if (!take(item)) return false;
  }
  return true;
}

std::optional<std::string> read_sealed(const std::string& path, std::string_view magic) {
  auto text = read_file(path);
  if (!text) return std::nullopt;
  RecordReader reader(*text);
  std::string_view found;
  size_t size = 0, checksum = 0;
  if (!reader.take(found) || found != magic || !reader.take_number(size) ||
      !reader.take_number(checksum) || reader.rest().size() != size ||
      checksum_of(reader.rest()) != checksum) {
    return std::nullopt;
  }
  text->erase(0, text->size() - size);
  return std::move(*text);
}

void write_sealed(const std::string& path, std::string_view magic, std::string_view content) {
  RecordWriter head;
  head.put(magic).put(content.size()).put(checksum_of(content));
  write_cache_file(path, head.text() + std::string(content));
}

}  // namespace gyre::pkg
