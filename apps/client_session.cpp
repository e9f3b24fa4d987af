#include "apps/client_session.hpp"

#include "store/registry/view.hpp"

#include <caf/send.hpp>

namespace hyper::apps {

namespace {

// Names offered by completion: more than a screen is no help.
constexpr std::uint64_t completions_max = 100;

} // namespace

client_session::client_session(actors::world& world, const options& how,
                               const storage& disk,
                               const actors::gateway::instruments& tools)
    : world_(world), how_(how), disk_(disk), tools_(tools) {}

client_session::~client_session() = default;

base::status client_session::start(const actors::node_world& outside,
                                   const base::public_key& server_key,
                                   const base::public_key& core_key,
                                   const actors::dht_options& dht) {
  actors::client_options options;
  options.dht = dht;
  options.store = disk_.folder.store.get();
  options.disk = disk_.disk.get();
  options.keys = actors::derive_client_keys(disk_.folder.primary);
  options.server_key = server_key;
  options.core_key = core_key;
  options.via = how_.via;
  auto node = actors::start_client_node(
      outside, options, [this](const std::string& why) {
        if (failure_.empty())
          failure_ = why;
        caf::anon_send(repl_, actors::shut_down{});
        repl_ = nullptr;
        if (lines_)
          lines_->stop();
        if (then_)
          then_();
      });
  if (!node)
    return node.failure();
  root_ = node->root;
  if (auto done = open_gateway(world_, how_, node->index, core_key, tools_);
      !done) {
    failure_ = done.failure().message;
    caf::anon_send(root_, actors::shut_down{});
  } else {
    start_repl(*node);
  }
  return base::unit{};
}

void client_session::start_repl(const actors::client_node& node) {
  actors::repl_config config;
  config.identity = node.identity;
  config.index = node.index;
  config.caller = node.caller;
  config.swarm = node.swarm;
  config.discovery = node.discovery;
  config.timeout = how_.timeout;
  config.json = how_.json;
  config.print = print;
  config.ready = [this] {
    if (lines_ && !ending_)
      lines_->next();
  };
  config.finished = [this](actors::exit_code code) { end(code); };
  repl_ = actors::spawn_state<actors::repl>(world_.system(), std::move(config));
  if (!how_.words.empty()) {
    caf::anon_send(repl_, actors::run_once{how_.words});
    return;
  }
  lines_ =
      open_line_source(world_.io(), repl_, [this](const std::string& head) {
        return complete(head);
      });
  lines_->next();
}

// Reads the store itself: the editing library wants the words at once.
std::vector<std::string>
client_session::complete(const std::string& head) const {
  auto words = actors::complete_verb(head);
  auto snapshot = disk_.folder.store->read();
  if (!snapshot)
    return words;
  registry::list_options options;
  options.prefix = head;
  options.limit = completions_max;
  auto listed = registry::view{**snapshot}.list(
      options, [&words](const registry::listed& one) {
        words.emplace_back(one.name);
        return true;
      });
  if (!listed)
    words = actors::complete_verb(head);
  return words;
}

void client_session::interrupt() {
  if (repl_ && !ending_)
    caf::anon_send(repl_, actors::interrupt{});
}

void client_session::end(actors::exit_code code) {
  if (ending_)
    return;
  ending_ = true;
  code_ = static_cast<int>(code);
  if (lines_)
    lines_->stop();
  caf::anon_send(root_, actors::shut_down{});
  root_ = nullptr;
}

int client_session::exit_code() const {
  return failure_.empty() ? code_ : complain({base::errc::io, failure_});
}

} // namespace hyper::apps
