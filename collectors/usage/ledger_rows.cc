#include "collectors/usage/ledger_rows.h"

namespace clawvigil::usage {

Totals read_totals(const store::Statement& row) {
  return {{row.integer(0), row.integer(1), row.integer(2), row.integer(3)},
          row.integer(4),
          row.integer(5),
          row.integer(6),
          {row.real(7), row.real(8)},
          {row.real(9), row.real(10)}};
}

SessionSum read_session(const store::Statement& row) {
  return {std::string(row.text(0)),
          std::string(row.text(1)),
          std::string(row.text(2)),
          parse::parse_trigger(row.text(3)).value_or(Trigger::unknown),
          std::string(row.text(4)),
          row.integer(5),
          row.integer(6),
          {row.integer(7), row.integer(8), row.integer(9), row.integer(10)},
          row.integer(11),
          row.integer(12),
          row.integer(13),
          row.real(14),
          {row.integer(15), row.integer(16), row.real(17), row.integer(18), row.integer(19),
           row.integer(20)}};
}

}  // namespace clawvigil::usage
