// Every sentence of the text that could be false.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "convbook/cost.h"
#include "lesson.h"

using namespace convbook;
using namespace convbook::ch01;

namespace {

Params with(const char* query) { return read_params(members(), parse_query(query)); }

// Every legal combination of the five sliders, at an odd and an even size
template <class Check>
void for_each_state(Check check) {
    for (const int size : {4, 7})
        for (const char* k : {"1", "2", "3", "3x5", "5"})
            for (int s = 1; s <= 4; ++s)
                for (int p = 0; p <= 2; ++p)
                    for (int d = 1; d <= 2; ++d) {
                        Params params;
                        params.k = k, params.s = s, params.p = p, params.d = d, params.h = params.w = size;
                        if (!refuse(params)) check(params);
                    }
}

double number(const char* name, const char* query = "") {
    const Values all = values(with(query));
    const Value* value = all.find(name);
    REQUIRE_MESSAGE(value != nullptr, name);
    return value->number;
}

}  // namespace

TEST_CASE("01: at row 2, column 1 the channels contribute 20, 2 and -2, and with the bias 2 the output is 22") {
    const Result result = compute({});
    CHECK(result.channel_sums == std::vector<float>{20, 2, -2});
    CHECK(result.cell_bias == 2);
    CHECK(result.cell_value == 22);
    CHECK(result.products.size() == 27);
}

TEST_CASE("01: the sum over window and channels, plus the bias, is what conv2d writes, in every state and every cell") {
    for_each_state([](Params params) {
        CAPTURE(to_query(to_settings(members(), params)));
        const Result whole = compute(params);
        CHECK(difference_from_definition(whole) == 0);
        for (params.row = 0; params.row < whole.oh(); ++params.row)
            for (params.col = 0; params.col < whole.ow(); ++params.col) {
                const Result cell = compute(params);
                CHECK(cell.products.back().running + cell.cell_bias == cell.cell_value);
            }
    });
}

TEST_CASE("01: the channel sums add up to the last running sum") {
    for (int cin = 1; cin <= 4; ++cin) {
        Params params;
        params.cin = cin;
        const Result result = compute(params);
        CHECK(std::accumulate(result.channel_sums.begin(), result.channel_sums.end(), 0.0f) == result.products.back().running);
    }
}

TEST_CASE("01: padding multiplies by nothing: a product outside the image is 0") {
    const Result corner = compute(with("p=2&row=0&col=0"));
    CHECK(std::count_if(corner.products.begin(), corner.products.end(), [](const Product& t) { return t.is_padding; }) > 0);
    for (const Product& t : corner.products)
        if (t.is_padding) CHECK(t.product == 0);
}

TEST_CASE("01: the output has floor((H + 2p - d(K-1) - 1)/s) + 1 rows: 5 at stride 1, 2 at stride 3") {
    CHECK(compute({}).oh() == 5);
    CHECK(compute(with("s=3")).oh() == 2);
    for_each_state([](const Params& p) {
        const Result result = compute(p);
        CHECK(result.oh() == (p.h + 2 * p.p - p.d * (result.window.h - 1) - 1) / p.s + 1);
        CHECK(result.ow() == (p.w + 2 * p.p - p.d * (result.window.w - 1) - 1) / p.s + 1);
    });
}

TEST_CASE("01: a stride that does not divide is legal: at stride 3 the last row and the last column are never read") {
    const Result result = compute(with("s=3"));
    CHECK_FALSE(refuse(with("s=3")));
    CHECK(number("size.room", "s=3") == 4);
    CHECK(result.unread_rows == 1);
    CHECK(result.unread_columns == 1);
    for (int x = 0; x < 7; ++x) CHECK_FALSE(result.is_read(6, x));
}

TEST_CASE("01: what is never read cannot change the output") {
    const Result before = compute(with("s=3"));
    for (int c = 0; c < 3; ++c)
        for (int x = 0; x < 7; ++x) {
            Params edited = with("s=3");
            edited.input = with_edit("", {c, 6, x}, 50);
            CHECK(compute(edited).output == before.output);
        }
}

TEST_CASE("01: an input cell that is read feeds exactly as many output cells as change with it") {
    Params params;
    const Result before = compute(params);
    for (int y = 0; y < 7; ++y)
        for (int x = 0; x < 7; ++x) {
            // With every weight 1, each window that covers the cell must notice it
            Params ones;
            ones.cin = ones.cout = 1;
            for (int i = 0; i < 3; ++i)
                for (int j = 0; j < 3; ++j) ones.weights = with_edit(ones.weights, {0, 0, i, j}, 1);
            const Result plain = compute(ones);
            ones.input = with_edit("", {0, y, x}, 77);
            const Result changed = compute(ones);
            int differing = 0;
            for (int row = 0; row < 5; ++row)
                for (int col = 0; col < 5; ++col) differing += changed.output(0, 0, row, col) != plain.output(0, 0, row, col);
            CHECK(differing == before.feeds[static_cast<std::size_t>(y) * 7 + x]);
        }
    CHECK(number("layer.feeds_most") == 9);
    CHECK(number("layer.feeds_corner") == 1);
}

