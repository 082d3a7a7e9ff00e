// The table of printed figures. To add one, copy what the source prints, digit for digit, and say where it stands.
// Leaves out the explanations: they are computed (published_difference.cpp).
#include <algorithm>

#include "convbook/published.h"

namespace convbook {

const std::vector<Published>& list_published() {
    static const char* const kV1 = "Howard et al. 2017, arXiv:1704.04861, table 6";
    static const char* const kV1Rho = "Howard et al. 2017, arXiv:1704.04861, table 7";
    static const char* const kV1Large = "Howard et al. 2017, arXiv:1704.04861, table 8";
    static const char* const kV1Small = "Howard et al. 2017, arXiv:1704.04861, table 9";
    static const char* const kV2 = "Sandler et al. 2018, arXiv:1801.04381, table 4";
    static const char* const kSlim = "Sandler et al., tensorflow/models, research/slim/nets/mobilenet/README.md";
    static const char* const kV3 = "Howard et al. 2019, arXiv:1905.02244v5, table 3";
    static const char* const kShuffle = "Zhang et al. 2018, arXiv:1707.01083, tables 1 and 2";
    static const char* const kShuffle2 = "Zhang et al. 2018, arXiv:1707.01083, table 2";
    static const char* const kShuffleV2 = "Ma et al. 2018, arXiv:1807.11164, table 8";
    static const char* const kResNet = "He et al. 2016, arXiv:1512.03385, table 1";
    static const char* const kSe = "Hu et al. 2018, arXiv:1709.01507, table 2";
    static const char* const kResNeXt = "Xie et al. 2017, arXiv:1611.05431, tables 1 and 3";
    static const char* const kTorchvision = "torchvision's documentation, weights IMAGENET1K_V1";
    static const std::vector<Published> table = {
        // network                              params  operations  top-1  source   switches of params, of operations
        {"mobilenet_v1", "4.2M", "569M", 70.6, kV1, "", ""},
        {"mobilenet_v1:alpha=0.75", "2.6M", "325M", 68.4, kV1, "", ""},
        {"mobilenet_v1:alpha=0.5", "1.3M", "149M", 63.7, kV1, "", ""},
        {"mobilenet_v1:alpha=0.25", "0.5M", "41M", 50.6, kV1, "", ""},
        {"mobilenet_v1:resolution=192", "4.2M", "418M", 69.1, kV1Rho, "", ""},
        {"mobilenet_v1:resolution=160", "4.2M", "290M", 67.2, kV1Rho, "", ""},
        {"mobilenet_v1:resolution=128", "4.2M", "186M", 64.4, kV1Rho, "", ""},
        {"mobilenet_v2", "3.4M", "300M", 72.0, kV2, "no_batch_norm", ""},
        {"mobilenet_v2:alpha=1.4", "6.9M", "585M", 74.7, kV2, "", ""},
        {"mobilenet_v2", "3.47M", "300M", 71.8, kSlim, "no_batch_norm", ""},
        {"mobilenet_v2:alpha=1.4", "6.06M", "582M", 75.0, kSlim, "no_batch_norm", ""},
        {"mobilenet_v2:alpha=1.3", "5.34M", "509M", 74.4, kSlim, "no_batch_norm", ""},
        {"mobilenet_v2:alpha=0.75", "2.61M", "209M", 69.8, kSlim, "no_batch_norm", ""},
        {"mobilenet_v2:alpha=0.5", "1.95M", "97M", 65.4, kSlim, "no_batch_norm", ""},
        {"mobilenet_v2:alpha=0.35", "1.66M", "59M", 60.3, kSlim, "no_batch_norm", ""},
        {"mobilenet_v2:resolution=192", "3.47M", "221M", 70.7, kSlim, "no_batch_norm", ""},
        {"mobilenet_v2:resolution=160", "3.47M", "154M", 68.8, kSlim, "no_batch_norm", ""},
        {"mobilenet_v2:resolution=128", "3.47M", "99M", 65.3, kSlim, "no_batch_norm", ""},
        {"mobilenet_v2:resolution=96", "3.47M", "56M", 60.3, kSlim, "no_batch_norm", ""},
        {"mobilenet_v3_large", "5.4M", "219M", 75.2, kV3, "", ""},
        {"mobilenet_v3_large", "5.4M", "217M", 75.2, kSlim, "", ""},
        {"mobilenet_v3_large:alpha=0.75", "4.0M", "155M", 73.3, kV3, "", ""},
        {"mobilenet_v3_small", "2.5M", "56M", 67.4, kV3, "", ""},
        {"mobilenet_v3_small:alpha=0.75", "2.0M", "44M", 65.4, kV3, "", ""},
        {"shufflenet_v1:groups=1", "", "143M", 66.4, kShuffle, "", ""},
        {"shufflenet_v1:groups=2", "", "140M", 67.3, kShuffle, "", ""},
        {"shufflenet_v1", "", "137M", 67.4, kShuffle, "", ""},
        {"shufflenet_v1:groups=4", "", "133M", 67.2, kShuffle, "", ""},
        {"shufflenet_v1:groups=8", "", "137M", 67.6, kShuffle, "", ""},
        {"shufflenet_v1:scale=0.5:groups=1", "", "38M", 54.9, kShuffle2, "", ""},
        {"shufflenet_v1:scale=0.5:groups=2", "", "38M", 55.6, kShuffle2, "", ""},
        {"shufflenet_v1:scale=0.5", "", "38M", 56.8, kShuffle2, "", ""},
        {"shufflenet_v1:scale=0.5:groups=4", "", "38M", 58.4, kShuffle2, "", ""},
        {"shufflenet_v1:scale=0.5:groups=8", "", "38M", 57.7, kShuffle2, "", ""},
        {"shufflenet_v1:scale=0.25:groups=1", "", "13M", 42.9, kShuffle2, "", ""},
        {"shufflenet_v1:scale=0.25:groups=2", "", "13M", 43.2, kShuffle2, "", ""},
        {"shufflenet_v1:scale=0.25", "", "13M", 45.0, kShuffle2, "", ""},
        {"shufflenet_v1:scale=0.25:groups=4", "", "13M", 45.8, kShuffle2, "", ""},
        {"shufflenet_v1:scale=0.25:groups=8", "", "13M", 47.3, kShuffle2, "", ""},
        {"shufflenet_v2:scale=0.5", "", "41M", 60.3, kShuffleV2, "", "pooling"},
        {"shufflenet_v2", "", "146M", 69.4, kShuffleV2, "", "pooling"},
        {"shufflenet_v2:scale=1.5", "", "299M", 72.6, kShuffleV2, "", ""},
        {"shufflenet_v2:scale=2", "", "591M", 74.9, kShuffleV2, "", ""},
        {"squeezenet1_0", "1.25M", "1.7G", 57.5, kV1Small, "", "flops,input_227"},
        {"squeezenet1_0", "1248424", "0.82G", 58.092, kTorchvision, "", ""},
        {"squeezenet1_1", "1235496", "0.35G", 58.178, kTorchvision, "", ""},
        {"resnet18", "", "1.8G", 0, kResNet, "", ""},
        {"resnet18", "11689512", "1.81G", 69.758, kTorchvision, "", ""},
        {"resnet50", "", "3.8G", 0, kResNet, "", "stride_first"},
        {"resnet50", "", "3.86G", 75.2, kSe, "", "stride_first"},
        {"resnet50", "25557032", "4.09G", 76.130, kTorchvision, "", ""},
        {"resnext50_32x4d", "25.0M", "4.2G", 77.8, kResNeXt, "", ""},
        {"resnext50_32x4d", "", "4.24G", 77.89, kSe, "", ""},
        {"se_resnet50", "", "3.87G", 76.71, kSe, "", "stride_first"},
        {"alexnet", "60M", "720M", 57.2, kV1Small, "two_towers", "two_towers"},
        {"alexnet", "61100840", "0.71G", 56.522, kTorchvision, "", ""},
        {"alexnet_grouped", "60M", "", 59.3, "Krizhevsky et al. 2012, NIPS, abstract and table 2", "", ""},
        {"vgg16", "138M", "15.3G", 71.5, kV1Large, "", "no_linear"},
        {"vgg16", "138M", "", 74.4, "Simonyan and Zisserman 2015, arXiv:1409.1556, tables 2 and 3 (D, test scale 384)", "", ""},
    };
    return table;
}

std::vector<const Published*> published_for(const NetSpec& net) {
    std::vector<const Published*> rows;
    for (const Published& row : list_published())
        if (to_string(parse_net_spec(row.net)) == to_string(net)) rows.push_back(&row);
    return rows;
}

const Published* published_accuracy(const NetSpec& net) {
    const auto rows = published_for(net);
    const auto found = std::ranges::find_if(rows, [](const Published* row) { return row->top1 > 0; });
    return found == rows.end() ? nullptr : *found;
}

}  // namespace convbook
