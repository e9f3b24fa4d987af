// Compact encoding vectors: every value kind in both directions, and what the
// two generations of the original make of odd bytes. Ours follows the newer
// one, which refuses what the older one rounds or clamps.

#include "base/ip.hpp"
#include "base/text.hpp"
#include "tests/support/vectors.hpp"

#include <array>
#include <charconv>
#include <optional>

namespace {

using namespace hyper;
using base::reader;
using base::writer;
using test::hex;
using test::text;
using test::json::value;

bool accepts(const test::json::object& file) {
  return file.contains("encode") && file.contains("decode");
}

value to_value(base::bytes_view data) {
  return test::json::string{base::to_hex(data)};
}

value to_value(std::string_view said) {
  return test::json::string{said};
}

template <class Int>
value number_value(Int number) {
  return to_value(std::to_string(number));
}

// "frame(array(uint))" is frame of "array(uint)".
struct kind {
  std::string name;
  std::string inner;
};

kind parse_kind(const std::string& codec) {
  auto open = codec.find('(');
  if (open == codec.npos)
    return {codec, ""};
  return {codec.substr(0, open),
          codec.substr(open + 1, codec.size() - open - 2)};
}

// The width in bytes of "uint24" and the like.
std::optional<std::size_t> width_of(const std::string& name,
                                    std::string_view family) {
  if (!name.starts_with(family) || name.size() == family.size())
    return std::nullopt;
  return std::stoul(name.substr(family.size())) / 8;
}

// --- JSON as the original writes it ------------------------------------------

std::string json_text(const value& what);

std::string number_text(double number) {
  std::array<char, 32> digits{};
  auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  return {digits.begin(), end};
}

std::string list_text(const test::json::array& list) {
  std::string out;
  for (const auto& entry : list)
    out += (out.empty() ? "" : ",") + json_text(entry);
  return "[" + out + "]";
}

std::string object_text(const test::json::object& object) {
  std::string out;
  for (const auto& [name, member] : object)
    out += (out.empty() ? "" : ",") +
           test::json::serialize(test::json::string{name}) + ":" +
           json_text(member);
  return "{" + out + "}";
}

std::string json_text(const value& what) {
  if (what.is_object())
    return object_text(what.as_object());
  if (what.is_array())
    return list_text(what.as_array());
  if (what.is_double())
    return number_text(what.as_double());
  return test::json::serialize(what);
}

// --- reading -----------------------------------------------------------------

value decode(const std::string& codec, reader& in);

value decode_json(reader& in) {
  auto said = in.string();
  test::json::error_code problem;
  auto parsed = test::json::parse(said, problem);
  if (problem)
    in.fail("not JSON");
  return parsed;
}

value decode_array(const std::string& inner, reader& in) {
  test::json::array all;
  for (auto left = in.array_count(); left > 0 && !in.failed(); --left)
    all.push_back(decode(inner, in));
  return all;
}

value decode_frame(const std::string& inner, reader& in) {
  auto window = in.frame();
  auto inside = decode(inner, window);
  if (window.failed())
    in.fail("Out of bounds");
  return inside;
}

value address_value(const std::string& host, int family, std::uint16_t port) {
  return {{"host", host}, {"family", family}, {"port", port}};
}

value decode_address(const base::ip_host& host, reader& in) {
  auto family = std::holds_alternative<base::ipv4_host>(host) ? 4 : 6;
  return address_value(base::host_text(host), family, in.u16());
}

value decode_net(const std::string& name, reader& in) {
  if (name == "net.port")
    return number_value(in.u16());
  if (name == "net.ipv4")
    return to_value(base::host_text(in.fixed<4>()));
  if (name == "net.ipv6")
    return to_value(base::host_text(in.fixed<16>()));
  if (name == "net.ip")
    return to_value(base::host_text(base::decode_ip(in)));
  if (name == "net.ipv4Address") {
    auto where = in.ipv4_address();
    return address_value(base::host_text(where.host), 4, where.port);
  }
  if (name == "net.ipv6Address")
    return decode_address(in.fixed<16>(), in);
  if (name == "net.ipAddress")
    return decode_address(base::decode_ip(in), in);
  throw std::runtime_error("no codec " + name);
}

value decode_optional(reader& in) {
  auto data = in.optional_buffer();
  return data ? to_value(*data) : value{};
}

value decode_plain(const kind& codec, reader& in) {
  const auto& [name, inner] = codec;
  if (name == "buffer")
    return to_value(in.buffer());
  if (name == "optionalBuffer")
    return decode_optional(in);
  if (name == "raw")
    return to_value(in.rest());
  if (name == "string")
    return to_value(in.string());
  if (name == "raw.string")
    return to_value(in.rest_string());
  if (name == "fixed32" || name == "fixed64")
    return to_value(in.raw(name == "fixed32" ? 32 : 64));
  if (name == "fixed")
    return to_value(in.raw(std::stoul(inner)));
  if (name == "bitfield")
    return to_value(in.bitfield(std::stoul(inner)));
  if (name == "bool")
    return in.boolean();
  if (name == "none")
    return {};
  return decode_net(name, in);
}

value decode(const std::string& codec, reader& in) {
  auto parsed = parse_kind(codec);
  if (parsed.name == "uint")
    return number_value(in.uint());
  if (parsed.name == "int")
    return number_value(in.sint());
  if (auto width = width_of(parsed.name, "uint"))
    return number_value(in.fixed_uint(*width));
  if (auto width = width_of(parsed.name, "int"))
    return number_value(in.fixed_sint(*width));
  if (parsed.name == "array")
    return decode_array(parsed.inner, in);
  if (parsed.name == "frame")
    return decode_frame(parsed.inner, in);
  if (parsed.name == "json")
    return decode_json(in);
  return decode_plain(parsed, in);
}

// --- writing -----------------------------------------------------------------

std::uint64_t unsigned_of(const value& what) {
  return test::number(what);
}

std::int64_t signed_of(const value& what) {
  return what.is_string() ? std::stoll(text(what))
                          : what.to_number<std::int64_t>();
}

void encode(const std::string& codec, const value& what, writer& out);

void encode_array(const std::string& inner, const value& what, writer& out) {
  out.uint(what.as_array().size());
  for (const auto& entry : what.as_array())
    encode(inner, entry, out);
}

void encode_frame(const std::string& inner, const value& what, writer& out) {
  writer inside;
  encode(inner, what, inside);
  out.buffer(inside.data());
}

void encode_host(const std::string& name, const std::string& host,
                 writer& out) {
  auto parsed = *base::parse_ip(host);
  if (name.starts_with("net.ipv"))
    std::visit([&](const auto& known) { out.raw(known); }, parsed);
  else
    base::encode(out, parsed);
}

void encode_net(const std::string& name, const value& what, writer& out) {
  if (name == "net.port")
    return out.u16(static_cast<std::uint16_t>(unsigned_of(what)));
  if (!name.starts_with("net."))
    throw std::runtime_error("no codec " + name);
  if (what.is_string())
    return encode_host(name, text(what), out);
  encode_host(name, text(what.at("host")), out);
  out.u16(static_cast<std::uint16_t>(unsigned_of(what.at("port"))));
}

void encode_plain(const kind& codec, const value& what, writer& out) {
  const auto& [name, inner] = codec;
  if (name == "none")
    return;
  if (name == "bool")
    return out.boolean(what.as_bool());
  if (name == "string")
    return out.string(text(what));
  if (name == "raw.string")
    return out.raw(base::as_bytes(text(what)));
  if (name == "json")
    return out.string(json_text(what));
  if (name == "optionalBuffer" && what.is_null())
    return out.optional_buffer(std::nullopt);
  if (name == "buffer" || name == "optionalBuffer")
    return out.buffer(what.is_null() ? base::bytes{} : hex(what));
  if (name == "bitfield")
    return out.bitfield(hex(what), std::stoul(inner));
  if (name == "raw" || name.starts_with("fixed"))
    return out.raw(hex(what));
  encode_net(name, what, out);
}

void encode(const std::string& codec, const value& what, writer& out) {
  auto parsed = parse_kind(codec);
  if (parsed.name == "uint")
    return out.uint(unsigned_of(what));
  if (parsed.name == "int")
    return out.sint(signed_of(what));
  if (auto width = width_of(parsed.name, "uint"))
    return out.fixed_uint(unsigned_of(what), *width);
  if (auto width = width_of(parsed.name, "int"))
    return out.fixed_sint(signed_of(what), *width);
  if (parsed.name == "array")
    return encode_array(parsed.inner, what, out);
  if (parsed.name == "frame")
    return encode_frame(parsed.inner, what, out);
  encode_plain(parsed, what, out);
}

// --- comparing ---------------------------------------------------------------

// Numbers may be recorded as numbers or as decimal text.
bool same(const value& got, const value& want) {
  if (got.is_string() && want.is_number())
    return text(got) == json_text(want);
  return json_text(got) == json_text(want);
}

void check_encode(const value& row, test::report& out) {
  auto codec = text(row.at("codec"));
  writer encoded;
  encode(codec, row.at("value"), encoded);
  out.equal(encoded.data(), text(row.at("hex")), "encode " + codec);
  auto raw = hex(row.at("hex"));
  reader in{raw};
  auto got = decode(codec, in);
  const auto* normal = row.as_object().if_contains("decoded");
  const auto& want = normal == nullptr ? row.at("value") : *normal;
  out.check(!in.failed() && in.empty() && same(got, want),
            "decode " + codec + " " + text(row.at("hex")));
}

void check_decode(const value& row, test::report& out) {
  auto codec = text(row.at("codec"));
  auto what = codec + " " + text(row.at("hex"));
  auto raw = hex(row.at("hex"));
  reader in{raw};
  auto got = decode(codec, in);
  const auto& want = row.at("gen3");
  auto accepted = want.at("ok").as_bool();
  out.check(in.failed() != accepted, what + ": accepted");
  if (!accepted || in.failed())
    return;
  out.check(same(got, want.at("value")), what + ": value");
  out.equal(raw.size() - in.remaining(), test::number(want.at("consumed")),
            what + ": consumed");
}

// Where the older generation accepts more, the document names the reasons.
void check_generations(const value& row, test::report& out) {
  auto older = row.at("gen2").at("ok").as_bool();
  auto newer = row.at("gen3").at("ok").as_bool();
  auto raw = hex(row.at("hex"));
  reader in{raw};
  (void)decode(text(row.at("codec")), in);
  auto why = std::string{in.failure().message};
  out.check(older == newer || (older && in.failed()),
            "generations differ: " + text(row.at("hex")) + " " + why);
}

void run(const test::json::object& file, test::report& out) {
  for (const auto& row : file.at("encode").as_array())
    check_encode(row, out);
  for (const auto& row : file.at("decode").as_array()) {
    check_decode(row, out);
    check_generations(row, out);
  }
}

const test::register_replayer here{{"codec", accepts, run}};

} // namespace
