#include "base/assert.hpp"
#include "store/kv/folder.hpp"
#include "store/kv/kv.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <lmdb.h>

namespace hyper::kv {

namespace {

// Address space, not disk: the file is as large as what was written. Halved
// down to the smallest if the process may not have so much.
constexpr std::size_t map_size_max = std::size_t{1}
                                     << (sizeof(void*) == 8 ? 36 : 30);
constexpr std::size_t map_size_min = std::size_t{64} << 20;

// Snapshots at the same time; each takes a slot of 64 bytes in the lock file.
constexpr unsigned snapshots_max = 1024;

// The unnamed database always has this handle once it was opened.
constexpr MDB_dbi database = 1;

base::error failure_of(const std::string& path, int code) {
  auto said = [&](base::errc kind, const char* what) {
    return base::error{kind, "kv: " + path + "/data.mdb " + what};
  };
  switch (code) {
  case MDB_INVALID:
    return said(base::errc::malformed,
                "is not a store; choose another folder or move it away");
  case MDB_VERSION_MISMATCH:
    return said(base::errc::malformed,
                "was written by another version of LMDB");
  case MDB_CORRUPTED:
  case MDB_PAGE_NOTFOUND:
  case MDB_PANIC:
    return said(base::errc::malformed,
                "is damaged; move the folder away and begin a new one");
  case MDB_MAP_FULL:
    return said(base::errc::limit, "has reached its largest size");
  case MDB_TXN_FULL:
    return said(base::errc::limit, "cannot take so many changes at once");
  case MDB_READERS_FULL:
    return said(base::errc::limit, "has too many snapshots open");
  default:
    return code > 0 ? system_error(path, code)
                    : said(base::errc::io, mdb_strerror(code));
  }
}

MDB_val to_val(base::bytes_view data) {
  // LMDB takes pointers to mutable bytes and does not write to them.
  return {data.size(), const_cast<std::uint8_t*>(data.data())};
}

base::bytes_view to_view(const MDB_val& value) {
  return {static_cast<const std::uint8_t*>(value.mv_data), value.mv_size};
}

bool is_key(base::bytes_view key) {
  return !key.empty() && key.size() <= key_size_max;
}

// Shared by the store and its snapshots, so that whoever goes last closes it.
struct environment {
  explicit environment(folder where) : place(std::move(where)) {}
  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;
  ~environment() { mdb_env_close(handle); }

  base::error failure(int code) const { return failure_of(place.path(), code); }

  folder place;
  MDB_env* handle = nullptr;
};

using shared_environment = std::shared_ptr<environment>;

struct cursor_closer {
  void operator()(MDB_cursor* cursor) const { mdb_cursor_close(cursor); }
};

// One pass over keys; the direction is in the operations.
class walk {
public:
  explicit walk(MDB_cursor* cursor) : cursor_(cursor) {}

  int to_first(base::bytes_view from) {
    key_ = to_val(from);
    return move(from.empty() ? MDB_FIRST : MDB_SET_RANGE);
  }

  int to_last_before(base::bytes_view until) {
    key_ = to_val(until);
    if (until.empty() || move(MDB_SET_RANGE) == MDB_NOTFOUND)
      return move(MDB_LAST);
    return move(MDB_PREV);
  }

  int move(MDB_cursor_op step) {
    return mdb_cursor_get(cursor_, &key_, &value_, step);
  }

  base::bytes_view key() const { return to_view(key_); }
  base::bytes_view value() const { return to_view(value_); }

private:
  MDB_cursor* cursor_;
  MDB_val key_{};
  MDB_val value_{};
};

class lmdb_snapshot final : public snapshot {
public:
  lmdb_snapshot(shared_environment env, MDB_txn* txn)
      : env_(std::move(env)), txn_(txn) {
    HYPER_ASSERT(txn_ != nullptr);
  }
  ~lmdb_snapshot() override { mdb_txn_abort(txn_); }

  base::result<std::optional<base::bytes_view>>
  get(base::bytes_view key) const override {
    using found = std::optional<base::bytes_view>;
    if (!is_key(key))
      return found{};
    auto name = to_val(key);
    MDB_val value{};
    auto code = mdb_get(txn_, database, &name, &value);
    if (code == MDB_NOTFOUND)
      return found{};
    if (code != 0)
      return env_->failure(code);
    return found{to_view(value)};
  }

  base::status scan(base::bytes_view from, base::bytes_view until,
                    direction way, const visitor& visit) const override {
    MDB_cursor* raw = nullptr;
    if (auto code = mdb_cursor_open(txn_, database, &raw); code != 0)
      return env_->failure(code);
    std::unique_ptr<MDB_cursor, cursor_closer> cursor{raw};
    walk at{raw};
    auto code = way == direction::forward ? upwards(at, from, until, visit)
                                          : downwards(at, from, until, visit);
    if (code != 0 && code != MDB_NOTFOUND)
      return env_->failure(code);
    return base::unit{};
  }

private:
  static int upwards(walk& at, base::bytes_view from, base::bytes_view until,
                     const visitor& visit) {
    auto code = at.to_first(from);
    while (code == 0 && (until.empty() || base::less(at.key(), until)) &&
           visit(at.key(), at.value()))
      code = at.move(MDB_NEXT);
    return code;
  }

