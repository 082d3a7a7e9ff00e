// Claims about activations: their identities, their limits, and that no value can make one misbehave.
#include <doctest/doctest.h>

#include <limits>

#include "lib/ops/algebra.h"

using namespace convbook;

namespace {

const Activation kAll[] = {Activation::identity, Activation::relu, Activation::relu6, Activation::leaky_relu, Activation::sigmoid,
                           Activation::tanh, Activation::hardsigmoid, Activation::hardswish, Activation::silu};

Tensor line() {
    Tensor x(Shape::of({401}));
    for (int i = 0; i < 401; ++i) x.data()[i] = static_cast<float>(i - 200) / 20.0f;  // -10..10
    return x;
}

float at(Activation activation, float x) { return activate(Tensor(Shape::of({1}), {x}), activation).data()[0]; }

}  // namespace

TEST_CASE("relu(x) - relu(-x) = x, and relu of relu is relu") {
    const Tensor x = line();
    CHECK(add(relu(x), scaled(relu(scaled(x, -1)), -1)) == x);
    CHECK(relu(relu(x)) == relu(x));
}

TEST_CASE("relu6 is relu cut off at 6, and min(6, x) on the positive side") {
    CHECK(at(Activation::relu6, 5.5f) == 5.5f);
    CHECK(at(Activation::relu6, 6.5f) == 6.0f);
    CHECK(at(Activation::relu6, -1.0f) == 0.0f);
}

TEST_CASE("leaky_relu with slope 0 is relu, with slope 1 the identity") {
    CHECK(leaky_relu(line(), 0.0f) == relu(line()));
    CHECK(leaky_relu(line(), 1.0f) == line());
    CHECK(leaky_relu(line(), 0.25f) == add(relu(line()), scaled(relu(scaled(line(), -1)), -0.25f)));
}

TEST_CASE("sigmoid(-x) = 1 - sigmoid(x), and tanh(x) = 2 sigmoid(2x) - 1") {
    const Tensor x = line(), s = sigmoid(x), mirrored = sigmoid(scaled(x, -1)), doubled = sigmoid(scaled(x, 2)), t = tanh(x);
    for (std::size_t i = 0; i < x.count(); ++i) {
        CHECK(mirrored.data()[i] == doctest::Approx(1 - s.data()[i]).epsilon(1e-6));
        CHECK(t.data()[i] == doctest::Approx(2 * doubled.data()[i] - 1).epsilon(1e-6));
    }
}

TEST_CASE("the hard versions meet the smooth ones at 0 and agree with them outside -3..3 in the limit") {
    CHECK(at(Activation::hardsigmoid, 0) == 0.5f);
    CHECK(at(Activation::hardsigmoid, -3) == 0.0f);
    CHECK(at(Activation::hardsigmoid, 3) == 1.0f);
    CHECK(at(Activation::hardswish, -3) == 0.0f);
    CHECK(at(Activation::hardswish, 3) == 3.0f);
    CHECK(at(Activation::hardswish, 40) == at(Activation::silu, 40));
}

TEST_CASE("hardswish is x times hardsigmoid, silu is x times sigmoid") {
    const Tensor x = line();
    for (std::size_t i = 0; i < x.count(); ++i) {
        CHECK(hardswish(x).data()[i] == x.data()[i] * hardsigmoid(x).data()[i]);
        CHECK(silu(x).data()[i] == x.data()[i] * sigmoid(x).data()[i]);
    }
}

TEST_CASE("every activation keeps the shape of its input, of any rank, and takes an empty one") {
    for (const Activation activation : kAll)
        for (const Shape& shape : {Shape(2, 3, 4, 5), Shape::of({3, 4}), Shape::of({7}), Shape(0, 3, 4, 5)}) {
            const Tensor out = activate(Tensor(shape), activation);
            CHECK(out.shape() == shape);
            CHECK(out.shape().rank == shape.rank);
        }
}

TEST_CASE("no finite input overflows, and NaN comes out as NaN") {
    for (const Activation activation : kAll) {
        CAPTURE(to_string(activation));
        for (const float x : {-1e30f, -100.0f, 100.0f, 1e30f}) CHECK(std::isfinite(at(activation, x)));
        CHECK(std::isnan(at(activation, std::numeric_limits<float>::quiet_NaN())));
    }
}

TEST_CASE("an activation of no tensor is refused") { CHECK_THROWS_WITH_AS(relu6(TensorView{}), "relu6: in is a tensor; got none. Pass the input.", Error); }