TEST_CASE("01: a filter is one kernel an input channel: every output channel reads every input channel") {
    const Result result = compute({});
    CHECK(result.weights.shape() == Shape(2, 3, 3, 3));
    CHECK(number("layer.kernels") == 6);
    const Result before = compute(with("preset=random&cin=4&cout=4"));
    for (int c = 0; c < 4; ++c) {
        Params params = with("preset=random&cin=4&cout=4");
        params.input = with_edit("", {c, 3, 3}, 90);
        const Result after = compute(params);
        for (int o = 0; o < 4; ++o) {
            bool differs = false;
            for (int i = 0; i < before.steps(); ++i)
                differs |= after.output(0, o, i / before.ow(), i % before.ow()) != before.output(0, o, i / before.ow(), i % before.ow());
            CHECK(differs);
        }
    }
}

TEST_CASE("01: 16 to 32 channels with a 3x3 window: 144 weights a filter, 512 kernels, 4608 weights, 4640 parameters") {
    CHECK(number("real.per_filter") == 144);
    CHECK(number("real.kernels") == 512);
    CHECK(number("real.weights") == 4608);
    CHECK(number("real.params") == 4640);
    CHECK(Tensor(Shape(kRealOut, kRealIn, kRealWindow, kRealWindow)).count() + kRealOut == 4640);
}

TEST_CASE("01: one 2-D kernel an output channel would be 320 parameters, not 4640") {
    CHECK(number("real.flat_params") == 320);
    CHECK((kRealWindow * kRealWindow + 1) * kRealOut == 320);
}

TEST_CASE("01: a picture twice as high and wide costs four times the multiply-adds and not one parameter more") {
    const ConvCount small{16, 32, 3, 1, true, 56}, large{16, 32, 3, 1, true, 112};
    CHECK(conv_macs(large) == 4 * conv_macs(small));
    CHECK(conv_params(large) == conv_params(small));
    CHECK(number("real.growth") == 4);
    CHECK(number("real.macs_per_position") == 4608);
}

TEST_CASE("01: the multiply-adds counted are the products that were written out") {
    for_each_state([](const Params& params) {
        const Result result = compute(params);
        const ConvCount layer{params.cin, params.cout, result.window, 1, true, {result.oh(), result.ow()}};
        CHECK(conv_macs(layer) == static_cast<long long>(result.products.size()) * result.steps() * params.cout);
    });
}

TEST_CASE("01: the size formula without its fraction bar gives 5.5 rows at stride 2 where there are 3") {
    CHECK(number("size.without_bar", "s=2") == 5.5);
    CHECK(number("out.rows", "s=2") == 3);
    CHECK(number("size.without_bar") == number("out.rows"));  // at stride 1 nobody notices
}

TEST_CASE("01: frameworks do not flip: turning the kernels by half a turn changes 22 into -14, and flipping a flipped kernel changes nothing") {
    CHECK(compute(with("flip=yes")).cell_value == -14);
    const Result plain = compute({}), flipped = compute(with("flip=yes"));
    for (int o = 0; o < 2; ++o)
        for (int c = 0; c < 3; ++c)
            for (int i = 0; i < 3; ++i)
                for (int j = 0; j < 3; ++j) CHECK(flipped.weights(o, c, i, j) == plain.weights(o, c, 2 - i, 2 - j));
}

TEST_CASE("01: cross-correlation slides the kernel as it is written: a single 1 in the input prints the kernel backwards") {
    Params impulse = with("cin=1&cout=1&h=5&w=5&p=0&preset=emboss");
    for (int y = 0; y < 5; ++y)
        for (int x = 0; x < 5; ++x) impulse.input = with_edit(impulse.input, {0, y, x}, y == 2 && x == 2 ? 1.0f : 0.0f);
    const Result result = compute(impulse);
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) CHECK(result.output(0, 0, i, j) == result.weights(0, 0, 2 - i, 2 - j));
}

TEST_CASE("01: weights start within the square root of 1/(Cin Kh Kw): 1/12 for 16 channels and 3x3") {
    CHECK(number("real.fan_in") == 144);
    CHECK(number("real.init_bound") == doctest::Approx(1.0 / 12));
    // Variance of a sum of 144 products, inputs of variance 1: 144 times bound^2/3
    CHECK(number("real.fan_in") * std::pow(number("real.init_bound"), 2) / 3 == doctest::Approx(1.0 / 3));
    const Result result = compute(with("preset=init&cin=4&cout=4"));
    const float bound = default_init_bound(result.weights.shape());
    for (const float w : result.weights.values()) CHECK(std::abs(w) <= bound);
    for (const float b : result.bias.values()) CHECK(std::abs(b) <= bound);
}

