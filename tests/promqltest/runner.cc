#include "tests/promqltest/runner.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "tests/promqltest/compare.h"
#include "tests/promqltest/storage.h"

namespace clawvigil::promqltest {
namespace {

constexpr std::string_view kHistograms = "native histograms";

bool expects_histogram(const Eval& eval) {
  return std::ranges::any_of(eval.series, [](const SeriesLine& line) {
    return std::ranges::any_of(line.values,
                               [](const auto& value) { return value && value->histogram; });
  });
}

// The two ways Prometheus shows one error.
bool message_fits(const ExpectedFailure& expected, const std::string& message,
                  const std::string& with_place) {
  if (!expected.message.empty()) {
    return message == expected.message || with_place == expected.message;
  }
  if (expected.regex.empty()) return true;
  return re2::RE2::PartialMatch(message, expected.regex) ||
         re2::RE2::PartialMatch(with_place, expected.regex);
}

class Runner {
 public:
  Report run(std::string_view text) {
    const auto commands = parse_script(text);
    if (!commands) {
      report_.failures.push_back({commands.error().line, "", "a script", commands.error().message});
      return std::move(report_);
    }
    for (const Command& command : *commands) {
      line_ = command.line;
      std::visit([&](const auto& what) { execute(what); }, command.what);
    }
    return std::move(report_);
  }

 private:
  void execute(const Clear&) { storage_.clear(); }

  void execute(const Load& load) {
    storage_.add(load.series, load.interval);
    if (load.converts_histograms) storage_.add_converted(load.series, load.interval);
  }

  void execute(const Eval& eval) {
    const auto expression = promql::Expression::parse(eval.expression);
    if (!expression) return parse_failed(eval, expression.error());
    const auto type = expression->type();
    if (eval.range && (type == promql::ValueType::matrix || type == promql::ValueType::string)) {
      return failed(eval, "invalid expression type for range query", "");
    }
    static_cast<void>(storage_.take_histogram_seen());
    const Result<RangeResult> result = eval_steps(*expression, eval);
    if (storage_.take_histogram_seen() || expects_histogram(eval)) {
      return unsupported(std::string(kHistograms));
    }
    if (!result) return failed(eval, result.error().message, result.error().message);
    if (eval.fails) return wrong(eval, "an error", show(*result));
    if (const std::string difference = compare(eval, *result); !difference.empty()) {
      return wrong(eval, difference, show(*result));
    }
    pass(eval);
  }

  Result<RangeResult> eval_steps(const promql::Expression& expression, const Eval& eval) {
    promql::EvaluationOptions options;
    options.delayed_name_removal = true;  // as the engine these scripts are written for
    RangeResult result;
    for (promql::TimeMs time = eval.steps.from; time <= eval.steps.to; time += eval.steps.step) {
      TRY_ASSIGN(promql::Value value, expression.evaluate(storage_, time, options));
      result.emplace_back(time, std::move(value));
    }
    return result;
  }

  void parse_failed(const Eval& eval, const promql::ParseProblem& problem) {
    // A function that Prometheus got after this program is not a failure to understand it.
    const bool newer = problem.message.starts_with("unknown function") && !eval.fails;
    if (problem.unsupported || newer) return unsupported(problem.message);
    failed(eval, problem.message,
           std::to_string(problem.line) + ':' + std::to_string(problem.column) +
               ": parse error: " + problem.message);
  }

  void failed(const Eval& eval, const std::string& message, const std::string& with_place) {
    if (!eval.fails) return wrong(eval, "a result", "error: " + message);
    if (message_fits(*eval.fails, message, with_place)) return pass(eval);
    wrong(eval, "error: " + eval.fails->message + eval.fails->regex, "error: " + message);
  }

  void pass(const Eval& eval) {
    ++report_.passed;
    report_.unchecked_annotations += eval.annotations;
  }
  void unsupported(const std::string& reason) {
    ++report_.unsupported;
    ++report_.reasons[reason];
  }
  void wrong(const Eval& eval, std::string expected, std::string got) {
    report_.failures.push_back({line_, eval.expression, std::move(expected), std::move(got)});
  }

  Storage storage_;
  Report report_;
  std::size_t line_ = 0;
};

}  // namespace

Report run_script(std::string_view text) { return Runner().run(text); }

}  // namespace clawvigil::promqltest
