// hypercore-replication.json and hypercore-rejects.json.

#include "tests/vectors/replay_replication.hpp"

namespace {

using namespace hyper::test;

// Failures say in which part of the file they are.
template <class Replay>
void replay_part(const std::string& name, report& out, Replay replay) {
  report inner;
  replay(inner);
  for (std::size_t i = 0; i < inner.passed(); ++i)
    out.check(true, name);
  for (const auto& failure : inner.failures())
    out.check(false, name + ": " + failure);
}

bool has_conversations(const json::object& file) {
  return file.contains("codecs") && file.contains("scenarios") &&
         file.contains("messageTypes");
}

void replay_conversations(const json::object& file, report& out) {
  replay_message_types(file.at("messageTypes").as_array(), out);
  replay_codecs(file.at("codecs").as_array(), out);
  const auto& scenarios = file.at("scenarios").as_array();
  for (const auto& one : scenarios)
    replay_part(text(one.at("name")), out, [&](report& inner) {
      replay_scenario(one.as_object(), scenarios, inner);
    });
}

bool has_rejects(const json::object& file) {
  return file.contains("cases") && file.contains("handshakeHash") &&
         file.contains("core");
}

void replay_rejects(const json::object& file, report& out) {
  for (const auto& one : file.at("cases").as_array())
    replay_part(text(one.at("name")), out, [&](report& inner) {
      replay_reject(file, one.as_object(), inner);
    });
}

const register_replayer conversations{
    {"replication", has_conversations, replay_conversations}};
const register_replayer rejects{
    {"replication rejects", has_rejects, replay_rejects}};

} // namespace
