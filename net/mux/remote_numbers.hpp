#pragma once

#include "net/mux/local_channels.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace hyper::mux {

/// A wish of the remote for a channel that waits for our owner's answer.
enum class token : std::uint64_t {};

struct held_message {
  std::uint64_t type = 0;
  base::bytes payload;
};

struct wish {
  token handle{};
  std::string protocol;
  base::bytes id;
  base::bytes handshake;
  std::vector<held_message> held; ///< messages that came in the meantime
};

/// What the numbers of the remote stand for. It may use a number that is free
/// again, or the next one.
class remote_numbers {
public:
  using slot = std::variant<std::monostate, wish, channel>;

  /// Whether the remote may open a channel under this number now.
  bool may_open(std::uint64_t number) const;

  /// Requires may_open(number).
  void assign(std::uint64_t number, slot meaning);

  /// Requires a number that has been assigned.
  void release(std::uint64_t number);

  /// None for numbers that were never used; monostate for free ones.
  slot* find(std::uint64_t number);
  const slot* find(std::uint64_t number) const;

  /// The number of the wish, 0 if it is gone.
  std::uint64_t find_wish(token handle) const;

  /// The number of the oldest wish for this; 0 if there is none.
  std::uint64_t find_wish(std::string_view protocol, base::bytes_view id) const;

  std::size_t wishes() const;

  /// Numbers ever used.
  std::size_t size() const { return slots_.size(); }

private:
  std::vector<slot> slots_; ///< number n at n - 1
};

} // namespace hyper::mux
