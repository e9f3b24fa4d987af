#include "actors/world/http_header.hpp"

#include "base/authority.hpp"

#include <boost/beast/core/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

namespace hyper::actors {

namespace {

namespace http = boost::beast::http;

// RFC 9112, section 3.2; RFC 9110, section 11.6.2; RFC 6454, section 7.3; RFC
// 6455, section 11.3.
constexpr http::field single_fields[] = {
    http::field::host, http::field::authorization, http::field::origin,
    http::field::sec_websocket_key, http::field::sec_websocket_version};

constexpr http::field list_fields[] = {
    http::field::connection, http::field::upgrade, http::field::if_none_match,
    http::field::sec_websocket_protocol};

// 16 bytes in base64.
bool is_nonce(std::string_view text) {
  constexpr std::string_view base64 =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
  constexpr std::size_t size = 22;
  return text.size() == size + 2 && text.ends_with("==") &&
         text.find_first_not_of(base64) == size;
}

} // namespace

std::string text_of(boost::beast::string_view what) {
  return {what.data(), what.size()};
}

bool is_gone(const boost::system::error_code& problem) {
  return problem == http::error::end_of_stream ||
         problem == http::error::partial_message ||
         problem == boost::beast::error::timeout ||
         (problem && problem.category() == boost::system::system_category());
}

std::optional<std::string> what_is_wrong(const http_header& what) {
  for (auto field : single_fields)
    if (what.count(field) > 1)
      return "there is more than one " + text_of(http::to_string(field));
  if (what.version() >= 11 && what.count(http::field::host) == 0)
    return "there is no Host";
  if (!base::split_authority(text_of(what[http::field::host])))
    return "the Host is malformed";
  return std::nullopt;
}

bool has_body(const header_parser& what) {
  return !what.is_done() ||
         what.get().count(http::field::transfer_encoding) > 0;
}

void join_lists(http_header& what) {
  for (auto field : list_fields) {
    if (what.count(field) < 2)
      continue;
    std::string whole;
    auto [first, last] = what.equal_range(field);
    for (; first != last; ++first)
      whole += (whole.empty() ? "" : ", ") + text_of(first->value());
    what.set(field, whole);
  }
}

bool is_whole_upgrade(const http_header& what) {
  return boost::beast::websocket::is_upgrade(what) &&
         what[http::field::sec_websocket_version] == "13" &&
         is_nonce(text_of(what[http::field::sec_websocket_key]));
}

} // namespace hyper::actors
