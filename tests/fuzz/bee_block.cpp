// Fuzz target: any bytes as a block of the tree. What decodes is encoded to
// bytes that decode to the same.

#include "base/assert.hpp"
#include "store/bee/block.hpp"

using namespace hyper;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  auto block = bee::decode_node_block({data, size});
  if (auto header = bee::decode_header({data, size}))
    HYPER_ASSERT(*bee::decode_header(bee::encode(*header)) == *header);
  if (!block)
    return 0;
  auto levels = bee::decode_index(block->index);
  if (!levels)
    return 0;
  base::writer index;
  for (const auto& one : *levels)
    bee::append_level(index, one);
  auto again = bee::encode_node_block(index.data(), block->key, block->value);
  auto decoded = bee::decode_node_block(again);
  HYPER_ASSERT(decoded && base::equal(decoded->key, block->key));
  HYPER_ASSERT(*bee::decode_index(decoded->index) == *levels);
  return 0;
}
