// Small codecs for npmrc values. Pure.
#pragma once

#include <string>
#include <string_view>

namespace gyre::pkg {

std::string encode_base64(std::string_view bytes);
// Ignores characters outside the alphabet.
std::string decode_base64(std::string_view text);

}  // namespace gyre::pkg
