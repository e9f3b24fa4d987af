#pragma once

#include <boost/beast/http.hpp>

#include <optional>
#include <string>
#include <string_view>

// What a request's header has to be before Beast is asked what is in it: for
// the gateway, and for the door of WebSockets.

namespace hyper::actors {

using header_parser =
    boost::beast::http::request_parser<boost::beast::http::empty_body>;
using http_header = header_parser::value_type;

/// A copy of what Beast gives views of.
std::string text_of(boost::beast::string_view what);

/// Whether nothing was read because the remote has gone, or was too slow;
/// anything else is no HTTP.
bool is_gone(const boost::system::error_code& problem);

/// Why no answer can be given: no Host, or a malformed one, or twice what may
/// be there once (RFC 9112, section 3.2).
std::optional<std::string> what_is_wrong(const http_header& what);

/// Whether more than the header belongs to it, in whatever coding: a coding
/// that is not known does not end where it seems to (RFC 9112, section 6.3).
bool has_body(const header_parser& what);

/// Makes one of the lists in several pieces (RFC 9110, section 5.3): Beast
/// looks at the first.
void join_lists(http_header& what);

/// Whether Beast will accept it as a WebSocket's (RFC 6455, section 4.2.1).
bool is_whole_upgrade(const http_header& what);

} // namespace hyper::actors
