// The networks by name, for the command line, the app and weights files. Leaves out the networks themselves: one file each.
#include "convbook/nets.h"

namespace convbook {
namespace {

struct Builder {
    NetInfo info;
    Graph (*build)(double scale, const NetOptions& options);
};

const std::vector<Builder>& builders() {
    static const std::vector<Builder> all = {
        {{"mobilenet_v1", "MobileNet v1", "Howard et al. 2017, arXiv:1704.04861", "alpha"}, mobilenet_v1},
        {{"mobilenet_v2", "MobileNet v2", "Sandler et al. 2018, arXiv:1801.04381", "alpha"}, mobilenet_v2},
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

Graph build_net(const std::string& name, double scale, const NetOptions& options) {
    for (const Builder& builder : builders())
        if (builder.info.name == name) return builder.build(scale, options);
    throw Error(message("net: unknown network \"", name, "\"; known are ", known_names(), "."));
}

}  // namespace convbook
