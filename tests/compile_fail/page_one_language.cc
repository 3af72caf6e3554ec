// expect: use of deleted function
#include "exporter/web/html.h"

void write(clawvigil::web::Html& html) {
#ifdef MUST_FAIL
  html.text("Unknown");
#else
  html.text({"Unknown", "Inconnu"});
#endif
}
