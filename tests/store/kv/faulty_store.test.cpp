#define CAF_SUITE kv_faulty_store

#include "tests/support/faulty_store.hpp"

#include "tests/store/kv/content.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using test::entries;
using test::entries_of;
using test::put;

CAF_TEST(failing commits leave no trace and end) {
  test::faulty_store store{{.fail_from = 1, .fail_count = 2}};
  CAF_CHECK(store.commit({put("a", "1")}));
  CAF_CHECK(!store.commit({put("b", "2")}));
  CAF_CHECK(!store.commit({put("c", "3")}));
  CAF_CHECK(store.commit({put("d", "4")}));
  entries want{{"a", "1"}, {"d", "4"}};
  CAF_CHECK_EQUAL(entries_of(**store.read()), want);
  store.crash();
  CAF_CHECK_EQUAL(entries_of(**store.read()), want);
}

CAF_TEST(a disk that lies forgets) {
  test::faulty_store store{{.forget_from = 1}};
  CAF_CHECK(store.commit({put("a", "1")}));
  CAF_CHECK(store.commit({put("a", "2"), put("b", "2")}));
  CAF_CHECK_EQUAL(entries_of(**store.read()).size(), 2u);
  store.crash();
  entries want{{"a", "1"}};
  CAF_CHECK_EQUAL(entries_of(**store.read()), want);
}

CAF_TEST(a torn commit is there by half) {
  test::faulty_store store{{.tear_at = 0}};
  CAF_CHECK(!store.commit({put("a", "1"), put("b", "2")}));
  store.crash();
  entries want{{"a", "1"}};
  CAF_CHECK_EQUAL(entries_of(**store.read()), want);
}
