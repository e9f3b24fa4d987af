#pragma once

#include "base/result.hpp"

#include <string>

namespace hyper::kv {

/// A folder that this process has for itself. The lock is a file in it that
/// names the owner; the system lets go of it when the process ends, however it
/// ends.
class folder {
public:
  /// Makes the folder if it is absent. Fails with errc::busy and the pid of
  /// the owner, or errc::io.
  static base::result<folder> claim(const std::string& path);

  folder(folder&& other) noexcept;
  folder& operator=(folder&&) = delete;
  ~folder();

  const std::string& path() const { return path_; }

  /// Makes the names of the files in it survive a power failure.
  base::status sync() const;

private:
  folder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;
};

/// What a failure of the system (an errno) means for a store in this folder
/// and what can be done about it.
base::error system_error(const std::string& path, int code);

} // namespace hyper::kv
