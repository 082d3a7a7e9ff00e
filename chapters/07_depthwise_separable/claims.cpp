// Every sentence of chapter 07 that could be false.
#include <doctest/doctest.h>

#include <cmath>

#include "convbook/ops.h"
#include "lesson.h"

using namespace convbook;
using namespace convbook::ch07;

namespace {

template <class Check>
void for_each_size(const Check& check) {
    for (int cin : {4, 8, 16, 32, 64})
        for (int cout : {1, 2, 8, 32, 128, 1024})
            for (int k : {1, 3, 5, 7}) check(Params{.cin = cin, .cout = cout, .k = k, .h = 14});
}

}  // namespace

TEST_CASE("07: what is left is 1/N + 1/K^2 exactly, whatever the channels in and the picture's size") {
    for_each_size([](const Params& p) {
        const Costs c = count_costs(p);
        CHECK(c.separable_macs * p.cout * p.k * p.k == c.standard_macs * (p.k * p.k + p.cout));  // kept in integers
    });
}

TEST_CASE("07: 16 -> 32, 3x3 with biases has 160 + 544 = 704 parameters, not 706") {
    const Costs c = count_costs({});
    CHECK(c.depthwise_params == 160);
    CHECK(c.pointwise_params == 544);
    CHECK(c.separable_params == 704);
    CHECK(c.standard_params == 4640);
}

TEST_CASE("07: without biases 656 of 4608 multiply-adds remain at each position, 0.1424 of them") {
    const Costs c = count_costs({});
    CHECK(c.separable_per_position() == 656);
    CHECK(c.standard_per_position() == 4608);
    CHECK(c.ratio() == doctest::Approx(0.1424).epsilon(0.001));
}

TEST_CASE("07: the formula without the factor C_in gives 176 where there are 656 weights") {
    const Values v = values({});
    CHECK(v.find("weights.wrong")->number == 176);
    CHECK(v.find("weights.right")->number == 656);
    CHECK(v.find("weights.right")->number == count_costs({}).separable_params - 16 - 32);
}

TEST_CASE("07: the saving of a 3x3 layer approaches nine and never reaches it") {
    double before = 0;
    for (int n = 1; n <= 1 << 20; n *= 2) {
        const double saving = 1 / closed_ratio(n, 3);
        CHECK(saving > before);
        CHECK(saving < 9);
        before = saving;
    }
    CHECK(before > 8.999);
}

TEST_CASE("07: with a single filter the two steps cost more than the one they replace") {
    for (int k : {1, 3, 5, 7}) CHECK(count_costs({.cout = 1, .k = k}).ratio() > 1);
    CHECK(count_costs({.cout = 2, .k = 3}).ratio() < 1);
}

TEST_CASE("07: the pointwise half is the costly one as soon as N exceeds K^2") {
    for_each_size([](const Params& p) {
        const Costs c = count_costs(p);
        CHECK((c.pointwise_macs > c.depthwise_macs) == (p.cout > p.k * p.k));
    });
}

TEST_CASE("07: the depthwise half does 4.5 multiply-adds for each number read or written, whatever the channels; the pointwise half does more and more") {
    const auto per_number = [](int channels, int filters, const char* half) {
        const Values v = find_lesson("07")->values({{"cin", std::to_string(channels)}, {"cout", std::to_string(filters)}, {"k", "3"}});
        return v.find(half)->number;
    };
    for (int c : {4, 16, 64}) CHECK(per_number(c, c, "depthwise.per_number") == 4.5);
    CHECK(per_number(16, 32, "pointwise.per_number") == doctest::Approx(512.0 / 48));
    CHECK(per_number(64, 64, "pointwise.per_number") == 32);
}

TEST_CASE("07: batch norm instead of biases makes 752 learned numbers of 704") { CHECK(count_costs({}).block_params == 752); }

TEST_CASE("07: two steps without a ReLU between them equal one dense kernel, w = pw * dw") {
    Random random(3);
    for (int k : {1, 3, 5}) {
        const Tensor in = random.integer_tensor(Shape(2, 4, 9, 7), -3, 3);
        const Tensor dw = random.integer_tensor(Shape(4, 1, k, k), -3, 3), pw = random.integer_tensor(Shape(6, 4, 1, 1), -3, 3);
        const ConvParams params{.stride = {2, 1}, .padding = k / 2};
        CHECK(depthwise_separable_conv2d(in, dw, {}, pw, {}, params) == conv2d(in, equivalent_kernel(dw, pw), {}, params));
    }
}

TEST_CASE("07: the stride belongs to the depthwise half: striding the pointwise one instead gives the same shape at a higher cost") {
    const Shape in(1, 8, 14, 14);
    const Shape strided_first = conv_output_shape(in, Shape(8, 1, 3, 3), {.stride = 2, .padding = 1, .groups = 8});
    const Shape strided_last = conv_output_shape(in, Shape(8, 1, 3, 3), {.padding = 1, .groups = 8});
    CHECK(conv_output_shape(strided_last, Shape(16, 8, 1, 1), {.stride = 2}) == conv_output_shape(strided_first, Shape(16, 8, 1, 1), {}));
    CHECK(strided_last.count() == 4 * strided_first.count());
}

