#pragma once

#include "actors/metrics/meter.hpp"
#include "actors/trace/live.hpp"

namespace hyper::actors::gateway {

/// What is measured and recorded of this process; none: nothing is. Both must
/// outlive the gateway.
struct instruments {
  metrics::meter* meter = nullptr;
  trace::live* live = nullptr;
};

} // namespace hyper::actors::gateway
