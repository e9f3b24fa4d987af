#include "apps/options.hpp"

int main(int argc, char** argv) {
  return hyper::apps::run_command_line(argc, argv);
}
