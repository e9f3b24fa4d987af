#pragma once

#include "base/endpoint.hpp"
#include "net/dht/noise_payload.hpp"
#include "tests/support/vectors.hpp"

// The parts of the HyperDHT vectors, and how their JSON is read.

namespace hyper::test::hyperdht {

/// {"host": "1.2.3.4", "port": 5} or "1.2.3.4:5"
base::endpoint endpoint_of(const json::value& value);
std::optional<base::endpoint> optional_endpoint(const json::value& value);
dht::address_list addresses_of(const json::value& list); ///< null: empty
dht::noise_payload payload_of(const json::object& fields);

void replay_encodings(const json::object& file, report& out);
void replay_payloads(const json::object& file, report& out);
void replay_rules(const json::object& file, report& out);
void replay_store(const json::object& file, report& out);
void replay_connects(const json::object& file, report& out);

} // namespace hyper::test::hyperdht
