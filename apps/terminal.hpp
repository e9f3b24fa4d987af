#pragma once

#include "actors/messages.hpp"
#include "actors/repl/answers.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hyper::apps {

/// Where lines come from: a person at a terminal, or a pipe.
class line_source {
public:
  virtual ~line_source() = default;

  /// Reads the next line and hands it to the REPL, once.
  virtual void next() = 0;

  /// Gives the terminal back.
  virtual void stop() = 0;
};

/// Words that may follow what is typed.
using completer = std::function<std::vector<std::string>(const std::string&)>;

/// A person if standard input is a terminal, else the lines of what it is. The
/// prompt, editing, history and completion are a terminal's alone.
std::unique_ptr<line_source> open_line_source(boost::asio::io_context& io,
                                              const actors::repl_handle& to,
                                              completer complete);

/// Prints an answer on standard output and standard error.
void print(const actors::output& what);

/// Whether standard input is a terminal.
bool at_terminal();

} // namespace hyper::apps
