// Which instruction set the kernels use: list, query, force; and what this CPU can reach (peak and bandwidth, the two lines of a roofline).
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace convbook {

struct BackendInfo {
    std::string name;         ///< reference, sse42, avx2, avx512 or neon
    std::string description;  ///< "8 floats a register, fused multiply-add"
    int lanes = 1;            ///< floats in one vector register
    bool is_compiled = false; ///< built into this program
    bool is_supported = false;///< this CPU can run it
};
/// Every backend of the book, fastest first.
std::vector<BackendInfo> list_backends();
/// Name of the backend in use: CONVBOOK_BACKEND if set, else the first supported one.
std::string active_backend_name();
/// Uses this backend from now on (all threads). Throws convbook::Error, naming those that work here, if it cannot run.
void force_backend(std::string_view name);

struct MachineSpeed { double gflops = 0, read_gb_per_s = 0; };  ///< one thread
/// Measures multiply-add peak of the active backend and the read bandwidth beyond the caches; takes about 0.2 s.
MachineSpeed measure_machine();

}  // namespace convbook
