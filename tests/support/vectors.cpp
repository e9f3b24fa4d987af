#include "tests/support/vectors.hpp"

#include "base/text.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace hyper::test {

void report::check(bool good, std::string_view what) {
  if (good)
    ++passed_;
  else
    failures_.emplace_back(what);
}

void report::equal(base::bytes_view got, std::string_view want_hex,
                   std::string_view what) {
  auto got_hex = base::to_hex(got);
  if (got_hex == want_hex)
    return check(true, what);
  check(false, std::string{what} + ": got " + got_hex + ", want " +
                   std::string{want_hex});
}

void report::equal(std::uint64_t got, std::uint64_t want,
                   std::string_view what) {
  if (got == want)
    return check(true, what);
  check(false, std::string{what} + ": got " + std::to_string(got) + ", want " +
                   std::to_string(want));
}

std::vector<replayer>& replayers() {
  static std::vector<replayer> all;
  return all;
}

base::bytes hex(const json::value& text) {
  auto raw = base::from_hex(std::string_view{text.as_string()});
  if (!raw)
    throw std::runtime_error("not hex: " + json::serialize(text));
  return *raw;
}

std::uint64_t number(const json::value& value) {
  if (value.is_string())
    return std::stoull(std::string{value.as_string()});
  return value.to_number<std::uint64_t>();
}

std::string text(const json::value& value) {
  return std::string{value.as_string()};
}

json::object load_json(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in)
    throw std::runtime_error("cannot read " + path);
  std::stringstream content;
  content << in.rdbuf();
  return json::parse(content.str()).as_object();
}

json::object load_vectors(std::string_view file_name) {
  const auto* folder = std::getenv("HYPER_VECTORS");
  return load_json(std::string{folder == nullptr ? "tests/vectors" : folder} +
                   "/" + std::string{file_name});
}

void mutate(base::bytes_view good, std::size_t flips,
            const std::function<void(base::bytes_view)>& probe) {
  for (std::size_t n = 0; n < good.size(); ++n)
    probe(base::to_bytes(good.first(n))); // a copy: overruns show up
  auto bits = good.size() * 8;
  auto step = std::max<std::size_t>(1, flips == 0 ? bits : bits / flips);
  for (std::size_t bit = 0; bit < bits; bit += step) {
    auto bad = base::to_bytes(good);
    bad[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    probe(bad);
  }
}

} // namespace hyper::test
