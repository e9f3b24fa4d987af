#include "actors/sim/cluster.hpp"

#include "store/log/open.hpp"
#include "store/registry/view.hpp"
#include "store/registry/writer.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace hyper::actors::sim {

namespace {

constexpr host_id bootstrap_host = 1;
constexpr host_id server_host = 2;

constexpr host_id host_of(std::uint32_t client) {
  return server_host + 1 + client;
}

std::string name_of(host_id where) {
  if (where <= server_host)
    return where == 0 ? "" : where == bootstrap_host ? "bootstrap" : "server";
  return "client" + std::to_string(where - server_host - 1);
}

// Different streams of chance from one seed.
constexpr std::uint64_t stream_of(std::uint64_t seed, std::uint64_t which) {
  return seed * 1'000'003 + which;
}

log::primary_key primary_of(std::uint64_t seed, host_id where) {
  base::seeded_entropy from{stream_of(seed, 1000 + where)};
  return from.array<32>();
}

// By then every connection has been given up.
constexpr base::duration lonely_time = base::minutes{1};

// What is lost is sent again below a WebSocket, so that it comes late.
constexpr base::duration good_latency = base::milliseconds{3};
constexpr base::duration bad_latency = base::milliseconds{300};

weather bad_weather() {
  weather out;
  out.lost = 100;
  out.doubled = 50;
  out.late = 150;
  return out;
}

} // namespace

cluster::cluster(simulation& in, const plan& what, trace::recorder* names)
    : sim_(in), plan_(what), chance_(stream_of(what.seed, 1)),
      wires_(in, chance_), sockets_(in, chance_),
      server_disk_(in, chance_, server_host),
      server_keys_(derive_server_keys(primary_of(what.seed, server_host))) {
  history_.calm = what.is_calm();
  for (std::uint32_t i = 0; i < what.clients.size(); ++i) {
    auto& one = clients_.emplace_back();
    one.where = host_of(i);
    one.disk = std::make_unique<virtual_disk>(in, chance_, one.where);
    one.primary = primary_of(what.seed, one.where);
    one.identity = derive_client_keys(one.primary).identity.pub;
  }
  for (const auto& one : what.operations)
    if (one.client < clients_.size())
      clients_[one.client].script.push_back(one);
  if (names != nullptr)
    sim_.on_enter([names](host_id where) { names->enter(name_of(where)); });
  sim_.on_message([this](host_id where, const caf::mailbox_element& message) {
    see(where, message);
  });
}

cluster::~cluster() {
  sim_.finish();
}

void cluster::problem(std::string what) {
  // A law that is broken is broken again by all that follows.
  constexpr std::size_t problems_max = 8;
  if (history_.problems.size() < problems_max)
    history_.problems.push_back(std::move(what));
}

node_world cluster::world_of(host_id where) {
  node_world out;
  out.system = &sim_.system();
  out.net = wires_.attach(where);
  if (plan_.websockets)
    out.sockets = sockets_.attach(where);
  out.chance = std::make_shared<base::seeded_entropy>(
      stream_of(plan_.seed, 2000 + ++starts_));
  return out;
}

dht_options cluster::dht() const {
  dht_options out;
  out.bootstrap = {
      virtual_network::address_of(bootstrap_host, dht::socket::server)};
  return out;
}

bool cluster::is_over_websocket(std::uint32_t client) const {
  return plan_.websockets && client % 4 != 3;
}

void cluster::part(host_id a, host_id b) {
  wires_.part(a, b);
  sockets_.part(a, b);
}

void cluster::detach(host_id where) {
  wires_.detach(where);
  sockets_.detach(where);
}

void cluster::start() {
  start_bootstrap();
  sim_.after({}, 0, [this] { start_server(); });
  for (std::uint32_t i = 0; i < clients_.size(); ++i)
    sim_.after(plan_.clients[i], 0, [this, i] { start_client(i); });
  if (plan_.liar)
    sim_.after(base::milliseconds{20}, 0, [this] { start_liar(); });
  schedule_faults();
}

// -- faults

void cluster::schedule_faults() {
  faults_open_ = plan_.faults.size();
  for (const auto& one : plan_.faults) {
    sim_.after(one.begin, 0, [this, &one] { begin(one); });
    sim_.after(one.begin + one.length, 0, [this, &one] {
      end(one);
      --faults_open_;
    });
  }
}

