#include "lesson.h"

#include <algorithm>

#include "convbook/cost.h"

namespace convbook::ch14 {

const std::vector<Member<Params>>& members() {
    static const std::vector<Member<Params>> list = [] {
        auto net = words("net", &Params::net, {"Network", "网络"}, {"mobilenet_v1", "mobilenet_v2", "shufflenet_v1", "resnet18"}, true);
        net.field.shown = {{"mobilenet_v1", {"MobileNet v1", "MobileNet v1"}}, {"mobilenet_v2", {"MobileNet v2", "MobileNet v2"}}, {"shufflenet_v1", {"ShuffleNet v1", "ShuffleNet v1"}}, {"resnet18", {"ResNet-18", "ResNet-18"}}};
        auto layer = words("layer", &Params::layer, {"Layer", "层"}, {"depthwise", "pointwise", "triple", "dense"}, true);
        layer.field.shown = {{"depthwise", {"depthwise", "深度卷积"}}, {"pointwise", {"pointwise", "逐点卷积"}}, {"triple", {"inverted residual", "倒残差"}}, {"dense", {"dense 3 × 3", "标准 3 × 3"}}};
        auto units = whole_number("units", &Params::units, {"Multipliers", "乘法器"}, Role::weights, {256, 4096, 65536, 1048576, 16777216, 268435456});
        units.field.shown = {{"65536", {"65,536", "65,536"}}, {"1048576", {"1.0\u2009M", "1.0\u2009M"}}, {"16777216", {"16.8\u2009M", "16.8\u2009M"}}, {"268435456", {"268\u2009M", "268\u2009M"}}};
        auto rung = whole_number("rung", &Params::rung, {"Rung", "级"}, Role::none, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        rung.field.is_slider = false;
        auto guess = whole_number("guess", &Params::guess, {"Your guess: top over bottom", "你猜：最高级比最低级快"}, Role::none, {0, 2, 5, 10, 20, 50, 100, 200, 500, 1000});
        guess.field.shown["0"] = {"?", "?"};
        for (std::size_t i = 1; i < guess.field.legal.size(); ++i) guess.field.shown[guess.field.legal[i]] = {guess.field.legal[i] + "\u2009×", guess.field.legal[i] + "\u2009倍"};
        return std::vector<Member<Params>>{
            words("view", &Params::view, {"View", "视图"}, {"roofline", "ladder", "network", "passes"}),
            net,
            layer,
            whole_number("peak", &Params::peak, {"Peak, GFLOP/s", "峰值，GFLOP/s"}, Role::weights, {25, 50, 100, 200, 400, 800, 1600}),
            whole_number("bandwidth", &Params::bandwidth, {"Bandwidth, GB/s", "带宽，GB/s"}, Role::input, {5, 10, 20, 40, 80, 160, 320}),
            units,
            rung,
            guess,
        };
    }();
    return list;
}

std::optional<Refusal> refuse(const Params&) { return {}; }  // every stop is a machine that could be built

namespace {

/// A convolution alone, as the library counts it.
Layer lone_layer(int cin, int cout, int k, int groups, int size) {
    NetOptions folded;
    folded.conventions.has_batch_norm = false;
    Graph graph("layer", Shape(1, cin, size, size));
    append_conv_block(graph, 0, "layer", {.cout = cout, .k = k, .groups = groups, .activation = Activation::identity}, folded);
    return multiplying_layers(graph).front();
}

void add_layer(Values& v, const std::string& name, const Layer& layer, const Machine& m) {
    v.add(name + ".macs", format_millions(static_cast<double>(layer.macs), 1), static_cast<double>(layer.macs));
    v.add(name + ".bytes", format_millions(static_cast<double>(layer.bytes), 2), static_cast<double>(layer.bytes));
    v.add(name + ".intensity", layer.intensity(), layer.intensity() < 10 ? 2 : 0);
    v.add(name + ".gflops", m.attainable(layer.intensity()), 0);
    v.add(name + ".ms", layer.least_ms(m), 2);
}

void add_layers(Values& v, const Machine& m) {
    const Layer depthwise = lone_layer(144, 144, 3, 144, 56), standard = lone_layer(144, 144, 3, 1, 56);
    add_layer(v, "depthwise", depthwise, m);
    v.add("depthwise.macs.whole", static_cast<long long>(depthwise.macs));
    v.add("depthwise.bytes.whole", static_cast<long long>(depthwise.bytes));
    add_layer(v, "pointwise", lone_layer(32, 64, 1, 1, 112), m);
    add_layer(v, "deep", lone_layer(512, 512, 1, 1, 14), m);
    add_layer(v, "dense", lone_layer(256, 256, 3, 1, 14), m);
    add_layer(v, "classifier", network("mobilenet_v2").layers.back(), m);
    v.add("fewer.macs", static_cast<double>(standard.macs) / static_cast<double>(depthwise.macs), 0);
    v.add("fewer.time", standard.least_ms(m) / depthwise.least_ms(m), 1);
}

void add_networks(Values& v, const Params& p, const Machine& m) {
    for (const Network& net : networks()) {
        v.add(net.name + ".macs", format_millions(static_cast<double>(net.macs), 0), static_cast<double>(net.macs));
        v.add(net.name + ".depth", static_cast<long long>(net.depth));
        v.add(net.name + ".cycles", static_cast<long long>(net.cycles(p.units)));
        v.add(net.name + ".ms", net.least_ms(m), 2);
    }
    const Network& net = network(p.net);
    v.add("net.ms", net.least_ms(m), 2);
    double macs = 0, ms = 0;
    for (const Layer& layer : net.layers)
        if (layer.kind == "depthwise") macs += static_cast<double>(layer.macs), ms += layer.least_ms(m);
    v.add("net.depthwise.macs", 100 * macs / static_cast<double>(net.macs), 0);
    v.add("net.depthwise.time", 100 * ms / net.least_ms(m), 0);
}

/// What the tricks save, each in its own coin.
void add_tricks(Values& v) {
    const Layer depthwise = lone_layer(144, 144, 3, 144, 56);
    v.add("tests.naive", format_millions(static_cast<double>(depthwise.macs), 1), static_cast<double>(depthwise.macs));
    v.add("tests.hoisted", static_cast<long long>(144 * 9));
    for (const RegisterTile& tile : register_tiles()) {
        v.add(tile.backend + ".lanes", static_cast<long long>(tile.lanes));
        v.add(tile.backend + ".registers", static_cast<long long>(tile.registers));
        v.add(tile.backend + ".blocks", static_cast<long long>(tile.blocks));
        v.add(tile.backend + ".pixels", static_cast<long long>(tile.pixels));
        v.add(tile.backend + ".used", static_cast<long long>(tile.used()));
        v.add(tile.backend + ".sums", static_cast<long long>(tile.blocks) * tile.pixels);
        v.add(tile.backend + ".fetched", static_cast<long long>(tile.blocks) + tile.pixels);
        v.add(tile.backend + ".loads", tile.loads_per_multiply_add(), 2);
    }
    const double map = 4.0 * 144 * 56 * 56;
    v.add("map", map / 1e6, 2);
    v.add("unfused", (static_cast<double>(depthwise.bytes) + 4 * map) / 1e6, 1);  // batch norm and activation read and write it once each
    v.add("fused", static_cast<double>(depthwise.bytes) / 1e6, 1);
    v.add("stream.rows", 3.0 * 4 * 144 * 56 / 1e6, 2);
    v.add("gate.pixels", static_cast<long long>(72 * 28 * 28));
    v.add("gate.weights", static_cast<long long>(72 * 40));
    v.add("winograd.standard", static_cast<long long>(4 * 9));
    v.add("winograd.products", static_cast<long long>(4 * 4));
    v.add("winograd.ratio", 36.0 / 16, 2);
    v.add("pairs.channels", static_cast<long long>(24));
    v.add("pairs.idle", 100.0 * (32 - 24) / 32, 0);
    v.add("quarters.channels", static_cast<long long>(16 + 16 / 4));
    v.add("split.speedup", 7.0 / ((7 + 1) / 2), 2);
}

}  // namespace

Values values(const Params& p) {
    const Machine m = assumed_machine(p);
    Values v;
    v.add("peak", static_cast<long long>(p.peak), Role::weights);
    v.add("bandwidth", static_cast<long long>(p.bandwidth), Role::input);
    v.add("ridge", m.ridge(), m.ridge() < 10 ? 2 : 0);
    v.add("units", static_cast<long long>(p.units), Role::weights);
    add_layers(v, m);
    add_networks(v, p, m);
    add_tricks(v);
    return v;
}

REGISTER_LESSON(members(), refuse, values);

}  // namespace convbook::ch14
