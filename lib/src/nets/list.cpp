// The networks by name, for the command line, the app and weights files. Leaves out the networks themselves: one file for each paper.
#include <functional>

#include "convbook/nets.h"

namespace convbook {
namespace {

struct Builder {
    NetInfo info;
    std::function<Graph(double scale, const NetOptions& options)> build;
};

/// A network whose paper has no factor on the channels.
Builder unscaled(NetInfo info, Graph (*build)(const NetOptions&)) {
    const auto checked = [name = info.name, build](double scale, const NetOptions& options) {
        CONVBOOK_REQUIRE(scale == 1, name, ": it has one width only, so the scale is 1; scale=", scale, ". Leave it out.");
        return build(options);
    };
    return {std::move(info), checked};
}

const std::vector<Builder>& builders() {
    static const std::vector<Builder> all = {
        {{"mobilenet_v1", "MobileNet v1", "Howard et al. 2017, arXiv:1704.04861", "alpha", {}}, mobilenet_v1},
        {{"mobilenet_v2", "MobileNet v2", "Sandler et al. 2018, arXiv:1801.04381", "alpha", {"t1_expansion"}}, mobilenet_v2},
        {{"mobilenet_v3_small", "MobileNet v3 small", "Howard et al. 2019, arXiv:1905.02244", "alpha", {}}, mobilenet_v3_small},
        {{"mobilenet_v3_large", "MobileNet v3 large", "Howard et al. 2019, arXiv:1905.02244", "alpha", {}}, mobilenet_v3_large},
        {{"shufflenet_v1", "ShuffleNet v1", "Zhang et al. 2018, arXiv:1707.01083", "scale", {"groups", "bottleneck"}}, shufflenet_v1},
        {{"shufflenet_v2", "ShuffleNet v2", "Ma et al. 2018, arXiv:1807.11164", "scale", {}}, shufflenet_v2},
        unscaled({"squeezenet1_0", "SqueezeNet 1.0", "Iandola et al. 2016, arXiv:1602.07360", "", {}}, squeezenet1_0),
        unscaled({"squeezenet1_1", "SqueezeNet 1.1", "Iandola et al. 2016, arXiv:1602.07360", "", {}}, squeezenet1_1),
        unscaled({"resnet18", "ResNet-18", "He et al. 2016, arXiv:1512.03385", "", {}}, resnet18),
        unscaled({"resnet50", "ResNet-50", "He et al. 2016, arXiv:1512.03385", "", {"stride_first"}}, resnet50),
        unscaled({"resnext50_32x4d", "ResNeXt-50 32x4d", "Xie et al. 2017, arXiv:1611.05431", "", {"stride_first"}}, resnext50_32x4d),
        unscaled({"se_resnet50", "SE-ResNet-50", "Hu et al. 2018, arXiv:1709.01507", "", {"reduction", "se_bias", "stride_first"}}, se_resnet50),
        unscaled({"se_resnet", "Small SE-ResNet", "Hu et al. 2018, arXiv:1709.01507", "", {"width", "reduction", "se_bias"}}, se_resnet),
        unscaled({"alexnet", "AlexNet", "Krizhevsky 2014, arXiv:1404.5997", "", {}}, alexnet),
        unscaled({"alexnet_grouped", "AlexNet of 2012", "Krizhevsky et al. 2012, NIPS", "", {}}, alexnet_grouped),
        unscaled({"vgg16", "VGG-16", "Simonyan and Zisserman 2015, arXiv:1409.1556", "", {}}, vgg16),
    };
    return all;
}

std::string known_names() {
    std::string names;
    for (const Builder& builder : builders()) names += (names.empty() ? "" : ", ") + builder.info.name;
    return names;
}

}  // namespace

const std::vector<NetInfo>& list_nets() {
    static const std::vector<NetInfo> infos = [] {
        std::vector<NetInfo> list;
        for (const Builder& builder : builders()) list.push_back(builder.info);
        return list;
    }();
    return infos;
}

const NetInfo* find_net(const std::string& name) {
    for (const NetInfo& info : list_nets())
        if (info.name == name) return &info;
    return nullptr;
}

NetName parse_net_name(const std::string& name, double scale) {
    for (const char* written : {"0_5", "1_0", "1_5", "2_0"})
        if (name == std::string("shufflenet_v2_x") + written) return {"shufflenet_v2", scale * (written[0] - '0' + 0.1 * (written[2] - '0'))};
    return {name, scale};
}

Graph build_net(const std::string& name, double scale, const NetOptions& options) {
    const NetName net = parse_net_name(name, scale);
    for (const Builder& builder : builders())
        if (builder.info.name == net.name) return builder.build(net.scale, options);
    throw Error(message("net: unknown network \"", name, "\"; known are ", known_names(), "."));
}

}  // namespace convbook
