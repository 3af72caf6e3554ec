// Money and tokens for people. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace clawvigil::cli {

// "$12.30", "$1,234.56", "$1,234,567"; "<$0.01" for less than half a cent.
[[nodiscard]] std::string usd_text(double usd);

// "412", "1.2k", "45.1k", "1.24M", "310M", "2.05B".
[[nodiscard]] std::string count_text(std::int64_t count);

// "18,204".
[[nodiscard]] std::string whole_text(std::int64_t count);

// Of a whole: "35 %", "<1 %"; "" when there is no whole.
[[nodiscard]] std::string share_text(double part, double whole);

}  // namespace clawvigil::cli
