#include "net/dht/value_errand.hpp"

namespace hyper::dht {

namespace {

call first_call(const value_errand::wish& what, const base::hash32& target) {
  if (const auto* put = std::get_if<value_errand::put>(&what)) {
    auto value = put->look == command::mutable_get ? encode_mutable_get(0)
                                                   : base::bytes{};
    return {code_of(put->look), target, std::move(value), std::nullopt};
  }
  if (const auto* get = std::get_if<value_errand::get_mutable>(&what))
    return {code_of(command::mutable_get), target,
            encode_mutable_get(get->seq_min), std::nullopt};
  return {code_of(command::immutable_get), target, {}, std::nullopt};
}

} // namespace

value_errand::value_errand(workplace& where, value_id id,
                           const base::hash32& target, wish what,
                           base::instant now)
    : errand(where), id_(id), target_(target), what_(std::move(what)) {
  search(now, first_call(what_, target_));
}

void value_errand::handle(base::instant now, const query_reply& what) {
  if (done_ || what.value.empty())
    return;
  if (const auto* want = std::get_if<get_mutable>(&what_))
    return look(now, *want, what.value);
  if (!std::holds_alternative<get_immutable>(what_))
    return;
  if (base::blake2b(what.value) != target_) {
    ++at().stats.bad_replies;
    return;
  }
  hang_up();
  finish(value_found{id_, 0, what.value});
}

void value_errand::look(base::instant, const get_mutable& want,
                        base::bytes_view raw) {
  auto value = decode_mutable_value(raw);
  if (!value || !is_signed(want.key, *value)) {
    ++at().stats.bad_replies;
    return;
  }
  if (value->seq >= want.seq_min && (!best_ || value->seq > best_->seq))
    best_ = *value;
}

void value_errand::handle(base::instant now, const query_done& what) {
  const auto* wanted = std::get_if<put>(&what_);
  if (wanted == nullptr && best_)
    return finish(value_found{id_, best_->seq, best_->value});
  if (wanted == nullptr)
    return finish(value_missing{id_});
  for (const auto& to : what.closest) {
    if (!to.token)
      continue;
    ++writing_;
    ask(now, to.address,
        {code_of(wanted->commit), target_, wanted->value, to.token});
  }
  settle(0);
}

void value_errand::handle(base::instant, const answered& what) {
  if (what.message.error == 0)
    ++stored_;
  settle(1);
}

void value_errand::handle(base::instant, const failed&) {
  settle(1);
}

void value_errand::settle(std::size_t answers) {
  HYPER_ASSERT(writing_ >= answers);
  writing_ -= answers;
  if (writing_ == 0)
    finish(value_stored{id_, target_, stored_});
}

void value_errand::finish(hyperdht_event how) {
  HYPER_ASSERT(!done_);
  done_ = true;
  tell(std::move(how));
}

void value_errand::handle_timeout(base::instant) {}

std::optional<base::instant> value_errand::poll_timeout() const {
  return std::nullopt; // the node ends every query and every request
}

} // namespace hyper::dht
