#include "net/mux/remote_numbers.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace hyper::mux {

bool remote_numbers::may_open(std::uint64_t number) const {
  if (number == 0 || number > slots_.size() + 1)
    return false;
  return number > slots_.size() ||
         std::holds_alternative<std::monostate>(slots_[number - 1]);
}

void remote_numbers::assign(std::uint64_t number, slot meaning) {
  HYPER_ASSERT(may_open(number));
  if (number > slots_.size())
    slots_.emplace_back();
  slots_[number - 1] = std::move(meaning);
}

void remote_numbers::release(std::uint64_t number) {
  HYPER_ASSERT(number > 0 && number <= slots_.size());
  slots_[number - 1] = std::monostate{};
}

remote_numbers::slot* remote_numbers::find(std::uint64_t number) {
  return const_cast<slot*>(std::as_const(*this).find(number));
}

const remote_numbers::slot* remote_numbers::find(std::uint64_t number) const {
  if (number == 0 || number > slots_.size())
    return nullptr;
  return &slots_[number - 1];
}

std::uint64_t remote_numbers::find_wish(token handle) const {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const auto* waiting = std::get_if<wish>(&slots_[i]);
    if (waiting != nullptr && waiting->handle == handle)
      return i + 1;
  }
  return 0;
}

std::uint64_t remote_numbers::find_wish(std::string_view protocol,
                                        base::bytes_view id) const {
  std::uint64_t oldest = 0;
  auto age = token{UINT64_MAX};
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const auto* waiting = std::get_if<wish>(&slots_[i]);
    if (waiting == nullptr || waiting->handle >= age ||
        waiting->protocol != protocol || !base::equal(waiting->id, id))
      continue;
    oldest = i + 1;
    age = waiting->handle;
  }
  return oldest;
}

std::size_t remote_numbers::wishes() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(slots_, [](const slot& meaning) {
        return std::holds_alternative<wish>(meaning);
      }));
}

} // namespace hyper::mux
