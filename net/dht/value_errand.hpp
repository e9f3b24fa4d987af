#pragma once

#include "net/dht/commands.hpp"
#include "net/dht/errand.hpp"
#include "net/dht/stored_value.hpp"

#include <optional>

namespace hyper::dht {

/// Stores one value at the nodes nearest to its target, or looks for it there.
class value_errand : public errand {
public:
  /// Stores; `commit` is the value of the writing request.
  struct put {
    command look;   ///< the command whose replies carry tokens
    command commit; ///< the command that stores
    base::bytes value;
  };

  /// Looks for the newest value of a key.
  struct get_mutable {
    base::public_key key;
    std::uint64_t seq_min = 0;
  };

  /// Looks for the value with that hash; ends with the first.
  struct get_immutable {};

  using wish = std::variant<put, get_mutable, get_immutable>;

  value_errand(workplace& at, value_id id, const base::hash32& target,
               wish what, base::instant now);

  using errand::handle;
  void handle(base::instant now, const answered& what) override;
  void handle(base::instant now, const failed& what) override;
  void handle(base::instant now, const query_reply& what) override;
  void handle(base::instant now, const query_done& what) override;
  void handle_timeout(base::instant now) override;
  std::optional<base::instant> poll_timeout() const override;
  bool is_done() const override { return done_; }

private:
  void look(base::instant now, const get_mutable& want, base::bytes_view value);
  void settle(std::size_t answered);
  void finish(hyperdht_event how);

  value_id id_;
  base::hash32 target_;
  wish what_;
  bool done_ = false;
  std::optional<mutable_value> best_;
  std::size_t writing_ = 0;
  std::size_t stored_ = 0;
};

} // namespace hyper::dht
