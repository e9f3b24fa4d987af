#pragma once

#include "actors/trace/record.hpp"
#include "base/result.hpp"

#include <set>
#include <string>
#include <string_view>

namespace hyper::actors::trace {

/// Which records are shown. As text, words with commas between:
///   peer           of that kind of actor, as sender or receiver
///   change_name    of that type
///   name=alice     about that name, and all that such a message has caused
/// Words of one kind add up; a record has to pass both kinds. Nothing: all.
class filter {
public:
  filter() = default;

  /// errc::malformed, saying which word it is, if it is neither an actor nor a
  /// message type.
  static base::result<filter> parse(std::string_view text);

  /// To be asked about every record, in order: it remembers what a shown
  /// record about a name has caused.
  bool passes(const record& one);

private:
  bool is_about_name(const record& one) const;

  std::set<std::string, std::less<>> words_;
  std::set<std::string, std::less<>> names_;
  std::set<message_number> followed_;
};

} // namespace hyper::actors::trace
