// What chapter 14 asks. Every answer is computed by the lesson.
#include <cmath>

#include "convbook/cost.h"
#include "kit/registry.h"
#include "lesson.h"

namespace convbook::ch14 {
namespace {

using kit::Exercise;
using kit::ExerciseKind;
using kit::Support;

double number(const std::string& name, const Params& p = {}) {
    const Values v = values(p);
    const Value* found = v.find(name);
    CONVBOOK_ASSERT(found != nullptr, "the lesson has no value named ", name);
    return found->number;
}

kit::Option milliseconds(double value, Text why, bool is_right) {
    const std::string words = format_decimal(value, 2) + "\u2009ms";
    return {{words, words}, std::move(why), is_right};
}

double bound_at_peak(int peak) { return std::round(100 * number("net.ms", {.net = "mobilenet_v2", .peak = peak})) / 100; }

Exercise predict_double_peak() {
    Exercise e;
    e.id = "predict-double-peak";
    e.kind = ExerciseKind::predict;
    const std::string before = format_decimal(bound_at_peak(200), 2);
    e.question = {message("Predict, then look. The peak doubles from 200 to 400 GFLOP/s, the bandwidth stays. What becomes of the bound of MobileNet v2, ", before, " ms?"),
                  message("先猜，再看。峰值从 200 GFLOP/s 翻倍到 400，带宽不变。MobileNet v2 的时间下限 ", before, " ms 会变成多少？")};
    e.options = {
        milliseconds(bound_at_peak(200) / 2, {"That is for a network whose every layer waits for the multipliers.", "每一层都在等乘法器的网络才会这样。"}, false),
        milliseconds(bound_at_peak(400), {"Layers bound by memory keep their time, and the edge of the roof moves right, past layers that it helped before.", "受内存限制的层时间不变；屋脊右移，又有一些层落到了它左边。"}, true),
        milliseconds(bound_at_peak(200), {"Most layers of 200 GFLOP/s were bound by arithmetic, and those gain.", "在 200 GFLOP/s 时多数层受算术限制，它们会变快。"}, false),
    };
    e.answer = [] { return bound_at_peak(400); };
    e.tolerance = 0.006;
    e.value_name = "net.ms";
    e.solution = "view=roofline&net=mobilenet_v2&peak=400&bandwidth=20";
    e.hints = {{"Which of the two bounds contains the peak?", "两个界限中，哪一个含有峰值？"}};
    e.explanation = {"A faster multiplier helps only right of the edge, and pushes the edge to the right.", "更快的乘法器只帮得到屋脊右边的层，而且把屋脊推向右边。"};
    return e;
}

double small_depthwise_intensity() { return 2.0 * 9 * 100 * 100 * 8 / (4.0 * (2 * 100 * 100 * 8 + 9 * 8)); }

Exercise worked_intensity() {
    Exercise e;
    e.id = "worked-intensity";
    e.kind = ExerciseKind::number;
    e.support = Support::worked;
    e.question = {"Watch one solved. A depthwise 3 × 3 layer on 8 channels of 100 × 100, stride 1: how many operations a byte?", "先看一道解好的题。3 × 3 深度卷积，8 个 100 × 100 的通道，步幅 1，每字节多少次运算？"};
    e.answer = [] { return small_depthwise_intensity(); };
    e.tolerance = 0.01;
    e.solution = "view=roofline";
    e.hints = {{"80,000 outputs of nine multiply-adds are 1,440,000 operations.", "80,000 个输出，各九次乘加，共 1,440,000 次运算。"},
               {"80,000 numbers in, 80,000 out and 72 weights, four bytes each.", "读 80,000 个数，写 80,000 个数，另有 72 个权重，每个四字节。"}};
    e.explanation = {"1,440,000 / 640,288 = 2.25: 18 operations for every 8 bytes, whatever the size.", "1,440,000 / 640,288 = 2.25：每 8 个字节 18 次运算，与大小无关。"};
    return e;
}

double strided_intensity() { return 2.0 * 9 * 50 * 50 * 8 / (4.0 * (100 * 100 * 8 + 50 * 50 * 8 + 9 * 8)); }

Exercise half_worked_stride() {
    Exercise e;
    e.id = "half-worked-stride";
    e.kind = ExerciseKind::number;
    e.support = Support::half_worked;
    e.question = {"The same layer at stride 2. It has a quarter of the outputs, 20,000, so 360,000 operations. How many a byte?", "同一层，步幅改为 2。输出只有四分之一，20,000 个，共 360,000 次运算。每字节多少次？"};
    e.answer = [] { return strided_intensity(); };
    e.tolerance = 0.01;
    e.mistakes = {{small_depthwise_intensity(), {"The input is still read whole, only the output shrank.", "输入仍要整个读完，变小的只有输出。"}},
                  {small_depthwise_intensity() / 4, {"The operations are a quarter, but so is one part of the bytes: the output.", "运算剩下四分之一，但字节中的输出部分也只剩四分之一。"}},
                  {strided_intensity() / 2, {"A multiply-add is two operations.", "一次乘加算两次运算。"}}};
    e.solution = "view=roofline";
    e.hints = {{"80,000 numbers in, 20,000 out.", "读 80,000 个数，写 20,000 个数。"}, {"360,000 / 400,288", "360,000 / 400,288"}};
    e.explanation = {"0.90: with stride 2 a depthwise layer waits for memory even more.", "0.90：步幅为 2 的深度卷积更要等内存。"};
    return e;
}

Exercise why_depthwise() {
    Exercise e;
    e.id = "why-depthwise";
    e.question = {"A colleague doubles the speed of the arithmetic in a depthwise kernel that already runs at the roof. What happens?", "同事把一个已经贴着屋顶的深度卷积内核的算术部分加快了一倍，结果如何？"};
    e.options = {
        {{"Nothing: it waits for memory", "没有变化：它在等内存"}, {"Left of the edge the roof is bandwidth times intensity; the peak is not in it.", "屋脊左边，屋顶是带宽乘强度，与峰值无关。"}, true},
        {{"It takes half the time", "时间减半"}, {"That holds right of the edge.", "那是屋脊右边的情形。"}, false},
        {{"It gets slower", "变慢"}, {"The multipliers only wait longer.", "乘法器只是等得更久。"}, false},
        {{"Depthwise layers have no roof", "深度卷积没有屋顶"}, {"Every layer that moves bytes has one.", "凡是要搬数据的层都有。"}, false},
    };
    e.solution = "view=roofline&peak=1600&bandwidth=20";
    e.explanation = {"What helps is fewer bytes: fuse what follows, stream rows, keep the map in a cache.", "有用的是少搬字节：融合后面的运算、逐行流式、让特征图留在缓存里。"};
    return e;
}

Exercise why_tile() {
    Exercise e;
    e.id = "why-tile";
    e.kind = ExerciseKind::number;
    e.question = {"A tile of 3 vectors of outputs × 8 pixels: how many loads for each multiply-add?", "3 个向量的输出 × 8 个像素的寄存器块，平均每次乘加要读几次？"};
    e.answer = [] { return RegisterTile{"", 16, 32, 3, 8}.loads_per_multiply_add(); };
    e.tolerance = 0.006;
    e.mistakes = {{24.0 / 11, {"That is multiply-adds for each load.", "这是每读一次能做几次乘加。"}}, {2, {"Without a tile. Here each weight serves 8 pixels and each pixel 3 vectors.", "那是不分块的情形。这里每个权重供 8 个像素用，每个像素供 3 个向量用。"}}};
    e.solution = "view=ladder&layer=pointwise";
    e.hints = {{"3 weights and 8 pixels are loaded.", "读 3 个权重和 8 个像素。"}, {"(3 + 8) / (3 · 8)", "(3 + 8) / (3 · 8)"}};
    e.explanation = {"11 / 24 = 0.46: a little more than 4 × 6 needs. The nearer to a square, the fewer.", "11 / 24 = 0.46，比 4 × 6 略多。越接近正方形，读得越少。"};
    return e;
}

Exercise who_first() {
    Exercise e;
    e.id = "who-first";
    e.question = {"With more multipliers than any layer has multiply-adds, which network is through first on the ideal machine?", "如果乘法器比任何一层的乘加都多，理想机器上哪个网络最先跑完？"};
    e.options = {
        {{"ResNet-18", "ResNet-18"}, {"Every level takes one cycle, and it has the fewest levels.", "每一级只需一个周期，而它的级数最少。"}, true},
        {{"ShuffleNet v1", "ShuffleNet v1"}, {"It has the fewest multiply-adds, but these no longer count.", "它的乘加最少，但此时乘加已不起作用。"}, false},
        {{"MobileNet v2", "MobileNet v2"}, {"It has the most levels of the four: it comes last.", "它的级数是四个中最多的，最后才完。"}, false},
        {{"All at once", "同时"}, {"A layer must wait for the one before, however many multipliers there are.", "乘法器再多，一层也得等上一层。"}, false},
    };
    e.solution = "view=network&units=268435456";
    e.explanation = {"Depth is what no width of a machine can shorten.", "机器再宽，也缩短不了深度。"};
    return e;
}

Exercise why_two_threads() {
    Exercise e;
    e.id = "why-two-threads";
    e.question = {"Two threads take more than half the time of one. Which of the causes would a machine with twice the bandwidth cure?", "两个线程用的时间超过一个线程的一半。下面哪个原因，换一台带宽翻倍的机器就能消除？"};
    e.options = {
        {{"Both share the path to memory", "两者共用通往内存的路"}, {"With twice the bandwidth each thread has what one had before.", "带宽翻倍，每个线程就有了原先一个线程独享的份额。"}, true},
        {{"Seven rows do not halve", "七行不能平分"}, {"Four and three stay four and three: 1.75 times at best.", "四行和三行还是四行和三行：最多快 1.75 倍。"}, false},
        {{"Rows at the seam lie in the other core's cache", "接缝处的行在另一个核的缓存里"}, {"They come from core to core, not from memory.", "它们从一个核到另一个核，不经过内存。"}, false},
        {{"The second thread multiplies more slowly", "第二个线程乘得更慢"}, {"Its core has the same multipliers.", "它的核有同样的乘法器。"}, false},
    };
    e.solution = "view=ladder&layer=depthwise";
    e.explanation = {"Work must divide, and what the threads share must keep up.", "活要能分开，共用的东西要跟得上。"};
    return e;
}

Exercise arithmetic_everywhere() {
    Exercise e;
    e.id = "arithmetic-everywhere";
    e.kind = ExerciseKind::goal;
    e.question = {"Make it happen: a machine on which every depthwise layer of MobileNet v2 is bound by arithmetic.", "动手做到：找一台机器，让 MobileNet v2 的每个深度卷积都受算术限制。"};
    e.is_reached = [](const Settings& settings) {
        const Params p = read_params(members(), settings);
        if (p.net != "mobilenet_v2") return false;
        for (const Layer& layer : network(p.net).layers)
            if (layer.kind == "depthwise" && layer.is_memory_bound(assumed_machine(p))) return false;
        return true;
    };
    e.solution = "view=roofline&net=mobilenet_v2&peak=100&bandwidth=160";
    e.hints = {{"Where must the edge of the roof lie?", "屋脊必须在哪里？"}, {"Left of 0.8 operations a byte: those at stride 2 are the least intense.", "在每字节 0.8 次运算的左边：步幅为 2 的层强度最低。"}};
    e.explanation = {"Bandwidth must be larger than peak, in bytes and operations. Small processors with their data in a near cache are such machines.",
                     "按字节数和运算数比，带宽要大于峰值。数据就在近处缓存里的小处理器就是这样。"};
    return e;
}

std::vector<Exercise> exercises() {
    return {predict_double_peak(), worked_intensity(), half_worked_stride(), why_depthwise(), why_tile(), who_first(), why_two_threads(), arithmetic_everywhere()};
}

}  // namespace

REGISTER_EXERCISES(exercises);

}  // namespace convbook::ch14
