// Tensor owns aligned float32 values, TensorView borrows them for reading. No strides, no broadcasting: always dense NCHW.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "convbook/error.h"
#include "convbook/shape.h"

namespace convbook {

/// Read-only look at somebody's tensor; must not outlive it. A default view is "no tensor" (for an absent bias).
struct TensorView {
    const float* data = nullptr;
    Shape shape{0, 0, 0, 0};

    float operator()(int n, int c, int y, int x) const { return data[shape.offset(n, c, y, x)]; }
    bool is_absent() const { return data == nullptr; }
    std::size_t count() const { return shape.count(); }
    std::span<const float> values() const { return {data, is_absent() ? 0 : shape.count()}; }
};

/// Dense float32 tensor, 64-byte aligned so that every vector width may load it whole.
class Tensor {
public:
    Tensor() = default;
    explicit Tensor(Shape shape, float value = 0.0f);
    static Tensor unset(Shape shape);  ///< its values are to be written before anything reads them
    /// Copies values; throws convbook::Error if their number is not shape.count().
    Tensor(Shape shape, std::span<const float> values);
    Tensor(Shape shape, std::initializer_list<float> values);
    explicit Tensor(TensorView other);
    Tensor(const Tensor& other);
    Tensor(Tensor&&) noexcept = default;
    Tensor& operator=(const Tensor& other);
    Tensor& operator=(Tensor&&) noexcept = default;

    const Shape& shape() const { return shape_; }
    std::size_t count() const { return data_ ? shape_.count() : 0; }
    bool is_empty() const { return count() == 0; }
    float* data() { return data_.get(); }
    const float* data() const { return data_.get(); }
    float& operator()(int n, int c, int y, int x) { return data_[shape_.offset(n, c, y, x)]; }
    float operator()(int n, int c, int y, int x) const { return data_[shape_.offset(n, c, y, x)]; }
    std::span<float> values() { return {data(), count()}; }
    std::span<const float> values() const { return {data(), count()}; }
    operator TensorView() const { return {data_.get(), shape_}; }  // NOLINT(google-explicit-constructor): every operation takes views
    /// The same values under another shape of the same count; throws convbook::Error otherwise.
    Tensor reshaped(Shape shape) const;

private:
    struct Free { void operator()(float* p) const; };
    Shape shape_{0, 0, 0, 0};
    std::unique_ptr<float[], Free> data_;
};

/// Same shape and the same bits of value (0 == -0, NaN != NaN).
bool operator==(const Tensor& a, const Tensor& b);
/// Largest |a - b|; throws convbook::Error if the shapes differ. NaN against NaN counts as equal, NaN against a number as infinity.
float max_abs_difference(TensorView a, TensorView b);

/// Reproducible random numbers (SplitMix64): the same seed gives the same tensor on every machine.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next();
    float uniform(float low, float high);  ///< [low, high)
    float normal();                        ///< mean 0, deviation 1
    int integer(int low, int high);        ///< low..high, both included
    Tensor uniform_tensor(Shape shape, float low, float high);
    Tensor normal_tensor(Shape shape);
    Tensor integer_tensor(Shape shape, int low, int high);  ///< whole numbers: float sums of them stay exact

private:
    std::uint64_t state_;
};

}  // namespace convbook
