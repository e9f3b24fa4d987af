#include "net/dht/errand.hpp"

#include "base/assert.hpp"

#include <vector>

namespace hyper::dht {

namespace {

template <class Id>
errand* take(std::map<Id, errand*>& waiting, Id which) {
  auto found = waiting.find(which);
  if (found == waiting.end())
    return nullptr;
  auto* who = found->second;
  waiting.erase(found);
  return who;
}

} // namespace

bool switchboard::route(base::instant now, const answered& what) {
  auto* who = take(requests_, what.id);
  if (who != nullptr)
    who->handle(now, what);
  return who != nullptr;
}

bool switchboard::route(base::instant now, const failed& what) {
  auto* who = take(requests_, what.id);
  if (who != nullptr)
    who->handle(now, what);
  return who != nullptr;
}

bool switchboard::route(base::instant now, const query_reply& what) {
  auto found = queries_.find(what.id);
  if (found == queries_.end())
    return false;
  found->second->handle(now, what);
  return true;
}

bool switchboard::route(base::instant now, const query_done& what) {
  auto* who = take(queries_, what.id);
  if (who != nullptr)
    who->handle(now, what);
  return who != nullptr;
}

void switchboard::handle_timeout(base::instant now) {
  for (const auto& [number, who] : errands_)
    if (auto due = who->poll_timeout(); due && *due <= now)
      who->handle_timeout(now);
}

std::optional<base::instant> switchboard::poll_timeout() const {
  std::optional<base::instant> next;
  for (const auto& [number, who] : errands_)
    if (auto due = who->poll_timeout(); due && (!next || *due < *next))
      next = due;
  return next;
}

errand::errand(workplace& at) : at_(at), number_(++at.board.last_errand_) {
  at_.board.errands_.emplace(number_, this);
}

errand::~errand() {
  hang_up();
  auto known = at_.board.errands_.erase(number_);
  HYPER_ASSERT(known == 1);
}

void errand::handle(base::instant, const answered&) {}

void errand::handle(base::instant, const failed&) {}

void errand::handle(base::instant, const query_reply&) {}

void errand::handle(base::instant, const query_done&) {}

request_id errand::ask(base::instant now, const base::endpoint& to, call what,
                       ask_options how) {
  auto id = at_.board.node_.ask(now, to, std::move(what), how);
  auto fresh = at_.board.requests_.emplace(id, this).second;
  HYPER_ASSERT(fresh);
  return id;
}

query_id errand::search(base::instant now, call what, query_options how) {
  auto id = at_.board.node_.search(now, std::move(what), std::move(how));
  auto fresh = at_.board.queries_.emplace(id, this).second;
  HYPER_ASSERT(fresh);
  return id;
}

void errand::hang_up(query_id which) {
  if (at_.board.queries_.erase(which) != 0)
    at_.board.node_.cancel(which);
}

void errand::hang_up() {
  auto cancel_all = [this](auto& waiting) {
    for (auto i = waiting.begin(); i != waiting.end();) {
      if (i->second != this) {
        ++i;
        continue;
      }
      at_.board.node_.cancel(i->first);
      i = waiting.erase(i);
    }
  };
  cancel_all(at_.board.requests_);
  cancel_all(at_.board.queries_);
}

} // namespace hyper::dht
