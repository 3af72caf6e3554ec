#include "tests/promqltest/script.h"

#include <re2/re2.h>

#include <utility>

#include "alerts/promql/literal.h"
#include "exporter/base/strings.h"

namespace clawvigil::promqltest {
namespace {

// The groups of a full match, from 1 on; what did not take part is "".
using Groups = std::vector<std::string>;
bool matches(const std::string& text, const re2::RE2& regex, Groups& groups) {
  const auto count = static_cast<std::size_t>(regex.NumberOfCapturingGroups());
  groups.assign(count + 1, "");
  std::vector<re2::RE2::Arg> arguments;
  std::vector<const re2::RE2::Arg*> pointers;
  for (std::size_t i = 1; i <= count; ++i) arguments.emplace_back(&groups[i]);
  for (const re2::RE2::Arg& argument : arguments) pointers.push_back(&argument);
  return re2::RE2::FullMatchN(text, regex, pointers.data(), static_cast<int>(count));
}

class Script {
 public:
  explicit Script(std::string_view text) {
    for (const std::string_view line : split(text, '\n')) {
      const std::string_view trimmed = trim(line);
      lines_.push_back(trimmed.starts_with('#') ? std::string() : std::string(trimmed));
    }
  }

  std::expected<std::vector<Command>, ScriptError> run() {
    std::vector<Command> commands;
    while (at_ < lines_.size()) {
      if (lines_[at_].empty()) {
        ++at_;
        continue;
      }
      Command command{at_ + 1, Clear{}};
      if (auto read = next(command); !read) {
        return std::unexpected(ScriptError{at_ + 1, read.error().message});
      }
      commands.push_back(std::move(command));
    }
    return commands;
  }

 private:
  Result<void> next(Command& command) {
    const std::string word =
        to_lower_ascii(lines_[at_].substr(0, lines_[at_].find_first_of(" \t")));
    if (word == "clear") {
      ++at_;
      return {};
    }
    if (word == "load" || word == "load_with_nhcb") return load(command, word != "load");
    if (word.starts_with("eval")) return eval(command);
    return fail(Errc::parse, "unknown command: " + word);
  }

  Result<void> load(Command& command, bool converts) {
    Load load;
    load.converts_histograms = converts;
    const std::string& head = lines_[at_];
    TRY_ASSIGN(load.interval,
               parse_time(trim(std::string_view(head).substr(head.find_first_of(" \t")))));
    for (++at_; at_ < lines_.size() && !lines_[at_].empty(); ++at_) {
      TRY_ASSIGN(SeriesLine series, parse_series(lines_[at_]));
      load.series.push_back(std::move(series));
    }
    command.what = std::move(load);
    return {};
  }

  Result<void> eval(Command& command) {
    static const re2::RE2 instant_head(
        R"(eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(\S+)\s+)?(.+))");
    static const re2::RE2 range_head(
        R"(eval(?:_(fail|warn|info))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+))");
    Eval eval;
    Groups parts;
    const std::string head = lines_[at_];
    if (matches(head, instant_head, parts)) {
      TRY_ASSIGN(eval.steps.from, parse_time(parts[2].empty() ? "0" : parts[2]));
      eval.steps.to = eval.steps.from;
      eval.expression = parts[3];
    } else if (matches(head, range_head, parts)) {
      eval.range = true;
      TRY_ASSIGN(eval.steps, steps(parts[2], parts[3], parts[4]));
      eval.expression = parts[5];
    } else {
      return fail(Errc::parse, "not an eval: " + head);
    }
    if (parts[1] == "fail") eval.fails.emplace();
    if (parts[1] == "ordered") eval.ordered = true;
    if (parts[1] == "warn" || parts[1] == "info") ++eval.annotations;
    for (++at_; at_ < lines_.size() && !lines_[at_].empty(); ++at_) TRY(expectation(eval));
    command.what = std::move(eval);
    return {};
  }

  static Result<Steps> steps(const std::string& from, const std::string& to,
                             const std::string& step) {
    Steps steps;
    TRY_ASSIGN(steps.from, parse_time(from));
    TRY_ASSIGN(steps.to, parse_time(to));
    TRY_ASSIGN(steps.step, parse_time(step));
    constexpr promql::TimeMs kMaxSteps = 100'000;
    if (steps.step <= 0 || steps.to < steps.from ||
        (steps.to - steps.from) / steps.step > kMaxSteps) {
      return fail(Errc::parse, "not a range of steps");
    }
    return steps;
  }

  Result<void> expectation(Eval& eval) {
    const std::string& line = lines_[at_];
    static const re2::RE2 expect_line(
        R"(expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.*))?)");
    static const re2::RE2 range_vector(
        R"(expect\s+range\s+vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+))");
    static const re2::RE2 string_value(R"(expect\s+string\s+(.+))");
    static const re2::RE2 old_failure(R"(expected_fail_(message|regexp)\s+(.*))");
    Groups parts;
    if (matches(line, expect_line, parts)) {
      note(eval, parts[1], parts[2], std::string(trim(parts[3])));
    } else if (matches(line, old_failure, parts)) {
      note(eval, "fail", parts[1] == "message" ? "msg" : "regex", parts[2]);
    } else if (matches(line, range_vector, parts)) {
      TRY_ASSIGN(eval.range_vector, steps(parts[1], parts[2], parts[3]));
    } else if (matches(line, string_value, parts)) {
      TRY_ASSIGN(eval.text, promql::unquote(parts[1]));
    } else if (line.starts_with("expect ")) {
      return fail(Errc::parse, "unknown expectation: " + line);
    } else if (const std::optional<double> number = parse_signed(line)) {
      eval.scalar = number;
    } else {
      TRY_ASSIGN(SeriesLine series, parse_series(line));
      eval.series.push_back(std::move(series));
    }
    return {};
  }

  static void note(Eval& eval, const std::string& what, const std::string& how,
                   const std::string& text) {
    if (what == "ordered") eval.ordered = true;
    if (what == "warn" || what == "info") ++eval.annotations;
    if (what != "fail") return;
    if (!eval.fails) eval.fails.emplace();
    (how == "regex" ? eval.fails->regex : eval.fails->message) = text;
  }

  std::vector<std::string> lines_;
  std::size_t at_ = 0;
};

}  // namespace

std::expected<std::vector<Command>, ScriptError> parse_script(std::string_view text) {
  return Script(text).run();
}

}  // namespace clawvigil::promqltest
