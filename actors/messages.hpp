#pragma once

#include "actors/runtime/message_type.hpp"
#include "base/hash.hpp"
#include "base/keys.hpp"
#include "base/proof.hpp"
#include "base/time.hpp"
#include "net/dht/hyperdht_events.hpp"
#include "net/dht/node.hpp"
#include "net/replication/channel.hpp"
#include "net/replication/downloader.hpp"
#include "net/rpc/rpc.hpp"
#include "store/log/head.hpp"
#include "store/log/proofs.hpp"
#include "store/registry/view.hpp"
#include "store/registry/writer.hpp"

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

// Every message that one actor sends to another, and the handles that say who
// takes which. Sent by value; what is large is shared and const.

namespace hyper::actors {

class datagram_batch;
class network;

/// Numbers the connections of one process; never used twice.
using peer_id = std::uint64_t;

// -- to more than one kind of actor ------------------------------------------

/// A timer has run out; one that was replaced has an older generation.
struct tick {
  std::uint64_t generation = 0;
};

/// End in good order: withdraw, flush, close, then exit.
struct shut_down {};

/// Datagrams for the receiver, in the order of arrival.
struct arrived {
  std::shared_ptr<const datagram_batch> batch;
};

/// The batch with that ticket is durable, or nothing of it has happened.
struct committed {
  std::uint64_t ticket = 0;
  base::status outcome = base::unit{};
};

/// Whoever may be given datagrams.
using packet_sink = caf::typed_actor<caf::reacts_to<arrived>>;

/// Whoever gives batches to the disk.
using commit_listener = caf::typed_actor<caf::reacts_to<committed>>;

// -- discovery ---------------------------------------------------------------

/// Connect to a peer; ends with one dial_ended.
struct dial_peer {
  std::uint64_t dial = 0; ///< the swarm's name for it
  base::key_pair self;
  base::public_key remote{};
  dht::address_list hints;
};

/// Answer handshakes for the key and announce it.
struct listen_under {
  base::key_pair key;
};

/// Announce the key under the topic, and tell who else is there.
struct join_topic {
  base::hash32 topic{};
  base::key_pair key;
};

struct discovery_query {};
struct discovery_status {
  std::size_t nodes = 0; ///< of the DHT, known now
  bool ready = false;    ///< the first bootstrap is over
  dht::health_state health = dht::health_state::online;
};

// -- swarm -------------------------------------------------------------------

/// A dial is over: with a way to the peer, or without.
struct dial_ended {
  std::uint64_t dial = 0;
  std::variant<dht::link, dht::connect_failure> outcome;
  std::shared_ptr<network> over; ///< carries the link
};

/// What discovery tells besides: accepted connections, found peers, ...
struct discovery_news {
  dht::hyperdht_event what;
  std::shared_ptr<network> over; ///< carries the link, if there is one
};

/// The first message of the connection has decrypted: the key is proven.
struct peer_proven {
  peer_id peer = 0;
};

/// The remote of a connection has not been heard of for a while.
struct peer_silent {
  peer_id peer = 0;
};

struct swarm_query {};
struct swarm_status {
  std::size_t connections = 0;
  std::size_t known = 0; ///< peers of the topic
  bool looked = false;   ///< a lookup of the topic has ended
};

/// Answered when everything we announce is stored at some node of the DHT.
struct wait_until_announced {};
struct announced_everything {};

using swarm_handle = caf::typed_actor<
    caf::reacts_to<arrived>, caf::reacts_to<tick>, caf::reacts_to<dial_ended>,
    caf::reacts_to<discovery_news>, caf::reacts_to<peer_proven>,
    caf::reacts_to<peer_silent>,
    caf::replies_to<swarm_query>::with<swarm_status>,
    caf::replies_to<wait_until_announced>::with<announced_everything>,
    caf::reacts_to<shut_down>>;

/// Whom discovery tells what it finds.
struct attach_swarm {
  swarm_handle swarm;
};

using discovery_handle =
    caf::typed_actor<caf::reacts_to<arrived>, caf::reacts_to<tick>,
                     caf::reacts_to<attach_swarm>, caf::reacts_to<dial_peer>,
                     caf::reacts_to<listen_under>, caf::reacts_to<join_topic>,
                     caf::replies_to<discovery_query>::with<discovery_status>,
                     caf::reacts_to<shut_down>>;

// -- peer --------------------------------------------------------------------

/// The registry's log as others may see it: what is committed and announced.
struct head_announced {
  log::head head;
  bool manifest = false;        ///< known here
  std::uint64_t contiguous = 0; ///< all blocks below are stored
};

/// What became of the requests of a `proofs_wanted`.
struct proof_made {
  std::uint64_t request = 0;
  std::variant<base::proof, log::refusal> outcome;
};
struct proofs_made {
  std::shared_ptr<std::vector<proof_made>> proofs;
};

/// Tell the remote what we want of its log, in this order.
struct fetch {
  std::vector<replication::order> orders;
};

/// Call a method of the remote.
struct rpc_call {
  std::uint64_t call = 0; ///< the caller's name for it
  std::string method;
  base::bytes value;
};

/// Answer a call of the remote: with a text, or because it cannot be answered.
struct rpc_answer {
  rpc::call_id call{};
  std::variant<std::string, rpc::remote_error> outcome;
};

/// End the connection.
struct hang_up {
  std::string why;
};

using peer_handle =
    caf::typed_actor<caf::reacts_to<arrived>, caf::reacts_to<tick>,
                     caf::reacts_to<rpc_call>, caf::reacts_to<rpc_answer>,
                     caf::reacts_to<head_announced>,
                     caf::reacts_to<proofs_made>, caf::reacts_to<fetch>,
                     caf::reacts_to<hang_up>>;

/// The connection is gone; nothing of it follows.
struct peer_gone {
  peer_id peer = 0;
};

// -- replica (client) --------------------------------------------------------

/// The log's channel with a peer is open.
struct replication_opened {
  peer_id peer = 0;
  peer_handle to;
};

/// What the peer says about its log, and what it sends; in order.
struct replication_news {
  peer_id peer = 0;
  std::shared_ptr<std::vector<replication::event>> events;
};

using replica_handle =
    caf::typed_actor<caf::reacts_to<replication_opened>,
                     caf::reacts_to<replication_news>,
                     caf::reacts_to<peer_gone>, caf::reacts_to<committed>,
                     caf::reacts_to<tick>, caf::reacts_to<shut_down>>;

// -- rpc dispatcher (server) -------------------------------------------------

/// A call by a remote whose key is proven.
struct rpc_request {
  peer_id peer = 0;
  peer_handle from;
  base::public_key caller{};
  rpc::called what;
  std::uint64_t connection = 0; ///< its name on both sides, for traces alone
};

/// The caller's machine has the answer.
struct rpc_delivered {
  peer_id peer = 0;
  rpc::call_id call{};
};

using dispatcher_handle =
    caf::typed_actor<caf::reacts_to<rpc_request>, caf::reacts_to<rpc_delivered>,
                     caf::reacts_to<peer_gone>, caf::reacts_to<tick>,
                     caf::reacts_to<shut_down>>;

// -- caller (client) ---------------------------------------------------------

/// The RPC channel to the server is open.
struct rpc_opened {
  peer_id peer = 0;
  peer_handle to;
};

/// What a call has come to: the text of the server, or why there is none.
struct rpc_returned {
  std::uint64_t call = 0;
  base::result<std::string> text = std::string{};
};

/// Call the server, as soon as it is there; fails at the deadline.
struct call_server {
  std::string method;
  std::string name;
  base::duration timeout{};
};
struct server_reply {
  base::result<std::string> text = std::string{};
  bool repeated = false; ///< the call went out before, and may have been heard
};

using caller_handle =
    caf::typed_actor<caf::reacts_to<rpc_opened>, caf::reacts_to<rpc_returned>,
                     caf::reacts_to<peer_gone>, caf::reacts_to<tick>,
                     caf::replies_to<call_server>::with<server_reply>,
                     caf::reacts_to<shut_down>>;

// -- log writer (server) ------------------------------------------------------

/// May this change happen? Answered when it is durable, or refused.
struct change_name {
  registry::change what;
};
struct decided {
  base::result<registry::answer> outcome = registry::answer{};
};

using log_writer_handle =
    caf::typed_actor<caf::replies_to<change_name>::with<decided>,
                     caf::reacts_to<committed>, caf::reacts_to<shut_down>>;

// -- index -------------------------------------------------------------------

/// The log has grown, durably. A server's peers learn of it by an
/// announce_length, a client's at once.
struct log_grown {
  head_announced now;
  bool announce = true;
};

/// Peers may learn of the log up to that length.
struct announce_length {
  std::uint64_t length = 0;
};

/// What the peers together claim: whether the copy is as new as any.
struct sync_progress {
  std::uint64_t claimed = 0; ///< greatest length that a peer has claimed
  bool heard = false;        ///< every connected peer, and at least one, has
};

/// Tell this peer what the log is, now and whenever it grows.
struct subscribe {
  peer_id peer = 0;
  peer_handle to;
};

struct proofs_wanted {
  peer_handle from;
  std::vector<base::proof_request> requests;
};

/// How new an answer is.
struct freshness {
  std::uint64_t length = 0; ///< of the log that it comes from
  bool current = false;     ///< as new as any peer has claimed
  bool ever = false;        ///< it was current once in this run
  /// Since it was last known to be current, in this run or an earlier one.
  std::optional<base::duration> age = std::nullopt;
};

struct name_entry {
  std::string name;
  registry::record of;
};

struct lookup_name {
  std::string name;
  std::optional<std::uint64_t> at; ///< an earlier length
};
struct name_found {
  base::result<std::optional<registry::record>> outcome =
      std::optional<registry::record>{};
  freshness how_new;
};

struct list_names {
  registry::list_options options;
};
struct names_listed {
  base::result<std::vector<name_entry>> outcome = std::vector<name_entry>{};
  freshness how_new;
};

struct name_history {
  std::string name;
  registry::history_options options = {};
};
/// Changes of all names from block `from` on, at most `limit` of them.
struct changes_since {
  std::uint64_t from = 0;
  std::size_t limit = 0;
};
struct history_told {
  base::result<std::vector<registry::event>> outcome =
      std::vector<registry::event>{};
  freshness how_new;
  bool known = true; ///< a name: it has a history, if only elsewhere
};

/// The names that a key has, in the order in which it got them.
struct names_of_key {
  base::public_key key{};
  registry::history_options options = {};
};

struct index_query {};
struct index_status {
  freshness how_new;
  std::uint64_t claimed = 0; ///< greatest length that a peer has claimed
  std::uint64_t names = 0;
  std::uint64_t bytes = 0;
  std::size_t peers = 0;
  std::string problem; ///< why the log is not shown further; empty: none
};

/// The end of a wait.
struct waited {
  bool happened = false;
  freshness how_new;
};

/// Answered when the copy is as new as any peer has claimed, or at the
/// deadline.
struct wait_until_current {
  base::duration timeout{};
};

/// Answered when the copy shows that the key has got, or given back, the name
/// in block `from` or later, or at the deadline.
struct wait_for_change {
  std::string name;
  base::public_key by{};
  registry::action what = registry::action::put;
  std::uint64_t from = 0;
  base::duration timeout{};
};

/// Answered when the log is longer than that, or at the deadline.
struct wait_for_length {
  std::uint64_t longer_than = 0;
  base::duration timeout{};
};

using index_handle = caf::typed_actor<
    caf::reacts_to<log_grown>, caf::reacts_to<announce_length>,
    caf::reacts_to<sync_progress>, caf::reacts_to<subscribe>,
    caf::reacts_to<peer_gone>, caf::reacts_to<proofs_wanted>,
    caf::reacts_to<tick>, caf::replies_to<lookup_name>::with<name_found>,
    caf::replies_to<list_names>::with<names_listed>,
    caf::replies_to<name_history>::with<history_told>,
    caf::replies_to<changes_since>::with<history_told>,
    caf::replies_to<names_of_key>::with<names_listed>,
    caf::replies_to<index_query>::with<index_status>,
    caf::replies_to<wait_until_current>::with<waited>,
    caf::replies_to<wait_for_change>::with<waited>,
    caf::replies_to<wait_for_length>::with<waited>, caf::reacts_to<shut_down>>;

// -- repl --------------------------------------------------------------------

/// A line that a person or a pipe has given; `last` after the last one.
struct typed_line {
  std::string text;
  bool last = false;
};

/// Run one command, then end: the words of a command line.
struct run_once {
  std::vector<std::string> words;
};

/// Ctrl-C: ends what is running, or the program.
struct interrupt {};

using repl_handle =
    caf::typed_actor<caf::reacts_to<typed_line>, caf::reacts_to<run_once>,
                     caf::reacts_to<interrupt>, caf::reacts_to<tick>,
                     caf::reacts_to<shut_down>>;

} // namespace hyper::actors

