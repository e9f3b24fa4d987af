#include "actors/trace/chrome.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

namespace hyper::actors::trace {

namespace {

// Records that wait to be written: some hundred megabytes at most.
constexpr std::size_t backlog_max = 500000;

// So long are records gathered before they are written.
constexpr std::chrono::milliseconds gathering{50};

// What is traced goes first; the thread that writes takes what is left over.
constexpr int writer_niceness = 10;

void step_back() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), writer_niceness);
}

bool is_plain(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

// Nearly all texts are what they are; there are hundreds of thousands per
// second.
void append_text(std::string& out, std::string_view text) {
  if (std::ranges::all_of(text, is_plain)) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += boost::json::serialize(
        boost::json::string_view{text.data(), text.size()});
  }
}

template <class Number>
void append_number(std::string& out, Number value) {
  std::array<char, 24> digits{};
  auto* begin = digits.data();
  auto end = std::to_chars(begin, begin + digits.size(), value).ptr;
  out.append(begin, end);
}

std::int64_t us_of(base::instant when) {
  return when.time_since_epoch().count();
}

void append(std::string& out, std::string_view key, std::uint64_t value) {
  out += ",\"";
  out += key;
  out += "\":";
  append_number(out, value);
}

void append_facts(std::string& out, const std::vector<field>& facts) {
  out += ",\"facts\":{";
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (i > 0)
      out += ',';
    append_text(out, facts[i].key);
    out += ':';
    if (const auto* number = std::get_if<std::uint64_t>(&facts[i].value))
      append_number(out, *number);
    else
      append_text(out, std::get<std::string>(facts[i].value));
  }
  out += '}';
}

// Lanes of what is no actor, behind all numbers that actors get.
std::uint64_t lane_number(const participant& who) {
  constexpr std::uint64_t outsiders = 1'000'000'000;
  if (who.id != 0)
    return who.id;
  if (who.name == "disk")
    return outsiders + 1;
  return who.name == "network" ? outsiders + 2 : outsiders;
}

struct place {
  std::uint64_t process = 0;
  std::uint64_t lane = 0;
};

void append_place(std::string& out, const place& where, base::instant when) {
  append(out, "pid", where.process);
  append(out, "tid", where.lane);
  out += ",\"ts\":";
  append_number(out, us_of(when));
}

void append_arrow(std::string& out, const char* end, const place& where,
                  base::instant when, std::uint64_t number) {
  out.append("{\"name\":\"sent\",\"cat\":\"sent\",").append(end);
  append_place(out, where, when);
  append(out, "id", number);
  out += "},\n";
}

void append_label(std::string& out, const char* kind, const place& of,
                  const std::string& name) {
  out.append("{\"ph\":\"M\",\"name\":\"").append(kind).append("\"");
  append(out, "pid", of.process);
  append(out, "tid", of.lane);
  out += ",\"args\":{\"name\":";
  append_text(out, name);
  out += "}},\n";
}

class trace_file final : public sink {
public:
  trace_file(std::FILE* file, std::string path, std::uint64_t first_process,
             std::function<void(const std::string&)> failed)
      : file_(file), path_(std::move(path)), writer_(first_process),
        failed_(std::move(failed)), thread_([this] { run(); }) {}

  ~trace_file() override {
    {
      std::lock_guard guard{mutex_};
      closing_ = true;
    }
    more_.notify_one();
    thread_.join();
    std::fclose(file_);
  }

  void take(record one) override {
    bool first = false;
    {
      std::lock_guard guard{mutex_};
      if (broken_)
        return;
      if (waiting_.size() >= backlog_max) {
        ++left_out_;
        return;
      }
      first = waiting_.empty();
      waiting_.push_back(std::move(one));
    }
    if (first)
      more_.notify_one();
  }

private:
  void run() {
    step_back();
    std::string text = chrome_writer::opening();
    std::vector<record> batch;
    while (true) {
      batch.clear();
      std::unique_lock lock{mutex_};
      more_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
      more_.wait_for(lock, gathering, [this] { return closing_; });
      batch.swap(waiting_);
      bool last = closing_;
      lock.unlock();
      for (const auto& one : batch)
        writer_.append(text, one);
      if (last)
        text += chrome_writer::closing();
      write(text);
      text.clear();
      if (last)
        return;
    }
  }