void cluster::begin(const fault& one) {
  auto number = one.client % static_cast<std::uint32_t>(clients_.size());
  disk_mood mood;
  switch (one.what) {
  case fault_kind::crash_server:
    return stop_server();
  case fault_kind::crash_client:
    return stop_client(number);
  case fault_kind::stop_bootstrap:
    detach(bootstrap_host);
    return sim_.kill(bootstrap_host);
  case fault_kind::part:
    return part(server_host, host_of(number));
  case fault_kind::part_clients:
    return part(host_of(number), host_of(one.other % static_cast<std::uint32_t>(
                                                         clients_.size())));
  case fault_kind::bad_weather:
    sockets_.set_latency(bad_latency);
    return wires_.set_weather(bad_weather());
  case fault_kind::full_disk:
    mood.full = true;
    return server_disk_.set_mood(mood);
  case fault_kind::full_client_disk:
    mood.full = true;
    return clients_[number].disk->set_mood(mood);
  case fault_kind::slow_disk:
    mood.commit_max = base::milliseconds{400};
    return server_disk_.set_mood(mood);
  }
}

void cluster::end(const fault& one) {
  auto number = one.client % static_cast<std::uint32_t>(clients_.size());
  switch (one.what) {
  case fault_kind::crash_server:
    return server_up_ ? void() : start_server();
  case fault_kind::crash_client:
    return clients_[number].up || !clients_[number].down_by_fault
               ? void()
               : start_client(number);
  case fault_kind::stop_bootstrap:
    detach(bootstrap_host);
    sim_.kill(bootstrap_host);
    return start_bootstrap();
  case fault_kind::part:
  case fault_kind::part_clients:
    sockets_.join_all();
    return wires_.join_all();
  case fault_kind::bad_weather:
    sockets_.set_latency(good_latency);
    return wires_.set_weather({});
  case fault_kind::full_disk:
  case fault_kind::slow_disk:
    return server_disk_.set_mood({});
  case fault_kind::full_client_disk:
    return clients_[number].disk->set_mood({});
  }
}

// -- bootstrap node and server

void cluster::start_bootstrap() {
  sim_.as(bootstrap_host, [this] {
    bootstrap_ = start_bootstrap_node(world_of(bootstrap_host), [](auto&) {});
  });
}

void cluster::start_server() {
  if (server_gone_)
    return;
  sim_.as(server_host, [this] {
    server_options how;
    how.dht = dht();
    how.store = &server_disk_.store();
    how.disk = &server_disk_.mount();
    how.keys = server_keys_;
    server_disk_.on_commit([this] { look_at_log(); });
    auto node = start_server_node(
        world_of(server_host), how, [this](const std::string& failure) {
          if (server_up_)
            problem("L2: the server ended: " + failure);
        });
    if (!node)
      return problem("L3: the server does not start again: " +
                     node.failure().message);
    server_ = *node;
    server_up_ = true;
  });
}

void cluster::stop_server() {
  if (!server_up_)
    return;
  server_up_ = false;
  detach(server_host);
  server_disk_.crash();
  sim_.kill(server_host);
  server_ = {};
}

// What has become durable is the truth from now on.
void cluster::look_at_log() {
  auto snapshot = server_disk_.store().read();
  registry::view view{**snapshot};
  auto now = view.now();
  if (!now)
    return problem("L3: the server's names can't be read: " +
                   now.failure().message);
  auto length = now->applied;
  if (length < server_length_)
    return problem("L3: the log has lost blocks: " + std::to_string(length) +
                   " of " + std::to_string(server_length_));
  auto read = view.history_all(server_length_, [this](const auto& event) {
    history_.log.push_back({event.seq, event.what == registry::action::put,
                            event.name, event.owner, sim_.steps()});
    history_.log_times.push_back(sim_.now());
    return true;
  });
  if (!read)
    problem("L3: the server's history can't be read: " +
            read.failure().message);
  server_length_ = length;
}

// -- clients

// A peer like any other, but its disk takes nothing, and its index has been
// given a longer log, whose signature is somebody else's.
void cluster::start_liar() {
  auto where = host_of(clients_max);
  auto primary = primary_of(plan_.seed, where);
  liar_disk_ = std::make_unique<virtual_disk>(sim_, chance_, where);
  disk_mood idle;
  idle.commit_min = base::minutes{60};
  idle.commit_max = idle.commit_min;
  liar_disk_->set_mood(idle);
  sim_.as(where, [&] {
    client_options how;
    how.dht = dht();
    how.store = &liar_disk_->store();
    how.disk = &liar_disk_->mount();
    how.keys = derive_client_keys(primary);
    how.server_key = server_keys_.calls.pub;
    how.core_key =
        log::log_key(log::single_signer_manifest(server_keys_.log.pub));
    auto node = start_client_node(world_of(where), how, [](auto&) {});
    if (!node)
      return problem("the liar does not start: " + node.failure().message);
    // When its replica has begun, with nothing.
    sim_.after(base::milliseconds{100}, where,
               [this, node = *node, wrong = derive_client_keys(primary).swarm] {
                 tell_lies(node, wrong);
               });
  });
}

