#include "exporter/cli/cli.h"

int main(int argc, char** argv) { return clawvigil::cli::run(argc, argv); }
