// prebind <in.so> <out.so>: a copy of a shared library whose references to its own symbols are
// bound at build time. Debian's libnode is linked BIND_NOW and not -Bsymbolic, so that loading it
// searches every library for 58,000 symbols it defines itself; as R_X86_64_RELATIVE relocations
// they cost an addition each. Only plain functions and objects are bound: never TLS, indirect
// functions or symbols that must be unique in the process. Exits with 1, writing nothing, when the
// library is not laid out as expected; the build then uses the library as it is.
#include <elf.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

[[noreturn]] void give_up(const char* reason) {
  std::fprintf(stderr, "prebind: %s\n", reason);
  std::exit(1);
}

class Library {
 public:
  explicit Library(const char* path) {
    std::ifstream file(path, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
    if (bytes_.size() < sizeof(Elf64_Ehdr) || std::memcmp(bytes_.data(), ELFMAG, SELFMAG) != 0) {
      give_up("not an ELF file");
    }
    if (header().e_ident[EI_CLASS] != ELFCLASS64 || header().e_machine != EM_X86_64) {
      give_up("not an x86-64 library");
    }
    find_dynamic();
  }

  void bind() {
    Elf64_Xword size = value(DT_RELASZ);
    Elf64_Xword plt_size = value(DT_PLTRELSZ);
    if (value(DT_JMPREL) != value(DT_RELA) + size) give_up("relocation tables are not adjacent");
    if (value(DT_RELAENT) != sizeof(Elf64_Rela)) give_up("unexpected relocation size");
    Elf64_Rela* table = at<Elf64_Rela>(value(DT_RELA), size + plt_size);
    size_t count = (size + plt_size) / sizeof(Elf64_Rela);
    size_t plt_from = size / sizeof(Elf64_Rela);

    std::vector<Elf64_Rela> relative, other, plt;
    for (size_t i = 0; i < count; ++i) {
      Elf64_Rela entry = table[i];
      if (resolve(entry)) {
        relative.push_back(entry);
      } else {
        (i < plt_from ? other : plt).push_back(entry);
      }
    }
    std::fprintf(stderr, "prebind: %zu of %zu relocations bound\n", relative.size(), count);
    if (relative.size() + other.size() + plt.size() != count) give_up("lost a relocation");
    // Neighbours in memory are relocated together: fewer pages are touched at once.
    std::stable_sort(relative.begin(), relative.end(),
                     [](const auto& a, const auto& b) { return a.r_offset < b.r_offset; });
    Elf64_Rela* next = std::copy(relative.begin(), relative.end(), table);
    next = std::copy(other.begin(), other.end(), next);
    std::copy(plt.begin(), plt.end(), next);

    Elf64_Xword head = (relative.size() + other.size()) * sizeof(Elf64_Rela);
    entry(DT_RELASZ).d_un.d_val = head;
    entry(DT_JMPREL).d_un.d_ptr = value(DT_RELA) + head;
    entry(DT_PLTRELSZ).d_un.d_val = plt.size() * sizeof(Elf64_Rela);
    entry(DT_RELACOUNT).d_un.d_val = relative.size();
  }

  void write(const char* path) const {
    std::ofstream file(path, std::ios::binary);
    file.write(bytes_.data(), static_cast<std::streamsize>(bytes_.size()));
    if (!file.flush()) give_up("cannot write the copy");
  }

 private:
  Elf64_Ehdr& header() { return *reinterpret_cast<Elf64_Ehdr*>(bytes_.data()); }

  template <typename T>
  T* at(Elf64_Addr address, size_t length) {
    auto* segments = reinterpret_cast<Elf64_Phdr*>(bytes_.data() + header().e_phoff);
    for (int i = 0; i < header().e_phnum; ++i) {
      const Elf64_Phdr& segment = segments[i];
      if (segment.p_type != PT_LOAD || address < segment.p_vaddr ||
          address + length > segment.p_vaddr + segment.p_filesz) {
        continue;
      }
      return reinterpret_cast<T*>(bytes_.data() + segment.p_offset + (address - segment.p_vaddr));
    }
    give_up("an address lies in no segment");
  }

  void find_dynamic() {
    if (header().e_phoff + header().e_phnum * sizeof(Elf64_Phdr) > bytes_.size()) {
      give_up("cut off");
    }
    auto* segments = reinterpret_cast<Elf64_Phdr*>(bytes_.data() + header().e_phoff);
    for (int i = 0; i < header().e_phnum; ++i) {
      if (segments[i].p_type != PT_DYNAMIC) continue;
      dynamic_ = reinterpret_cast<Elf64_Dyn*>(bytes_.data() + segments[i].p_offset);
      dynamic_count_ = segments[i].p_filesz / sizeof(Elf64_Dyn);
      return;
    }
    give_up("no dynamic section");
  }

  Elf64_Dyn& entry(Elf64_Sxword tag) {
    for (size_t i = 0; i < dynamic_count_; ++i) {
      if (dynamic_[i].d_tag == tag) return dynamic_[i];
    }
    give_up("a dynamic entry is missing");
  }
  Elf64_Xword value(Elf64_Sxword tag) { return entry(tag).d_un.d_val; }

  // Turns a reference to a symbol of this library into a relative one. True for all relative ones.
  bool resolve(Elf64_Rela& rela) {
    auto type = ELF64_R_TYPE(rela.r_info);
    if (type == R_X86_64_RELATIVE) return true;
    if (type != R_X86_64_64 && type != R_X86_64_GLOB_DAT && type != R_X86_64_JUMP_SLOT)
      return false;
    auto index = ELF64_R_SYM(rela.r_info);
    const Elf64_Sym& symbol =
        *at<Elf64_Sym>(value(DT_SYMTAB) + index * sizeof(Elf64_Sym), sizeof(Elf64_Sym));
    auto kind = ELF64_ST_TYPE(symbol.st_info);
    auto binding = ELF64_ST_BIND(symbol.st_info);
    if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx == SHN_ABS) return false;
    if (kind != STT_FUNC && kind != STT_OBJECT) return false;
    if (binding != STB_GLOBAL && binding != STB_WEAK) return false;
    Elf64_Sxword addend = type == R_X86_64_64 ? rela.r_addend : 0;
    rela.r_info = ELF64_R_INFO(0, R_X86_64_RELATIVE);
    rela.r_addend = static_cast<Elf64_Sxword>(symbol.st_value) + addend;
    return true;
  }

  std::vector<char> bytes_;
  Elf64_Dyn* dynamic_ = nullptr;
  size_t dynamic_count_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: prebind <in.so> <out.so>\n");
    return 2;
  }
  Library library(argv[1]);
  library.bind();
  library.write(argv[2]);
  return 0;
}
