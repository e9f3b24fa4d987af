#pragma once

#include "actors/messages.hpp"
#include "actors/runtime/host.hpp"
#include "actors/world/disk.hpp"
#include "store/log/open.hpp"
#include "store/registry/writer.hpp"

#include <functional>
#include <string>
#include <vector>

namespace hyper::actors {

/// Changes that wait for the commit under way; more are refused. One commit
/// takes milliseconds, so this is a second of work.
inline constexpr std::size_t waiting_changes_max = 8192;

/// What an operator should know: one sentence.
using on_trouble = std::function<void(const std::string& what)>;

struct log_writer_config {
  kv::store* store = nullptr; ///< outlives the actor, as does the disk
  actors::disk* disk = nullptr;
  log::state log;
  base::key_pair signer;
  registry::name_policy names = registry::name_policy::strict;
  on_trouble report = {}; ///< may be empty
};

/// May this change happen, and when is it durable? The only writer of the log:
/// decides a group of changes in one go, gives it to the disk, and answers
/// once it is there. While a group is on its way the next one collects.
class log_writer {
public:
  using handle = log_writer_handle;
  static constexpr const char* name = "log_writer";

  log_writer(handle::pointer self, log_writer_config how, index_handle index);
  ~log_writer();

  handle::behavior_type make_behavior();

private:
  struct waiting {
    registry::change what;
    caf::typed_response_promise<decided> caller;
  };

  caf::result<decided> take(const change_name& wish);
  void begin_group();
  void end_group(const committed& what);
  void answer(std::vector<waiting>& group,
              const base::result<registry::group>& outcome);
  void refuse_group(const base::error& why);
  void note_health(const base::status& storage);
  void tell_index(bool announce);

  handle::pointer self_;
  log_writer_config config_;
  index_handle index_;
  registry::writer writer_;
  std::vector<waiting> queue_;
  std::vector<waiting> group_; ///< on its way to the disk
  registry::group decided_;
  std::uint64_t ticket_ = 0;
  base::instant begun_; ///< the commit under way
  bool committing_ = false;
  bool failing_ = false; ///< the last group that was to be written was not
  bool stopping_ = false;
};

} // namespace hyper::actors
