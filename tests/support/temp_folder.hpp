#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace hyper::test {

/// A fresh folder that is gone, with all that is in it, at the end.
class temp_folder {
public:
  temp_folder() {
    auto name = std::filesystem::temp_directory_path() / "hyper-XXXXXX";
    path_ = name.string();
    if (mkdtemp(path_.data()) == nullptr)
      throw std::runtime_error("cannot make a folder like " + path_);
  }
  temp_folder(const temp_folder&) = delete;
  temp_folder& operator=(const temp_folder&) = delete;
  ~temp_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

private:
  std::string path_;
};

} // namespace hyper::test
