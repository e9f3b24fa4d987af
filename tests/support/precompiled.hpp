#pragma once

// What is large and the same in every test program; see tests/CMakeLists.txt.

#include <boost/json.hpp>
#include <caf/test/unit_test.hpp>
#include <rapidcheck.h>

// Each suite gives its own name.
#undef CAF_SUITE
