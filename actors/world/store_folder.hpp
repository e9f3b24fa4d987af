#pragma once

#include "base/entropy.hpp"
#include "base/result.hpp"
#include "store/kv/kv.hpp"
#include "store/log/keys.hpp"

#include <memory>
#include <optional>
#include <string>

namespace hyper::actors {

/// A folder of one server or one client: its key-value store, and the primary
/// key from which its other keys come.
struct store_folder {
  std::unique_ptr<kv::store> store;
  log::primary_key primary{};
};

/// Name of the primary key's file in a store folder: 32 bytes, mode 0600.
inline constexpr auto primary_key_file_name = "primary-key";

/// Opens or creates the folder. With `key_file` the primary key is read from
/// there (32 bytes as Corestore writes them, or 64 hex digits); without, it is
/// the folder's own, made at the first time.
/// Errors: errc::busy if another process has it open, errc::malformed for a
/// key file that is none, errc::io with what is wrong and what to do.
base::result<store_folder>
open_store_folder(const std::string& folder,
                  const std::optional<std::string>& key_file,
                  base::entropy& chance);

} // namespace hyper::actors
