#include "actors/metrics/meter.hpp"

#include "actors/json_text.hpp"
#include "actors/metrics/process.hpp"
#include "actors/trace/recorder.hpp"
#include "actors/world/datagram_batch.hpp"
#include "net/rpc/values.hpp"

#include <limits>
#include <prometheus/text_serializer.h>

#include <caf/scheduled_actor.hpp>

#include <chrono>

namespace hyper::actors::metrics {

namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::MetricFamily;
using prometheus::MetricType;

// Seconds. A handler is a few microseconds; a commit waits for the disk.
const prometheus::Histogram::BucketBoundaries handling_buckets = {
    1e-5, 5e-5, 2e-4, 1e-3, 5e-3, 2e-2, 0.1, 1};
const prometheus::Histogram::BucketBoundaries commit_buckets = {
    1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.2, 0.5, 1, 5};

// More than there are classes of actors.
constexpr std::size_t names_known_max = 64;

// Handlers do not nest, and each runs to its end on one thread.
thread_local std::chrono::steady_clock::time_point handling_since;

std::string outcome_of(const decided& what) {
  if (!what.outcome)
    return "unavailable";
  switch (what.outcome->made.what) {
  case registry::verdict::accepted:
    return "accepted";
  case registry::verdict::idempotent:
    return "idempotent";
  case registry::verdict::taken:
    return "taken";
  case registry::verdict::not_found:
    return "not_found";
  case registry::verdict::unauthorized:
    return "unauthorized";
  case registry::verdict::invalid:
    return "invalid";
  }
  return "";
}

MetricFamily single(std::string name, std::string help, MetricType type,
                    double value) {
  MetricFamily out;
  out.name = std::move(name);
  out.help = std::move(help);
  out.type = type;
  out.metric.emplace_back();
  out.metric[0].gauge.value = value;
  out.metric[0].counter.value = value;
  return out;
}

std::vector<MetricFamily> state_of(const index_status& now) {
  auto gauge = [](const char* name, const char* help, double value) {
    return single(std::string{"hyper_registry_"} + name, help,
                  MetricType::Gauge, value);
  };
  auto number = [](std::uint64_t value) { return static_cast<double>(value); };
  const auto& fresh = now.how_new;
  return {
      gauge("log_length", "Blocks of the log that are shown",
            number(fresh.length)),
      gauge("log_claimed_length", "Greatest length that a peer has claimed",
            number(now.claimed)),
      gauge("log_bytes", "Bytes of the log's blocks", number(now.bytes)),
      gauge("log_current", "Whether the copy is as new as any peer's",
            fresh.current ? 1 : 0),
      gauge("log_age_seconds", "Since the copy was last known to be current",
            fresh.age ? static_cast<double>(fresh.age->count()) / 1e6
                      : std::numeric_limits<double>::quiet_NaN()),
      gauge("names", "Names that somebody has", number(now.names)),
      gauge("peers", "Connections with peers", number(now.peers)),
  };
}

std::vector<MetricFamily> state_of_process() {
  auto now = read_process();
  return {
      single("process_resident_memory_bytes", "Resident memory size in bytes",
             MetricType::Gauge, now.resident_bytes),
      single("process_cpu_seconds_total", "User and system time in seconds",
             MetricType::Counter, now.cpu_seconds),
      single("process_open_fds", "Open file descriptors", MetricType::Gauge,
             now.open_files),
      single("process_start_time_seconds", "Start since the Unix epoch",
             MetricType::Gauge, now.start_seconds),
  };
}

} // namespace

meter::meter()
    : living_(BuildGauge()
                  .Name("hyper_registry_actors")
                  .Help("Actors that live")
                  .Register(registry_)),
      waiting_(BuildGauge()
                   .Name("hyper_registry_mailbox_messages")
                   .Help("Messages in mailboxes, with the one in hand")
                   .Register(registry_)),
      handling_(BuildHistogram()
                    .Name("hyper_registry_handling_seconds")
                    .Help("Time to handle a message")
                    .Register(registry_)),
      changes_(BuildCounter()
                   .Name("hyper_registry_changes_total")
                   .Help("Changes that callers asked for, by what became of it")
                   .Register(registry_)),
      dials_(BuildCounter()
                 .Name("hyper_registry_dials_total")
                 .Help("Dials of ours that have ended")
                 .Register(registry_)),
      calls_(BuildCounter()
                 .Name("hyper_registry_rpc_calls_total")
                 .Help("Calls of remotes, by method")
                 .Register(registry_)),
      replies_(BuildCounter()
                   .Name("hyper_registry_http_replies_total")
                   .Help("Replies to HTTP requests, by route and status")
                   .Register(registry_)),
      guests_(BuildGauge()
                  .Name("hyper_registry_http_connections")
                  .Help("Open connections of the gateway")
                  .Register(registry_)),
      commits_(BuildHistogram()
                   .Name("hyper_registry_commit_seconds")
                   .Help("Time until a batch is durable")
                   .Register(registry_)
                   .Add({}, commit_buckets)),
      wrong_proofs_(BuildCounter()
                        .Name("hyper_registry_wrong_proofs_total")
                        .Help("Proofs of peers that did not verify")
                        .Register(registry_)
                        .Add({})),
      received_(BuildCounter()
                    .Name("hyper_registry_received_bytes_total")
                    .Help("Bytes of packets that have arrived")
                    .Register(registry_)
                    .Add({})),
      received_packets_(BuildCounter()
                            .Name("hyper_registry_received_packets_total")
                            .Help("Packets that have arrived")
                            .Register(registry_)
                            .Add({})),
      sent_(BuildCounter()
                .Name("hyper_registry_sent_bytes_total")
                .Help("Bytes of packets that were sent")
                .Register(registry_)
                .Add({})) {
  for (const auto* outcome : {"connected", "failed"})
    dials_.Add({{"outcome", outcome}});
  for (const auto* method : {"register", "delete", "other"})
    calls_.Add({{"method", method}});
  for (const auto* action : {"register", "delete"})
    for (const auto* outcome : {"accepted", "idempotent", "taken", "not_found",
                                "unauthorized", "invalid", "unavailable"})
      changes_.Add({{"action", action}, {"outcome", outcome}});
}

