#include "actors/trace/recorder.hpp"

#include "base/assert.hpp"

#include <caf/local_actor.hpp>

#include <chrono>
#include <set>

namespace hyper::actors::trace {

namespace {

// Who sends what comes from no actor.
std::string_view outsider(std::string_view type) {
  if (type == "arrived")
    return "network";
  return type == "committed" ? "disk" : "outside";
}

// Records may be looked at when their recorder is gone.
std::string_view kept_for_ever(const std::string& name) {
  static std::mutex mutex;
  static auto* names = new std::set<std::string>; // there are a few
  std::lock_guard guard{mutex};
  return *names->insert(name).first;
}

template <class Map>
void forget_if_full(Map& what) {
  if (what.size() >= remembered_max)
    what.clear();
}

} // namespace

// Actors that only carry a question from outside have CAF's own names.
std::string_view kind_of(const caf::abstract_actor* who) {
  const auto* local = dynamic_cast<const caf::local_actor*>(who);
  if (local == nullptr)
    return "outside";
  std::string_view name = local->name();
  return name.find("actor") == std::string_view::npos ? name : "outside";
}

recorder::recorder(clock now, sink& out) : now_(std::move(now)), out_(out) {}

// What is in a mailbox now has no beginning when it is handled later, and what
// it causes has it for a cause all the same.
void recorder::record_messages(bool on) {
  std::lock_guard guard{mutex_};
  on_ = on;
  queue_.clear();
  questions_.clear();
  notes_.clear();
  message_in_hand = 0;
}

void recorder::enter(const std::string& node) {
  auto name = kept_for_ever(node);
  std::lock_guard guard{mutex_};
  entered_ = name;
}

// An actor that is new belongs to the node that was entered, or else to that of
// the actor it has to do with.
participant recorder::introduce(const caf::abstract_actor* who,
                                std::string_view near) {
  forget_if_full(actors_);
  auto [found, fresh] = actors_.try_emplace(who->id());
  if (fresh) {
    auto node = entered_.empty() ? near : entered_;
    found->second = {node, kind_of(who), who->id()};
  }
  return found->second;
}

participant recorder::introduce(const caf::strong_actor_ptr& who,
                                std::string_view near) {
  if (!who)
    return {near, "outside", 0};
  return introduce(caf::actor_cast<caf::abstract_actor*>(who), near);
}

// A response names its request by the asker and a number.
void recorder::link_question(record& one, const participant& to,
                             const caf::mailbox_element& message) {
  if (message.mid.is_request() && one.from.id != 0) {
    forget_if_full(questions_);
    questions_[{one.from.id, message.mid.request_id().integer_value()}] =
        one.number;
  } else if (message.mid.is_response()) {
    auto found =
        questions_.find({to.id, message.mid.request_id().integer_value()});
    if (found == questions_.end())
      return;
    one.question = found->second;
    questions_.erase(found);
  }
}

// Without a node, the first message will tell.
void recorder::spawned(caf::scheduled_actor& who) {
  std::lock_guard guard{mutex_};
  if (!entered_.empty())
    introduce(&who, entered_);
}

void recorder::queued(caf::scheduled_actor& receiver, int depth,
                      const caf::mailbox_element& message) {
  if (!on_)
    return;
  std::lock_guard guard{mutex_};
  forget_if_full(queue_);
  waiting entry;
  auto& one = entry.so_far;
  one.number = ++last_;
  one.cause = message_in_hand;
  one.depth = depth;
  one.queued = now_();
  // Whoever of the two is known already tells where the other one is.
  auto known = actors_.find(receiver.id());
  auto near = known == actors_.end() ? entered_ : known->second.node;
  one.from = introduce(message.sender, near);
  one.to = introduce(&receiver, one.from.node);
  link_question(one, one.to, message);
  queue_.insert_or_assign(&message, std::move(entry));
}

void recorder::begins(caf::scheduled_actor& receiver,
                      const caf::mailbox_element& message) {
  if (!on_)
    return;
  std::lock_guard guard{mutex_};
  auto found = queue_.find(&message);
  if (found == queue_.end()) {
    // Queued before the recorder was installed, or forgotten.
    found = queue_.emplace(&message, waiting{}).first;
    auto& late = found->second.so_far;
    late.number = ++last_;
    late.to = introduce(&receiver, {});
    late.from = introduce(message.sender, late.to.node);
    late.queued = now_();
  }
  auto& one = found->second.so_far;
  one.what = describe(message.content());
  if (one.from.id == 0)
    one.from.name = outsider(one.what.type);
  one.begun = now_();
  found->second.before = std::exchange(message_in_hand, one.number);
}

void recorder::ended(caf::scheduled_actor&, const caf::mailbox_element& message,
                     caf::invoke_message_result outcome) {
  if (!on_)
    return;
  std::lock_guard guard{mutex_};
  auto found = queue_.find(&message);
  if (found == queue_.end())
    return;
  message_in_hand = found->second.before;
  // A skipped message waits on, and comes again.
  if (outcome == caf::invoke_message_result::skipped)
    return;
  auto one = std::move(found->second.so_far);
  queue_.erase(found);
  one.ended = now_();
  if (!notes_.empty())
    if (auto notes = notes_.extract(one.number); !notes.empty())
      for (auto& note : notes.mapped())
        one.what.fields.push_back(std::move(note));
  out_.take(std::move(one));
}

void recorder::noted(const char* key, std::uint64_t value) {
  if (!on_)
    return;
  std::lock_guard guard{mutex_};
  if (message_in_hand == 0)
    return;
  forget_if_full(notes_);
  notes_[message_in_hand].push_back({key, value});
}

installation::installation(message_observer& what) {
  [[maybe_unused]] auto* before = installed_observer.exchange(&what);
  HYPER_ASSERT(before == nullptr);
}

installation::~installation() {
  installed_observer.store(nullptr);
}

base::instant steady_now() {
  auto since = std::chrono::steady_clock::now().time_since_epoch();
  return base::instant{std::chrono::duration_cast<base::duration>(since)};
}

} // namespace hyper::actors::trace
