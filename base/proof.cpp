#include "base/proof.hpp"

namespace hyper::base {

void encode(writer& out, const tree_node& node) {
  out.uint(node.index);
  out.uint(node.size);
  out.raw(node.hash);
}

tree_node decode_tree_node(reader& in) {
  tree_node node;
  node.index = in.uint();
  node.size = in.uint();
  node.hash = in.fixed<32>();
  return node;
}

void encode(writer& out, const std::vector<tree_node>& nodes) {
  out.uint(nodes.size());
  for (const auto& node : nodes)
    encode(out, node);
}

std::vector<tree_node> decode_tree_nodes(reader& in) {
  std::vector<tree_node> nodes;
  for (auto left = in.array_count(); left > 0 && !in.failed(); --left)
    nodes.push_back(decode_tree_node(in));
  return nodes;
}

} // namespace hyper::base
