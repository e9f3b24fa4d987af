#include "tests/vectors/replication_host.hpp"

#include "store/log/keys.hpp"
#include "tests/net/replication/recorded.hpp"

namespace hyper::test {

namespace {

using namespace replication;

constexpr source_id remote_id = 1;
constexpr std::uint64_t control_reject = 2;

rejection rejection_of(log::fault why) {
  switch (why) {
  case log::fault::misplaced_node:
    return rejection::misplaced;
  case log::fault::wrong_hash:
  case log::fault::wrong_manifest:
  case log::fault::wrong_signature:
    return rejection::wrong;
  default:
    return rejection::useless;
  }
}

} // namespace

host::host(stored_log stored, const base::hash64& handshake_hash)
    : log(std::move(stored)),
      downloads({fetch_mode::sparse}, head_of(log.state), blocks_of(log.state)),
      handshake_hash_(handshake_hash) {
  mux_.offered().add(std::string{protocol}, log::discovery_key(log.state.key));
  mux_.offered().alias(std::string{protocol_alias}, std::string{protocol});
}

void host::hear(const std::vector<base::bytes>& frames) {
  for (const auto& frame : frames) {
    if (destroyed)
      return;
    mux_.handle_message(frame);
    while (auto what = mux_.poll_event())
      handle(*what);
  }
  pump();
}

void host::hear_message(const message& what) {
  base::writer frame;
  frame.uint(1);
  frame.uint(type_of(what));
  frame.raw(encode(what));
  hear({frame.data()});
}

void host::fetch(std::uint64_t block) {
  end_if(downloads.fetch(now_, block) ? base::status{base::unit{}}
                                      : base::error{});
  pump();
}

void host::wait() {
  for (int rounds = 0; rounds < 100 && channel_; ++rounds) {
    auto due = channel_->poll_timeout();
    if (!due)
      return;
    now_ = *due;
    channel_->handle_timeout(now_);
    pump();
  }
}

void host::end_if(const base::status& done) {
  if (done || destroyed)
    return;
  destroyed = true;
  channel_.reset();
  downloads.peer_closed(now_, remote_id);
}

void host::handle(mux::event& what) {
  if (auto* wish = std::get_if<mux::incoming>(&what)) {
    handle(*wish);
  } else if (auto* one = std::get_if<mux::message>(&what)) {
    if (channel_)
      end_if(channel_->handle_message(now_, one->type, one->payload));
  } else if (std::holds_alternative<mux::closed>(what)) {
    channel_.reset();
    downloads.peer_closed(now_, remote_id);
  } else if (auto* failed = std::get_if<mux::failed>(&what)) {
    end_if(failed->reason);
  }
}

void host::handle(mux::incoming& what) {
  if (channel_)
    return mux_.reject(what.wanted);
  channel fresh{{log.state.key, handshake_hash_, stream_role::responder, true},
                head_of(log.state),
                blocks_of(log.state)};
  if (auto done = fresh.handle_open(now_, what.handshake); !done)
    return end_if(done);
  on_ = *mux_.accept(what.wanted, fresh.handshake());
  channel_.emplace(std::move(fresh));
  end_if(downloads.peer_opened(now_, remote_id) ? base::status{base::unit{}}
                                                : base::error{});
}

void host::pump() {
  while (drain_events() || drain_orders())
    continue;
  if (channel_)
    while (auto one = channel_->poll_transmit())
      end_if(mux_.send(*on_, one->type, one->payload));
  drain_frames();
}

bool host::drain_events() {
  auto busy = false;
  while (channel_) {
    auto one = channel_->poll_event();
    if (!one)
      break;
    busy = true;
    if (auto* asked = std::get_if<wanted>(&*one)) {
      if (auto proof = prove(log, asked->request))
        channel_->answer(now_, std::move(*proof));
    } else if (auto* got = std::get_if<received>(&*one)) {
      take(*got);
    } else if (auto* no = std::get_if<denied>(&*one)) {
      downloads.handle_denied(now_, remote_id, no->asked.id, no->reason);
    } else if (auto* heard = std::get_if<replication::sync>(&*one)) {
      downloads.handle_sync(now_, remote_id, *heard);
    } else if (auto* has = std::get_if<range>(&*one)) {
      downloads.handle_range(now_, remote_id, *has);
    } else if (auto* bits = std::get_if<bitfield>(&*one)) {
      downloads.handle_bitfield(now_, remote_id, *bits);
    }
  }
  return busy;
}

void host::take(const received& got) {
  if (auto fault = log.take(got.asked, got.proof)) {
    faults.push_back(*fault);
    downloads.rejected(now_, remote_id, got.asked.id, rejection_of(*fault));
    return;
  }
  if (log.frozen) {
    downloads.freeze(now_);
    mux_.close(*on_);
    channel_.reset();
    return;
  }
  block_range fresh;
  if (got.proof.block)
    fresh = {got.proof.block->index, 1};
  downloads.verified(now_, remote_id, got.asked.id, head_of(log.state), fresh);
  channel_->announce(now_, head_of(log.state), fresh);
}

bool host::drain_orders() {
  auto busy = false;
  while (channel_) {
    auto one = downloads.poll_transmit(*this);
    if (!one)
      break;
    busy = true;
    if (auto* request = std::get_if<base::proof_request>(&one->what))
      channel_->request(now_, *request);
    else if (auto* gone = std::get_if<cancel>(&one->what))
      channel_->cancel(now_, gone->request);
    else
      channel_->tell(now_, std::get<want>(one->what));
  }
  while (auto one = downloads.poll_event())
    forked = forked || std::holds_alternative<remote_forked>(*one);
  return busy;
}

void host::drain_frames() {
  while (auto frame = mux_.poll_transmit())
    for (const auto& one : split_frame(*frame)) {
      if (one.channel == 0 && one.type == control_reject)
        rejected.push_back(base::reader{one.payload}.uint());
      else if (one.channel != 0)
        said.push_back(*decode(one.type, one.payload));
    }
}

std::uint64_t host::missing_nodes(std::uint64_t block) const {
  return *log::missing_nodes(*log.read(), log.state.current.length(),
                             2 * block);
}

} // namespace hyper::test