TEST_CASE("01: C x H x W goes in, C x H x W comes out; with a batch in front both have one") {
    const Result result = compute({});
    CHECK(result.input.shape().rank == 3);
    CHECK(result.output.shape().rank == 3);
    const Tensor batch = conv2d(result.input.reshaped({1, 3, 7, 7}), result.weights, result.bias, result.conv);
    CHECK(batch.shape().rank == 4);
    CHECK(batch.reshaped(result.output.shape()) == result.output);
}

TEST_CASE("01: the images of a batch never meet: two together give what each gives alone") {
    const Tensor first = Random(1).integer_tensor({1, 3, 7, 7}, 0, 9), second = Random(2).integer_tensor({1, 3, 7, 7}, 0, 9);
    Tensor both(Shape(2, 3, 7, 7));
    std::copy(first.values().begin(), first.values().end(), both.data());
    std::copy(second.values().begin(), second.values().end(), both.data() + first.count());
    const Result layer = compute({});
    const Tensor out = conv2d(both, layer.weights, layer.bias), out_first = conv2d(first, layer.weights, layer.bias), out_second = conv2d(second, layer.weights, layer.bias);
    CHECK(std::equal(out_first.values().begin(), out_first.values().end(), out.data()));
    CHECK(std::equal(out_second.values().begin(), out_second.values().end(), out.data() + out_first.count()));
}

TEST_CASE("01: a convolution follows its picture: moved input, moved output") {
    const Tensor weights = compute({}).weights, scene = Random(3).integer_tensor({1, 3, 9, 9}, 0, 9);
    const Tensor whole = conv2d(scene, weights);
    Tensor moved(Shape(1, 3, 9, 8));
    for (int c = 0; c < 3; ++c)
        for (int y = 0; y < 9; ++y)
            for (int x = 0; x < 8; ++x) moved(0, c, y, x) = scene(0, c, y, x + 1);
    const Tensor shifted = conv2d(moved, weights);
    for (int o = 0; o < 2; ++o)
        for (int y = 0; y < 7; ++y)
            for (int x = 0; x < 6; ++x) CHECK(shifted(0, o, y, x) == whole(0, o, y, x + 1));
}

TEST_CASE("01: the picture's filter 0 is blind to brightness: adding a constant to every input cell changes nothing") {
    const Result before = compute({});
    Tensor brighter = before.input;
    for (float& value : brighter.values()) value += 40;
    const Tensor after = conv2d(brighter, before.weights, before.bias, before.conv);
    for (int i = 0; i < before.steps(); ++i) CHECK(after(0, 0, i / 5, i % 5) == before.output(0, 0, i / 5, i % 5));
}

TEST_CASE("01: a window larger than the padded image is refused, and every suggested value works") {
    for (const char* query : {"h=3&w=3&k=5", "d=3&k=5", "k=5&d=2", "k=1&preset=sobel", "k=2&preset=sharpen", "h=3&w=4&k=3x5&d=3"}) {
        CAPTURE(query);
        const Params params = with(query);
        const auto refusal = refuse(params);
        REQUIRE(refusal);
        CHECK_FALSE(refusal->what.zh.empty());
        CHECK_FALSE(refusal->working.empty());
        CHECK_THROWS_AS(compute(params), Error);
        for (const std::string& value : refusal->working) {
            Settings settings = parse_query(query);
            settings[refusal->key] = value;
            CHECK_FALSE(refuse(read_params(members(), settings)));
        }
    }
}

TEST_CASE("01: every state has a link: typed cells, weights and biases survive the way through text") {
    Params params;
    params.input = with_edit(with_edit("", {0, 2, 1}, -7), {2, 0, 0}, 1.5f);
    params.weights = with_edit("", {1, 2, 0, 1}, 4);
    params.bias = with_edit(with_edit("", {0}, 3), {0}, 5);
    const Params back = read_params(members(), parse_query(to_query(to_settings(members(), params))));
    CHECK(compute(back).output == compute(params).output);
    CHECK(compute(back).input(0, 0, 2, 1) == -7);
    CHECK(compute(back).bias(0, 0, 0, 0) == 5);
}

TEST_CASE("01: malformed typed cells are refused in words, not guessed") {
    for (const char* query : {"input=0.1:3", "input=0.9.0:1", "input=0.0.0:x", "input=0.0.0", "weights=0.0.0:1", "weights=0.0.5.0:1", "bias=7:1", "bias=0:1e9", "bias=0:nan",
                              "input=0.0.0:1,", "input=,", "weights=-1.0.0.0:1"}) {
        CAPTURE(query);
        CHECK_THROWS_AS(with(query), Error);
    }
}