HYPER_MESSAGE(hyper::actors::tick)
HYPER_MESSAGE(hyper::actors::shut_down)
HYPER_MESSAGE(hyper::actors::arrived)
HYPER_MESSAGE(hyper::actors::committed)
HYPER_MESSAGE(hyper::actors::dial_peer)
HYPER_MESSAGE(hyper::actors::listen_under)
HYPER_MESSAGE(hyper::actors::join_topic)
HYPER_MESSAGE(hyper::actors::discovery_query)
HYPER_MESSAGE(hyper::actors::discovery_status)
HYPER_MESSAGE(hyper::actors::dial_ended)
HYPER_MESSAGE(hyper::actors::discovery_news)
HYPER_MESSAGE(hyper::actors::peer_proven)
HYPER_MESSAGE(hyper::actors::peer_silent)
HYPER_MESSAGE(hyper::actors::swarm_query)
HYPER_MESSAGE(hyper::actors::swarm_status)
HYPER_MESSAGE(hyper::actors::wait_until_announced)
HYPER_MESSAGE(hyper::actors::announced_everything)
HYPER_MESSAGE(hyper::actors::attach_swarm)
HYPER_MESSAGE(hyper::actors::head_announced)
HYPER_MESSAGE(hyper::actors::proof_made)
HYPER_MESSAGE(hyper::actors::proofs_made)
HYPER_MESSAGE(hyper::actors::fetch)
HYPER_MESSAGE(hyper::actors::rpc_call)
HYPER_MESSAGE(hyper::actors::rpc_answer)
HYPER_MESSAGE(hyper::actors::hang_up)
HYPER_MESSAGE(hyper::actors::peer_gone)
HYPER_MESSAGE(hyper::actors::replication_opened)
HYPER_MESSAGE(hyper::actors::replication_news)
HYPER_MESSAGE(hyper::actors::rpc_request)
HYPER_MESSAGE(hyper::actors::rpc_delivered)
HYPER_MESSAGE(hyper::actors::rpc_opened)
HYPER_MESSAGE(hyper::actors::rpc_returned)
HYPER_MESSAGE(hyper::actors::call_server)
HYPER_MESSAGE(hyper::actors::server_reply)
HYPER_MESSAGE(hyper::actors::change_name)
HYPER_MESSAGE(hyper::actors::decided)
HYPER_MESSAGE(hyper::actors::log_grown)
HYPER_MESSAGE(hyper::actors::announce_length)
HYPER_MESSAGE(hyper::actors::sync_progress)
HYPER_MESSAGE(hyper::actors::subscribe)
HYPER_MESSAGE(hyper::actors::proofs_wanted)
HYPER_MESSAGE(hyper::actors::freshness)
HYPER_MESSAGE(hyper::actors::name_entry)
HYPER_MESSAGE(hyper::actors::lookup_name)
HYPER_MESSAGE(hyper::actors::name_found)
HYPER_MESSAGE(hyper::actors::list_names)
HYPER_MESSAGE(hyper::actors::names_listed)
HYPER_MESSAGE(hyper::actors::name_history)
HYPER_MESSAGE(hyper::actors::changes_since)
HYPER_MESSAGE(hyper::actors::history_told)
HYPER_MESSAGE(hyper::actors::names_of_key)
HYPER_MESSAGE(hyper::actors::index_query)
HYPER_MESSAGE(hyper::actors::index_status)
HYPER_MESSAGE(hyper::actors::wait_until_current)
HYPER_MESSAGE(hyper::actors::wait_for_change)
HYPER_MESSAGE(hyper::actors::wait_for_length)
HYPER_MESSAGE(hyper::actors::waited)
HYPER_MESSAGE(hyper::actors::typed_line)
HYPER_MESSAGE(hyper::actors::run_once)
HYPER_MESSAGE(hyper::actors::interrupt)