std::string meter::render(const index_status& now) {
  auto all = registry_.Collect();
  for (auto& part : {state_of(now), state_of_process()})
    all.insert(all.end(), part.begin(), part.end());
  return prometheus::TextSerializer{}.Serialize(all);
}

std::vector<kind_count> meter::kinds() const {
  std::lock_guard guard{mutex_};
  std::vector<kind_count> out;
  for (const auto& [kind, one] : cells_)
    out.push_back({kind, static_cast<std::int64_t>(one.living->Value()),
                   static_cast<std::int64_t>(one.waiting->Value())});
  return out;
}

void meter::replied(std::string_view route, unsigned status) {
  replies_
      .Add({{"route", std::string{route}}, {"status", std::to_string(status)}})
      .Increment();
}

void meter::guests_changed(std::string_view kind, int change) {
  guests_.Add({{"kind", std::string{kind}}}).Increment(change);
}

// Names are literals, of which there are a few: most often one comparison of
// addresses finds the cell.
meter::cell& meter::cell_of(const caf::scheduled_actor& who) {
  const auto* name = who.name();
  std::lock_guard guard{mutex_};
  for (const auto& [known, cell] : known_)
    if (known == name)
      return *cell;
  auto kind = trace::kind_of(&who);
  auto [found, fresh] = cells_.try_emplace(kind);
  if (fresh) {
    prometheus::Labels labels{{"kind", std::string{kind}}};
    found->second = {&living_.Add(labels), &waiting_.Add(labels),
                     &handling_.Add(labels, handling_buckets)};
  }
  if (known_.size() < names_known_max)
    known_.emplace_back(name, &found->second);
  return found->second;
}

void meter::spawned(caf::scheduled_actor& who) {
  cell_of(who).living->Increment();
}

void meter::gone(caf::scheduled_actor& who, int left) {
  auto& one = cell_of(who);
  one.living->Decrement();
  one.waiting->Decrement(left);
}

void meter::queued(caf::scheduled_actor& receiver, int,
                   const caf::mailbox_element&) {
  cell_of(receiver).waiting->Increment();
}

void meter::begins(caf::scheduled_actor& receiver,
                   const caf::mailbox_element& message) {
  count(receiver, message);
  handling_since = std::chrono::steady_clock::now();
}

void meter::ended(caf::scheduled_actor& receiver, const caf::mailbox_element&,
                  caf::invoke_message_result outcome) {
  if (outcome == caf::invoke_message_result::skipped)
    return;
  std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - handling_since;
  auto& one = cell_of(receiver);
  one.handling->Observe(took.count());
  one.waiting->Decrement();
}

void meter::count(caf::scheduled_actor& receiver,
                  const caf::mailbox_element& message) {
  const auto& what = message.content();
  if (what.match_elements<arrived>()) {
    // What an actor sends on was counted when it came.
    if (message.sender)
      return;
    const auto& batch = *what.get_as<arrived>(0).batch;
    received_packets_.Increment(static_cast<double>(batch.size()));
    received_.Increment(static_cast<double>(batch.bytes()));
  } else if (what.match_elements<change_name>()) {
    if (!message.sender || !message.mid.is_request() ||
        asked_.size() >= changes_remembered_max)
      return;
    asked_[{message.sender->id(), message.mid.request_id().integer_value()}] =
        what.get_as<change_name>(0).what.what;
  } else if (what.match_elements<decided>()) {
    count_change(receiver, message, what.get_as<decided>(0));
  } else if (what.match_elements<dial_ended>()) {
    const auto& end = what.get_as<dial_ended>(0).outcome;
    auto good = std::holds_alternative<dht::link>(end);
    dials_.Add({{"outcome", good ? "connected" : "failed"}}).Increment();
  } else if (what.match_elements<rpc_request>()) {
    auto method = rpc::parse_method(what.get_as<rpc_request>(0).what.method);
    std::string text{method ? rpc::to_text(*method) : "other"};
    calls_.Add({{"method", text}}).Increment();
  }
}

// The answer names the question by the asker, who is being told, and a number.
void meter::count_change(caf::scheduled_actor& asker,
                         const caf::mailbox_element& message,
                         const decided& what) {
  if (!message.mid.is_response())
    return;
  auto found =
      asked_.find({asker.id(), message.mid.request_id().integer_value()});
  if (found == asked_.end())
    return;
  std::string action{action_text(found->second)};
  asked_.erase(found);
  changes_.Add({{"action", action}, {"outcome", outcome_of(what)}}).Increment();
}

// Told by the handler of the message in hand.
void meter::noted(const char* key, std::uint64_t value) {
  std::string_view what{key};
  if (what == "commit_us")
    commits_.Observe(static_cast<double>(value) / 1e6);
  else if (what == "sent_bytes")
    sent_.Increment(static_cast<double>(value));
  else if (what == "wrong_proof")
    wrong_proofs_.Increment();
}

} // namespace hyper::actors::metrics
