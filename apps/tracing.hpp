#pragma once

#include "actors/trace/chrome.hpp"
#include "actors/trace/recorder.hpp"
#include "actors/trace/text.hpp"
#include "apps/options.hpp"

#include <memory>
#include <vector>

namespace hyper::apps {

/// Records the messages of this process as the command line asks: as lines on
/// standard error, into a file, both, or not at all. Make it before the first
/// actor; it ends behind the last one.
class tracing {
public:
  /// Fails if the file can't be written.
  static base::result<std::unique_ptr<tracing>> start(const options& how);

  /// The actors that are new from now on belong to that node.
  void enter(const std::string& node);

private:
  class tee final : public actors::trace::sink {
  public:
    void add(std::unique_ptr<sink> to) { sinks_.push_back(std::move(to)); }
    bool empty() const { return sinks_.empty(); }
    void take(actors::trace::record one) override;

  private:
    std::vector<std::unique_ptr<sink>> sinks_;
  };

  tee sinks_;
  std::unique_ptr<actors::trace::recorder> recorder_;
  std::unique_ptr<actors::trace::installation> installed_;
};

} // namespace hyper::apps
