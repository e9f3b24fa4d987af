#include "actors/world/store_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace hyper::actors {

namespace {

// A key file is 32 bytes, or 64 digits with white space around them.
constexpr std::size_t key_file_size_max = 256;

base::error failure(const std::string& what, const std::string& path,
                    int code) {
  return {base::errc::io, "storage: cannot " + what + " '" + path +
                              "': " + std::strerror(code)};
}

/// Closes what it holds.
class descriptor {
public:
  explicit descriptor(int raw) : raw_(raw) {}
  ~descriptor() {
    if (raw_ >= 0)
      ::close(raw_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;

  int raw() const { return raw_; }
  bool valid() const { return raw_ >= 0; }

private:
  int raw_;
};

base::result<log::primary_key> read_key(const std::string& path) {
  descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file.valid())
    return failure("read the primary key file", path, errno);
  base::bytes content(key_file_size_max);
  auto got = ::read(file.raw(), content.data(), content.size());
  if (got < 0)
    return failure("read the primary key file", path, errno);
  content.resize(static_cast<std::size_t>(got));
  auto key = log::parse_primary_key(content);
  if (!key)
    return base::error{base::errc::malformed, "storage: '" + path +
                                                  "' is no primary key file: " +
                                                  key.failure().message};
  return key;
}

base::status write_all(int file, base::bytes_view data) {
  while (!data.empty()) {
    auto done = ::write(file, data.data(), data.size());
    if (done < 0)
      return base::error{base::errc::io, std::strerror(errno)};
    data = data.subspan(static_cast<std::size_t>(done));
  }
  return base::unit{};
}

void sync_folder(const std::string& folder) {
  descriptor dir{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (dir.valid())
    ::fsync(dir.raw());
}

// Under another name first: a crash in between leaves no half key behind.
base::result<log::primary_key> create_key(const std::string& folder,
                                          const std::string& path,
                                          base::entropy& chance) {
  auto key = chance.array<32>();
  auto draft = path + ".new";
  descriptor file{
      ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  if (!file.valid())
    return failure("create the primary key file", path, errno);
  if (!write_all(file.raw(), key) || ::fsync(file.raw()) != 0)
    return failure("write the primary key file", path, errno);
  if (::rename(draft.c_str(), path.c_str()) != 0)
    return failure("name the primary key file", path, errno);
  sync_folder(folder);
  return key;
}

base::status make_folder(const std::string& folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code)
    return failure("create the folder", folder, code.value());
  if (!std::filesystem::is_directory(folder, code))
    return failure("use", folder, ENOTDIR);
  return base::unit{};
}

} // namespace

base::result<store_folder>
open_store_folder(const std::string& folder,
                  const std::optional<std::string>& key_file,
                  base::entropy& chance) {
  if (auto made = make_folder(folder); !made)
    return made.failure();
  auto store = kv::open_lmdb(folder);
  if (!store)
    return store.failure();
  auto own = folder + "/" + primary_key_file_name;
  auto have_own = ::access(own.c_str(), F_OK) == 0;
  auto key = key_file   ? read_key(*key_file)
             : have_own ? read_key(own)
                        : create_key(folder, own, chance);
  if (!key)
    return key.failure();
  return store_folder{std::move(store).value(), *key};
}

} // namespace hyper::actors