void cluster::tell_lies(const client_node& node, base::key_pair wrong) {
  auto& store = liar_disk_->store();
  auto log = log::open_writer(
      store, log::single_signer_manifest(server_keys_.log.pub));
  wrong.pub = server_keys_.log.pub; // as the manifest wants it
  registry::writer forger{
      {log->key, *log->who}, wrong, registry::name_policy::strict};
  std::vector<registry::change> names;
  names.reserve(12);
  for (int i = 0; i < 12; ++i)
    names.push_back(
        {registry::action::put, "forged-" + std::to_string(i), node.identity});
  auto forged = forger.decide(**store.read(), log->current, names);
  if (!forged || !store.commit(forged->writes))
    return problem("the liar has no log");
  auto length = forged->next.length();
  caf::anon_send(node.index,
                 log_grown{{std::move(forged->next), true, length}, true});
}

void cluster::start_client(std::uint32_t number) {
  auto& one = clients_[number];
  if (one.up)
    return;
  sim_.as(one.where, [&] {
    ++one.life;
    client_options how;
    how.dht = dht();
    how.store = &one.disk->store();
    how.disk = &one.disk->mount();
    how.keys = derive_client_keys(one.primary);
    how.server_key = server_keys_.calls.pub;
    how.core_key =
        log::log_key(log::single_signer_manifest(server_keys_.log.pub));
    if (is_over_websocket(number))
      how.via = virtual_sockets::address_of(server_host);
    one.disk->on_commit([this, number] { look_at_copy(number); });
    auto node = start_client_node(
        world_of(one.where), how,
        [this, number, life = one.life](const std::string& failure) {
          give_up(number, life, failure);
        });
    if (!node)
      return problem("L3: client " + std::to_string(number) +
                     " does not start: " + node.failure().message);
    one.node = *node;
    one.up = true;
    one.down_by_fault = false;
    start_repl(number);
  });
  type_next(number);
}

// A client whose storage fails ends and says why; its person starts it again.
void cluster::give_up(std::uint32_t number, std::uint64_t life,
                      const std::string& failure) {
  if (life != clients_[number].life)
    return;
  if (failure.find("disk is full") == std::string::npos)
    problem("L2: client " + std::to_string(number) + " ended: " + failure);
  sim_.after({}, 0, [this, number] { stop_client(number); });
  sim_.after(base::seconds{1}, 0, [this, number] { start_client(number); });
}

void cluster::start_repl(std::uint32_t number) {
  auto& one = clients_[number];
  repl_config how;
  how.identity = one.identity;
  how.index = one.node.index;
  how.caller = one.node.caller;
  how.swarm = one.node.swarm;
  how.discovery = one.node.discovery;
  how.json = true;
  how.progress = false;
  how.print = [this, number, life = one.life](const output& what) {
    take_answer(number, life, what.out + what.err);
  };
  how.ready = [] {};
  how.finished = [](exit_code) {};
  one.repl = spawn_state<repl>(sim_.system(), std::move(how));
}

void cluster::stop_client(std::uint32_t number) {
  auto& one = clients_[number];
  if (!one.up)
    return;
  one.up = false;
  one.down_by_fault = true;
  ++one.life;
  detach(one.where);
  one.disk->crash();
  sim_.kill(one.where);
  one.node = {};
  one.repl = nullptr;
  if (one.waiting)
    history_.lines[*one.waiting].crashed = true;
  one.waiting.reset();
}

void cluster::type_next(std::uint32_t number) {
  auto& one = clients_[number];
  if (!one.up || one.waiting || one.script.empty())
    return;
  auto due = base::instant{} + one.script.front().not_before;
  if (due <= sim_.now()) {
    auto line = std::move(one.script.front().line);
    one.script.pop_front();
    return type(number, line);
  }
  sim_.after(due - sim_.now(), one.where,
             [this, number] { type_next(number); });
}

void cluster::type(std::uint32_t number, const std::string& line) {
  auto& one = clients_[number];
  told record;
  record.client = number;
  record.key = one.identity;
  record.line = line;
  record.begun = sim_.steps();
  record.begun_at = sim_.now();
  record.at_peace = at_peace_;
  record.server_was_gone = server_gone_;
  one.waiting = history_.lines.size();
  history_.lines.push_back(std::move(record));
  caf::anon_send(one.repl, typed_line{line, false});
}

