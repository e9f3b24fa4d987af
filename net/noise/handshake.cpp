#include "net/noise/handshake.hpp"

#include "base/assert.hpp"

namespace hyper::noise {

namespace {

const base::error short_message{base::errc::malformed,
                                "noise: message too short"};
const base::error already_failed{base::errc::closed,
                                 "noise: handshake has failed before"};

// Room for both keys and both MACs of the longest message.
constexpr std::size_t payload_max = message_max - 32 - 48 - 16;

bool is_product(token which) {
  return which != token::e && which != token::s;
}

} // namespace

static_key make_static(const base::key_pair& pair) {
  return {pair, base::private_scalar(pair)};
}

handshake::handshake(pattern which, role side, const static_key& local,
                     base::bytes_view prologue,
                     std::optional<base::public_key> remote)
    : pattern_(which), role_(side), local_(local),
      symmetric_(protocol_name(which)) {
  symmetric_.mix_hash(prologue);
  if (!responder_is_known(which))
    return;
  if (side == role::initiator) {
    HYPER_ASSERT(remote.has_value());
    remote_ = remote;
  }
  symmetric_.mix_hash(side == role::initiator ? *remote_ : local_.pair.pub);
}

bool handshake::our_turn() const {
  auto initiators = step_ % 2 == 0;
  return state_ == state::running && initiators == (role_ == role::initiator);
}

const session& handshake::outcome() const {
  HYPER_ASSERT(finished());
  return outcome_;
}

base::result<base::bytes> handshake::write(base::entropy& chance,
                                           base::bytes_view payload) {
  if (failed())
    return fail(already_failed);
  HYPER_ASSERT(our_turn());
  if (payload.size() > payload_max)
    return fail({base::errc::limit, "noise: payload too long"});
  base::bytes out;
  for (auto step : message_tokens(pattern_, step_)) {
    if (!is_product(step))
      base::append(out, send_key(chance, step));
    else if (auto mixed = mix_product(step); !mixed)
      return fail(mixed.failure());
  }
  base::append(out, symmetric_.encrypt_and_hash(payload));
  HYPER_ASSERT(out.size() <= message_max);
  advance();
  return out;
}

base::result<base::bytes> handshake::read(base::bytes_view message) {
  if (failed())
    return fail(already_failed);
  if (finished() || our_turn())
    return fail({base::errc::malformed, "noise: message out of turn"});
  if (message.size() > message_max)
    return fail({base::errc::malformed, "noise: message too long"});
  for (auto step : message_tokens(pattern_, step_)) {
    auto done =
        is_product(step) ? mix_product(step) : receive_key(message, step);
    if (!done)
      return fail(done.failure());
  }
  auto payload = decrypt(message);
  if (!payload)
    return fail(payload.failure());
  advance();
  return payload;
}

base::bytes handshake::send_key(base::entropy& chance, token which) {
  if (which == token::s)
    return symmetric_.encrypt_and_hash(local_.pair.pub);
  draw_ephemeral(chance);
  symmetric_.mix_hash(ephemeral_.pub);
  return base::to_bytes(ephemeral_.pub);
}

base::status handshake::receive_key(base::bytes_view& rest, token which) {
  auto encrypted = which == token::s ? symmetric_.overhead() : 0;
  auto size = sizeof(base::public_key) + encrypted;
  if (rest.size() < size)
    return short_message;
  auto text = rest.first(size);
  rest = rest.subspan(size);
  if (which == token::e) {
    symmetric_.mix_hash(text);
    remote_ephemeral_ = base::take<32>(text);
    return base::unit{};
  }
  auto key = decrypt(text);
  if (!key)
    return key.failure();
  remote_ = base::take<32>(*key);
  return base::unit{};
}

base::result<base::bytes> handshake::decrypt(base::bytes_view text) {
  if (text.size() < symmetric_.overhead())
    return short_message;
  auto plain = symmetric_.decrypt_and_hash(text);
  if (!plain)
    return base::error{base::errc::unauthorized,
                       "noise: message does not decrypt"};
  return *std::move(plain);
}

base::status handshake::mix_product(token which) {
  auto other = role_ == role::initiator ? role::responder : role::initiator;
  const auto& ours =
      uses_static(which, role_) ? local_.scalar : ephemeral_.scalar;
  const auto& theirs = uses_static(which, other) ? remote_ : remote_ephemeral_;
  HYPER_ASSERT(theirs.has_value());
  auto shared = base::diffie_hellman(ours, *theirs);
  if (!shared)
    return base::error{base::errc::unauthorized,
                       "noise: a public key is no sound point"};
  symmetric_.mix_key(*shared);
  return base::unit{};
}

void handshake::draw_ephemeral(base::entropy& chance) {
  base::secret<32> seed = chance.array<32>();
  auto pair = base::make_key_pair(seed);
  ephemeral_ = {pair.pub, base::private_scalar(pair)};
  base::wipe(pair.secret);
}

void handshake::advance() {
  HYPER_ASSERT(state_ == state::running);
  HYPER_ASSERT(step_ < message_count(pattern_));
  if (++step_ == message_count(pattern_))
    finish();
}

void handshake::finish() {
  HYPER_ASSERT(remote_.has_value());
  auto [initiators, responders] = symmetric_.split();
  outcome_.is_initiator = role_ == role::initiator;
  outcome_.tx = outcome_.is_initiator ? initiators : responders;
  outcome_.rx = outcome_.is_initiator ? responders : initiators;
  outcome_.handshake_hash = symmetric_.hash();
  outcome_.local = local_.pair.pub;
  outcome_.remote = *remote_;
  HYPER_ASSERT(outcome_.tx != outcome_.rx);
  state_ = state::finished;
  wipe();
}

void handshake::wipe() {
  base::wipe(ephemeral_.scalar);
  base::wipe(local_.scalar);
  base::wipe(local_.pair.secret);
  symmetric_.wipe();
}

base::error handshake::fail(base::error reason) {
  state_ = state::failed;
  wipe();
  return reason;
}

} // namespace hyper::noise
