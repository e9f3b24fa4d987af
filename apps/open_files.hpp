#pragma once

#include <cstddef>

namespace hyper::apps {

/// Lets the process have so many open files, as far as the system allows it;
/// whether it may now.
bool allow_open_files(std::size_t wanted);

/// The same for so many sockets, with what else is open.
bool allow_sockets(std::size_t wanted);

} // namespace hyper::apps
