// ISA-L's inflate, for streams too large to be unpacked at once: nearly three times as fast as
// zlib. Loaded when it is first needed, where the system has it.
#pragma once

#include <functional>
#include <memory>

#include "pkg/extract/inflate.hpp"

namespace gyre::pkg {

// Null where there is no ISA-L. `gzip` is borrowed. What it does not go on with (damage, several
// members) is left to the source that `take_over` makes: it begins anew, and what has been given
// out already is passed over, so that its errors count.
std::unique_ptr<ByteSource> open_isal(ByteView gzip,
                                      std::function<std::unique_ptr<ByteSource>()> take_over);

}  // namespace gyre::pkg
