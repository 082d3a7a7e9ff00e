// Memory of tensors: aligned allocation, copies, comparison.
// Leaves out arithmetic, which is in ops/.
#include "convbook/tensor.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>

namespace convbook {
namespace {

constexpr std::align_val_t kAlignment{64};  // one cache line, and the widest vector register (AVX-512)

float* allocate(std::size_t count) {
    // An empty tensor still has an address: null means "no tensor"
    const std::size_t size_bytes = std::max<std::size_t>(count, 1) * sizeof(float);
    try {
        return static_cast<float*>(::operator new[](size_bytes, kAlignment));
    } catch (const std::bad_alloc&) {
        throw Error(message("Tensor: memory ends before ", size_bytes >> 20, " MB for one tensor. Use a smaller image, batch or network."));
    }
}

}  // namespace

void Tensor::Free::operator()(float* p) const { ::operator delete[](p, kAlignment); }

Tensor::Tensor(Shape shape, float value) : shape_(shape), data_(allocate(shape.count())) { std::fill_n(data(), count(), value); }

Tensor Tensor::unset(Shape shape) {
    Tensor tensor;
    tensor.shape_ = shape;
    tensor.data_.reset(allocate(shape.count()));
    // Who reads a value before writing it shall notice, where time does not matter
    if (CONVBOOK_IS_SANITIZED) std::ranges::fill(tensor.values(), std::numeric_limits<float>::quiet_NaN());
    return tensor;
}

Tensor::Tensor(Shape shape, std::span<const float> values) : shape_(shape) {
    CONVBOOK_REQUIRE(values.size() == shape.count(), "Tensor: as many values as the shape has elements; ", shape, " has ", shape.count(), ", got ",
                     values.size(), ". Give the missing ones or change the shape.");
    data_.reset(allocate(values.size()));
    std::copy(values.begin(), values.end(), data());
}

Tensor::Tensor(Shape shape, std::initializer_list<float> values) : Tensor(shape, std::span<const float>(values.begin(), values.size())) {}

Tensor::Tensor(TensorView other) : shape_(other.shape) {
    if (other.is_absent()) return;
    data_.reset(allocate(other.count()));
    std::copy_n(other.data, other.count(), data());
}

Tensor::Tensor(const Tensor& other) : Tensor(TensorView(other)) {}

Tensor& Tensor::operator=(const Tensor& other) {
    if (this != &other) *this = Tensor(other);
    return *this;
}

Tensor Tensor::reshaped(Shape shape) const {
    CONVBOOK_REQUIRE(shape.count() == count(), "reshaped: the new shape has as many elements as the old one; ", shape_, " has ", count(), ", ", shape, " has ",
                     shape.count(), ". Choose sizes with the same product.");
    Tensor same_values(*this);
    same_values.shape_ = shape;
    return same_values;
}

bool operator==(const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() && std::equal(a.values().begin(), a.values().end(), b.values().begin(), b.values().end());
}

float max_abs_difference(TensorView a, TensorView b) {
    CONVBOOK_REQUIRE(a.shape == b.shape, "max_abs_difference: both tensors have the same shape; a=", a.shape, ", b=", b.shape, ". Reshape one of them.");
    const auto difference = [](float p, float q) {
        if (p == q || (std::isnan(p) && std::isnan(q))) return 0.0f;  // also equal infinities, whose difference is NaN
        const float distance = std::abs(p - q);
        return std::isnan(distance) ? std::numeric_limits<float>::infinity() : distance;
    };
    float largest = 0.0f;
    for (std::size_t i = 0; i < a.values().size(); ++i) largest = std::max(largest, difference(a.data[i], b.data[i]));
    return largest;
}

}  // namespace convbook