  static int downwards(walk& at, base::bytes_view from, base::bytes_view until,
                       const visitor& visit) {
    auto code = at.to_last_before(until);
    while (code == 0 && !base::less(at.key(), from) &&
           visit(at.key(), at.value()))
      code = at.move(MDB_PREV);
    return code;
  }

  shared_environment env_;
  MDB_txn* txn_;
};

int apply(MDB_txn* txn, const write& change) {
  HYPER_ASSERT(is_key(change.key));
  auto key = to_val(change.key);
  if (!change.value) {
    auto code = mdb_del(txn, database, &key, nullptr);
    return code == MDB_NOTFOUND ? 0 : code;
  }
  auto value = to_val(*change.value);
  return mdb_put(txn, database, &key, &value, 0);
}

class lmdb_store final : public store {
public:
  explicit lmdb_store(shared_environment env) : env_(std::move(env)) {}

  base::result<std::unique_ptr<snapshot>> read() const override {
    MDB_txn* txn = nullptr;
    auto code = mdb_txn_begin(env_->handle, nullptr, MDB_RDONLY, &txn);
    if (code != 0)
      return env_->failure(code);
    return std::unique_ptr<snapshot>{
        std::make_unique<lmdb_snapshot>(env_, txn)};
  }

  base::status commit(const batch& changes) override {
    if (changes.empty())
      return base::unit{};
    MDB_txn* txn = nullptr;
    auto code = mdb_txn_begin(env_->handle, nullptr, 0, &txn);
    if (code != 0)
      return env_->failure(code);
    for (const auto& change : changes) {
      code = apply(txn, change);
      if (code != 0) {
        mdb_txn_abort(txn);
        return env_->failure(code);
      }
    }
    code = mdb_txn_commit(txn);
    if (code != 0)
      return env_->failure(code);
    return base::unit{};
  }

private:
  shared_environment env_;
};

// A copy that was cut short maps pages that are not there, and touching one
// would kill the process: compare before anything is read.
int check_size(const environment& env) {
  MDB_envinfo info{};
  MDB_stat stat{};
  mdb_env_info(env.handle, &info);
  mdb_env_stat(env.handle, &stat);
  std::error_code failure;
  auto size =
      std::filesystem::file_size(env.place.path() + "/data.mdb", failure);
  if (failure)
    return failure.value();
  // A store that was never written to has no pages but the two first.
  auto pages = info.me_last_txnid == 0 ? 2 : info.me_last_pgno + 1;
  return size < pages * stat.ms_psize ? MDB_CORRUPTED : 0;
}

int open_database(const environment& env) {
  HYPER_ASSERT(mdb_env_get_maxkeysize(env.handle) == key_size_max);
  MDB_txn* txn = nullptr;
  if (auto code = mdb_txn_begin(env.handle, nullptr, MDB_RDONLY, &txn);
      code != 0)
    return code;
  MDB_dbi opened = 0;
  auto code = mdb_dbi_open(txn, nullptr, 0, &opened);
  mdb_txn_abort(txn);
  HYPER_ASSERT(code != 0 || opened == database);
  return code;
}

int open_mapped(environment& env, std::size_t map_size) {
  mdb_env_close(env.handle);
  env.handle = nullptr;
  if (auto code = mdb_env_create(&env.handle); code != 0)
    return code;
  mdb_env_set_mapsize(env.handle, map_size);
  mdb_env_set_maxreaders(env.handle, snapshots_max);
  return mdb_env_open(env.handle, env.place.path().c_str(), MDB_NOTLS, 0600);
}

int open_environment(environment& env) {
  auto map_size = map_size_max;
  auto code = open_mapped(env, map_size);
  while (code == ENOMEM && map_size > map_size_min)
    code = open_mapped(env, map_size /= 2);
  if (code == 0)
    code = check_size(env);
  return code == 0 ? open_database(env) : code;
}

} // namespace

base::result<std::unique_ptr<store>> open_lmdb(const std::string& path) {
  auto place = folder::claim(path);
  if (!place)
    return place.failure();
  auto env = std::make_shared<environment>(std::move(place).value());
  if (auto code = open_environment(*env); code != 0)
    return env->failure(code);
  if (auto synced = env->place.sync(); !synced)
    return synced.failure();
  return std::unique_ptr<store>{std::make_unique<lmdb_store>(std::move(env))};
}

} // namespace hyper::kv
