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

/// What one thread reaches at best: the roofline of the active backend.
struct MachineSpeed {
    double gflops = 0;           ///< multiply-adds counted as two
    double read_gb_per_s = 0;    ///< from memory, beyond the caches
    double level2_gb_per_s = 0;  ///< an array of 0.5 MB read again and again
    double level3_gb_per_s = 0;  ///< of 6 MB
    double level2_bytes = 5e5;   ///< what the second level holds
    /// The least time that so many operations and so many bytes can take: the larger of the two; the bytes come from the level that holds them all.
    double least_seconds(double flops, double bytes) const;
};
/// Measures them; takes about 0.2 s.
MachineSpeed measure_machine();

}  // namespace convbook
