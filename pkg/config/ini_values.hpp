// Small codecs for npmrc values. Pure.
#pragma once

#include <string>
#include <string_view>

namespace gyre::pkg {

std::string encode_base64(std::string_view bytes);
// Ignores characters outside the alphabet.
std::string decode_base64(std::string_view text);

// "[name]", as npm's ini format has it: the first closing bracket ends the line.
bool is_ini_section(std::string_view line);

}  // namespace gyre::pkg
