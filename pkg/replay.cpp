#include "pkg/replay.hpp"

#include "pkg/extract/guard.hpp"
#include "pkg/record.hpp"
#include "pkg/settled.hpp"

namespace gyre::pkg {
namespace {

constexpr std::string_view kMagic = "gyre-replay 1";

std::string replay_path(const Options& options, const std::string& key) {
  return settled_path(options, key) + "-links";
}

bool take_package(RecordReader& reader, ReplayPackage& package) {
  return reader.take(package.location) && reader.take(package.name) &&
         reader.take(package.version) && reader.take(package.place) &&
         is_entry_path(package.location) && package.place.find("..") == std::string::npos;
}

bool take_bin(RecordReader& reader, BinLink& bin) {
  return reader.take(bin.folder) && reader.take(bin.name) && reader.take(bin.target);
}

bool take_blocked(RecordReader& reader, BlockedScripts& blocked) {
  return reader.take(blocked.name) && reader.take(blocked.version) &&
         reader.take(blocked.location) && reader.take_list(blocked.events);
}

template <typename Item>
bool take_items(RecordReader& reader, std::vector<Item>& items,
                bool (*take_item)(RecordReader&, Item&)) {
  size_t count = 0;
  if (!reader.take_count(count)) return false;
  items.resize(count);
  for (Item& item : items) {
    if (!take_item(reader, item)) return false;
  }
  return true;
}

}  // namespace

std::optional<Replay> find_replay(const Options& options, const std::string& key) {
  const auto text = read_sealed(replay_path(options, key), kMagic);
  if (!text) return std::nullopt;
  RecordReader reader(*text);
  Replay replay;
  const bool is_whole = take_items(reader, replay.packages, take_package) &&
                        take_items(reader, replay.bins, take_bin) &&
                        take_items(reader, replay.blocked, take_blocked) && reader.is_over();
  return is_whole ? std::optional(std::move(replay)) : std::nullopt;
}

void store_replay(const Options& options, const std::string& key, const Replay& replay) {
  RecordWriter record;
  record.put(replay.packages.size());
  for (const ReplayPackage& package : replay.packages) {
    record.put(package.location).put(package.name).put(package.version).put(package.place);
  }
  record.put(replay.bins.size());
  for (const BinLink& bin : replay.bins) record.put(bin.folder).put(bin.name).put(bin.target);
  record.put(replay.blocked.size());
  for (const BlockedScripts& blocked : replay.blocked) {
    record.put(blocked.name).put(blocked.version).put(blocked.location).put(blocked.events);
  }
  write_sealed(replay_path(options, key), kMagic, record.text());
}

}  // namespace gyre::pkg
