#include "apps/tracing.hpp"

#include <cstdio>
#include <unistd.h>

namespace hyper::apps {

using namespace actors::trace;

void tracing::tee::take(record one) {
  for (std::size_t i = 0; i + 1 < sinks_.size(); ++i)
    sinks_[i]->take(one);
  sinks_.back()->take(std::move(one));
}

base::result<std::unique_ptr<tracing>> tracing::start(const options& how) {
  auto out = std::make_unique<tracing>();
  if (how.trace)
    out->sinks_.add(
        std::make_unique<line_sink>(*how.trace, [](const std::string& line) {
          std::fprintf(stderr, "%s\n", line.c_str());
        }));
  if (how.trace_file) {
    auto file =
        open_trace_file(*how.trace_file, static_cast<std::uint64_t>(::getpid()),
                        [](const std::string& why) {
                          std::fprintf(stderr, "Warning: %s\n", why.c_str());
                        });
    if (!file)
      return file.failure();
    out->sinks_.add(std::move(file).value());
  }
  if (out->sinks_.empty())
    return out;
  out->recorder_ = std::make_unique<recorder>(steady_now, out->sinks_);
  out->installed_ = std::make_unique<installation>(*out->recorder_);
  return out;
}

void tracing::enter(const std::string& node) {
  if (recorder_)
    recorder_->enter(node);
}

} // namespace hyper::apps
