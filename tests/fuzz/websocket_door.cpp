#include "tests/actors/websocket_door.hpp"
#include "tests/fuzz/talk.hpp"

// A stranger at the door of `--ws`: any bytes, or frames of an open WebSocket
// that hold any. The first byte says which. Whatever comes back is HTTP, and
// the connection ends.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static auto* door = new hyper::test::websocket_door;
  if (size == 0)
    return 0;
  bool open = data[0] % 2 == 1;
  auto heard = talk(*door, open ? hyper::test::upgrade_to("/") : "",
                    {data + 1, size - 1});
  HYPER_ASSERT(heard.empty() || heard.starts_with("HTTP/1."));
  HYPER_ASSERT(!open || heard.starts_with("HTTP/1.1 101 "));
  HYPER_ASSERT(door->seen().proven == 0); // nobody guesses an ephemeral key
  return 0;
}
