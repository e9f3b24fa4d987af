#pragma once

namespace hyper::actors::metrics {

/// What the system says about this process; 0 for what it does not say.
struct process_state {
  double resident_bytes = 0;
  double cpu_seconds = 0; ///< user and system time of all threads
  double open_files = 0;
  double start_seconds = 0; ///< since the Unix epoch
};

/// Reads /proc (proc(5)) and getrusage(2).
process_state read_process();

} // namespace hyper::actors::metrics
