// Every family the program exports, with its labels, from the descriptors.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

namespace clawvigil::test {

using LabelNames = std::set<std::string, std::less<>>;

[[nodiscard]] std::map<std::string, LabelNames, std::less<>> declared_families();

}  // namespace clawvigil::test