TEST_CASE("07: a block that ignores its stride argument gives half the rows that were asked for") {
    const auto copied_block = [](const Shape& in, int stride) {  // as it stands on the web: `stride` is never read
        (void)stride;
        return conv_output_shape(in, Shape(in.c, 1, 3, 3), {.stride = 2, .padding = 1, .groups = in.c});
    };
    const Shape in(1, 16, 56, 56);
    CHECK(copied_block(in, 1).h == 28);
    CHECK(conv_output_shape(in, Shape(16, 1, 3, 3), {.stride = 1, .padding = 1, .groups = 16}).h == 56);
}

TEST_CASE("07: a larger window is nearly free: at N = 128, 5x5 adds 16 multiply-adds to 137 and multiplies the standard layer by 25/9") {
    const Costs three = count_costs({.cout = 128, .k = 3}), five = count_costs({.cout = 128, .k = 5});
    CHECK(three.separable_per_position() == 16 * 137);
    CHECK(five.separable_per_position() - three.separable_per_position() == 16 * 16);
    CHECK(five.standard_macs * 9 == three.standard_macs * 25);
}

TEST_CASE("07: one separable layer is a table of rank one, and r of them have rank r") {
    for (int r = 1; r <= 9; ++r) {
        const Rebuilt random = rebuild({.dense = "random", .r = r});
        Rebuilt again = rebuild({.dense = "random", .r = 9});
        CHECK(random.rank == 9);
        // The error is what the left-out singular values add up to
        double left = 0, all = 0;
        for (std::size_t i = 0; i < again.singular_values.size(); ++i) {
            const double square = std::pow(again.singular_values[i], 2);
            all += square;
            if (static_cast<int>(i) >= r) left += square;
        }
        CHECK(random.error == doctest::Approx(std::sqrt(left / all)).epsilon(1e-3).scale(1));
    }
}

TEST_CASE("07: two terms rebuild a fan of edge detectors exactly, one does not") {
    for (int k : {3, 5, 7}) {
        CHECK(rebuild({.k = k, .dense = "edges", .r = 1}).error > 0.5);
        CHECK(rebuild({.k = k, .dense = "edges", .r = 2}).error < 1e-5);
        CHECK(rebuild({.k = k, .dense = "edges", .r = 1}).rank == 2);
    }
}

TEST_CASE("07: random kernels need all nine terms") {
    CHECK(rebuild({.dense = "random", .r = 8}).error > 0.05);
    CHECK(rebuild({.dense = "random", .r = 9}).error < 1e-5);
}

TEST_CASE("07: the rebuilt kernel is what the sum of separable layers does to an impulse") {
    const Params p{.cout = 8, .dense = "random", .r = 3};
    const Rebuilt rebuilt = rebuild(p);
    Tensor impulse(Shape(1, 1, 5, 5));
    impulse(0, 0, 2, 2) = 1;
    // Depth multiplier r, then one pointwise layer: the library's own path
    const Tensor out = depthwise_separable_conv2d(impulse, rebuilt.depthwise, {}, rebuilt.pointwise, {}, {.padding = 1});
    for (int o = 0; o < p.cout; ++o)
        for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) CHECK(out(0, o, 3 - i, 3 - j) == doctest::Approx(rebuilt.approximation(o, 0, i, j)).epsilon(1e-4).scale(1));
}

TEST_CASE("07: more terms than the kernels can need are refused, and every value offered works") {
    const Params p{.cout = 4, .view = "rank", .r = 7};
    const std::optional<Refusal> refusal = refuse(p);
    REQUIRE(refusal);
    for (const std::string& r : refusal->working) {
        Params works = p;
        works.r = std::stoi(r);
        CHECK_FALSE(refuse(works));
    }
    CHECK_FALSE(refuse({.cout = 4, .view = "cost", .r = 7}));
}

TEST_CASE("07: a wire is a channel and a filter with a dash between; anything else is refused in one sentence") {
    CHECK(parse_wire({.wire = "3-7"}).filter == 7);
    CHECK(parse_wire({.cin = 4, .wire = "9-99"}).channel == 3);
    for (const char* bad : {"", "5", "5-", "-3", "a-b", "1-2x"}) CHECK_THROWS_AS(parse_wire({.wire = bad}), Error);
}

TEST_CASE("07: the numbers that the exercises state are counted ones") {
    const Costs worked = count_costs({.cin = 8, .cout = 16});
    CHECK(worked.depthwise_params == 80);
    CHECK(worked.pointwise_params == 144);
    CHECK(worked.separable_params == 224);
    CHECK(worked.standard_params == 1168);
    const Costs half = count_costs({.cin = 32, .cout = 64, .k = 5});
    CHECK(half.depthwise_params == 832);
    CHECK(half.pointwise_params == 2112);
    CHECK(half.separable_params == 2944);
    CHECK(count_costs({.cout = 128}).ratio() == doctest::Approx(0.1189).epsilon(0.001));
    CHECK(100 * count_costs({}).pointwise_macs / count_costs({}).separable_macs == 78);
    // Below one eighth needs more than 72 filters
    CHECK(closed_ratio(72, 3) >= 1.0 / 8);
    CHECK(closed_ratio(73, 3) < 1.0 / 8);
}
