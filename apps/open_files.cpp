#include "apps/open_files.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace hyper::apps {

bool allow_open_files(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
    return true;
  limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == wanted;
}

bool allow_sockets(std::size_t wanted) {
  // The store's files, standard streams and libraries.
  constexpr std::size_t others = 200;
  return allow_open_files(wanted + others);
}

} // namespace hyper::apps
