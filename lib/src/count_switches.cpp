// The list of switches and how they combine. Leaves out the search for a combination (count_search.cpp) and counting itself (cost.cpp).
#include "convbook/count_switches.h"

#include <algorithm>
#include <sstream>

namespace convbook {
namespace {

bool has_setting(const NetInfo& info, const char* setting) { return std::ranges::find(info.settings, setting) != info.settings.end(); }
bool fits_all(const NetInfo&) { return true; }
bool fits_normed(const NetInfo& info) { return !info.name.starts_with("alexnet") && !info.name.starts_with("vgg") && !info.name.starts_with("squeezenet"); }
bool fits_squeeze(const NetInfo& info) { return info.name.starts_with("se_") || info.name.starts_with("mobilenet_v3"); }

constexpr auto kParams = Quantity::params;
constexpr auto kOperations = Quantity::operations;

std::vector<CountSwitch> conventions() {
    return {
        {"no_bias", {"biases are left out", "不计偏置"}, {kParams}, false, fits_all, [](CountedNet& c) { c.convention.counts_bias = false; }},
        {"no_batch_norm", {"batch norms are left out", "不计批归一化"}, {kParams}, false, fits_normed, [](CountedNet& c) { c.convention.counts_batch_norm = false; }},
        {"buffers", {"the running mean and variance of batch norms are counted", "计入批归一化的滑动均值与方差"}, {kParams}, false, fits_normed, [](CountedNet& c) { c.convention.counts_buffers = true; }},
        {"by_call", {"a parameter is counted at every use", "参数每用一次计一次"}, {kParams}, false, fits_all, [](CountedNet& c) { c.convention.counts_by_call = true; }},
        {"flops", {"a multiply-add is two operations", "一次乘加算两次运算"}, {kOperations}, false, fits_all, [](CountedNet& c) { c.convention.counts_flops = true; }},
        {"no_linear", {"linear layers are left out", "不计全连接层"}, {kOperations}, false, fits_all, [](CountedNet& c) { c.convention.counts_linear = false; }},
        {"no_squeeze_excite", {"the layers that compute squeeze-and-excitation gates are left out", "不计压缩与激励中求门控的层"}, {kOperations}, false, fits_squeeze, [](CountedNet& c) { c.convention.counts_squeeze_excite = false; }},
        {"bias_adds", {"additions of biases are counted", "计入加偏置"}, {kOperations}, false, fits_all, [](CountedNet& c) { c.convention.counts_bias_adds = true; }},
        {"norms", {"batch norms are counted, one per value", "计入批归一化，每个值一次"}, {kOperations}, false, fits_normed, [](CountedNet& c) { c.convention.counts_norms = true; }},
        {"activations", {"activations are counted, one per value", "计入激活函数，每个值一次"}, {kOperations}, false, fits_all, [](CountedNet& c) { c.convention.counts_activations = true; }},
        {"pooling", {"pools are counted, one per value read", "计入池化，每读一个值一次"}, {kOperations}, false, fits_all, [](CountedNet& c) { c.convention.counts_pooling = true; }},
        {"joins", {"additions of shortcuts and products with gates are counted, one per value", "计入捷径相加与门控相乘，每个值一次"}, {kOperations}, false, fits_all, [](CountedNet& c) { c.convention.counts_joins = true; }},
        {"in_place", {"batch norm and activation overwrite their input", "批归一化与激活就地覆盖输入"}, {Quantity::peak_bytes}, false, fits_all, [](CountedNet& c) { c.convention.elementwise_in_place = true; }},
    };
}

std::vector<CountSwitch> variants() {
    return {
        {"t1_expansion", {"the useless expansion of MobileNet v2's first block is kept", "保留 MobileNet v2 首个模块中无用的扩张层"}, {kParams, kOperations}, true,
         [](const NetInfo& i) { return has_setting(i, "t1_expansion"); }, [](CountedNet& c) { c.net.options.expands_at_t1 = true; }},
        {"blog_bottleneck", {"ShuffleNet's bottleneck is a quarter of what a unit adds", "ShuffleNet 的瓶颈取单元新增通道的四分之一"}, {kParams, kOperations}, true,
         [](const NetInfo& i) { return has_setting(i, "bottleneck"); }, [](CountedNet& c) { c.net.options.bottleneck = Bottleneck::blog; }},
        {"no_se_bias", {"squeeze-and-excitation has no biases", "压缩与激励层没有偏置"}, {kParams}, true, [](const NetInfo& i) { return has_setting(i, "se_bias"); }, [](CountedNet& c) { c.net.options.has_se_bias = false; }},
        {"stride_first", {"a bottleneck's stride is in its first 1×1 convolution", "瓶颈模块的步幅放在第一个 1×1 卷积上"}, {kOperations}, true,
         [](const NetInfo& i) { return has_setting(i, "stride_first"); }, [](CountedNet& c) { c.net.options.strides_first = true; }},
        {"folded", {"batch norms are folded into the convolutions, which gain biases", "批归一化并入卷积，卷积因此有偏置"}, {kParams}, true, fits_normed, [](CountedNet& c) { c.net.options.conventions.has_batch_norm = false; }},
        {"features_only", {"there is no classifier", "不含分类器"}, {kParams, kOperations}, true, fits_all, [](CountedNet& c) { c.net.options.classes = 0; }},
        {"background_class", {"there is one class more, for background", "多一个背景类"}, {kParams, kOperations}, true, fits_all, [](CountedNet& c) { c.net.options.classes += 1; }},
        {"input_227", {"the input is 227 pixels wide", "输入边长为 227"}, {kOperations}, true, fits_all, [](CountedNet& c) { c.net.options.resolution = 227; }},
        {"two_towers", {"AlexNet is split over two GPUs, as in 2012", "AlexNet 如 2012 年那样分在两块 GPU 上"}, {kParams, kOperations}, true, [](const NetInfo& i) { return i.name == "alexnet"; },
         [](CountedNet& c) { c.net.name = "alexnet_grouped"; }},
    };
}

}  // namespace

std::int64_t count_of(const NetCost& cost, Quantity quantity) { return quantity == Quantity::params ? cost.params : quantity == Quantity::operations ? cost.macs : cost.peak_bytes; }
std::int64_t count(const CountedNet& counted, Quantity quantity) { return count_of(count_cost(build_net(counted.net), counted.convention), quantity); }

const std::vector<CountSwitch>& list_count_switches() {
    static const std::vector<CountSwitch> all = [] {
        std::vector<CountSwitch> list = conventions();
        for (CountSwitch& variant : variants()) list.push_back(std::move(variant));
        return list;
    }();
    return all;
}

const CountSwitch& find_count_switch(const std::string& name) {
    std::string known;
    for (const CountSwitch& one : list_count_switches()) {
        if (one.name == name) return one;
        known += (known.empty() ? "" : ", ") + one.name;
    }
    throw Error(message("counting convention: unknown name \"", name, "\"; known are ", known, "."));
}

CountedNet switched(CountedNet counted, const std::vector<std::string>& switches) {
    for (const std::string& name : switches) {
        const CountSwitch& one = find_count_switch(name);
        const NetInfo* info = find_net(counted.net.name);
        CONVBOOK_REQUIRE(info && one.fits(*info), counted.net.name, ": the convention ", name, " (", one.meaning.en, ") does not concern this network. Leave it out.");
        one.apply(counted);
    }
    return counted;
}

std::vector<std::string> split_names(const std::string& list) {
    std::vector<std::string> names;
    std::istringstream words(list);
    for (std::string word; std::getline(words, word, ',');)
        if (!word.empty()) names.push_back(word);
    return names;
}

CountingConvention counting_convention(const std::string& name, CountingConvention onto) {
    CountedNet counted{.net = {}, .convention = onto};
    const CountSwitch& one = find_count_switch(name);
    CONVBOOK_REQUIRE(!one.changes_network, "counting convention: ", name, " changes the network, not the counting. Build that network.");
    one.apply(counted);
    return counted.convention;
}

}  // namespace convbook
