#define CAF_SUITE kv_folder

#include "store/kv/folder.hpp"

#include "tests/support/property.hpp"
#include "tests/support/temp_folder.hpp"

#include <cerrno>
#include <fstream>

#include <sys/wait.h>
#include <unistd.h>

using namespace hyper;

CAF_TEST(a folder has one owner and the next when that is gone) {
  test::temp_folder place;
  {
    auto first = kv::folder::claim(place.path());
    CAF_REQUIRE(first);
    auto second = kv::folder::claim(place.path());
    CAF_REQUIRE(!second);
    CAF_CHECK(second.failure().code == base::errc::busy);
    auto moved = std::move(*first);
    CAF_CHECK(!kv::folder::claim(place.path()));
  }
  CAF_CHECK(kv::folder::claim(place.path()).ok());
}

CAF_TEST(an owner that was killed leaves the folder free) {
  test::temp_folder place;
  auto child = fork();
  if (child == 0) {
    auto held = kv::folder::claim(place.path());
    abort();
  }
  int status = 0;
  waitpid(child, &status, 0);
  CAF_CHECK(std::filesystem::exists(place.file("owner.lock")));
  CAF_CHECK(kv::folder::claim(place.path()).ok());
}

CAF_TEST(the lock names the owner for people) {
  test::temp_folder place;
  auto held = kv::folder::claim(place.path());
  std::ifstream in{place.file("owner.lock")};
  int pid = 0;
  in >> pid;
  CAF_CHECK_EQUAL(pid, getpid());
}

CAF_TEST(every failure of the system has a sentence) {
  for (auto code :
       {ENOSPC, EROFS, EACCES, ENOTDIR, EMFILE, ENOMEM, ENOLCK, EIO, EINVAL}) {
    auto why = kv::system_error("here", code);
    CAF_CHECK(why.code == base::errc::io);
    CAF_CHECK(why.message.starts_with("kv: cannot use here: "));
    CAF_CHECK(why.message.size() > 25);
  }
}