  void write(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) == text.size() &&
        std::fflush(file_) == 0)
      return;
    std::string why = std::strerror(errno);
    {
      std::lock_guard guard{mutex_};
      if (std::exchange(broken_, true))
        return;
      waiting_.clear();
    }
    failed_("the trace ends here: cannot write " + path_ + ": " + why);
  }

  std::FILE* file_;
  std::string path_;
  chrome_writer writer_;
  std::function<void(const std::string&)> failed_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<record> waiting_;
  std::uint64_t left_out_ = 0;
  bool closing_ = false;
  bool broken_ = false;
  std::thread thread_; ///< the last member: it uses the others
};

} // namespace

std::uint64_t chrome_writer::process_of(std::string& out,
                                        std::string_view node) {
  auto found = processes_.find(node);
  if (found == processes_.end()) {
    found = processes_.emplace(node, next_process_++).first;
    append_label(out, "process_name", {found->second, 0},
                 node.empty() ? "hyper-registry" : std::string{node});
  }
  return found->second;
}

std::uint64_t chrome_writer::lane_of(std::string& out, const participant& who) {
  auto process = process_of(out, who.node);
  auto lane = lane_number(who);
  if (lanes_.emplace(process, lane).second) {
    auto label = std::string{who.name};
    if (who.id != 0)
      label += "#" + std::to_string(who.id);
    append_label(out, "thread_name", {process, lane}, label);
  }
  return process;
}

void chrome_writer::append(std::string& out, const record& one) {
  place to{lane_of(out, one.to), lane_number(one.to)};
  place from{lane_of(out, one.from), lane_number(one.from)};
  // Only what is sent in a handler starts in a slice.
  bool arrow = one.cause != 0 && one.from.id != 0;
  if (arrow)
    append_arrow(out, "\"ph\":\"s\"", from, one.queued, one.number);
  out.append("{\"ph\":\"X\",\"cat\":\"message\",\"name\":\"");
  out.append(one.what.type).append("\"");
  append_place(out, to, one.begun);
  out += ",\"dur\":";
  append_number(out, (one.ended - one.begun).count());
  out += ",\"args\":{\"number\":";
  append_number(out, one.number);
  trace::append(out, "cause", one.cause);
  trace::append(out, "question", one.question);
  trace::append(out, "from_pid", from.process);
  trace::append(out, "from_tid", from.lane);
  trace::append(out, "waited",
                static_cast<std::uint64_t>((one.begun - one.queued).count()));
  trace::append(out, "depth", static_cast<std::uint64_t>(one.depth));
  append_facts(out, one.what.fields);
  out += "}},\n";
  if (arrow)
    append_arrow(out, "\"ph\":\"f\",\"bp\":\"e\"", to, one.begun, one.number);
}

chrome_sink::chrome_sink(std::uint64_t first_process, std::string& out)
    : writer_(first_process), out_(out) {
  out_ += chrome_writer::opening();
}

chrome_sink::~chrome_sink() {
  out_ += chrome_writer::closing();
}

void chrome_sink::take(record one) {
  writer_.append(out_, one);
}

base::result<std::unique_ptr<sink>>
open_trace_file(const std::string& path, std::uint64_t first_process,
                std::function<void(const std::string&)> failed) {
  auto* file = std::fopen(path.c_str(), "we");
  if (file == nullptr)
    return base::error{base::errc::io,
                       "cannot write " + path + ": " + std::strerror(errno)};
  return std::unique_ptr<sink>{std::make_unique<trace_file>(
      file, path, first_process, std::move(failed))};
}

} // namespace hyper::actors::trace
