// The outline as data.
#include "contents_list.h"

#include <algorithm>

#include "convbook/nets.h"
#include "kit/registry.h"
#include "kit/ui_text.h"
#include "network_page.h"

namespace convbook::app {
namespace {

const ChapterEntry kChapters[] = {
    {"01", {"Convolution", "卷积"}, {"Convolution", "卷积"}, 0, 0, 2},
    {"02", {"Padding and stride", "填充、步幅与空洞"}, {"Padding, stride, dilation", "填充、步幅\n与空洞"}, 0, 1, 0},
    {"03", {"Transposed convolution", "转置卷积"}, {"Transposed", "转置卷积"}, 0, 2, 0},
    {"04", {"Grouped convolution", "分组卷积"}, {"Grouped", "分组卷积"}, 0, 1, 2},
    {"05", {"Depthwise convolution", "深度卷积"}, {"Depthwise", "深度卷积"}, 0, 2, 2},
    {"06", {"Pointwise convolution", "逐点卷积"}, {"Pointwise", "逐点卷积"}, 0, 1, 4},
    {"07", {"Depthwise separable", "深度可分离卷积"}, {"Depthwise separable", "深度可分离"}, 0, 3, 2},
    {"08", {"Channel shuffle", "通道混洗"}, {"Channel shuffle", "通道混洗"}, 0, 2, 1},
    {"09", {"MobileNet v1", "MobileNet v1"}, {"MobileNet v1", "MobileNet v1"}, 1, 4, 2},
    {"10", {"What ReLU loses", "ReLU 的信息损失"}, {"What ReLU loses", "ReLU 的\n信息损失"}, 1, 4, 4},
    {"11", {"Inverted residual", "倒残差"}, {"Inverted residual", "倒残差"}, 1, 5, 3},
    {"12", {"ShuffleNet v1", "ShuffleNet v1"}, {"ShuffleNet v1", "ShuffleNet v1"}, 1, 5, 1},
    {"13", {"Squeeze, excitation", "压缩与激励"}, {"Squeeze and excitation", "压缩与激励"}, 1, 5, 2},
    {"14", {"Speed", "速度"}, {"Speed", "速度"}, 2, 6, 4},
    {"15", {"Training", "训练"}, {"Training", "训练"}, 2, 6, 0},
    {"16", {"Prediction", "预测"}, {"Prediction", "预测"}, 2, 6, 2},
};

constexpr Need kNeeds[] = {
    {"01", "02"}, {"01", "04"}, {"01", "06"}, {"02", "03"}, {"04", "05"}, {"04", "08"}, {"05", "07"}, {"06", "07", 0.84f}, {"06", "10"}, {"07", "09"}, {"07", "12"},
    {"08", "12"}, {"09", "11"}, {"09", "13"}, {"10", "11"}, {"03", "15"}, {"12", "16"}, {"13", "16"}, {"11", "16"}, {"11", "14"}, {"15", "16"},
};

/// Every network of the library; the cover shows those that chapters teach.
const std::vector<NetworkEntry>& networks() {
    static const std::vector<NetworkEntry> entries = [] {
        std::vector<NetworkEntry> list;
        for (const NetInfo& info : list_nets()) list.push_back({info.name, info.title, info.name == "mobilenet_v1" || info.name == "mobilenet_v2" || info.name == "shufflenet_v1"});
        return list;
    }();
    return entries;
}

}  // namespace

std::span<const ChapterEntry> chapter_entries() { return kChapters; }
std::span<const Need> needs() { return kNeeds; }
std::span<const NetworkEntry> network_entries() { return networks(); }

const ChapterEntry* find_entry(std::string_view number) {
    const auto found = std::ranges::find(kChapters, number, &ChapterEntry::number);
    return found == std::end(kChapters) ? nullptr : found;
}

const Text& part_title(int part) {
    const Text* const titles[] = {&kit::say::part_one, &kit::say::part_two, &kit::say::part_three};
    return *titles[std::clamp(part, 0, 2)];
}

bool is_written(std::string_view number) { return kit::find_chapter(number) != nullptr; }

bool has_network(std::string_view name) { return has_network_pages() && find_net(std::string(name)) != nullptr; }

}  // namespace convbook::app
