// What chapter 07 asks. Every answer is computed by the lesson.
#include "kit/registry.h"
#include "lesson.h"

namespace convbook::ch07 {
namespace {

using kit::Exercise;
using kit::ExerciseKind;
using kit::Support;

double ratio_of(int cout, int k) { return count_costs({.cout = cout, .k = k}).ratio(); }

Exercise predict_ratio() {
    Exercise e;
    e.id = "predict-ratio";
    e.kind = ExerciseKind::predict;
    e.question = {"Predict, then look. N grows from 32 to 512 while K stays 3. What becomes of 0.1424?", "先猜，再看。K 保持为 3，把 N 从 32 增加到 512，0.1424 会变成多少？"};
    const auto option = [](double value, Text why, bool is_right) { return kit::Option{{format_decimal(value, 3), format_decimal(value, 3)}, std::move(why), is_right}; };
    e.options = {
        option(ratio_of(512, 3), {"Only the row 1/N shrinks, from 1/32 to 1/512; the tap 1/9 stays.", "只有 1/N 这一行在缩小，从 1/32 到 1/512；1/9 那一个权重不动。"}, true),
        option(ratio_of(32, 3) / 2, {"Nothing halves: the larger term, 1/9, does not depend on N.", "没有什么会减半：较大的那一项 1/9 与 N 无关。"}, false),
        option(ratio_of(32, 3) / 16, {"That would be 1/16 of it, as if the whole ratio were 1/N.", "这等于把整个比例都当成 1/N，缩成了 1/16。"}, false),
    };
    e.answer = [] { return ratio_of(512, 3); };
    e.tolerance = 0.002;
    e.value_name = "ratio";
    e.solution = "cout=512&k=3";
    e.hints = {{"Write the ratio as two terms. Which of them contains N?", "把比例写成两项，哪一项里有 N？"}};
    e.explanation = {"$1/512+1/9$: the first term is nearly gone, the second has not moved.", "$1/512+1/9$：第一项几乎消失，第二项纹丝不动。"};
    return e;
}

Exercise worked_count() {
    Exercise e;
    e.id = "worked-count";
    e.kind = ExerciseKind::number;
    e.support = Support::worked;
    e.question = {"Watch one solved. How many parameters has a separable 3 × 3 layer from 8 to 16 channels, biases included?",
                  "先看一道解好的题。3 × 3 可分离卷积，8 个通道变 16 个，计入偏置，共有多少参数？"};
    e.answer = [] { return static_cast<double>(count_costs({.cin = 8, .cout = 16}).separable_params); };
    e.solution = "cin=8&cout=16&k=3";
    e.hints = {{"Depthwise: one 3 × 3 kernel and one bias for each of the 8 channels, 8·9 + 8.", "深度卷积：8 个通道各有一个 3 × 3 卷积核和一个偏置，8·9 + 8。"},
               {"Pointwise: 16 filters of 8 weights, and 16 biases, 8·16 + 16.", "逐点卷积：16 个滤波器各有 8 个权重，外加 16 个偏置，8·16 + 16。"}};
    e.explanation = {"80 + 144 = 224. The standard layer has 9·8·16 + 16 = 1168.", "80 + 144 = 224。标准卷积有 9·8·16 + 16 = 1168 个。"};
    return e;
}

Exercise half_worked_count() {
    Exercise e;
    e.id = "half-worked-count";
    e.kind = ExerciseKind::number;
    e.support = Support::half_worked;
    e.question = {"A separable 5 × 5 layer from 32 to 64 channels, biases included: the depthwise half has 32·25 + 32 = 832. How many parameters in all?",
                  "5 × 5 可分离卷积，32 个通道变 64 个，计入偏置：深度卷积有 32·25 + 32 = 832 个参数，合计多少？"};
    e.answer = [] { return static_cast<double>(count_costs({.cin = 32, .cout = 64, .k = 5}).separable_params); };
    const Costs costs = count_costs({.cin = 32, .cout = 64, .k = 5});
    const auto depthwise = static_cast<double>(costs.depthwise_params), pointwise = static_cast<double>(costs.pointwise_params);
    e.mistakes = {{depthwise + pointwise - 64, {"The 64 biases of the pointwise half are missing: biases were included above.", "逐点卷积的 64 个偏置没有算：上面说好计入偏置。"}},
                  {depthwise + 64, {"That gives a pointwise filter one weight. It has one for every channel it reads, and it reads all 32.", "这等于每个逐点滤波器只有一个权重。它读几个通道就有几个权重，而它要读全部 32 个。"}},
                  {depthwise + 2 * 64, {"One weight and one bias a filter are too few: a pointwise filter reads all 32 channels.", "每个滤波器一个权重加一个偏置太少了：逐点滤波器要读全部 32 个通道。"}},
                  {pointwise, {"That is the pointwise half. The question asks for both.", "这只是逐点卷积的一半，题目问的是合计。"}},
                  {static_cast<double>(costs.standard_params), {"That is the standard layer, where every filter has a 5 × 5 kernel for every channel.", "这是标准卷积：每个滤波器对每个通道都有一个 5 × 5 的核。"}}};
    e.solution = "cin=32&cout=64&k=5";
    e.hints = {{"Each of the 64 filters of the pointwise half reads all 32 channels.", "逐点卷积的 64 个滤波器，每个都要读全部 32 个通道。"}, {"32·64 + 64.", "32·64 + 64。"}};
    e.explanation = {"832 + 2112 = 2944. Forget the 64 biases and you get 832 + 32·64 = 2880.", "832 + 2112 = 2944。若忘了 64 个偏置，就会得到 832 + 32·64 = 2880。"};
    return e;
}

Exercise missing_factor() {
    Exercise e;
    e.id = "missing-factor";
    e.question = {"A blog counts the weights of a separable layer as $\\textcolor{steelblue}{C_{\\text{in}}}\\thinspace\\textcolor{chocolate}{K_hK_w}+\\textcolor{seagreen}{C_{\\text{out}}}\\cdot 1\\cdot 1$. What has it overlooked?",
                  "一篇博客把可分离卷积的权重数写成 $\\textcolor{steelblue}{C_{\\text{in}}}\\thinspace\\textcolor{chocolate}{K_hK_w}+\\textcolor{seagreen}{C_{\\text{out}}}\\cdot 1\\cdot 1$，它漏了什么？"};
    e.options = {
        {{"Every pointwise filter reads all input channels", "每个逐点滤波器都要读全部输入通道"},
         {"A 1 × 1 filter has a weight for each of them: the second term is $\\textcolor{steelblue}{C_{\\text{in}}}\\textcolor{seagreen}{C_{\\text{out}}}$.", "每个 1 × 1 滤波器对每个输入通道都有一个权重，第二项应为 $\\textcolor{steelblue}{C_{\\text{in}}}\\textcolor{seagreen}{C_{\\text{out}}}$。"}, true},
        {{"The depthwise half has a kernel for every pair of channels", "深度卷积对每一对输入、输出通道都有一个卷积核"},
         {"That is the standard layer. The depthwise half has one kernel a channel.", "那是标准卷积。深度卷积每个通道只有一个卷积核。"}, false},
        {{"The biases", "偏置"}, {"Weights were asked for. The biases are missing too, but that is one a channel: far too few to make up the difference.", "问的是权重。偏置确实也没算，但每个通道只有一个，远远补不上这个差距。"}, false},
        {{"Nothing", "什么也没漏"}, {"For 16 → 32 it gives 176; the library counts 656.", "16 → 32 时它给出 176，而库里数出来是 656。"}, false},
    };
    e.solution = "cin=16&cout=32&k=3&step=2";
    e.explanation = {"Hover a pointwise wire in the figure: there are $\\textcolor{steelblue}{C_{\\text{in}}}\\textcolor{seagreen}{C_{\\text{out}}}$ of them.", "在图中指向逐点卷积的连线：一共有 $\\textcolor{steelblue}{C_{\\text{in}}}\\textcolor{seagreen}{C_{\\text{out}}}$ 条。"};
    return e;
}

Exercise cheaper_half() {
    Exercise e;
    e.id = "cheaper-half";
    e.question = {"You may make one half of a MobileNet layer (16 → 32, 3 × 3) free. Which one saves more multiply-adds?", "MobileNet 的一层（16 → 32，3 × 3），可以让其中一半不花代价，选哪一半省得更多？"};
    e.options = {
        {{"The pointwise half", "逐点卷积"}, {"512 of the 656 at each position: mixing is 78 % of the work.", "每个位置 656 次中占 512 次，混合通道是 78 % 的工作。"}, true},
        {{"The depthwise half", "深度卷积"}, {"It has the window, but only 144 of the 656: one kernel a channel, not one a wire.", "窗口虽在它那里，却只占 656 次中的 144 次：每个通道一个卷积核，而不是每条连线一个。"}, false},
        {{"They cost the same", "两者一样"}, {"Only where N = K², that is at 9 filters.", "只有当 N = K²，即 9 个滤波器时才如此。"}, false},
    };
    e.solution = "cin=16&cout=32&k=3&step=2";
    e.explanation = {"The halves cost $K^2$ and $N$ per channel; N is larger in every layer of MobileNet.", "两半每通道的代价分别是 $K^2$ 和 $N$；在 MobileNet 的每一层里 N 都更大。"};
    return e;
}

Exercise which_changes() {
    Exercise e;
    e.id = "which-changes";
    e.question = {"You double the input channels. What happens to the share of multiply-adds that is left?", "把输入通道数加倍，剩下的乘加比例会怎样？"};
    e.options = {
        {{"Nothing", "不变"}, {"C stands in every term of the fraction and cancels.", "C 出现在分式的每一项里，被约掉了。"}, true},
        {{"It halves", "减半"}, {"Both layers double. The ratio of two doubled numbers is the old ratio.", "两种层都加倍，加倍之后相除，比例照旧。"}, false},
        {{"It doubles", "加倍"}, {"The separable layer doubles, and so does the standard one it is compared with.", "可分离层加倍了，与它相比的标准层也加倍了。"}, false},
    };
    e.solution = "cin=32&cout=32&k=3";
    e.explanation = {"Drag the slider of the channels in: the bars change, the ratio does not.", "拖动输入通道的滑块：条形在变，比例不变。"};
    return e;
}

Exercise no_mixing() {
    Exercise e;
    e.id = "why-two";
    e.question = {"Why not leave the pointwise half out? It is the costly one.", "逐点卷积既然最贵，为什么不干脆去掉？"};
    e.options = {
        {{"No output would depend on more than one channel", "每个输出将只依赖一个通道"}, {"However many depthwise layers follow each other, red never meets green.", "不管叠多少层深度卷积，红色通道永远遇不到绿色通道。"}, true},
        {{"The picture would shrink", "图像会变小"}, {"Padding keeps the size; that has nothing to do with mixing.", "有填充就不会变小，这与混合通道无关。"}, false},
        {{"There would be no parameters left to train", "就没有可训练的参数了"}, {"The depthwise kernels are trained as any other.", "深度卷积核照样可以训练。"}, false},
    };
    e.solution = "step=2";
    e.explanation = {"Looking and mixing are two jobs; the standard layer does both, and so must its replacement.", "取样和混合是两件事；标准卷积两件都做，替代它的也必须都做。"};
    return e;
}

Exercise below_an_eighth() {
    Exercise e;
    e.id = "below-an-eighth";
    e.kind = ExerciseKind::goal;
    e.question = {"Make it happen: leave less than one eighth of the multiply-adds, with a 3 × 3 window, and without using more than 128 filters.",
                  "动手做到：窗口保持 3 × 3，滤波器不超过 128 个，让剩下的乘加少于八分之一。"};
    e.is_reached = [](const Settings& settings) {
        const Params p = read_params(members(), settings);
        return p.k == 3 && p.cout <= 128 && count_costs(p).ratio() < 1.0 / 8;
    };
    e.solution = "cout=128&k=3";
    e.hints = {{"1/9 is spent already. How large may 1/N be?", "1/9 已经用掉了，1/N 最多可以多大？"}, {"1/8 − 1/9 = 1/72.", "1/8 − 1/9 = 1/72。"}};
    e.explanation = {"$1/N<1/72$, so N must exceed 72: at 128 filters 0.1189 is left.", "$1/N<1/72$，所以 N 要大于 72；128 个滤波器时剩下 0.1189。"};
    return e;
}

Exercise read_the_stride() {
    Exercise e;
    e.id = "read-the-stride";
    e.question = {"A block is declared as `Block(in, out, stride=1)`; its body builds the depthwise layer with `stride=2`. What does `Block(16, 32)` do to a 56 × 56 input?",
                  "一个模块声明为 `Block(in, out, stride=1)`，函数体里却用 `stride=2` 建立深度卷积。`Block(16, 32)` 会把 56 × 56 的输入变成什么？"};
    e.options = {
        {{"32 channels of 28 × 28", "32 个通道，28 × 28"}, {"The argument is never read: the body decides.", "参数从未被读取，起作用的是函数体。"}, true},
        {{"32 channels of 56 × 56", "32 个通道，56 × 56"}, {"So the signature says. The body says otherwise, and the body runs.", "函数签名是这么说的，但真正运行的是函数体。"}, false},
        {{"An error", "报错"}, {"Nothing checks it: the shapes fit, which is why nobody notices.", "没有任何检查：形状都对得上，所以没人发现。"}, false},
    };
    e.solution = "h=28";
    e.explanation = {"A test of the output's shape would have found it at once.", "只要检查一下输出形状，马上就能发现。"};
    return e;
}

std::vector<Exercise> exercises() {
    return {predict_ratio(), worked_count(), half_worked_count(), missing_factor(), cheaper_half(), which_changes(), no_mixing(), below_an_eighth(), read_the_stride()};
}

}  // namespace

REGISTER_EXERCISES(exercises);

}  // namespace convbook::ch07