void cluster::take_answer(std::uint32_t number, std::uint64_t life,
                          const std::string& text) {
  auto& one = clients_[number];
  if (life != one.life)
    return;
  if (!one.waiting)
    return problem("L2: client " + std::to_string(number) +
                   " got an answer to nothing: " + text);
  auto& line = history_.lines[*one.waiting];
  line.answer = text;
  line.ended = sim_.steps();
  line.ended_at = sim_.now();
  one.waiting.reset();
  // In a turn of its own: the REPL is still inside of its handler.
  sim_.after({}, one.where, [this, number] { type_next(number); });
}

// A copy is a prefix of the log, whatever has happened.
void cluster::look_at_copy(std::uint32_t number) {
  auto& one = clients_[number];
  auto snapshot = one.disk->store().read();
  registry::view view{**snapshot};
  auto now = view.now();
  if (!now)
    return problem("L6: the copy of client " + std::to_string(number) +
                   " can't be read: " + now.failure().message);
  if (now->applied < one.length)
    return problem("L4: the copy of client " + std::to_string(number) +
                   " has become shorter");
  if (now->applied > server_length_)
    return problem("L6: the copy of client " + std::to_string(number) +
                   " is longer than the log");
  auto from = std::exchange(one.length, now->applied);
  auto read = view.history_all(from, [&](const registry::event& event) {
    written block{event.seq, event.what == registry::action::put, event.name,
                  event.owner, 0};
    auto same =
        one.seen < history_.log.size() && history_.log[one.seen].is(block);
    ++one.seen;
    if (!same)
      problem("L6: the copy of client " + std::to_string(number) +
              " differs at block " + std::to_string(event.seq));
    return same;
  });
  if (!read)
    problem("L6: the copy of client " + std::to_string(number) +
            " can't be read: " + read.failure().message);
}

// -- what the clients hear

void cluster::see(host_id where, const caf::mailbox_element& message) {
  if (where <= server_host || message.content().empty())
    return;
  auto number = where - server_host - 1;
  if (number >= clients_.size())
    return;
  const auto& content = message.content();
  if (content.match_elements<rpc_returned>()) {
    const auto& back = content.get_as<rpc_returned>(0);
    history_.answers.push_back(
        {number, back.text ? *back.text : std::string{}, sim_.steps()});
  } else if (content.match_elements<replication_news>()) {
    for (const auto& event : *content.get_as<replication_news>(0).events)
      if (const auto* said = std::get_if<replication::sync>(&event))
        history_.news.push_back(
            {number, said->length, sim_.steps(), sim_.now()});
  }
}

// -- the end

bool cluster::is_settled() const {
  if (faults_open_ > 0 || !server_up_)
    return false;
  return is_all_answered() &&
         std::ranges::all_of(clients_, [this](const client& one) {
           return one.up && one.length == server_length_;
         });
}

bool cluster::is_all_answered() const {
  return std::ranges::all_of(clients_, [](const client& one) {
    return !one.waiting && one.script.empty();
  });
}

std::string cluster::open_ends() const {
  std::string out;
  if (!server_up_)
    out += " the server is down;";
  for (const auto& one : clients_) {
    auto name = " client " + std::to_string(&one - clients_.data());
    if (!one.up)
      out += name + " is down;";
    if (one.waiting)
      out += name + " waits for '" + history_.lines[*one.waiting].line + "';";
    if (one.length != server_length_)
      out += name + " has length " + std::to_string(one.length) + " of " +
             std::to_string(server_length_) + ";";
  }
  return out;
}

void cluster::ask_in_peace() {
  at_peace_ = true;
  for (std::uint32_t i = 0; i < clients_.size(); ++i) {
    auto name = "last-" + std::to_string(i);
    clients_[i].script = {{i, {}, "register " + name},
                          {i, {}, "register " + name},
                          {i, {}, "delete " + name}};
    sim_.after({}, clients_[i].where, [this, i] { type_next(i); });
  }
}

void cluster::leave_alone() {
  at_peace_ = false;
  server_gone_ = true;
  stop_server();
  detach(bootstrap_host);
  for (std::uint32_t i = 0; i < clients_.size(); ++i) {
    detach(clients_[i].where);
    clients_[i].script = {{i, {}, "lookup alice"}, {i, {}, "list"}};
    sim_.after(lonely_time, clients_[i].where, [this, i] { type_next(i); });
  }
}

} // namespace hyper::actors::sim
