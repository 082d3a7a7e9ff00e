// What chapter 11 asks. Every answer is computed by the lesson.
#include <cmath>

#include "kit/registry.h"
#include "lesson.h"

namespace convbook::ch11 {
namespace {

using kit::Exercise;
using kit::ExerciseKind;
using kit::Support;

double rows_mb(const Params& p) { return std::round(static_cast<double>(inverted_block(p).peak_by_rows()) / 1e4) / 100; }

kit::Option megabytes(double value, Text why, bool is_right) {
    const std::string words = format_decimal(value, 2) + "\u2009MB";
    return {{words, words}, std::move(why), is_right};
}

Exercise predict_half_t() {
    Exercise e;
    e.id = "predict-half-t";
    e.kind = ExerciseKind::predict;
    e.question = {"Predict, then look. Halve t, from 6 to 3. What becomes of the 0.73 MB that the block needs row by row?", "先猜，再看。把 t 从 6 减半到 3，逐行执行所需的 0.73 MB 会变成多少？"};
    e.options = {
        megabytes(rows_mb({}) / 2, {"Only the wide rows halve. Input and output are most of it, and they stay.", "减半的只有宽张量的几行，占大头的输入和输出不变。"}, false),
        megabytes(rows_mb({.t = 3}), {"Four wide rows shrink from 0.13 to 0.06 MB; the narrow ends remain.", "宽的四行从 0.13 MB 缩到 0.06 MB，窄的两端不变。"}, true),
        {{"nothing changes", "没有变化"}, {"The three rows and the one are still there, half as wide.", "那三行加一行还在，只是窄了一半。"}, false},
    };
    e.answer = [] { return rows_mb({.t = 3}); };
    e.tolerance = 0.006;
    e.value_name = "inverted.rows";
    e.solution = "t=3&cin=24&cout=24&s=1";
    e.hints = {{"What is kept whole when the block runs row by row?", "逐行执行时，什么必须完整保存？"}};
    e.explanation = {"Input and output take 0.60 MB whatever t is: expansion is nearly free in memory.", "不论 t 是多少，输入和输出都占 0.60 MB：扩张在内存上几乎不花钱。"};
    return e;
}

Exercise worked_macs() {
    Exercise e;
    e.id = "worked-macs";
    e.kind = ExerciseKind::number;
    e.support = Support::worked;
    e.question = {"Watch one solved. 16 channels in and out, t = 6, stride 1, 14 × 14: how many multiply-adds?", "先看一道解好的题。输入输出都是 16 个通道，t = 6，步幅 1，14 × 14，共多少次乘加？"};
    e.answer = [] { return static_cast<double>(inverted_block({.t = 6, .cin = 16, .cout = 16, .h = 14}).macs); };
    e.solution = "t=6&cin=16&cout=16&s=1&h=14";
    e.hints = {{"The wide number is 6·16 = 96.", "宽度是 6·16 = 96。"}, {"$HW\\cdot 96\\cdot(16+9+16)$", "$HW\\cdot 96\\cdot(16+9+16)$"}};
    e.explanation = {"196·96·41 = 771,456.", "196·96·41 = 771,456。"};
    return e;
}

Exercise half_worked_stride() {
    Exercise e;
    e.id = "half-worked-stride";
    e.kind = ExerciseKind::number;
    e.support = Support::half_worked;
    e.question = {"The same block at stride 2 and 32 channels out. Expanding still covers all 196 positions: 196·96·16 = 301,056. Depthwise and projection cover 49. How many in all?",
                  "同样的模块，步幅改为 2，输出 32 个通道。扩张仍要覆盖全部 196 个位置：196·96·16 = 301,056。深度卷积和投影只覆盖 49 个位置，合计多少？"};
    e.answer = [] { return static_cast<double>(inverted_block({.t = 6, .cin = 16, .cout = 32, .s = 2, .h = 14}).macs); };
    const double expansion = 196.0 * 96 * 16, depthwise = 49.0 * 96 * 9, projection = 49.0 * 96 * 32;
    e.mistakes = {{expansion + 4 * (depthwise + projection), {"All three layers were counted at 196 positions. The depthwise layer takes the stride: it and all after it see 49.", "三层都按 196 个位置算了。步幅由深度卷积执行：从它开始只有 49 个位置。"}},
                  {expansion / 4 + depthwise + projection, {"All three layers were counted at 49 positions. The expansion comes before the stride.", "三层都按 49 个位置算了。扩张在步幅之前。"}},
                  {depthwise + projection, {"That is what remains. The expansion above belongs to the sum.", "这是余下的部分，上面的扩张也要加进来。"}},
                  {expansion + projection, {"The depthwise layer is small, but not nothing.", "深度卷积虽小，却不是零。"}},
                  {expansion + 2 * (depthwise + projection), {"Stride 2 halves the rows and the columns: a quarter of the positions is left, not half.", "步幅 2 使行和列都减半：位置剩下四分之一，不是一半。"}}};
    e.solution = "t=6&cin=16&cout=32&s=2&h=14";
    e.hints = {{"49·96·9 for the depthwise layer.", "深度卷积是 49·96·9。"}, {"49·96·32 for the projection.", "投影是 49·96·32。"}};
    e.explanation = {"301,056 + 42,336 + 150,528 = 493,920: the stride comes after the expansion, so expanding becomes the costly part.",
                     "301,056 + 42,336 + 150,528 = 493,920：步幅在扩张之后，所以扩张成了最贵的部分。"};
    return e;
}

Exercise why_linear() {
    Exercise e;
    e.id = "why-linear";
    e.question = {"Why is there no ReLU after the projection?", "投影之后为什么没有 ReLU？"};
    e.options = {
        {{"On few channels it would destroy what cannot be restored", "通道少时，它毁掉的东西无法恢复"}, {"What one narrow channel drops, no other carries.", "窄张量的一个通道丢掉的，别的通道里没有。"}, true},
        {{"To save time", "为了省时间"}, {"A ReLU on 24 channels is the cheapest thing in the block.", "24 个通道上的 ReLU 是整个模块里最便宜的一步。"}, false},
        {{"Because of the shortcut: an addition may not be rectified", "因为有捷径，相加之后不能再激活"}, {"ResNet rectifies after its addition. And seven of the blocks have no shortcut, yet are linear too.", "ResNet 相加之后照样激活；而且有七个模块没有捷径，也同样是线性的。"}, false},
        {{"It was forgotten in the code and kept", "写代码时忘了，就一直留着"}, {"The paper tests it: with a ReLU the accuracy falls (figure 6).", "论文做过实验：加上 ReLU 准确率会下降（图 6）。"}, false},
    };
    e.solution = "step=3";
    e.explanation = {"Non-linear where it is wide, linear where it is narrow.", "宽处非线性，窄处线性。"};
    return e;
}

Exercise which_shortcut() {
    Exercise e;
    e.id = "which-shortcut";
    e.question = {"Which of these blocks has a shortcut?", "下面哪个模块有捷径？"};
    e.options = {
        {{"24 → 24, stride 1, t = 1", "24 → 24，步幅 1，t = 1"}, {"Stride 1 and equal channels: t has no say.", "步幅为 1 且通道数相等，与 t 无关。"}, true},
        {{"24 → 24, stride 2", "24 → 24，步幅 2"}, {"The output has half the rows and columns: nothing to add it to.", "输出的高宽只有一半，无法相加。"}, false},
        {{"24 → 32, stride 1", "24 → 32，步幅 1"}, {"32 channels cannot be added to 24, and the block does not repair that.", "32 个通道不能与 24 个相加，模块也不做弥补。"}, false},
        {{"All of them", "都有"}, {"Ten of the seventeen blocks have one.", "十七个模块里只有十个有。"}, false},
    };
    e.solution = "t=1&cin=24&cout=24&s=1";
    e.explanation = {"Set stride 2 in the figure: the shortcut is cut, and the reason stands where it was.", "在图中把步幅设为 2：捷径断开，原因就写在断开的地方。"};
    return e;
}

Exercise whose_wide() {
    Exercise e;
    e.id = "whose-wide";
    e.question = {"Both blocks hold two wide tensors at their peak. Why can only the inverted one run in a fifth of the memory?", "两种模块峰值时都有两个宽张量，为什么只有倒残差能用五分之一的内存来跑？"};
    e.options = {
        {{"Its wide tensors are made and used up inside", "它的宽张量在内部产生，也在内部用完"}, {"So three rows at a time are enough; nobody else will ask for them.", "所以每次有三行就够了，别处不会再要。"}, true},
        {{"Depthwise layers need no memory", "深度卷积不占内存"}, {"They read and write as many numbers as any layer of that shape.", "读写的数与同样形状的任何层一样多。"}, false},
        {{"It has fewer weights", "它的权重更少"}, {"The chart counts activations; the weights of either block are a few kilobytes.", "图中统计的是激活值；两种模块的权重都只有几十 KB。"}, false},
    };
    e.solution = "t=6&cin=24&cout=24&s=1&step=2";
    e.explanation = {"The residual block's wide tensors are its input and output: the next block and the shortcut keep them whole.", "残差模块的宽张量就是输入和输出：下一个模块和捷径都需要它们完整地留着。"};
    return e;
}

Exercise under_half_a_megabyte() {
    Exercise e;
    e.id = "under-half";
    e.kind = ExerciseKind::goal;
    e.question = {"Make it happen: a block with a shortcut whose expanded tensor is larger than 1 MB, yet which runs row by row in less than half a megabyte.",
                  "动手做到：一个有捷径的模块，扩张后的张量超过 1 MB，逐行执行却不到半兆。"};
    e.is_reached = [](const Settings& settings) {
        const Params p = read_params(members(), settings);
        const Block block = inverted_block(p);
        return block.has_shortcut && p.t > 1 && block.stages.front().bytes() > 1000000 && block.peak_by_rows() < 500000;
    };
    e.solution = "t=6&cin=16&cout=16&s=1&h=56";
    e.hints = {{"Input and output must be small: what do they depend on?", "输入和输出要小，它们取决于什么？"}, {"16 channels at 56 × 56 are 0.2 MB.", "56 × 56 的 16 个通道是 0.2 MB。"}};
    e.explanation = {"Narrow ends and a large t: the memory follows the ends, the work follows t.", "两端窄，t 大：内存由两端决定，计算量由 t 决定。"};
    return e;
}

Exercise rounding() {
    Exercise e;
    e.id = "rounding";
    e.kind = ExerciseKind::number;
    e.question = {"α = 0.75. How many channels become of 24?", "α = 0.75 时，24 个通道变成多少个？"};
    e.answer = [] { return static_cast<double>(round_channels(24, 0.75).used); };
    e.mistakes = {{24 * 0.75, {"Kernels like multiples of 8, and 18 is none.", "内核喜欢 8 的倍数，而 18 不是。"}},
                  {16, {"16 is the nearest multiple of 8. Is it less than nine tenths of what was asked for?", "16 是最近的 8 的倍数。它是否不到应有数目的九成？"}}};
    e.solution = "view=alpha&alpha=0.75";
    e.hints = {{"24·0.75 = 18. The nearest multiple of 8 is 16.", "24·0.75 = 18，最近的 8 的倍数是 16。"}, {"16 is more than 10 % below 18.", "16 比 18 少了一成以上。"}};
    e.explanation = {"16 < 0.9·18 = 16.2, so it is raised to 24: at α = 0.75 these blocks keep all their channels.", "16 < 0.9·18 = 16.2，于是升到 24：α = 0.75 时这些模块的通道一个也没少。"};
    return e;
}

std::vector<Exercise> exercises() {
    return {predict_half_t(), worked_macs(), half_worked_stride(), why_linear(), which_shortcut(), whose_wide(), under_half_a_megabyte(), rounding()};
}

}  // namespace

REGISTER_EXERCISES(exercises);

}  // namespace convbook::ch11
