#include "store/registry/layout.hpp"

#include "base/codec.hpp"
#include "base/hash.hpp"
#include "store/bee/keys.hpp"

namespace hyper::registry {

namespace {

constexpr std::uint8_t state_mark = 0x20;
constexpr std::uint8_t names_mark = 0x21;
constexpr std::uint8_t events_mark = 0x22;
constexpr std::uint8_t owned_mark = 0x23;
constexpr std::uint8_t end_mark = 0x24;

constexpr std::size_t seq_size = 8;

static_assert(1 + 1 + bee::short_name_max + seq_size <= 511,
              "a row of a short name fits into a store's key");

void append_seq(base::bytes& out, std::uint64_t seq) {
  for (unsigned i = seq_size; i-- > 0;)
    out.push_back(static_cast<std::uint8_t>(seq >> (8 * i)));
}

base::bytes marked(std::uint8_t mark, base::bytes_view rest) {
  base::bytes out;
  out.reserve(1 + rest.size() + seq_size);
  out.push_back(mark);
  base::append(out, rest);
  return out;
}

base::bytes marked_at(std::uint8_t mark, base::bytes_view rest,
                      std::uint64_t seq) {
  auto out = marked(mark, rest);
  append_seq(out, seq);
  return out;
}

base::error damaged(const char* what) {
  return {base::errc::malformed, std::string{"registry: damaged "} + what};
}

} // namespace

base::bytes row_key(base::bytes_view tree_key) {
  if (!tree_key.empty() && tree_key.front() <= bee::short_name_max)
    return base::to_bytes(tree_key);
  return marked(long_row, base::blake2b(tree_key));
}

base::bytes state_key() {
  return {state_mark};
}

base::bytes name_key(base::bytes_view row) {
  return marked(names_mark, row);
}

base::bytes event_key(base::bytes_view row, std::uint64_t seq) {
  return marked_at(events_mark, row, seq);
}

base::bytes owned_key(base::bytes_view owner, std::uint64_t seq) {
  return marked_at(owned_mark, owner, seq);
}

key_run short_names(base::bytes_view from,
                    const std::optional<base::bytes>& until) {
  base::bytes end{long_row};
  bool ends_early = until && base::less(*until, end);
  return {name_key(from), name_key(ends_early ? *until : end)};
}

key_run events_before(base::bytes_view row, std::uint64_t end) {
  return {event_key(row, 0), event_key(row, end)};
}

key_run owned_by(const base::public_key& owner) {
  auto after = marked(owned_mark, owner);
  return {after, *bee::after_prefix(after)};
}

key_run all_tables() {
  return {{state_mark}, {end_mark}};
}

base::bytes_view without_mark(base::bytes_view key) {
  return key.empty() ? key : key.subspan(1);
}

base::result<std::uint64_t> seq_at_end(base::bytes_view key) {
  if (key.size() < seq_size)
    return damaged("row");
  std::uint64_t seq = 0;
  for (std::uint8_t byte : key.last(seq_size))
    seq = seq << 8 | byte;
  return seq;
}

base::bytes encode(const state& what) {
  base::writer out;
  out.uint(tables_version);
  out.uint(what.applied);
  out.uint(what.names);
  out.uint(what.puts);
  out.uint(what.deletions);
  out.uint(what.foreign);
  return out.release();
}

base::bytes encode(const name_row& what) {
  base::writer out;
  out.uint(what.seq);
  out.raw(what.owner);
  return out.release();
}

base::result<state> read_state(const kv::snapshot& from) {
  auto stored = from.get(state_key());
  if (!stored)
    return stored.failure();
  if (!*stored)
    return state{};
  base::reader in{**stored};
  std::uint64_t version = in.uint();
  if (!in.failed() && version > tables_version)
    return base::error{base::errc::refused,
                       "registry: tables of a newer version of this program"};
  state out;
  out.applied = in.uint();
  out.names = in.uint();
  out.puts = in.uint();
  out.deletions = in.uint();
  out.foreign = in.uint();
  if (in.failed())
    return damaged("state");
  return out;
}

base::result<name_row_view> decode_name_row(base::bytes_view value) {
  base::reader in{value};
  name_row_view out;
  out.seq = in.uint();
  out.owner = in.rest();
  if (in.failed())
    return damaged("row of a name");
  return out;
}

base::result<std::optional<name_row_view>> read_name(const kv::snapshot& from,
                                                     base::bytes_view row) {
  auto stored = from.get(name_key(row));
  if (!stored)
    return stored.failure();
  if (!*stored)
    return std::optional<name_row_view>{};
  auto decoded = decode_name_row(**stored);
  if (!decoded)
    return decoded.failure();
  return std::optional{*decoded};
}

} // namespace hyper::registry
