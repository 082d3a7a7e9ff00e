// Claims that hold for every kernel of kernels.inc on every backend that works here: it is the reference, only faster.
// Leaves out speed (tests/bench) and what the operations refuse (tests/lib/ops).
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "convbook/backend.h"
#include "convbook/tensor.h"
#include "lib/backends.h"
#include "lib/kernels/guarded.h"
#include "lib/kernels/sweeps.h"

namespace convbook::test {
namespace {

using Side = Guarded::Side;

/// The arguments of one call; the memory of each array is fenced on one side.
struct Arguments {
    Guarded first, second, bias;
    Arguments(const Sizes& sizes, Side side) : first(sizes.first, side), second(sizes.second, side), bias(sizes.bias, side) {}

    template <class Value>
    void fill(const Value& value) {
        for (Guarded* array : {&first, &second, &bias}) {
            for (float& x : *array) x = value();
        }
    }
};

/// Runs one kernel of one table over fresh memory; without a bias where the caller says so or the kernel knows none.
template <class Dims>
void call(void (*kernel)(const float*, const float*, const float*, float*, const Dims&), Arguments& arguments, Guarded& out, const Dims& dims, bool has_bias) {
    for (float& x : out) x = -123.0f;
    kernel(arguments.first.data(), arguments.second.data(), has_bias ? arguments.bias.data() : nullptr, out.data(), dims);
}
template <class Dims>
void call(void (*kernel)(const float*, const float*, float*, const Dims&), Arguments& arguments, Guarded& out, const Dims& dims, bool) {
    for (float& x : out) x = -123.0f;
    kernel(arguments.first.data(), arguments.second.data(), out.data(), dims);
}

/// The same value, where NaN equals NaN and 0 equals -0.
bool is_same(float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// First place where two results differ, or -1.
std::ptrdiff_t first_difference(const Guarded& a, const Guarded& b) {
    for (std::size_t i = 0; i < a.count(); ++i) {
        if (!is_same(a[i], b[i])) return static_cast<std::ptrdiff_t>(i);
    }
    return -1;
}

/// Calls check(backend name, its table) for every backend that works here.
template <class Check>
void for_each_backend(const Check& check) {
    on_each_backend([&] { check(active_backend_name(), kernels::active_kernels()); });
}

/// Runs the kernel and its reference on every shape, with arguments filled by `fill`, and hands both results to `compare`.
template <class Dims, class Kernel, class Fill, class Compare>
void run_sweep(const Sweep<Dims>& sweep, Kernel kernels::KernelTable::* kernel, const Fill& fill, const Compare& compare) {
    for_each_backend([&](const std::string& backend, const kernels::KernelTable& table) {
        bool has_bias = false;
        for (const Dims& dims : sweep.shapes) {
            const Sizes sizes = sweep.sizes(dims);
            has_bias = !has_bias;
            for (const Side side : {Side::before, Side::behind}) {
                Arguments arguments(sizes, side);
                fill(arguments);
                Guarded expected(sizes.out, side), out(sizes.out, side);
                call(kernels::reference_kernels().*kernel, arguments, expected, dims, has_bias);
                call(table.*kernel, arguments, out, dims, has_bias);
                INFO("backend ", backend, ": ", describe(dims));
                compare(arguments, expected, out, dims, has_bias);
            }
        }
    });
}

template <class Dims, class Kernel>
void check_exact(const Sweep<Dims>& sweep, Kernel kernels::KernelTable::* kernel) {
    Random random(11);
    const auto fill = [&](Arguments& arguments) { arguments.fill([&] { return static_cast<float>(random.integer(-4, 4)); }); };
    run_sweep(sweep, kernel, fill, [](auto&, const Guarded& expected, const Guarded& out, const auto&, bool) { CHECK(first_difference(expected, out) == -1); });
}

/// Both ways of adding K products in another order differ by at most 2 K 2^-24 sum |a*b|; that sum is the reference's on absolute values.
template <class Dims, class Kernel>
void check_bounded(const Sweep<Dims>& sweep, Kernel kernels::KernelTable::* kernel) {
    Random random(12);
    const auto fill = [&](Arguments& arguments) { arguments.fill([&] { return random.normal(); }); };
    run_sweep(sweep, kernel, fill, [&](Arguments& arguments, const Guarded& expected, const Guarded& out, const Dims& dims, bool has_bias) {
        for (Guarded* array : {&arguments.first, &arguments.second, &arguments.bias}) {
            for (float& x : *array) x = std::abs(x);
        }
        const Sizes sizes = sweep.sizes(dims);
        Guarded magnitude(sizes.out, Side::behind);
        call(kernels::reference_kernels().*kernel, arguments, magnitude, dims, has_bias);
        float worst = 0.0f;  // of the allowed difference
        for (std::size_t i = 0; i < sizes.out; ++i) {
            const float allowed = 2.0f * static_cast<float>(sizes.terms + 1) * 0x1p-24f * magnitude[i];
            worst = std::max(worst, allowed > 0.0f ? std::abs(out[i] - expected[i]) / allowed : static_cast<float>(out[i] != expected[i]));
        }
        CHECK(worst <= 1.0f);
    });
}

template <class Dims, class Kernel>
void check_non_finite(const Sweep<Dims>& sweep, Kernel kernels::KernelTable::* kernel) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    Random random(13);
    const auto value = [&] {
        const int kind = random.integer(0, 60);
        return kind == 0 ? kInfinity : kind == 1 ? -kInfinity : kind == 2 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(random.integer(-4, 4));
    };
    const auto fill = [&](Arguments& arguments) {
        arguments.fill(value);
        if (!sweep.is_second_finite) return;
        for (float& x : arguments.second) x = std::isfinite(x) ? x : 1.0f;
    };
    run_sweep(sweep, kernel, fill, [](auto&, const Guarded& expected, const Guarded& out, const auto&, bool) { CHECK(first_difference(expected, out) == -1); });
}

}  // namespace

#define CONVBOOK_KERNEL(name, type) \
    TEST_CASE("kernel " #name ": every backend equals the reference exactly on small integers, and touches no memory but its own") { \
        check_exact(sweep_##name(), &kernels::KernelTable::name); \
    } \
    TEST_CASE("kernel " #name ": on real numbers every backend stays within 2 K 2^-24 sum |a*b| of the reference") { \
        check_bounded(sweep_##name(), &kernels::KernelTable::name); \
    } \
    TEST_CASE("kernel " #name ": NaN and infinities end up exactly where the reference puts them, padding included") { \
        check_non_finite(sweep_##name(), &kernels::KernelTable::name); \
    }
#include "kernels/kernels.inc"
#undef CONVBOOK_KERNEL

}  // namespace convbook::test
