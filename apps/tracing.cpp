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
  auto always = !out->sinks_.empty();
  if (how.http) {
    auto shown = std::make_unique<live>();
    out->live_ = shown.get();
    out->sinks_.add(std::move(shown));
    out->meter_ = std::make_unique<actors::metrics::meter>();
    out->observers_.add(*out->meter_);
  }
  if (out->sinks_.empty())
    return out;
  out->recorder_ = std::make_unique<recorder>(steady_now, out->sinks_);
  out->observers_.add(*out->recorder_);
  if (!always) {
    out->recorder_->record_messages(false);
    out->live_->on_watched([to = out->recorder_.get()](bool watched) {
      to->record_messages(watched);
    });
  }
  out->installed_ = std::make_unique<installation>(out->observers_);
  return out;
}

actors::gateway::instruments tracing::instruments() {
  return {meter_.get(), live_};
}

void tracing::enter(const std::string& node) {
  if (recorder_)
    recorder_->enter(node);
}

} // namespace hyper::apps
