#include "apps/terminal.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <caf/send.hpp>
#include <editline/readline.h>

#include <cstdio>
#include <cstring>
#include <istream>
#include <unistd.h>

namespace hyper::apps {

namespace {

namespace asio = boost::asio;

// Longest line of a pipe: a name has up to 1,024 bytes.
constexpr std::size_t line_size_max = 64 * 1024;

class pipe_source final : public line_source {
public:
  pipe_source(asio::io_context& io, const actors::repl_handle& to)
      : input_(io), buffer_(line_size_max), to_(to) {
    auto copy = ::dup(STDIN_FILENO);
    if (copy >= 0)
      input_.assign(copy, failed_);
  }

  void next() override {
    if (failed_ || !input_.is_open())
      return end();
    asio::async_read_until(
        input_, buffer_, '\n',
        [this](boost::system::error_code code, std::size_t) { deliver(code); });
  }

  void stop() override {
    boost::system::error_code ignored;
    input_.close(ignored);
  }

private:
  void deliver(boost::system::error_code code) {
    if (code == asio::error::operation_aborted)
      return;
    std::istream in{&buffer_};
    std::string line;
    std::getline(in, line);
    // The last line may lack its end.
    if (code && line.empty())
      return end();
    caf::anon_send(to_, actors::typed_line{std::move(line), false});
  }

  void end() { caf::anon_send(to_, actors::typed_line{"", true}); }

  asio::posix::stream_descriptor input_;
  boost::system::error_code failed_;
  asio::streambuf buffer_;
  actors::repl_handle to_;
};

// The editing library knows one terminal; so do we.
class terminal_source;
terminal_source* the_terminal = nullptr;

class terminal_source final : public line_source {
public:
  terminal_source(asio::io_context& io, const actors::repl_handle& to,
                  completer complete)
      : input_(io, ::dup(STDIN_FILENO)), to_(to),
        complete_(std::move(complete)) {
    the_terminal = this;
    rl_attempted_completion_function = complete_word;
    using_history();
  }

  ~terminal_source() override {
    stop();
    the_terminal = nullptr;
  }

  void next() override {
    if (prompting_)
      return;
    prompting_ = true;
    rl_callback_handler_install("registry> ", take_line);
    wait();
  }

  void stop() override {
    if (prompting_)
      rl_callback_handler_remove();
    prompting_ = false;
    boost::system::error_code ignored;
    input_.close(ignored);
  }

private:
  void wait() {
    input_.async_wait(asio::posix::stream_descriptor::wait_read,
                      [this](boost::system::error_code code) {
                        if (code || !prompting_)
                          return;
                        rl_callback_read_char();
                        if (prompting_)
                          wait();
                      });
  }

  static void take_line(char* line) {
    auto* self = the_terminal;
    self->prompting_ = false;
    rl_callback_handler_remove();
    if (line == nullptr) {
      std::fputs("\n", stdout);
      caf::anon_send(self->to_, actors::typed_line{"", true});
      return;
    }
    if (*line != '\0')
      add_history(line);
    caf::anon_send(self->to_, actors::typed_line{line, false});
    std::free(line);
  }

  static char** complete_word(const char* text, int, int) {
    rl_attempted_completion_over = 1;
    return rl_completion_matches(text, next_match);
  }

  static char* next_match(const char* text, int state) {
    static std::vector<std::string> matches;
    static std::size_t at = 0;
    if (state == 0) {
      matches = the_terminal->complete_(text);
      at = 0;
    }
    return at < matches.size() ? ::strdup(matches[at++].c_str()) : nullptr;
  }

  asio::posix::stream_descriptor input_;
  actors::repl_handle to_;
  completer complete_;
  bool prompting_ = false;
};

} // namespace

std::unique_ptr<line_source> open_line_source(asio::io_context& io,
                                              const actors::repl_handle& to,
                                              completer complete) {
  if (at_terminal())
    return std::make_unique<terminal_source>(io, to, std::move(complete));
  return std::make_unique<pipe_source>(io, to);
}

void print(const actors::output& what) {
  std::fputs(what.out.c_str(), stdout);
  std::fflush(stdout);
  std::fputs(what.err.c_str(), stderr);
}

bool at_terminal() {
  return ::isatty(STDIN_FILENO) == 1;
}

} // namespace hyper::apps
