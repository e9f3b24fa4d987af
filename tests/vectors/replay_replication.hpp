#pragma once

#include "tests/support/vectors.hpp"

// The parts that the replayers of the two replication files are made of.

namespace hyper::test {

void replay_codecs(const json::array& codecs, report& out);
void replay_message_types(const json::array& types, report& out);

/// The messages of one frame of a transcript against their values.
void replay_frame_values(const json::object& frame, report& out);

/// A conversation, with our uploader in the writer's place and our reader in
/// the reader's. `all` are the scenarios of the file.
void replay_scenario(const json::object& scenario, const json::array& all,
                     report& out);

/// A scripted peer, with our side in the place of the original.
void replay_reject(const json::object& file, const json::object& reject,
                   report& out);

} // namespace hyper::test
