#include "store/kv/folder.hpp"

#include "base/assert.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace hyper::kv {

namespace {

constexpr const char* lock_name = "owner.lock";

const char* explain(int code) {
  switch (code) {
  case ENOSPC:
  case EDQUOT:
  case EFBIG:
    return "the disk is full; free some space and start again";
  case EROFS:
    return "the file system is read-only; choose another folder";
  case EACCES:
  case EPERM:
    return "no permission to write; give this user the folder or choose "
           "another one";
  case ENOTDIR:
  case EEXIST:
    return "it is not a folder; choose another path";
  case EMFILE:
  case ENFILE:
    return "too many open files; raise the limit (ulimit -n)";
  case ENOMEM:
    return "not enough memory to map the file; raise the limit (ulimit -v)";
  case ENOLCK:
  case ENOSYS:
    return "the file system cannot lock files; choose a local folder";
  case EIO: // also what LMDB makes of a write that was cut short
    return "the disk is full or broken; free some space or check it";
  default:
    return nullptr;
  }
}

std::string owner_named_in(int lock) {
  char text[32] = {};
  auto count = pread(lock, text, sizeof text - 1, 0);
  std::string pid{text, count > 0 ? static_cast<std::size_t>(count) : 0};
  return pid.substr(0, pid.find('\n'));
}

base::error busy(const std::string& path, int lock) {
  auto owner = owner_named_in(lock);
  auto who = owner.empty() ? std::string{"another process"}
                           : "the process with pid " + owner;
  return {base::errc::busy, "kv: " + path + " is in use by " + who +
                                "; stop it or choose another folder"};
}

// Only a help for people: who holds the lock is decided by the lock itself.
void name_owner(int lock) {
  auto pid = std::to_string(getpid()) + "\n";
  if (ftruncate(lock, 0) == 0)
    static_cast<void>(!pwrite(lock, pid.data(), pid.size(), 0));
}

} // namespace

base::error system_error(const std::string& path, int code) {
  const auto* reason = explain(code);
  return {base::errc::io, "kv: cannot use " + path + ": " +
                              (reason != nullptr ? reason : strerror(code))};
}

base::result<folder> folder::claim(const std::string& path) {
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (failure)
    return system_error(path, failure.value());
  auto lock = open((path + "/" + lock_name).c_str(),
                   O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0)
    return system_error(path, errno);
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    auto why =
        errno == EWOULDBLOCK ? busy(path, lock) : system_error(path, errno);
    close(lock);
    return why;
  }
  HYPER_ASSERT(!path.empty());
  name_owner(lock);
  return folder{path, lock};
}

folder::folder(folder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

folder::~folder() {
  if (lock_ >= 0)
    close(lock_);
}

base::status folder::sync() const {
  auto self = open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self < 0)
    return system_error(path_, errno);
  auto code = fsync(self) == 0 ? 0 : errno;
  close(self);
  // Some file systems cannot sync a folder and keep its names safe anyway.
  if (code != 0 && code != EINVAL)
    return system_error(path_, code);
  return base::unit{};
}

} // namespace hyper::kv
