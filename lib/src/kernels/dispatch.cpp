// Which kernels run: asks the CPU what it has, takes the first backend of the priority list that works here, and lets CONVBOOK_BACKEND or force_backend()
// overrule that. The only file with #if for an architecture (what is built in, what the CPU has); leaves out the kernels themselves.
#include <array>
#include <atomic>
#include <cstdlib>

#include "convbook/backend.h"
#include "convbook/error.h"
#include "kernels/kernels.h"

namespace convbook {
namespace kernels {
namespace {

struct Backend {
    const char* name;
    const char* description;
    int lanes;
    void (*fill)(BackendTable& table);  // null: not built into this program
    bool (*is_in_cpu)();
};

// lib/cmake/ConvbookBackend.cmake defines these for what it has built
#ifndef CONVBOOK_HAS_AVX512
constexpr auto fill_avx512 = nullptr;
#endif
#ifndef CONVBOOK_HAS_AVX2
constexpr auto fill_avx2 = nullptr;
#endif
#ifndef CONVBOOK_HAS_SSE42
constexpr auto fill_sse42 = nullptr;
#endif
#ifndef CONVBOOK_HAS_NEON
constexpr auto fill_neon = nullptr;
#endif

#if defined(__x86_64__) || defined(_M_X64)
bool has_avx512() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("fma");
}
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool has_sse42() { return __builtin_cpu_supports("sse4.2"); }
#else
bool has_avx512() { return false; }
bool has_avx2() { return false; }
bool has_sse42() { return false; }
#endif
#if defined(__aarch64__) || defined(_M_ARM64)
bool has_neon() { return true; }  // every CPU of this kind
#else
bool has_neon() { return false; }
#endif
bool has_nothing_special() { return true; }

void fill_reference(BackendTable& table) {
    table.kernels = reference_kernels();
    table.probes = reference_probes();
    table.blocked = reference_blocked();
}

/// The priority list: the first that works here is used.
constexpr std::array kBackends{
    Backend{"avx512", "16 floats a register, 32 registers, fused multiply-add, masks", 16, fill_avx512, has_avx512},
    Backend{"avx2", "8 floats a register, 16 registers, fused multiply-add", 8, fill_avx2, has_avx2},
    Backend{"sse42", "4 floats a register, 16 registers, multiply and add apart", 4, fill_sse42, has_sse42},
    Backend{"neon", "4 floats a register, 32 registers, fused multiply-add", 4, fill_neon, has_neon},
    Backend{"reference", "plain loops, the definition; the compiler may use what every CPU has", 1, fill_reference, has_nothing_special},
};

bool works_here(const Backend& backend) { return backend.fill && backend.is_in_cpu(); }

std::string names_that_work() {
    std::string names;
    for (const Backend& backend : kBackends) {
        if (works_here(backend)) names += (names.empty() ? "" : ", ") + std::string(backend.name);
    }
    return names;
}

const char* why_not(const Backend& backend) { return backend.fill ? "this CPU lacks it" : "it is not built into this program"; }

using Tables = std::array<BackendTable, kBackends.size()>;

/// Every backend that works here, each with its gaps filled from the next in the list.
const Tables& tables() {
    static const Tables tables = [] {
        Tables result;
        for (std::size_t i = kBackends.size(); i-- > 0;) {
            if (i + 1 < kBackends.size()) result[i] = result[i + 1];
            if (!works_here(kBackends[i])) continue;
            BackendTable own;
            kBackends[i].fill(own);
#define CONVBOOK_KERNEL(name, type) \
            if (own.kernels.name) result[i].kernels.name = own.kernels.name;
#include "kernels/kernels.inc"
#undef CONVBOOK_KERNEL
            result[i].probes = own.probes;
            result[i].blocked = own.blocked;  // whole: its layout is the backend's own
        }
        return result;
    }();
    return tables;
}

std::atomic<int> active{-1};         // index into kBackends; -1: nobody has asked yet
thread_local int active_here = -1;  // of this thread; -1: as all

/// Index of the named backend; `who` begins the sentence if it cannot be had.
int find_backend(std::string_view name, const char* who) {
    for (std::size_t i = 0; i < kBackends.size(); ++i) {
        if (name != kBackends[i].name) continue;
        CONVBOOK_REQUIRE(works_here(kBackends[i]), who, ": the backend must work here; \"", name, "\" does not (", why_not(kBackends[i]), "). Use one of: ",
                         names_that_work(), ".");
        return static_cast<int>(i);
    }
    throw Error(message(who, ": the name of a backend; got \"", name, "\". Use one of: ", names_that_work(), "."));
}

int first_choice() {
    if (const char* wish = std::getenv("CONVBOOK_BACKEND"); wish && *wish) return find_backend(wish, "CONVBOOK_BACKEND");
    int i = 0;
    while (!works_here(kBackends[static_cast<std::size_t>(i)])) ++i;
    return i;
}

}  // namespace

std::size_t active_index() {
    if (active_here >= 0) return static_cast<std::size_t>(active_here);
    int index = active.load(std::memory_order_relaxed);
    if (index < 0) active.store(index = first_choice(), std::memory_order_relaxed);
    return static_cast<std::size_t>(index);
}

ThreadBackend::ThreadBackend(std::size_t index) : before_(active_here) { active_here = static_cast<int>(index); }
ThreadBackend::~ThreadBackend() { active_here = before_; }

const KernelTable& active_kernels() { return tables()[active_index()].kernels; }
const BlockedTable& active_blocked() { return tables()[active_index()].blocked; }
const Probes& active_probes() { return tables()[active_index()].probes; }

}  // namespace kernels

std::vector<BackendInfo> list_backends() {
    std::vector<BackendInfo> infos;
    for (const kernels::Backend& backend : kernels::kBackends) {
        infos.push_back({backend.name, backend.description, backend.lanes, backend.fill != nullptr, kernels::works_here(backend)});
    }
    return infos;
}

std::string active_backend_name() { return kernels::kBackends[kernels::active_index()].name; }

void force_backend(std::string_view name) { kernels::active.store(kernels::find_backend(name, "force_backend"), std::memory_order_relaxed); }

}  // namespace convbook
