#include "actors/trace/recording.hpp"

#include "actors/trace/chrome.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <vector>

namespace hyper::actors::trace {

namespace {

namespace json = boost::json;

// Process numbers of different recordings are kept apart.
constexpr unsigned file_shift = 32;

const json::value* member(const json::object& in, const char* key) {
  return in.if_contains(key);
}

std::uint64_t number(const json::object& in, const char* key) {
  const auto* value = member(in, key);
  if (value == nullptr)
    return 0;
  if (const auto* whole = value->if_uint64())
    return *whole;
  const auto* whole = value->if_int64();
  return whole != nullptr && *whole > 0 ? static_cast<std::uint64_t>(*whole)
                                        : 0;
}

std::int64_t time(const json::object& in, const char* key) {
  return static_cast<std::int64_t>(
      std::min<std::uint64_t>(number(in, key), INT64_MAX / 4));
}

std::string text(const json::object& in, const char* key) {
  const auto* value = member(in, key);
  const auto* found = value ? value->if_string() : nullptr;
  return found ? std::string{found->data(), found->size()} : std::string{};
}

const json::object* object(const json::object& in, const char* key) {
  const auto* value = member(in, key);
  return value ? value->if_object() : nullptr;
}

std::string fact_text(const json::value& value) {
  if (const auto* found = value.if_string())
    return {found->data(), found->size()};
  return json::serialize(value);
}

told_message read_message(const json::object& event, const json::object& args,
                          std::uint64_t file) {
  told_message out;
  out.type = text(event, "name");
  out.number = number(args, "number");
  out.cause = number(args, "cause");
  out.question = number(args, "question");
  out.to = {number(event, "pid") + file, number(event, "tid")};
  out.from = {number(args, "from_pid") + file, number(args, "from_tid")};
  out.begun = time(event, "ts");
  out.took = time(event, "dur");
  out.queued = out.begun - time(args, "waited");
  out.depth = number(args, "depth");
  if (const auto* facts = object(args, "facts"))
    for (const auto& [key, value] : *facts)
      out.facts.emplace_back(std::string{key.data(), key.size()},
                             fact_text(value));
  return out;
}

// Reads of a line that is too long no more than is needed to see that.
class line_reader {
public:
  line_reader(std::istream& in, std::size_t line_max)
      : in_(in), buffer_(line_max + 2) {}

  bool next(std::string& line) {
    in_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    auto got = static_cast<std::size_t>(in_.gcount());
    // The end of a line counts as read, but is not there.
    bool ended = !in_.fail() && !in_.eof();
    line.assign(buffer_.data(), ended ? got - 1 : got);
    return !in_.fail() || got > 0;
  }

private:
  std::istream& in_;
  std::vector<char> buffer_;
};

base::error unreadable(const char* why) {
  return {base::errc::malformed, why};
}

} // namespace

const std::string& told_message::fact(std::string_view key) const {
  static const std::string none;
  auto found = std::ranges::find(
      facts, key, [](const auto& one) { return std::string_view{one.first}; });
  return found == facts.end() ? none : found->second;
}

base::status recording::add_line(std::string_view line) {
  while (!line.empty() && (line.back() == ',' || line.back() == '\r'))
    line.remove_suffix(1);
  boost::system::error_code bad;
  auto value = json::parse({line.data(), line.size()}, bad);
  const auto* event = bad ? nullptr : value.if_object();
  if (event == nullptr)
    return unreadable("not a trace event");
  const auto* args = object(*event, "args");
  auto file = files_ << file_shift;
  auto kind = text(*event, "ph");
  if (args == nullptr)
    return base::unit{};
  if (kind == "X") {
    if (messages_.size() >= messages_max)
      return base::error{base::errc::limit, "too many messages"};
    messages_.push_back(read_message(*event, *args, file));
  } else if (text(*event, "name") == "process_name") {
    processes_[number(*event, "pid") + file] = text(*args, "name");
  } else if (text(*event, "name") == "thread_name") {
    lanes_[{number(*event, "pid") + file, number(*event, "tid")}] =
        text(*args, "name");
  }
  return base::unit{};
}

base::status recording::add(std::istream& in) {
  ++files_;
  line_reader lines{in, line_max};
  std::string line;
  if (!lines.next(line) || line + "\n" != chrome_writer::opening())
    return unreadable("line 1: not a recording made by --trace-file");
  for (std::size_t at = 2; lines.next(line); ++at) {
    if (line.size() > line_max)
      return base::error{base::errc::limit,
                         "line " + std::to_string(at) + ": too long"};
    if (line + "\n" == chrome_writer::closing())
      break;
    auto read = add_line(line);
    // The last line of a process that was killed may be a piece.
    if (!read && !in.eof())
      return base::error{read.failure().code, "line " + std::to_string(at) +
                                                  ": " +
                                                  read.failure().message};
  }
  std::ranges::stable_sort(messages_, {}, &told_message::begun);
  return base::unit{};
}

std::string recording::name_of(const lane& who) const {
  auto process = processes_.find(who.process);
  auto name = lanes_.find(who);
  return (process == processes_.end() ? "?" : process->second) + "/" +
         (name == lanes_.end() ? "outside" : name->second);
}

} // namespace hyper::actors::trace
