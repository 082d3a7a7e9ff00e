// The mistakes by name, and how each changes the way from a photo to the network's input. Leaves out what the network makes of it (engine/trial.cpp).
#include "convbook/mistakes.h"

#include <algorithm>

namespace convbook {

const std::vector<MistakeInfo>& list_mistakes() {
    static const std::vector<MistakeInfo> all{
        {Mistake::orientation, "orientation", {"read", "读取"}, {"the photo lies on its side, as when a reader ignores the camera's orientation tag", "照片横躺着：读取时忽略了相机写入的方向标记"}},
        {Mistake::aspect, "aspect", {"resize", "缩放"}, {"both sides are resized to one length, so shapes are squashed", "两条边缩放到同一长度，形状被压扁"}},
        {Mistake::crop, "crop", {"crop", "裁剪"}, {"the upper left corner is cut out instead of the middle", "裁下左上角，而不是中央"}},
        {Mistake::channels, "channels", {"channel order", "通道顺序"}, {"red and blue are swapped: BGR where RGB is expected, or the other way round", "红蓝互换：该用 RGB 却给了 BGR，或者相反"}},
        {Mistake::scale, "scale", {"scale", "数值范围"}, {"values stay in 0..255 where 0..1 is expected, or the other way round", "该是 0..1 的数值仍为 0..255，或者相反"}},
        {Mistake::mean_std, "mean-std", {"mean and deviation", "均值与标准差"}, {"mean and deviation are left out, or used where plain pixels are expected", "漏掉减均值、除以标准差，或者在只需原始像素时多做了这一步"}},
        {Mistake::eval, "eval", {"batch norm", "批归一化"}, {"batch norms use this photo's own statistics: training mode, model.eval() was forgotten", "批归一化用这张照片自己的统计量：仍在训练模式，忘了 model.eval()"}},
    };
    return all;
}

Mistakes Mistakes::parse(const std::string& names) {
    Mistakes out;
    for (std::size_t begin = 0; begin < names.size();) {
        const std::size_t end = std::min(names.find(',', begin), names.size());
        const std::string name = names.substr(begin, end - begin);
        const auto found = std::ranges::find(list_mistakes(), name, &MistakeInfo::name);
        if (found == list_mistakes().end()) {
            std::string known;
            for (const MistakeInfo& info : list_mistakes()) known += (known.empty() ? "" : ", ") + info.name;
            throw Error(message("mistakes: there is no step \"", name, "\" to break. Choose of ", known, ", with commas between."));
        }
        out.bits_ |= 1u << static_cast<unsigned>(found->mistake);
        begin = end + 1;
    }
    return out;
}

Mistakes Mistakes::toggled(Mistake mistake) const {
    Mistakes out = *this;
    out.bits_ ^= 1u << static_cast<unsigned>(mistake);
    return out;
}

std::string Mistakes::names() const {
    std::string out;
    for (const MistakeInfo& info : list_mistakes())
        if (has(info.mistake)) out += (out.empty() ? "" : ",") + info.name;
    return out;
}

PixelArithmetic pixel_arithmetic(const Preprocess& right, const Mistakes& mistakes) {
    const auto all = [](const float (&values)[3], float value) { return std::ranges::all_of(values, [&](float v) { return v == value; }); };
    const bool takes_plain_pixels = all(right.mean, 0) && all(right.std, 1);
    const Preprocess& used = takes_plain_pixels ? Preprocess{} : right;
    PixelArithmetic out;
    out.is_divided = takes_plain_pixels == mistakes.has(Mistake::scale);
    out.is_normalised = takes_plain_pixels == mistakes.has(Mistake::mean_std);
    for (int c = 0; c < 3; ++c) out.mean[c] = used.mean[c] / 255, out.std[c] = used.std[c] / 255;
    return out;
}

Preprocess with_mistakes(const Preprocess& right, const Mistakes& mistakes) {
    Preprocess out = right;
    out.is_turned ^= mistakes.has(Mistake::orientation);
    out.is_squashed ^= mistakes.has(Mistake::aspect);
    out.is_corner_crop ^= mistakes.has(Mistake::crop);
    out.is_bgr ^= mistakes.has(Mistake::channels);
    // The right way keeps its mean and deviation on 0..255 to the last bit
    if (!mistakes.has(Mistake::scale) && !mistakes.has(Mistake::mean_std)) return out;
    const PixelArithmetic pixel = pixel_arithmetic(right, mistakes);
    const float range = pixel.is_divided ? 255 : 1;
    for (int c = 0; c < 3; ++c) {
        out.mean[c] = pixel.is_normalised ? pixel.mean[c] * range : 0;
        out.std[c] = pixel.is_normalised ? pixel.std[c] * range : range;
    }
    return out;
}

}  // namespace convbook
