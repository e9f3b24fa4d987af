#define CAF_SUITE structure_includes

#include <caf/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

// The house has one way down: apps -> actors -> {net, store} -> base.

namespace {

namespace fs = std::filesystem;

struct include {
  std::string file;   ///< relative to the project's root
  std::string target; ///< what stands between the quotes or brackets
};

fs::path root() {
  const auto* folder = std::getenv("HYPER_SOURCE");
  return folder == nullptr ? fs::current_path() : fs::path{folder};
}

bool is_source(const fs::path& file) {
  return file.extension() == ".hpp" || file.extension() == ".cpp";
}

void read_includes(const fs::path& file, std::vector<include>& out) {
  static const std::regex line_form{R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])"};
  std::ifstream in{file};
  std::smatch match;
  for (std::string line; std::getline(in, line);)
    if (std::regex_search(line, match, line_form))
      out.push_back({fs::relative(file, root()).string(), match[1]});
}

std::vector<include> all_includes() {
  std::vector<include> out;
  for (const auto* folder : {"base", "net", "store", "actors", "apps"})
    for (const auto& entry : fs::recursive_directory_iterator{root() / folder})
      if (entry.is_regular_file() && is_source(entry.path()))
        read_includes(entry.path(), out);
  return out;
}

bool begins_with(const std::string& text, const std::string& head) {
  return text.compare(0, head.size(), head) == 0;
}

std::string top_folder(const std::string& path) {
  return path.substr(0, path.find('/'));
}

const std::map<std::string, std::set<std::string>> allowed = {
    {"base", {"base"}},
    {"net", {"net", "base"}},
    {"store", {"store", "base"}},
    {"actors", {"actors", "net", "store", "base"}},
    {"apps", {"apps", "actors", "net", "store", "base"}},
};

bool is_own(const std::string& target) {
  return allowed.count(top_folder(target)) > 0 &&
         target.find('/') != std::string::npos;
}

// A library's header may be included below these paths alone.
const std::vector<std::pair<std::string, std::vector<std::string>>> fences = {
    {"caf/", {"actors/", "apps/"}},
    {"boost/asio", {"actors/", "apps/"}},
    {"boost/beast", {"actors/", "apps/"}},
    {"lmdb.h", {"store/kv/"}},
    {"sodium", {"base/"}},
    {"CLI/", {"apps/"}},
    {"spdlog/", {"actors/", "apps/"}},
    {"histedit.h", {"actors/", "apps/"}},
    {"sys/socket.h", {"actors/"}},
    {"thread", {"actors/", "apps/"}},
    {"mutex", {"actors/"}},
};

} // namespace

CAF_TEST(includes point downwards alone) {
  auto found = all_includes();
  CAF_REQUIRE(found.size() > 100);
  for (const auto& [file, target] : found) {
    if (!is_own(target))
      continue;
    auto good = allowed.at(top_folder(file)).count(top_folder(target)) > 0;
    if (!good)
      CAF_ERROR(file << " includes " << target);
    CAF_CHECK(good);
  }
}

CAF_TEST(libraries stay behind their fence) {
  for (const auto& [file, target] : all_includes())
    for (const auto& [library, places] : fences) {
      if (!begins_with(target, library))
        continue;
      auto good = false;
      for (const auto& place : places)
        good = good || begins_with(file, place);
      if (!good)
        CAF_ERROR(file << " includes " << target);
      CAF_CHECK(good);
    }
}

CAF_TEST(some libraries are included by few files) {
  std::set<std::string> lmdb;
  std::set<std::string> beast;
  for (const auto& [file, target] : all_includes()) {
    if (target == "lmdb.h")
      lmdb.insert(file);
    if (begins_with(target, "boost/beast"))
      beast.insert(file);
  }
  CAF_CHECK_EQUAL(lmdb.size(), 1u);
  std::set<std::string> http_and_websockets = {
      "actors/gateway/listener.cpp", "actors/world/http_header.cpp",
      "actors/world/http_header.hpp", "actors/world/websocket_network.cpp"};
  CAF_CHECK(beast == http_and_websockets);
}
