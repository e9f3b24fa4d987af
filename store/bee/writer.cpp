#include "store/bee/writer.hpp"

#include "base/assert.hpp"

namespace hyper::bee {

base::result<base::bytes_view> writer::layered::block(std::uint64_t seq) const {
  return seq < made.first() ? committed->block(seq) : made.block(seq);
}

writer::writer(const block_source& committed, std::uint64_t length,
               working_tree& memory)
    : memory_(&memory), edit_(memory, source_) {
  source_.committed = &committed;
  source_.made.clear(length);
  if (memory.length() != length)
    memory.forget(length);
}

void writer::make_room() {
  HYPER_ASSERT(memory_->length() == length());
  if (memory_->is_full())
    memory_->forget(length());
}

void writer::ensure_header() {
  if (length() > 0)
    return;
  source_.made.append(encode(header{}));
  memory_->set_length(length());
}

base::result<std::optional<entry>> writer::get(base::bytes_view key) {
  make_room();
  auto seq = edit_.find(key);
  if (!seq)
    return seq.failure();
  if (!*seq)
    return std::optional<entry>{};
  auto found = load_entry(source_, **seq, length());
  if (!found)
    return found.failure();
  return std::optional{*found};
}

base::status writer::put(base::bytes_view key,
                         const std::optional<base::bytes_view>& value) {
  make_room();
  ensure_header();
  auto done = edit_.put(key, length());
  if (done)
    done = write(key, value);
  if (!done)
    memory_->forget(length());
  return done;
}

base::result<bool> writer::del(base::bytes_view key) {
  make_room();
  ensure_header();
  auto removed = edit_.remove(key);
  if (removed && *removed)
    if (auto done = write(key, std::nullopt); !done)
      removed = done.failure();
  if (!removed)
    memory_->forget(length());
  return removed;
}

base::status writer::write(base::bytes_view key,
                           const std::optional<base::bytes_view>& value) {
  auto block = encode_levels(edit_.number(length()), key, value);
  if (!block)
    return block.failure();
  source_.made.append(std::move(*block));
  memory_->set_length(length());
  return base::unit{};
}

base::result<base::bytes>
writer::encode_levels(const std::vector<working_child*>& levels,
                      base::bytes_view key,
                      const std::optional<base::bytes_view>& value) {
  base::writer index;
  for (const auto* one : levels) {
    copy_level(*one->node, scratch_);
    append_level(index, scratch_);
  }
  auto block = encode_node_block(index.data(), key, value);
  if (block.size() > block_size_max)
    return base::error{base::errc::limit,
                       "bee: a block of " + std::to_string(block.size()) +
                           " bytes is above the log's limit"};
  return block;
}

} // namespace hyper::bee
