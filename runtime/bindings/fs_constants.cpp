// internalBinding('fs_constants'): fs.constants, in the order Node lists them.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/bindings/registry.hpp"

namespace gyre::bindings {
namespace {

using engine::constant;
#define GYRE_NAMED(name) constant(#name, name)

constexpr auto kTable = engine::binding(
    "fs_constants", constant("UV_FS_SYMLINK_DIR", 1), constant("UV_FS_SYMLINK_JUNCTION", 2),
    GYRE_NAMED(O_RDONLY), GYRE_NAMED(O_WRONLY), GYRE_NAMED(O_RDWR),
    constant("UV_DIRENT_UNKNOWN", 0), constant("UV_DIRENT_FILE", 1), constant("UV_DIRENT_DIR", 2),
    constant("UV_DIRENT_LINK", 3), constant("UV_DIRENT_FIFO", 4), constant("UV_DIRENT_SOCKET", 5),
    constant("UV_DIRENT_CHAR", 6), constant("UV_DIRENT_BLOCK", 7), GYRE_NAMED(S_IFMT),
    GYRE_NAMED(S_IFREG), GYRE_NAMED(S_IFDIR), GYRE_NAMED(S_IFCHR), GYRE_NAMED(S_IFBLK),
    GYRE_NAMED(S_IFIFO), GYRE_NAMED(S_IFLNK), GYRE_NAMED(S_IFSOCK), GYRE_NAMED(O_CREAT),
    GYRE_NAMED(O_EXCL), constant("UV_FS_O_FILEMAP", 0), constant("UV_FS_O_TEMPORARY", 0),
    constant("UV_FS_O_SHORT_LIVED", 0), constant("UV_FS_O_SEQUENTIAL", 0),
    constant("UV_FS_O_RANDOM", 0), GYRE_NAMED(O_NOCTTY), GYRE_NAMED(O_TRUNC), GYRE_NAMED(O_APPEND),
    GYRE_NAMED(O_DIRECTORY), GYRE_NAMED(O_NOATIME), GYRE_NAMED(O_NOFOLLOW), GYRE_NAMED(O_SYNC),
    GYRE_NAMED(O_DSYNC), GYRE_NAMED(O_DIRECT), GYRE_NAMED(O_NONBLOCK), GYRE_NAMED(S_IRWXU),
    GYRE_NAMED(S_IRUSR), GYRE_NAMED(S_IWUSR), GYRE_NAMED(S_IXUSR), GYRE_NAMED(S_IRWXG),
    GYRE_NAMED(S_IRGRP), GYRE_NAMED(S_IWGRP), GYRE_NAMED(S_IXGRP), GYRE_NAMED(S_IRWXO),
    GYRE_NAMED(S_IROTH), GYRE_NAMED(S_IWOTH), GYRE_NAMED(S_IXOTH), GYRE_NAMED(F_OK),
    GYRE_NAMED(R_OK), GYRE_NAMED(W_OK), GYRE_NAMED(X_OK), constant("UV_FS_COPYFILE_EXCL", 1),
    constant("COPYFILE_EXCL", 1), constant("UV_FS_COPYFILE_FICLONE", 2),
    constant("COPYFILE_FICLONE", 2), constant("UV_FS_COPYFILE_FICLONE_FORCE", 4),
    constant("COPYFILE_FICLONE_FORCE", 4));

#undef GYRE_NAMED

}  // namespace

engine::BindingView fs_constants() { return kTable; }

}  // namespace gyre::bindings
