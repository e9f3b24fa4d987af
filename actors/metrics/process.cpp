#include "actors/metrics/process.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

namespace hyper::actors::metrics {

namespace {

double seconds_of(const timeval& what) {
  return static_cast<double>(what.tv_sec) +
         static_cast<double>(what.tv_usec) / 1e6;
}

// The second word of statm: resident pages.
double resident_bytes() {
  std::ifstream in{"/proc/self/statm"};
  double total = 0;
  double resident = 0;
  in >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double open_files() {
  std::error_code ignored;
  std::filesystem::directory_iterator in{"/proc/self/fd", ignored};
  return static_cast<double>(std::distance(in, {}));
}

// The machine's start, and how long after it the process came: word 22 of stat,
// counted behind the name, which may have blanks.
double start_seconds() {
  std::ifstream machine{"/proc/stat"};
  double boot = 0;
  for (std::string word; machine >> word;)
    if (word == "btime")
      machine >> boot;
  std::ifstream in{"/proc/self/stat"};
  std::string line;
  std::getline(in, line);
  auto name_end = line.rfind(')');
  if (name_end == std::string::npos)
    return 0;
  constexpr int words_between = 19;
  auto at = name_end + 1;
  for (int i = 0; i < words_between && at != std::string::npos; ++i)
    at = line.find(' ', at + 1);
  if (at == std::string::npos)
    return 0;
  return boot + std::strtod(line.c_str() + at, nullptr) /
                    static_cast<double>(::sysconf(_SC_CLK_TCK));
}

} // namespace

process_state read_process() {
  process_state out;
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0)
    out.cpu_seconds = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
  out.resident_bytes = resident_bytes();
  out.open_files = open_files();
  out.start_seconds = start_seconds();
  return out;
}

} // namespace hyper::actors::metrics
