#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <cstdint>

// What one channel may cost, each with its reason. What happens at a limit
// stands with the class that keeps it, and in docs/replication.md.

namespace hyper::replication {

/// Requests of the remote that wait for an answer or for their refusal. An
/// honest client of the original reaches 512; twice that is patience enough.
inline constexpr std::size_t requests_waiting_max = 1024;

/// Requests that the owner has in work at the same time: the window of one
/// client of ours, so that a batch of answers is made in one go.
inline constexpr std::size_t requests_in_work_max = 256;

/// Bytes of answers that wait for the stream. While more are waiting no
/// request is handed to the owner: half of a batch frame of the multiplexer.
inline constexpr std::size_t answer_bytes_waiting_max = 4 * 1024 * 1024;

/// Requests that no log could answer. The original ends the stream at the
/// 64th, and its readers stop after 32.
inline constexpr std::uint64_t refusals_max = 64;

/// Requests of ours without an answer on one channel: the most that the
/// original ever has outstanding.
inline constexpr std::size_t asked_max = 512;

/// Messages of ours, requests above all, that wait for room on the stream:
/// each request with its cancel, twice over.
inline constexpr std::size_t outgoing_max = 4 * asked_max;

/// Wants of the remote that are told apart; more count as "wants everything".
inline constexpr std::size_t wants_max = 512;
inline constexpr std::size_t any_wants_max = 16;

/// Most blocks in one want: what the original sends and accepts.
inline constexpr std::uint64_t want_length_max = 2097152;

/// Blocks at the end of a log that are announced even by a peer with gaps and
/// to a remote that did not ask for them.
inline constexpr std::uint64_t last_blocks = 256;

/// Separate runs of blocks that wait to be announced. More are forgotten; the
/// remote learns of them when it asks, or when there is no gap left.
inline constexpr std::size_t announcements_max = 1024;

/// Proofs of a forked history that nobody asked for. A remote that found one
/// sends it once, then closes.
inline constexpr std::uint64_t unasked_proofs_max = 4;

} // namespace hyper::replication
