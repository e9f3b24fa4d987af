#include "apps/child_server.hpp"

#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/io.hpp>
#include <boost/process/pipe.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hyper::apps {

namespace {

namespace process = boost::process;

/// One of our programs, told to end when the object goes.
class program {
public:
  explicit program(const std::vector<std::string>& words)
      : child_("/proc/self/exe", process::args(words),
               process::std_out > lines_, process::std_in < process::null) {}

  ~program() {
    std::error_code ignored;
    if (!child_.running(ignored))
      return;
    ::kill(child_.id(), SIGTERM);
    child_.wait(ignored); // it has deadlines of its own
  }

  program(const program&) = delete;
  program& operator=(const program&) = delete;

  /// The rest of the next line that begins with that; empty at its end.
  std::string after(const std::string& beginning) {
    std::string line;
    while (std::getline(lines_, line))
      if (line.starts_with(beginning))
        return line.substr(beginning.size());
    return {};
  }

private:
  process::ipstream lines_;
  process::child child_;
};

class scratch {
public:
  scratch() {
    auto form =
        (std::filesystem::temp_directory_path() / "hyper-registry-XXXXXX")
            .string();
    if (::mkdtemp(form.data()) != nullptr)
      path_ = form;
  }
  ~scratch() {
    std::error_code ignored;
    if (!path_.empty())
      std::filesystem::remove_all(path_, ignored);
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

class running final : public child_server {
public:
  base::status begin() {
    node_.emplace(std::vector<std::string>{"bootstrap", "--port", "0"});
    auto text = node_->after("Bootstrap node running on ");
    auto where = base::parse_endpoint(text);
    if (!where)
      return base::error{base::errc::io, "the bootstrap node does not start"};
    bootstrap_ = *where;
    server_.emplace(std::vector<std::string>{
        "server", "--bootstrap", text, "--storage", folder_.path() + "/s"});
    auto server = base::parse_key(server_->after("Server Public Key: "));
    auto core = base::parse_key(server_->after("Database Core Key: "));
    if (!server || !core)
      return base::error{base::errc::io, "the server does not start"};
    server_key_ = *server;
    core_key_ = *core;
    return base::unit{};
  }

private:
  scratch folder_;
  std::optional<program> node_;
  std::optional<program> server_; ///< ends first
};

} // namespace

base::result<std::unique_ptr<child_server>> child_server::start() {
  try {
    auto out = std::make_unique<running>();
    if (auto done = out->begin(); !done)
      return done.failure();
    return std::unique_ptr<child_server>{std::move(out)};
  } catch (const process::process_error& problem) {
    return base::error{base::errc::io, problem.what()};
  }
}

} // namespace hyper::apps
