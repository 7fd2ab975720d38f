// Archives for tests, good and hostile: every header field as the test wants it.
#pragma once

#include <zlib.h>

#include <cstdio>
#include <cstring>
#include <string>

namespace gyre::test {

struct TarEntry {
  std::string name;
  std::string content;
  char type = '0';
  std::string link;
  unsigned mode = 0644;
  long long claimed_size = -1;  // -1: the content's
};

class TarBuilder {
 public:
  TarBuilder& add(const TarEntry& entry) {
    char header[512] = {};
    std::snprintf(header, 100, "%s", entry.name.c_str());
    std::snprintf(header + 100, 8, "%07o", entry.mode);
    std::snprintf(header + 108, 8, "%07o", 0);
    std::snprintf(header + 116, 8, "%07o", 0);
    const long long size =
        entry.claimed_size >= 0 ? entry.claimed_size : static_cast<long long>(entry.content.size());
    std::snprintf(header + 124, 12, "%011llo", size);
    std::snprintf(header + 136, 12, "%011o", 0);
    header[156] = entry.type;
    std::snprintf(header + 157, 100, "%s", entry.link.c_str());
    std::memcpy(header + 257,
                "ustar\0"
                "00",
                8);
    std::memset(header + 148, ' ', 8);
    unsigned sum = 0;
    for (const char c : header) sum += static_cast<unsigned char>(c);
    std::snprintf(header + 148, 8, "%06o", sum);
    tar_.append(header, sizeof header);
    tar_ += entry.content;
    tar_.append((512 - entry.content.size() % 512) % 512, '\0');
    return *this;
  }
  TarBuilder& file(const std::string& name, const std::string& content, unsigned mode = 0644) {
    return add({name, content, '0', {}, mode, -1});
  }
  TarBuilder& manifest(const std::string& name, const std::string& version) {
    return file("package/package.json",
                "{\"name\":\"" + name + "\",\"version\":\"" + version + "\"}");
  }
  // With the two empty blocks that end an archive.
  std::string tar() const { return tar_ + std::string(1024, '\0'); }
  std::string unfinished_tar() const { return tar_; }
  std::string tgz() const { return gzip(tar()); }

  static std::string gzip(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string output(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(output.data());
    stream.avail_out = static_cast<uInt>(output.size());
    deflate(&stream, Z_FINISH);
    output.resize(stream.total_out);
    deflateEnd(&stream);
    return output;
  }

 private:
  std::string tar_;
};

}  // namespace gyre::test
