#pragma once

#include "base/proof.hpp"
#include "base/result.hpp"
#include "store/kv/kv.hpp"
#include "store/log/head.hpp"

#include <variant>

namespace hyper::log {

/// Why a request gets no proof.
enum class refusal {
  not_available,   ///< of another fork, past the end, or not stored here
  invalid_request, ///< no log could answer it
  no_such_node,    ///< asks for the hash of a node past the end
};

/// What the original answers; it ends the stream for no_such_node.
base::no_data_reason reason_of(refusal why);

using answer = std::variant<base::proof, refusal>;

/// Answers as of `announced`, an end of the log that may lie before what is
/// stored: no node, block or signature beyond it shows. A request of another
/// fork that asks for the manifest gets that alone. errc::io if the store
/// fails, errc::malformed if it is damaged.
base::result<answer> make_proof(const kv::snapshot& from, const head& announced,
                                const base::proof_request& request);

} // namespace hyper::log
