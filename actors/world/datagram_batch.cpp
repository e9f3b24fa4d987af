#include "actors/world/datagram_batch.hpp"

namespace hyper::actors {

void datagram_batch::add(dht::socket via, const base::endpoint& from,
                         base::bytes_view data) {
  auto begin = storage_.size();
  base::append(storage_, data);
  entries_.push_back({via, from, begin, storage_.size()});
}

datagram_batch_ptr one_datagram(dht::socket via, const base::endpoint& from,
                                base::bytes_view data) {
  auto out = std::make_shared<datagram_batch>();
  out->add(via, from, data);
  return out;
}

datagram_batch::item datagram_batch::at(std::size_t i) const {
  const auto& found = entries_.at(i);
  auto all = base::bytes_view{storage_};
  return {found.via, found.from,
          all.subspan(found.begin, found.end - found.begin)};
}

} // namespace hyper::actors
