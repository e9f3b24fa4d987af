#pragma once

#include <caf/test/unit_test.hpp>
#include <rapidcheck.h>

/// A RapidCheck property as a check of the running CAF test. Its seed comes
/// from RC_PARAMS, which CTest fixes; a failure prints how to reproduce it.
#define HYPER_PROPERTY(description, ...)                                       \
  CAF_CHECK(::rc::check(description, __VA_ARGS__))
