#include "net/replication/questions.hpp"

#include "base/assert.hpp"
#include "net/replication/limits.hpp"

namespace hyper::replication {

bool holds_only_asked(const base::proof_request& asked,
                      const base::proof& proof) {
  if (proof.block && (!asked.block || asked.block->index != proof.block->index))
    return false;
  if (proof.hash && (!asked.hash || asked.hash->index != proof.hash->index))
    return false;
  if (proof.seek && (!asked.seek || asked.seek->bytes != proof.seek->bytes))
    return false;
  if (proof.upgrade && !asked.upgrade)
    return false;
  return !proof.manifest || asked.manifest;
}

bool is_answer(const base::proof_request& asked, const base::proof& proof) {
  if (proof.fork != asked.fork || !holds_only_asked(asked, proof))
    return false;
  if (asked.block || asked.hash || asked.upgrade)
    return asked.block.has_value() == proof.block.has_value() &&
           asked.hash.has_value() == proof.hash.has_value() &&
           asked.upgrade.has_value() == proof.upgrade.has_value();
  return asked.manifest == proof.manifest.has_value();
}

bool questions::add(const base::proof_request& request) {
  if (asked_.size() >= asked_max)
    return false;
  return asked_.emplace(request.id, request).second;
}

std::optional<base::proof_request> questions::take(std::uint64_t id) {
  auto found = asked_.find(id);
  if (found == asked_.end())
    return std::nullopt;
  auto request = std::move(found->second);
  asked_.erase(found);
  HYPER_ASSERT(asked_.size() < asked_max);
  return request;
}

} // namespace hyper::replication
