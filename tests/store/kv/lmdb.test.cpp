#define CAF_SUITE kv_lmdb

#include "store/kv/kv.hpp"

#include "tests/store/kv/content.hpp"
#include "tests/support/property.hpp"
#include "tests/support/temp_folder.hpp"

#include <csignal>
#include <fstream>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace hyper;
using test::entries;
using test::entries_of;
using test::put;

namespace {

struct folder_fixture {
  test::temp_folder place;

  void fill(std::size_t count) {
    auto store = *kv::open_lmdb(place.path());
    for (std::size_t i = 0; i < count; ++i)
      CAF_REQUIRE(store->commit({put(std::to_string(i), "value")}));
  }

  void write_file(const std::string& name, const std::string& content) {
    std::ofstream{place.file(name), std::ios::binary} << content;
  }

  base::error failure_to_open(const std::string& path) {
    auto opened = kv::open_lmdb(path);
    CAF_REQUIRE(!opened);
    CAF_MESSAGE(opened.failure().message);
    return opened.failure();
  }

  static bool says(const base::error& why, std::string_view part) {
    return why.message.find(part) != std::string::npos;
  }
};

// Files of this process may not grow beyond `size` until the end of the scope.
class size_limit {
public:
  explicit size_limit(rlim_t size) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit now{size, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &now);
  }
  ~size_limit() { setrlimit(RLIMIT_FSIZE, &before_); }

private:
  rlimit before_{};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(lmdb, folder_fixture)

CAF_TEST(law_L3_what was committed is there after reopening) {
  fill(3);
  auto store = *kv::open_lmdb(place.path());
  entries want{{"0", "value"}, {"1", "value"}, {"2", "value"}};
  CAF_CHECK_EQUAL(entries_of(**store->read()), want);
}

CAF_TEST(the folder is made when it is absent) {
  auto store = kv::open_lmdb(place.file("a/b"));
  CAF_CHECK(store.ok());
}

CAF_TEST(a store in use is busy and names its owner) {
  auto first = *kv::open_lmdb(place.path());
  auto why = failure_to_open(place.path());
  CAF_CHECK(why.code == base::errc::busy);
  CAF_CHECK(says(why, "pid " + std::to_string(getpid())));
  first.reset();
  CAF_CHECK(kv::open_lmdb(place.path()).ok());
}

CAF_TEST(a snapshot that outlives its store is still readable) {
  auto store = *kv::open_lmdb(place.path());
  CAF_CHECK(store->commit({put("a", "1")}));
  auto now = *store->read();
  store.reset();
  entries want{{"a", "1"}};
  CAF_CHECK_EQUAL(entries_of(*now), want);
}

CAF_TEST(a path that is a file is refused) {
  write_file("file", "text");
  auto why = failure_to_open(place.file("file"));
  CAF_CHECK(why.code == base::errc::io);
  CAF_CHECK(says(why, "not a folder"));
  CAF_CHECK(says(failure_to_open(place.file("file/below")), "not a folder"));
}

CAF_TEST(a foreign file is refused and left alone) {
  auto text = std::string(10000, 'x');
  write_file("data.mdb", text);
  auto why = failure_to_open(place.path());
  CAF_CHECK(why.code == base::errc::malformed);
  CAF_CHECK(says(why, "is not a store"));
  std::ifstream in{place.file("data.mdb"), std::ios::binary};
  std::string after{std::istreambuf_iterator<char>{in}, {}};
  CAF_CHECK_EQUAL(after, text);
}

CAF_TEST(a store that was cut short is refused) {
  fill(200);
  std::filesystem::resize_file(place.file("data.mdb"), 3 * 4096);
  auto why = failure_to_open(place.path());
  CAF_CHECK(why.code == base::errc::malformed);
  CAF_CHECK(says(why, "damaged"));
}

CAF_TEST(a folder without permission is refused) {
  if (geteuid() == 0)
    return; // root may do anything
  chmod(place.path().c_str(), 0500);
  auto why = failure_to_open(place.path());
  CAF_CHECK(why.code == base::errc::io);
  CAF_CHECK(says(why, "no permission"));
  chmod(place.path().c_str(), 0700);
}

CAF_TEST(law_L3_a full disk fails the commit whole and the store goes on) {
  auto store = *kv::open_lmdb(place.path());
  CAF_CHECK(store->commit({put("a", "1")}));
  {
    size_limit limit{256 * 1024};
    auto done =
        store->commit({put("b", "2"), put("c", std::string(1 << 20, 'x'))});
    CAF_REQUIRE(!done);
    CAF_MESSAGE(done.failure().message);
    CAF_CHECK(done.failure().code == base::errc::io);
    CAF_CHECK(says(done.failure(), "disk is full"));
    entries want{{"a", "1"}};
    CAF_CHECK_EQUAL(entries_of(**store->read()), want);
  }
  CAF_CHECK(store->commit({put("b", "2")}));
  store.reset();
  store = *kv::open_lmdb(place.path());
  entries want{{"a", "1"}, {"b", "2"}};
  CAF_CHECK_EQUAL(entries_of(**store->read()), want);
}

CAF_TEST(snapshots have a limit and say so) {
  auto store = *kv::open_lmdb(place.path());
  std::vector<std::unique_ptr<kv::snapshot>> open;
  auto next = store->read();
  while (next && open.size() < 5000) {
    open.push_back(std::move(next).value());
    next = store->read();
  }
  CAF_CHECK_EQUAL(open.size(), 1024u);
  CAF_REQUIRE(!next);
  CAF_CHECK(next.failure().code == base::errc::limit);
  open.clear();
  CAF_CHECK(store->read().ok());
}

CAF_TEST_FIXTURE_SCOPE_END()
