// Claims about the choice of a backend: it can be listed, forced, asked for by name, and refused in a sentence.
#include <doctest/doctest.h>

#include <cstdlib>

#include "convbook/backend.h"
#include "convbook/error.h"
#include "kernels/kernels.h"

namespace convbook {
namespace {

/// Puts back the backend that was active.
struct KeepBackend {
    std::string name = active_backend_name();
    ~KeepBackend() { force_backend(name); }
};

std::string refusal(const char* name) {
    try {
        force_backend(name);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("kernel dispatch: forcing a backend takes effect, by name and by table") {
    const KeepBackend keep;
    for (const BackendInfo& backend : list_backends()) {
        if (!backend.is_supported) continue;
        CAPTURE(backend.name);
        force_backend(backend.name);
        CHECK(active_backend_name() == backend.name);
        const bool is_reference = kernels::active_kernels().depthwise_conv2d == kernels::reference_kernels().depthwise_conv2d;
        CHECK(is_reference == (backend.name == "reference"));
    }
}

TEST_CASE("kernel dispatch: all five backends are listed, the plain loops last, and those always work") {
    const auto backends = list_backends();
    REQUIRE(backends.size() == 5);
    CHECK(backends.back().name == "reference");
    CHECK(backends.back().is_supported);
    for (const BackendInfo& backend : backends) CHECK((backend.is_compiled || !backend.is_supported));
}

TEST_CASE("kernel dispatch: no table has a gap") {
    const KeepBackend keep;
    for (const BackendInfo& backend : list_backends()) {
        if (!backend.is_supported) continue;
        force_backend(backend.name);
#define CONVBOOK_KERNEL(name, type) CHECK((kernels::active_kernels().name != nullptr));
#include "kernels/kernels.inc"
#undef CONVBOOK_KERNEL
    }
}

TEST_CASE("kernel dispatch: a name that is no backend is refused in a sentence that lists those that work here") {
    const std::string text = refusal("avx1024");
    CHECK(contains(text, "got \"avx1024\""));
    for (const BackendInfo& backend : list_backends()) CHECK(contains(text, backend.name) == backend.is_supported);
}

TEST_CASE("kernel dispatch: a backend that this CPU or this program lacks is refused with the reason, and nothing changes") {
    const std::string before = active_backend_name();
    for (const BackendInfo& backend : list_backends()) {
        if (backend.is_supported) continue;
        const std::string text = refusal(backend.name.c_str());
        CHECK(contains(text, backend.is_compiled ? "this CPU lacks it" : "not built into this program"));
        CHECK(active_backend_name() == before);
    }
}

TEST_CASE("kernel dispatch: CONVBOOK_BACKEND decides, otherwise the first that works") {
    const char* wish = std::getenv("CONVBOOK_BACKEND");
    std::string expected = wish ? wish : "";
    for (const BackendInfo& backend : list_backends()) {
        if (expected.empty() && backend.is_supported) expected = backend.name;
    }
    CHECK(active_backend_name() == expected);
    MESSAGE("backend in use: ", active_backend_name());
}

TEST_CASE("kernel dispatch: the measured machine is a roofline: a roof, and slopes that fall with distance") {
    const MachineSpeed speed = measure_machine();
    CHECK(speed.gflops > 0.0);
    CHECK(speed.read_gb_per_s > 0.0);
    CHECK(speed.least_seconds(2e9, 0) == doctest::Approx(2.0 / speed.gflops));
    CHECK(speed.least_seconds(0, 1e9) == doctest::Approx(1.0 / speed.read_gb_per_s));
}

}  // namespace convbook
