// The external libraries of the program, for users who track vulnerable versions. Each folder that uses one lists it in
// its libraries().
#pragma once

#include <string>
#include <vector>

namespace ordo {

struct Library {
  std::string name;
  std::string version;  // of the loaded library if it reports it; else of the one used at compile time
};

// The libraries that this folder uses.
std::vector<Library> libraries();

}  // namespace ordo
