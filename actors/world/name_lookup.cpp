#include "actors/world/name_lookup.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

namespace hyper::actors {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using local = asio::local::stream_protocol;
using code = boost::system::error_code;

// Of one host; more are not tried.
constexpr std::size_t addresses_max = 16;

// One record for each address; `out` is closed behind the last one.
void ask_system(int out, const std::string& host, const std::string& port) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found) == 0) {
    for (auto* one = found; one != nullptr; one = one->ai_next) {
      sockaddr_storage record{};
      std::memcpy(&record, one->ai_addr, one->ai_addrlen);
      ::send(out, &record, sizeof record, MSG_NOSIGNAL);
    }
    ::freeaddrinfo(found);
  }
  ::close(out);
}

name_lookup::addresses read_records(std::string_view from) {
  name_lookup::addresses out;
  for (; from.size() >= sizeof(sockaddr_storage);
       from.remove_prefix(sizeof(sockaddr_storage))) {
    sockaddr_storage record{};
    std::memcpy(&record, from.data(), sizeof record);
    auto size = record.ss_family == AF_INET6 ? sizeof(sockaddr_in6)
                                             : sizeof(sockaddr_in);
    tcp::endpoint one;
    std::memcpy(one.data(), &record, size);
    one.resize(size);
    out.push_back(one);
  }
  return out;
}

} // namespace

std::shared_ptr<name_lookup>
name_lookup::start(const asio::any_io_executor& loop, const std::string& host,
                   const std::string& port, done then) {
  auto out = std::make_shared<name_lookup>(loop);
  local::socket question{loop};
  code problem;
  asio::local::connect_pair(question, out->answer_, problem);
  if (!problem) {
    auto other_end = question.release();
    try {
      std::thread{ask_system, other_end, host, port}.detach();
    } catch (const std::system_error&) {
      ::close(other_end); // no more threads: nothing is found
    }
  }
  out->read(std::move(then));
  return out;
}

void name_lookup::read(done then) {
  asio::async_read(
      answer_,
      asio::dynamic_buffer(found_, addresses_max * sizeof(sockaddr_storage)),
      [self = shared_from_this(), then = std::move(then)](const code&,
                                                          std::size_t) {
        if (!self->stopped_)
          then(read_records(self->found_));
      });
}

void name_lookup::stop() {
  stopped_ = true;
  code ignored;
  answer_.close(ignored);
}

} // namespace hyper::actors
