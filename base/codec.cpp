#include "base/codec.hpp"

#include <bit>

namespace hyper::base {

namespace {

constexpr auto out_of_bounds = "Out of bounds";
constexpr auto too_large =
    "uint must be between 0 and 9007199254740991, use biguint";

std::int64_t unzigzag(std::uint64_t value) {
  auto half = static_cast<std::int64_t>(value >> 1);
  return (value & 1) == 0 ? half : -half - 1;
}

std::uint64_t zigzag(std::int64_t value) {
  auto twice = static_cast<std::uint64_t>(value) << 1;
  return value < 0 ? ~twice : twice;
}

} // namespace

void reader::fail(const char* reason) {
  if (failure_ == nullptr)
    failure_ = reason;
  rest_ = {};
}

error reader::failure() const {
  return {errc::malformed, failure_ == nullptr ? "" : failure_};
}

bytes_view reader::raw(std::size_t count) {
  if (count > rest_.size()) {
    fail(out_of_bounds);
    return {};
  }
  auto head = rest_.first(count);
  rest_ = rest_.subspan(count);
  return head;
}

bytes_view reader::rest() {
  return raw(rest_.size());
}

std::uint64_t reader::bits(std::size_t width) {
  auto view = raw(width);
  std::uint64_t value = 0;
  for (std::size_t i = view.size(); i-- > 0;)
    value = value << 8 | view[i];
  return value;
}

std::uint64_t reader::fixed_uint(std::size_t width) {
  auto value = bits(width);
  if (value <= uint_max)
    return value;
  fail(too_large);
  return 0;
}

std::int64_t reader::fixed_sint(std::size_t width) {
  return unzigzag(fixed_uint(width));
}

std::uint64_t reader::uint() {
  auto head = fixed_uint(1);
  if (head <= 0xfc)
    return head;
  return fixed_uint(std::size_t{1} << (head - 0xfc));
}

std::int64_t reader::sint() {
  return unzigzag(uint());
}

float reader::float32() {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits(4)));
}

double reader::float64() {
  return std::bit_cast<double>(bits(8));
}

bool reader::boolean() {
  return u8() == 1;
}

bytes_view reader::buffer() {
  auto length = uint();
  if (length > rest_.size()) {
    fail(out_of_bounds);
    return {};
  }
  return raw(static_cast<std::size_t>(length));
}

std::optional<bytes_view> reader::optional_buffer() {
  auto view = buffer();
  if (view.empty())
    return std::nullopt;
  return view;
}

reader reader::frame() {
  reader inner{buffer()};
  inner.failure_ = failure_;
  return inner;
}

std::string reader::string() {
  return utf8_replace(buffer());
}

std::string reader::rest_string() {
  return utf8_replace(rest());
}

std::uint64_t reader::array_count() {
  auto count = uint();
  if (count > array_count_max) {
    fail("Array is too big");
    return 0;
  }
  return count;
}

bytes_view reader::bitfield(std::size_t bits) {
  auto head = raw(1);
  if (!head.empty() && head[0] > 0xfc)
    head = raw(std::size_t{1} << (head[0] - 0xfc));
  return bits <= 8 && !head.empty() ? head.first(1) : head;
}

endpoint reader::ipv4_address() {
  endpoint where;
  where.host = fixed<4>();
  where.port = u16();
  return where;
}

void writer::fixed_uint(std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i)
    out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void writer::fixed_sint(std::int64_t value, std::size_t width) {
  fixed_uint(zigzag(value), width);
}

void writer::uint(std::uint64_t value) {
  HYPER_ASSERT(value <= uint_max);
  auto size = uint_size(value);
  if (size == 1)
    return u8(static_cast<std::uint8_t>(value));
  u8(size == 3 ? 0xfd : size == 5 ? 0xfe : 0xff);
  fixed_uint(value, size - 1);
}

void writer::sint(std::int64_t value) {
  uint(zigzag(value));
}

void writer::float32(float value) {
  fixed_uint(std::bit_cast<std::uint32_t>(value), 4);
}

void writer::float64(double value) {
  fixed_uint(std::bit_cast<std::uint64_t>(value), 8);
}

void writer::buffer(bytes_view data) {
  uint(data.size());
  raw(data);
}

void writer::optional_buffer(const std::optional<bytes_view>& data) {
  buffer(data.value_or(bytes_view{}));
}

void writer::string(std::string_view text) {
  buffer(as_bytes(text));
}

void writer::ipv4_address(const endpoint& where) {
  raw(where.host);
  u16(where.port);
}

void writer::bitfield(bytes_view data, std::size_t bits) {
  HYPER_ASSERT(bits <= 64);
  auto width = bits < 8 ? 1U : bits <= 16 ? 2U : bits <= 32 ? 4U : 8U;
  HYPER_ASSERT(data.size() <= width);
  if (width > 1)
    u8(width == 2 ? 0xfd : width == 4 ? 0xfe : 0xff);
  raw(data);
  for (auto i = data.size(); i < width; ++i)
    u8(0);
}

} // namespace hyper::base
