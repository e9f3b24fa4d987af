#pragma once

#include "base/endpoint.hpp"
#include "net/dht/events.hpp"

#include <memory>
#include <vector>

namespace hyper::actors {

/// Datagrams that arrived in one turn for one receiver, in order, in one block
/// of memory.
class datagram_batch {
public:
  struct item {
    dht::socket via = dht::socket::server;
    base::endpoint from;
    base::bytes_view data;
  };

  void add(dht::socket via, const base::endpoint& from, base::bytes_view data);

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  std::size_t bytes() const { return storage_.size(); } ///< of all of them

  /// Requires i < size(). The view lives as long as the batch is not changed.
  item at(std::size_t i) const;

private:
  struct entry {
    dht::socket via;
    base::endpoint from;
    std::size_t begin;
    std::size_t end;
  };

  base::bytes storage_;
  std::vector<entry> entries_;
};

using datagram_batch_ptr = std::shared_ptr<const datagram_batch>;

/// A batch of one.
datagram_batch_ptr one_datagram(dht::socket via, const base::endpoint& from,
                                base::bytes_view data);

} // namespace hyper::actors
