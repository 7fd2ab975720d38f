#include "pkg/extract/isal_source.hpp"

#if __has_include(<isa-l/igzip_lib.h>)
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "pkg/shared_library.hpp"

namespace gyre::pkg {
namespace {

constexpr size_t kChunk = size_t{256} << 10;

struct IsalApi {
  decltype(&::isal_inflate_init) inflate_init = nullptr;
  decltype(&::isal_inflate) inflate = nullptr;
};

const IsalApi* load_isal() {
  static const std::optional<IsalApi> loaded = []() -> std::optional<IsalApi> {
    const auto library = SharedLibrary::open("libisal.so.2");
    IsalApi api;
    if (!library || !library->bind(api.inflate_init, "isal_inflate_init") ||
        !library->bind(api.inflate, "isal_inflate")) {
      return std::nullopt;
    }
    return api;
  }();
  return loaded ? &*loaded : nullptr;
}

class IsalSource final : public ByteSource {
 public:
  IsalSource(const IsalApi& api, ByteView gzip,
             std::function<std::unique_ptr<ByteSource>()> take_over)
      : api_(api),
        take_over_(std::move(take_over)),
        chunk_(kChunk),
        state_(std::make_unique_for_overwrite<inflate_state>()) {
    api_.inflate_init(state_.get());
    state_->crc_flag = ISAL_GZIP;
    state_->next_in = const_cast<uint8_t*>(gzip.data());
    state_->avail_in = static_cast<uint32_t>(gzip.size());
  }

  Result<ByteView> next() override {
    if (successor_) return successor_->next();
    if (has_ended_) return state_->avail_in > 0 ? hand_over() : ByteView();
    state_->next_out = chunk_.data();
    state_->avail_out = static_cast<uint32_t>(chunk_.size());
    while (!has_ended_ && state_->avail_out > 0) {
      const uint32_t room = state_->avail_out;
      const int code = api_.inflate(state_.get());
      has_ended_ = state_->block_state == ISAL_BLOCK_FINISH;
      const bool is_stuck = state_->avail_out == room && !has_ended_;
      if (code != ISAL_DECOMP_OK || is_stuck) return hand_over();
    }
    const size_t size = chunk_.size() - state_->avail_out;
    given_ += size;
    return size > 0 ? chunk_.view().first(size) : next();
  }

 private:
  Result<ByteView> hand_over() {
    successor_ = take_over_();
    for (size_t left = given_; left > 0;) {
      GYRE_ASSIGN(const ByteView piece, successor_->next());
      if (piece.size() > left) return piece.subspan(left);
      if (piece.empty()) break;
      left -= piece.size();
    }
    return successor_->next();
  }

  const IsalApi& api_;
  std::function<std::unique_ptr<ByteSource>()> take_over_;
  std::unique_ptr<ByteSource> successor_;
  Buffer chunk_;
  std::unique_ptr<inflate_state> state_;
  size_t given_ = 0;
  bool has_ended_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> open_isal(ByteView gzip,
                                      std::function<std::unique_ptr<ByteSource>()> take_over) {
  if (gzip.size() > std::numeric_limits<uint32_t>::max()) return nullptr;
  const IsalApi* api = load_isal();
  return api ? std::make_unique<IsalSource>(*api, gzip, std::move(take_over)) : nullptr;
}

}  // namespace gyre::pkg

#else

namespace gyre::pkg {

std::unique_ptr<ByteSource> open_isal(ByteView, std::function<std::unique_ptr<ByteSource>()>) {
  return nullptr;
}

}  // namespace gyre::pkg
#endif
