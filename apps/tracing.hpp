#pragma once

#include "actors/gateway/instruments.hpp"
#include "actors/trace/chrome.hpp"
#include "actors/trace/observers.hpp"
#include "actors/trace/recorder.hpp"
#include "actors/trace/text.hpp"
#include "apps/options.hpp"

#include <memory>
#include <vector>

namespace hyper::apps {

/// Sees the messages of this process, as the command line asks: shows them as
/// lines on standard error, records them into a file, and counts and keeps them
/// for those who look over HTTP. Make it before the first actor; it ends behind
/// the last one.
class tracing {
public:
  /// Fails if the file can't be written.
  static base::result<std::unique_ptr<tracing>> start(const options& how);

  /// The actors that are new from now on belong to that node.
  void enter(const std::string& node);

  /// What those who look over HTTP may see; nothing without --http.
  actors::gateway::instruments instruments();

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
  actors::trace::observers observers_;
  std::unique_ptr<actors::metrics::meter> meter_;
  actors::trace::live* live_ = nullptr; ///< one of the sinks
  std::unique_ptr<actors::trace::recorder> recorder_;
  std::unique_ptr<actors::trace::installation> installed_;
};

} // namespace hyper::apps
