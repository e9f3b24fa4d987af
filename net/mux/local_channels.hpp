#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hyper::mux {

/// A channel of ours. Never used twice on one mux, unlike its number.
enum class channel : std::uint64_t {};

enum class channel_state {
  opening, ///< our open is out, the remote has not answered
  open,    ///< both have asked for it
  closing, ///< given up before the remote answered: the number stays taken
};

struct local_channel {
  channel_state state = channel_state::opening;
  std::uint64_t number = 0; ///< ours
  std::uint64_t remote = 0; ///< the remote's number, while open
  std::string protocol;
  base::bytes id;
};

/// Our channels and the numbers that we give to them: the number freed last
/// is used first, else the next one.
class local_channels {
public:
  using map = std::map<channel, local_channel>; ///< oldest first
  using iterator = map::iterator;

  iterator add(std::string protocol, base::bytes_view id);

  /// Frees the number.
  void remove(iterator gone);

  iterator find(channel handle) { return all_.find(handle); }
  iterator find_number(std::uint64_t number);

  /// The oldest that waits for the remote to ask for the same.
  iterator find_waiting(std::string_view protocol, base::bytes_view id);

  map& all() { return all_; }
  const map& all() const { return all_; }
  iterator end() { return all_.end(); }
  std::size_t size() const { return all_.size(); }

  /// Numbers are unique, and each is either free or taken.
  void check_invariant() const;

private:
  map all_;
  std::vector<std::uint64_t> free_;
  std::uint64_t last_number_ = 0;
  std::uint64_t last_handle_ = 0;
};

} // namespace hyper::mux
