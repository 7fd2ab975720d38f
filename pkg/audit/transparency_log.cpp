#include "pkg/audit/transparency_log.hpp"

#include <bit>

#include "pkg/store/integrity.hpp"

namespace gyre::pkg {
namespace {

constexpr std::string_view kSignatureStart = "\xe2\x80\x94 ";  // an em dash and a space
constexpr size_t kKeyHintSize = 4;
constexpr size_t kMaxNoteSignatures = 100;

// What a log signs as its promise to hold an entry: these members, in this order, without spaces.
std::string promise_text(const LogEntry& entry) {
  return R"({"body":")" + base64_encode(as_bytes(entry.body)) + R"(","integratedTime":)" +
         std::to_string(entry.integrated_time) + R"(,"logID":")" +
         hex_encode(as_bytes(entry.log_id)) + R"(","logIndex":)" + std::to_string(entry.index) +
         "}";
}

Status check_promise(const LogEntry& entry, const std::vector<Log>& logs) {
  const std::string text = promise_text(entry);
  for (const Log& log : logs) {
    if (log.id != entry.log_id || !log.in_use.covers(static_cast<int64_t>(entry.integrated_time)))
      continue;
    if (log.key.verifies_bytes(text, *entry.promise)) return ok();
  }
  return bundle_error("the log's promise to hold it does not hold");
}

std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

struct Checkpoint {
  uint64_t size = 0;
  std::string root;
};

// The note's body: the log's name, the size of the tree, its root; more lines may follow.
std::optional<Checkpoint> read_checkpoint(std::string_view body) {
  const std::string_view origin = take_line(body);
  const std::string_view size = take_line(body);
  auto root = base64_decode(take_line(body));
  if (origin.empty() || size.empty() || size.size() > 18 ||
      size.find_first_not_of("0123456789") != std::string_view::npos || !root ||
      root->size() != 32) {
    return std::nullopt;
  }
  return Checkpoint{std::strtoull(std::string(size).c_str(), nullptr, 10),
                    std::string(as_text(*root))};
}

// Whether `line` ("— name base64(hint + signature)") is `log`'s signature under `body`.
bool is_signature_of(std::string_view line, std::string_view body, const Log& log) {
  if (!line.starts_with(kSignatureStart)) return false;
  line.remove_prefix(kSignatureStart.size());
  const size_t space = line.find(' ');
  if (space == 0 || space == std::string_view::npos) return false;
  auto bytes = base64_decode(line.substr(space + 1));
  if (!bytes || bytes->size() <= kKeyHintSize) return false;
  const std::string_view signature = as_text(*bytes);
  return signature.starts_with(log.checkpoint_id.substr(0, kKeyHintSize)) &&
         log.url.find(line.substr(0, space)) != std::string::npos &&
         log.key.verifies_bytes(body, signature.substr(kKeyHintSize));
}

// The log may not be the only one that signed.
bool is_signed_by(const std::string& note, size_t body_size, const Log& log) {
  const std::string_view body = std::string_view(note).substr(0, body_size);
  std::string_view rest = std::string_view(note).substr(body_size + 1);
  for (size_t lines = 0; !rest.empty() && lines < kMaxNoteSignatures; ++lines) {
    if (is_signature_of(take_line(rest), body, log)) return true;
  }
  return false;
}

Status check_proof(const LogEntry& entry, const std::vector<Log>& logs) {
  const std::string& note = entry.proof->checkpoint;
  const size_t blank = note.find("\n\n");
  if (blank == std::string::npos) return bundle_error("the log's checkpoint cannot be read");
  const size_t body_size = blank + 1;
  const auto checkpoint = read_checkpoint(std::string_view(note).substr(0, body_size));
  if (!checkpoint) return bundle_error("the log's checkpoint cannot be read");
  bool is_signed = false;
  for (const Log& log : logs) {
    if (log.id == entry.log_id && is_signed_by(note, body_size, log)) is_signed = true;
  }
  if (!is_signed) return bundle_error("the log's checkpoint is not signed by it");
  const auto root = merkle_root(entry.body, *entry.proof, checkpoint->size);
  if (root == checkpoint->root) return ok();
  return bundle_error("the log's proof to hold it does not hold");
}

std::string node_hash(const std::string& left, const std::string& right) {
  const Digest digest = hash_of(HashAlgorithm::kSha256, as_bytes('\x01' + left + right));
  return {reinterpret_cast<const char*>(digest.bytes.data()), digest.size};
}

}  // namespace

std::optional<std::string> merkle_root(const std::string& body, const InclusionProof& proof,
                                       uint64_t size) {
  if (proof.index >= size) return std::nullopt;
  // Up to where the ways to this entry and to the last one meet, both sides occur; above, the
  // entry is on the tree's right border, and only left neighbours do.
  const auto inner = static_cast<size_t>(std::bit_width(proof.index ^ (size - 1)));
  const uint64_t above = inner < 64 ? proof.index >> inner : 0;
  if (proof.hashes.size() != inner + static_cast<size_t>(std::popcount(above))) return std::nullopt;
  const Digest leaf = hash_of(HashAlgorithm::kSha256, as_bytes(std::string(1, '\0') + body));
  std::string hash(reinterpret_cast<const char*>(leaf.bytes.data()), leaf.size);
  for (size_t i = 0; i < proof.hashes.size(); ++i) {
    const bool is_right = i >= inner || ((proof.index >> i) & 1) != 0;
    hash = is_right ? node_hash(proof.hashes[i], hash) : node_hash(hash, proof.hashes[i]);
  }
  return hash;
}

Status check_logged(const LogEntry& entry, const std::vector<Log>& logs) {
  if (!entry.promise && !entry.proof) return bundle_error("nothing shows that a log holds it");
  bool is_known = false;
  for (const Log& log : logs) is_known = is_known || log.id == entry.log_id;
  if (!is_known) return bundle_error("no log of the trust root holds it");
  if (entry.promise) GYRE_TRY(check_promise(entry, logs));
  return entry.proof ? check_proof(entry, logs) : ok();
}

}  // namespace gyre::pkg
