// expect: is not a constant expression
#include "exporter/web/html.h"

void write(clawvigil::web::Html& html) {
#ifdef MUST_FAIL
  html.raw("<p>Nothing is broken</p>");
#else
  html.raw("<p>").text({"Nothing is broken", "Rien n'est en défaut"}).raw("</p>");
#endif
}
