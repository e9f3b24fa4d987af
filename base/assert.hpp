#pragma once

namespace hyper::base {

/// Prints the broken invariant and aborts.
[[noreturn]] void assertion_failed(const char* condition, const char* file,
                                   int line);

} // namespace hyper::base

/// States an invariant of our own code. Stays on in release builds. Never for
/// what a peer, a file or a person can cause: those are error values.
#define HYPER_ASSERT(condition)                                                \
  (static_cast<bool>(condition)                                                \
       ? static_cast<void>(0)                                                  \
       : ::hyper::base::assertion_failed(#condition, __FILE__, __LINE__))
