// libarchive reads every entry's name once more as wide characters, to see whether it ends in a
// slash, and asks mbrtowc for each: a tenth of what reading archives costs. Its calls come here
// (the linker's --wrap): what is ASCII stands for itself in every locale of glibc.
#include <cwchar>

extern "C" {
size_t __real_mbrtowc(wchar_t* wide, const char* bytes, size_t size, mbstate_t* state);
size_t __wrap_mbrtowc(wchar_t* wide, const char* bytes, size_t size, mbstate_t* state);

__attribute__((used)) size_t __wrap_mbrtowc(wchar_t* wide, const char* bytes, size_t size,
                                            mbstate_t* state) {
  const bool is_plain = bytes != nullptr && size > 0 && static_cast<signed char>(*bytes) > 0 &&
                        (state == nullptr || std::mbsinit(state) != 0);
  if (!is_plain) return __real_mbrtowc(wide, bytes, size, state);
  if (wide != nullptr) *wide = static_cast<wchar_t>(*bytes);
  return 1;
}
}
