#include "net/rpc/message.hpp"

namespace hyper::rpc {

namespace {

enum flag : std::uint8_t {
  is_error = 1,
  has_code = 2,
  has_cause = 4,
  has_context = 8,
};

std::uint8_t flags_of(const remote_error& what) {
  unsigned flags = is_error;
  if (what.code)
    flags |= has_code;
  if (what.cause)
    flags |= has_cause;
  if (what.cause && what.cause->context)
    flags |= has_context;
  return static_cast<std::uint8_t>(flags);
}

void encode_error(base::writer& out, const remote_error& what) {
  out.string(what.message);
  if (what.code)
    out.string(*what.code);
  if (!what.cause)
    return;
  out.string(what.cause->message);
  out.string(what.cause->code);
  if (what.cause->context)
    out.string(*what.cause->context);
}

remote_error decode_error(base::reader& in, std::uint8_t flags) {
  remote_error what;
  what.message = in.string();
  if ((flags & has_code) != 0)
    what.code = in.string();
  if ((flags & has_cause) == 0)
    return what;
  what.cause.emplace();
  what.cause->message = in.string();
  what.cause->code = in.string();
  if ((flags & has_context) != 0)
    what.cause->context = in.string();
  return what;
}

} // namespace

base::bytes encode(const request_message& message) {
  base::writer out;
  out.uint(message.id);
  out.string(message.method);
  out.raw(message.value);
  return out.release();
}

base::bytes encode(const response_message& message) {
  base::writer out;
  const auto* failure = std::get_if<remote_error>(&message.outcome);
  out.u8(failure == nullptr ? 0 : flags_of(*failure));
  out.uint(message.id);
  if (failure == nullptr)
    out.raw(std::get<base::bytes_view>(message.outcome));
  else
    encode_error(out, *failure);
  return out.release();
}

base::result<request_message> decode_request(base::bytes_view payload) {
  base::reader in{payload};
  request_message message;
  message.id = in.uint();
  message.method = in.string();
  message.value = in.rest();
  return in.finish(std::move(message));
}

base::result<response_message> decode_response(base::bytes_view payload) {
  base::reader in{payload};
  response_message message;
  auto flags = in.bitfield(1);
  message.id = in.uint();
  if (!flags.empty() && (flags[0] & is_error) != 0)
    message.outcome = decode_error(in, flags[0]);
  else
    message.outcome = in.rest();
  return in.finish(std::move(message));
}

remote_error unknown_method(std::string_view name) {
  return {"Unknown method '" + std::string{name} + "'", "UNKNOWN_METHOD", {}};
}

remote_error decode_error(std::string_view cause) {
  return {"Could not decode request", "DECODE_ERROR",
          error_cause{std::string{cause}, "", {}}};
}

remote_error request_error(error_cause cause) {
  return {"Request failed", "REQUEST_ERROR", std::move(cause)};
}

remote_error encode_error(std::string_view cause) {
  return {"Could not encode response", "ENCODE_ERROR",
          error_cause{std::string{cause}, "", {}}};
}

} // namespace hyper::rpc
